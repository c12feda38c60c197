"""Whatever arrives at the door for Slack, nothing fails, and the next complaint is still captured."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
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
from tests.fuzz.hostile import Json, changed, changes, noise
from tests.fuzz.house import unharmed
from tests.fuzz.slack_cases import documented, request
from tests.model.stage import hurried

LOOK_EVERY = 50
"""Cases after which a proper complaint must come through."""
_numbers = itertools.count()


@dataclass(slots=True)
class Besieged:
    """A Golddust behind Slack that takes one case after the other."""

    runner: asyncio.Runner
    desk: Desk
    payloads: dict[str, Json]
    cases: int = 0

    def take(self, case: str, attack: Callable[[], Awaitable[None]]) -> None:
        """One case; now and then the proof that the house stands."""
        self.runner.run(self._take(case, attack))

    async def _take(self, case: str, attack: Callable[[], Awaitable[None]]) -> None:
        async with asyncio.timeout(60):
            with unharmed(case):
                await attack()
            self.cases += 1
            if self.cases % LOOK_EVERY == 0:
                await self.stands()

    async def stands(self) -> None:
        """A proper complaint is a ticket."""
        words = f"the till of shop {next(_numbers)} eats coins"
        before = {ticket.number for ticket in self.desk.tickets()}
        assert await self.desk.event(payloads.message(WATCHED, SAM, words, at=self.desk.now)) == 200
        made = [ticket.verbatim for ticket in self.desk.tickets() if ticket.number not in before]
        assert words in made, made


@pytest.fixture
def besieged(sqlite_url: str, watched: Watched) -> Iterator[Besieged]:
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()

        async def open_desk() -> Besieged:
            made = await stack.enter_async_context(desk(sqlite_url, watched))
            hurried(made.golddust.engine)
            return Besieged(runner, made, await documented(made))

        house = runner.run(open_desk())
        yield house
        runner.run(house.stands())
        runner.run(stack.aclose())


def _case(data: st.DataObject, found: dict[str, Json]) -> tuple[str, Json]:
    name = data.draw(st.sampled_from(sorted(found)))
    made = data.draw(st.lists(changes, min_size=1, max_size=3))
    return name, changed(found[name], made)


def test_documented_payloads_with_hostile_values_fail_nowhere(besieged: Besieged) -> None:
    @share(0.4)
    @given(st.data())
    def attacked(data: st.DataObject) -> None:
        name, payload = _case(data, besieged.payloads)

        async def attack() -> None:
            answer = await besieged.desk.send(request(name, payload, besieged.desk))
            assert answer.status_code in {200, 400, 404}, (answer.status_code, name, payload)

        besieged.take(f"{name}: {payload!r}"[:20_000], attack)

    attacked()


def test_signed_noise_is_refused_or_answered(besieged: Besieged) -> None:
    kinds = st.sampled_from(
        (JSON_TYPE, FORM_TYPE, "text/plain", "", "multipart/form-data", "application/json; charset=x")
    )

    @share(0.1)
    @given(noise, kinds)
    def attacked(body: bytes, kind: str) -> None:
        async def attack() -> None:
            headers = signed(body, kind, besieged.desk.now) if _utf8(body) else {"content-type": kind}
            answer = await besieged.desk.send((body, headers))
            assert answer.status_code < 500, (answer.status_code, body[:500])

        besieged.take(f"{kind}: {body[:2000]!r}", attack)

    attacked()


def test_socket_envelopes_with_hostile_values_fail_nowhere(besieged: Besieged) -> None:
    async def listening() -> _Answered:
        return _Answered(build(besieged.desk.room), "xapp-1")

    handler = besieged.runner.run(listening())

    @share(0.1)
    @given(st.data())
    def attacked(data: st.DataObject) -> None:
        name, payload = _case(data, besieged.payloads)
        kind = envelope_type(besieged.payloads[name])
        envelope: Any = {"type": kind, "envelope_id": "e", "payload": payload, "accepts_response_payload": True}
        if data.draw(st.booleans()):
            envelope = changed(envelope, data.draw(st.lists(changes, min_size=1, max_size=1)))

        async def attack() -> None:
            asked = _asked(envelope)
            if asked is not None:
                await handler.handle(_Line(), asked)
            await besieged.desk.room.drain()

        besieged.take(f"{name}: {envelope!r}"[:20_000], attack)

    attacked()


def _asked(envelope: Any) -> SocketModeRequest | None:
    """What the library makes of an envelope, which drops those that it cannot read."""
    try:
        return SocketModeRequest.from_dict(envelope)
    except TypeError:
        return None


class _Line:
    """The connection that an envelope came over, as much of it as the library answers at."""

    class logger:
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
