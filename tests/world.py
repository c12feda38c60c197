"""A small world for stories: a whole Golddust on a real database, with a clock that the story moves."""

from __future__ import annotations

import itertools
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.app import Golddust
from bot.clock import VirtualClock
from bot.timetravel import travel
from bot.watched import Watched
from complaints import commands
from complaints.replies import Captured, Reply
from complaints.ticket import Source, Ticket
from handlers.deliver import Dispatch, Reader
from handlers.reading import full_record
from storage import tickets
from storage.database import open_engine, upgrade
from storage.messages import Receipt

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""A Monday morning in London, when everybody has just come in."""


@dataclass(slots=True)
class Delivered:
    """One notice as it reached its reader."""

    at: datetime
    to: str
    kind: str
    dispatch: Dispatch


@dataclass
class Pigeons:
    """The simplest channel there is: it reaches everybody and keeps what it delivered."""

    clock: VirtualClock
    platform: str = "pigeon"
    pace: float = 0.0
    together: int | None = None
    refuses: str | None = None
    delivered: list[Delivered] = field(default_factory=list)
    _numbers: Any = field(default_factory=lambda: itertools.count(1))

    def address(self, reader: Reader) -> str | None:
        return None if reader.audience == self.refuses else reader.audience

    def paced(self, dispatch: Dispatch, address: str) -> str | None:
        return address

    async def send(self, dispatch: Dispatch, address: str) -> Receipt:
        self.delivered.append(Delivered(self.clock.now(), address, dispatch.notice.kind, dispatch))
        return dispatch.editable or Receipt(self.platform, address, str(next(self._numbers)))


class World:
    """Golddust with its people, told what to do by a story."""

    def __init__(self, golddust: Golddust, clock: VirtualClock, pigeons: Pigeons) -> None:
        self.golddust = golddust
        self.clock = clock
        self.pigeons = pigeons
        self._messages = itertools.count(1)

    @property
    def now(self) -> datetime:
        return self.clock.now()

    async def advance(self, **amount: float) -> None:
        """Let time pass; what is due on the way happens at its own time."""
        await travel(self.golddust, self.clock, self.now + timedelta(**amount))

    async def until(self, moment: datetime) -> None:
        """Let time pass until a moment."""
        await travel(self.golddust, self.clock, moment)

    async def outage(self, **amount: float) -> None:
        """Let time pass while Golddust is down."""
        self.clock.advance(**amount)

    async def tick(self) -> None:
        """One pass of the scheduler, now."""
        await self.golddust.tick(self.now)

    async def says(self, person: str, words: str, **more: Any) -> Ticket:
        """Somebody reports a complaint; the ticket it made."""
        source = more.pop("source", None) or Source("pigeon", "w", f"person:{person}", str(next(self._messages)))
        reply = await self.golddust.execute(
            commands.CaptureComplaint(at=self.now, actor=person, words=words, source=source, **more)
        )
        assert isinstance(reply, Captured), reply
        await self.tick()
        return self.ticket(reply.ticket.number)

    async def does(self, command: type[commands.OnTicket], person: str, ticket: Ticket, **more: Any) -> Reply:
        """Somebody presses a button on a ticket; what they are answered."""
        reply = await self.golddust.execute(command(at=self.now, actor=person, number=ticket.number, **more))
        await self.tick()
        return reply

    async def do(self, command: commands.Command) -> Reply:
        """Somebody gives a command; what they are answered."""
        reply = await self.golddust.execute(command)
        await self.tick()
        return reply

    def ticket(self, number: int = 1) -> Ticket:
        """The ticket as it is now."""
        return self.golddust.read(lambda context: tickets.load(context.session, context.workspace, number))

    def record(self, number: int = 1) -> dict[str, Any]:
        """The ticket as `golddust ticket REF --json` shows it."""
        return self.golddust.read(lambda context: full_record(context, number))

    def heard(self, person: str, *kinds: str) -> list[Delivered]:
        """What reached a person, of these kinds or of any."""
        to = f"person:{person}"
        return [one for one in self.pigeons.delivered if one.to == to and (not kinds or one.kind in kinds)]

    def forget(self) -> None:
        """Start counting deliveries anew."""
        self.pigeons.delivered.clear()


@asynccontextmanager
async def world(database_url: str, watched: Watched, start: datetime = MONDAY) -> AsyncIterator[World]:
    """A world that begins at `start`."""
    engine = open_engine(database_url)
    upgrade(engine)
    clock = VirtualClock(start)
    golddust = Golddust(engine, watched, clock, random.Random(1))  # noqa: S311 - the same jitter every time
    pigeons = Pigeons(clock)
    golddust.connect([pigeons])
    try:
        yield World(golddust, clock, pigeons)
    finally:
        golddust.close()
