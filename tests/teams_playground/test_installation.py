"""Microsoft's own Agents Playground adds the bot, which asks for Microsoft's signature on all that it takes."""

from __future__ import annotations

import httpx
import pytest

from tests.fakes.teams_identity import DANA, DANA_DM
from tests.teams_playground.playground import ALONE, CHANNEL, GROUP
from tests.teams_playground.stage import Stage


@pytest.mark.parametrize("conversation", [ALONE, GROUP, CHANNEL])
def test_the_bot_greets_where_it_is_installed(stage: Stage, conversation: str) -> None:
    stage.shown(conversation, "Say in one sentence")


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer forged"}])
def test_what_does_not_come_through_the_signing_proxy_is_turned_away(stage: Stage, headers: dict[str, str]) -> None:
    words = "Mrs Yu’s refund is not on her card"
    activity = stage.activities.message(words, DANA, DANA_DM)
    address = f"{stage.bot.logged('listening')['address']}/api/messages"
    assert httpx.post(address, json=activity, headers=headers, trust_env=False).status_code == 401
    assert stage.said(words) == []
