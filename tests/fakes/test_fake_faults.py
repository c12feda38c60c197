"""Scripted faults, as slack_sdk's real client meets them."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from aiohttp import ClientError
from slack_sdk.web.async_client import AsyncWebClient

from tests.fakes.samples import PAYMENTS, refusal
from tests.fakes.slack_api import FakeSlack
from tests.fakes.slack_identity import BOT_TOKEN


async def test_scripted_errors_come_once_and_nothing_is_posted(slack: FakeSlack, client: AsyncWebClient) -> None:
    slack.fail_next("chat.postMessage", error="internal_error")
    slack.fail_next("chat.postMessage", status=429, retry_after=7)
    slack.fail_next("chat.postMessage", status=500)
    answers = [await refusal(client.chat_postMessage(channel=PAYMENTS, text="x")) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 429, 500]
    assert (answers[0]["error"], answers[1].headers["Retry-After"]) == ("internal_error", "7")
    assert slack.messages(PAYMENTS) == []
    await client.chat_postMessage(channel=PAYMENTS, text="x")
    assert len(slack.called("chat.postMessage")) == 4


@pytest.mark.parametrize(("trouble", "delivered"), [("reset", 0), ("cut", 1)])
async def test_a_broken_connection_before_or_after_delivery(
    slack: FakeSlack, client: AsyncWebClient, trouble: Any, delivered: int
) -> None:
    slack.fail_next("chat.postMessage", trouble)
    with pytest.raises(ClientError):
        await client.chat_postMessage(channel=PAYMENTS, text="x")
    assert len(slack.messages(PAYMENTS)) == delivered


@pytest.mark.parametrize(("trouble", "delivered"), [("timeout", 0), ("late", 1)])
async def test_an_answer_that_never_comes_or_comes_too_late(slack: FakeSlack, trouble: Any, delivered: int) -> None:
    hasty = AsyncWebClient(BOT_TOKEN, base_url=slack.url, retry_handlers=[], timeout=1)
    slack.fail_next("chat.postMessage", trouble, seconds=3)
    with pytest.raises(asyncio.TimeoutError):
        await hasty.chat_postMessage(channel=PAYMENTS, text="x")
    assert len(slack.messages(PAYMENTS)) == delivered
