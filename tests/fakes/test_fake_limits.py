"""The sizes and shapes that the fake platform refuses, as Slack does."""

from __future__ import annotations

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from tests.fakes.samples import PAYMENTS, WORDS, Json, button, modal, plain, refusal, section
from tests.fakes.slack_api import FakeSlack

LONG_CONTEXT = {"type": "context", "elements": [plain("x")] * 11}
TOO_BIG = {
    "51 blocks": [section("x")] * 51,
    "section text": [section("x" * 3001)],
    "empty text": [section("")],
    "header text": [{"type": "header", "text": plain("x" * 151)}],
    "header in mrkdwn": [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}],
    "button text": [{"type": "actions", "elements": [button("x" * 76)]}],
    "button value": [{"type": "actions", "elements": [button("x", value="v" * 2001)]}],
    "26 actions": [{"type": "actions", "elements": [button("x", f"a{n}") for n in range(26)]}],
    "same action twice": [{"type": "actions", "elements": [button("x"), button("y")]}],
    "action_id": [{"type": "actions", "elements": [button("x", "a" * 256)]}],
    "11 context elements": [LONG_CONTEXT],
    "block_id": [section("x", block_id="b" * 256)],
    "same block_id twice": [section("x", block_id="b"), section("y", block_id="b")],
    "unknown block": [{"type": "carpet"}],
    "unknown element": [{"type": "actions", "elements": [{"type": "lever"}]}],
}


@pytest.mark.parametrize("blocks", TOO_BIG.values(), ids=TOO_BIG.keys())
async def test_blocks_that_break_a_limit_are_refused_with_a_pointer(
    slack: FakeSlack, client: AsyncWebClient, blocks: list[Json]
) -> None:
    answer = await refusal(client.chat_postMessage(channel=PAYMENTS, text="x", blocks=blocks))
    assert answer["error"] == "invalid_blocks"
    assert "[json-pointer:/blocks" in answer["response_metadata"]["messages"][0]
    assert slack.messages(PAYMENTS) == []


async def test_blocks_at_their_limits_are_taken(client: AsyncWebClient) -> None:
    actions = {"type": "actions", "elements": [button("x" * 75, f"a{n}", "v") for n in range(25)]}
    await client.chat_postMessage(channel=PAYMENTS, text="x" * 40_000, blocks=[section("x" * 3000), actions])


@pytest.mark.parametrize(
    ("content", "error"),
    [
        ({"text": "x" * 40_001}, "msg_too_long"),
        ({"text": "x", "blocks": [section("x" * 2900)] * 5}, "msg_blocks_too_long"),
        ({}, "no_text"),
    ],
)
async def test_a_message_that_is_too_long_or_empty(client: AsyncWebClient, content: Json, error: str) -> None:
    answer = await refusal(client.api_call("chat.postMessage", json={"channel": PAYMENTS, **content}))
    assert answer["error"] == error


BAD_MODALS = {
    "101 blocks": modal(*[section("x")] * 101),
    "title": modal(title=plain("x" * 25)),
    "submit": modal(submit=plain("x" * 25)),
    "close": modal(close=plain("x" * 25)),
    "private_metadata": modal(private_metadata="x" * 3001),
    "callback_id": modal(callback_id="x" * 256),
    "input without submit": modal(WORDS),
    "a home": {"type": "home", "blocks": []},
    "a table": modal({"type": "table", "rows": []}),
}


@pytest.mark.parametrize("view", BAD_MODALS.values(), ids=BAD_MODALS.keys())
async def test_a_modal_that_breaks_a_limit_is_refused_and_keeps_its_trigger(
    slack: FakeSlack, client: AsyncWebClient, view: Json
) -> None:
    trigger = slack.trigger()
    answer = await refusal(client.views_open(trigger_id=trigger, view=view))
    assert answer["error"] == "invalid_arguments"
    assert "[json-pointer:/view" in answer["response_metadata"]["messages"][0]
    await client.views_open(trigger_id=trigger, view=modal(section("x")))
