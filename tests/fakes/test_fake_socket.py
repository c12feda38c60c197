"""The fake platform beside other processes and over Socket Mode."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_sdk.web.async_client import AsyncWebClient

from tests.fakes import slack_payloads as payloads
from tests.fakes.samples import DANA, PAYMENTS, Json, refusal
from tests.fakes.slack_api import FakeSlack
from tests.fakes.slack_identity import APP_TOKEN, BOT_TOKEN, START
from tests.fakes.tiny_bolt import bolt

POST = """
import sys
from slack_sdk import WebClient
WebClient(sys.argv[2], base_url=sys.argv[1]).chat_postMessage(channel="C0PAYMENTS", text="from outside")
"""


def test_another_process_talks_to_the_fake_in_its_thread() -> None:
    with FakeSlack.in_thread() as slack:
        slack.add_channel(PAYMENTS)
        subprocess.run([sys.executable, "-c", POST, slack.url, BOT_TOKEN], check=True, timeout=30)
        slack.wait_until(lambda: slack.messages(PAYMENTS))
        assert slack.messages(PAYMENTS)[0]["text"] == "from outside"


async def test_bolt_connects_over_socket_mode_acknowledges_and_reconnects(slack: FakeSlack) -> None:
    app = bolt(slack.url)

    @app.event("message")
    async def answer(event: Json, client: AsyncWebClient) -> None:
        await client.chat_postMessage(channel=event["channel"], thread_ts=event["ts"], text="noted")

    @app.command("/complaint")
    async def complain(ack: Any, command: Json) -> None:
        await ack(f"heard {command['text']}")

    handler: Any = AsyncSocketModeHandler(app, APP_TOKEN)
    await handler.connect_async()
    try:
        ts = slack.say(PAYMENTS, DANA, "broken")
        await slack.socket.deliver(payloads.message(PAYMENTS, DANA, "broken", at=START, ts=ts))
        ack = await slack.socket.deliver(payloads.slash_command(DANA, "late again"))
        assert ack.payload == {"text": "heard late again"}
        assert [m["text"] for m in slack.messages(PAYMENTS)] == ["broken", "noted"]
        await slack.socket.disconnect()
        ack = await slack.socket.deliver(payloads.slash_command(DANA, "still there?"))
        assert ack.payload == {"text": "heard still there?"}
    finally:
        await handler.close_async()


async def test_socket_mode_asks_for_an_app_level_token(client: AsyncWebClient) -> None:
    wrong = await refusal(client.apps_connections_open(app_token=BOT_TOKEN))
    assert wrong["error"] == "not_allowed_token_type"
    assert (await client.apps_connections_open(app_token=APP_TOKEN))["url"].startswith("ws://127.0.0.1:")
