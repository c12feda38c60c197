"""The people, channel and blocks that the tests of the fakes speak of."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

Json = dict[str, Any]

PAYMENTS, DANA, SAM = "C0PAYMENTS", "U0DANA", "U0SAM"


async def refusal(call: Any) -> Any:
    """Return the answer of a call that must be refused."""
    with pytest.raises(SlackApiError) as caught:
        await call
    return caught.value.response


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def section(text: str, **more: object) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def button(label: str, action_id: str = "ack", value: str = "t1") -> Json:
    return {"type": "button", "text": plain(label), "action_id": action_id, "value": value}


def modal(*blocks: Json, **more: object) -> Json:
    return {"type": "modal", "callback_id": "report", "title": plain("Report"), "blocks": list(blocks), **more}


WORDS = {"type": "input", "block_id": "words", "label": plain("Words")} | {
    "element": {"type": "plain_text_input", "action_id": "said"}
}
