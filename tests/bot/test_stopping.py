"""Stopping: what was claimed and has not been handed to a platform is free for others at once, with its tries."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import dataclass, field

import pytest

from bot import deliverer
from bot.running import DRAIN_SECONDS
from bot.server import REQUESTS_SECONDS
from bot.watched import Watched
from complaints.notices import ConfigurationRefused
from handlers.deliver import Dispatch, Reader
from storage import outbox
from storage.messages import Receipt
from storage.outbox import Parcel
from tests.world import World, world


@dataclass
class OneConversation:
    """A channel that takes one message an hour and never answers."""

    platform: str = "slow"
    pace: float = 3600.0
    together: int | None = None
    handed_over: asyncio.Event = field(default_factory=asyncio.Event)

    def address(self, reader: Reader) -> str | None:
        return reader.audience

    def paced(self, dispatch: Dispatch, address: str) -> str | None:
        return "the conversation"

    async def send(self, dispatch: Dispatch, address: str) -> Receipt:
        self.handed_over.set()
        await asyncio.Event().wait()
        raise AssertionError("it is never answered")


async def put(w: World, *people: str) -> None:
    notices = [ConfigurationRefused(audience=f"person:{one}", problems="none") for one in people]
    await w.golddust.worker.run(lambda c: outbox.put(c.session, c.workspace, notices, w.now), w.now)


def parcels(w: World) -> list[Parcel]:
    states = ("waiting", "claimed", "sent", "parked", "dropped")
    return w.golddust.read(lambda c: sorted(outbox.listed(c.session, c.workspace, states, 99), key=lambda one: one.id))


async def test_what_waits_for_its_turn_is_let_go_and_what_was_handed_over_is_not(
    database_url: str, watched: Watched
) -> None:
    async with world(database_url, watched) as w:
        w.golddust.connect([slow := OneConversation()])
        await put(w, "dana", "omar", "ines")
        running = asyncio.create_task(w.golddust.deliverer.run())
        await asyncio.wait_for(slow.handed_over.wait(), 30)
        running.cancel()
        assert await w.golddust.deliverer.drain(0.0) == 1
        assert [(one.state, one.attempts) for one in parcels(w)] == [("claimed", 1), ("waiting", 0), ("waiting", 0)]
        assert {one.due_at for one in parcels(w)} == {w.now}, "they keep their place"


async def test_what_is_claimed_at_the_moment_of_stopping_is_let_go(database_url: str, watched: Watched) -> None:
    async with world(database_url, watched) as w:
        w.golddust.connect([OneConversation()])
        await put(w, "dana", "omar")
        go_on, busy = threading.Event(), threading.Event()

        def hold_up(_: object) -> None:
            busy.set()
            go_on.wait(30)

        holding = asyncio.create_task(w.golddust.worker.run(hold_up, w.now))
        await asyncio.to_thread(busy.wait, 30)
        running = asyncio.create_task(w.golddust.deliverer.run())
        while not w.golddust.worker.waiting:
            await asyncio.sleep(0)
        running.cancel()
        go_on.set()
        await holding
        assert await w.golddust.deliverer.drain(0.0) == 0
        assert [(one.state, one.attempts) for one in parcels(w)] == [("waiting", 0)] * 2


async def test_being_asked_to_stop_at_the_moment_of_being_woken_is_heard(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as w:
        w.golddust.connect([OneConversation()])
        delivering = w.golddust.deliverer
        running = asyncio.create_task(delivering.run())
        while not delivering._wake._waiters:  # type: ignore[attr-defined]
            await asyncio.sleep(0)
        delivering.wake()
        running.cancel()
        await asyncio.wait({running}, timeout=5)
        heard = running.cancelled()
        running.cancel()
        assert heard


async def test_a_database_that_does_not_answer_does_not_keep_us_from_stopping(
    sqlite_url: str, watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliverer, "LETTING_GO_SECONDS", 0.05)
    async with world(sqlite_url, watched) as w:
        go_on, busy = threading.Event(), threading.Event()

        def hold_up(_: object) -> None:
            busy.set()
            go_on.wait(30)

        holding = asyncio.create_task(w.golddust.worker.run(hold_up, w.now))
        await asyncio.to_thread(busy.wait, 30)
        running = asyncio.create_task(w.golddust.deliverer.run())
        while not w.golddust.worker.waiting:
            await asyncio.sleep(0)
        running.cancel()
        drained = await w.golddust.deliverer.drain(0.0)
        still_held = not holding.done()
        go_on.set()
        await holding
        assert (drained, still_held) == (0, True)


def test_all_that_stopping_may_take_is_under_nine_seconds() -> None:
    each = (REQUESTS_SECONDS, 3 * DRAIN_SECONDS, 2 * deliverer.LETTING_GO_SECONDS)  # notices, answers and tokens
    assert sum(each) < 9
