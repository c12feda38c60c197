"""Whatever arrives at the door for Slack, nothing fails, and the next complaint is still captured."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.slack.app import build
from bot.slack.socket import _Answered
from bot.watched import Watched
from tests.bot.slack.driver import SAM, WATCHED, Desk, desk
from tests.fakes import slack_payloads as payloads
from tests.fakes.slack_requests import FORM_TYPE, JSON_TYPE, signed
from tests.fakes.slack_socket import envelope_type
from tests.fuzz.cases import share
from tests.fuzz.hostile import changed, changes, noise
from tests.fuzz.siege import Siege
from tests.fuzz.slack_cases import documented, request
from tests.model.stage import hurried


async def _proper(d: Desk, words: str) -> None:
    before = {ticket.number for ticket in d.tickets()}
    assert await d.event(payloads.message(WATCHED, SAM, words, at=d.now)) == 200
    assert words in [ticket.verbatim for ticket in d.tickets() if ticket.number not in before]


@pytest.fixture
def siege(sqlite_url: str, watched: Watched) -> Iterator[Siege[Desk]]:
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()

        async def begin() -> Siege[Desk]:
            made = await stack.enter_async_context(desk(sqlite_url, watched))
            hurried(made.golddust.engine)
            return Siege(runner, made, await documented(made), _proper)

        made = runner.run(begin())
        yield made
        made.stands()
        runner.run(stack.aclose())


def test_documented_payloads_with_hostile_values_fail_nowhere(siege: Siege[Desk]) -> None:
    @share(0.4)
    @given(st.data())
    def attacked(data: st.DataObject) -> None:
        name, payload = siege.drawn(data)

        async def attack() -> None:
            answer = await siege.desk.send(request(name, payload, siege.desk))
            assert answer.status_code in {200, 400, 404}, (answer.status_code, name, payload)

        siege.take(f"{name}: {payload!r}"[:20_000], attack)

    attacked()


def test_signed_noise_is_refused_or_answered(siege: Siege[Desk]) -> None:
    kinds = st.sampled_from(
        (JSON_TYPE, FORM_TYPE, "text/plain", "", "multipart/form-data", "application/json; charset=x")
    )

    @share(0.1)
    @given(noise, kinds)
    def attacked(body: bytes, kind: str) -> None:
        async def attack() -> None:
            headers = signed(body, kind, siege.desk.now) if _utf8(body) else {"content-type": kind}
            answer = await siege.desk.send((body, headers))
            assert answer.status_code < 500, (answer.status_code, body[:500])

        siege.take(f"{kind}: {body[:2000]!r}", attack)

    attacked()


def test_socket_envelopes_with_hostile_values_fail_nowhere(siege: Siege[Desk]) -> None:
    async def listening() -> _Answered:
        return _Answered(build(siege.desk.room), "xapp-1")

    handler = siege.runner.run(listening())

    @share(0.1)
    @given(st.data())
    def attacked(data: st.DataObject) -> None:
        name, payload = siege.drawn(data)
        kind = envelope_type(siege.payloads[name])
        envelope: Any = {"type": kind, "envelope_id": "e", "payload": payload, "accepts_response_payload": True}
        if data.draw(st.booleans()):
            envelope = changed(envelope, data.draw(st.lists(changes, min_size=1, max_size=1)))

        async def attack() -> None:
            asked = _asked(envelope)
            if asked is not None:
                await handler.handle(_Line(), asked)
            await siege.desk.room.drain()

        siege.take(f"{name}: {envelope!r}"[:20_000], attack)

    try:
        attacked()
    finally:
        siege.runner.run(handler.client.close())


def _asked(envelope: Any) -> SocketModeRequest | None:
    """What the library makes of an envelope, which drops those that it cannot read."""
    try:
        return SocketModeRequest.from_dict(envelope)
    except TypeError:
        return None


class _Line:
    """The connection that an envelope came over, as much of it as the library answers at."""

    class logger:
        # Called so by the library.
        level = 100

        @staticmethod
        def info(said: str) -> None:
            """An answer that was no success, which Slack would not see."""
            assert "status: 5" not in said, said[:500]

    async def send_socket_mode_response(self, response: Any) -> None:
        """Take the answer."""


def _utf8(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True
