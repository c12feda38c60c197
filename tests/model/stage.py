"""A whole Golddust on which a random history is played, and its log."""

from __future__ import annotations

import itertools
import random
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from bot.app import Golddust
from bot.clock import VirtualClock
from bot.configuration import Loaded, parse
from bot.watched import Accepted, Change, Watched
from complaints import commands
from complaints.notices import News
from complaints.replies import Captured, Done, Refused, Reply
from complaints.ticket import Kind, Source, Ticket
from handlers.context import Context
from handlers.deliver import Dispatch, Reader
from storage import tickets, timeline
from storage.database import open_engine, upgrade
from storage.messages import Receipt
from tests.model.log import NUDGES, Act, Heard, Item, Log, Message, Snapshot
from tests.model.variants import document

PATIENCE = 5
"""Ticks at one moment after which something must have moved."""

TROUBLES = frozenset({"not judged", "repaired"})


def hurried(engine: Engine) -> None:
    """Let SQLite forget what a power cut would take."""
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF"))


@cache
def _empty_database() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "golddust.db"
        engine = open_engine(f"sqlite:///{path}")
        upgrade(engine)
        engine.dispose()
        return path.read_bytes()


@cache
def _loaded(variant: str) -> Loaded:
    return parse(document(variant).encode(), variant)


class Shelf(Watched):
    """The files of the variants, read once for all histories; one of them is in force."""

    def __init__(self) -> None:
        self.current = _loaded("the first one")
        self._next = self.current

    def take(self, variant: str) -> None:
        """Let this file be found when the file is looked at again."""
        self._next = _loaded(variant)

    def refresh(self) -> Change | None:
        """What changed, if anything."""
        if self._next is self.current:
            return None
        self.current = self._next
        return Accepted(self.current.version)


@dataclass
class Post:
    """A channel that reaches everybody and hands what it delivers to the stage."""

    stage: Stage
    platform: str = "pigeon"
    pace: float = 0.0
    together: int | None = None
    _numbers: Any = field(default_factory=lambda: itertools.count(1))

    def address(self, reader: Reader) -> str | None:
        """Where the reader is."""
        return reader.audience

    def paced(self, dispatch: Dispatch, address: str) -> str | None:
        """Which conversation it is."""
        return address

    async def send(self, dispatch: Dispatch, address: str) -> Receipt:
        """Deliver it."""
        self.stage.delivered(dispatch)
        return dispatch.editable or Receipt(self.platform, address, str(next(self._numbers)))


class Stage:
    """Golddust with its people and its file; it writes the log, and the story as people would tell it."""

    def __init__(self, golddust: Golddust, clock: VirtualClock, shelf: Shelf) -> None:
        self.golddust = golddust
        self.clock = clock
        self.log = Log()
        self.story: list[str] = []
        self._shelf = shelf
        self._sources = itertools.count(1)

    @property
    def now(self) -> datetime:
        """The moment on stage."""
        return self.clock.now()

    def tell(self, line: str) -> None:
        """Add a line to the story."""
        local = self.now.astimezone(self.golddust.organisation.zone_of("ines"))
        self.story.append(f"{local:%a %d %b %Y %H:%M} {line}")

    def delivered(self, dispatch: Dispatch) -> None:
        """Note a message with nudges in the log; others are nobody's concern here."""
        notice: Any = dispatch.notice
        if isinstance(notice, News):
            to = notice.audience.removeprefix("person:")
            self.log.news.append(Heard(self.now, to, notice.ticket, notice.what))
            self.tell(f"    {to} hears that {dispatch.ticket and dispatch.ticket.ref} is {notice.what}")
        nudges: Sequence[Any] = getattr(notice, "items", ()) or ([notice] if notice.kind in NUDGES else [])
        if not nudges:
            return
        now = self._look()
        items = tuple(Item(nudge, now.tickets[nudge.ticket]) for nudge in nudges)
        to = notice.audience.removeprefix("person:")
        message = Message(self.now, to, items, now)
        self.log.messages.append(message)
        self.tell(f"    {message}")

    async def says(self, person: str, words: str) -> None:
        """Somebody reports a complaint."""
        source = Source("pigeon", "w", f"person:{person}", f"said {next(self._sources)}")
        command = commands.CaptureComplaint(at=self.now, actor=person, words=words, source=source)
        reply = await self.golddust.execute(command)
        if not isinstance(reply, Captured):
            self.tell(f"{person} says “{words}”: {_answer(reply)}")  # who has left the file is not heard any more
            return
        self.tell(
            f"{person} says “{words}”: {reply.ticket.ref}, {reply.ticket.severity}, owner {reply.ticket.owner_key}"
        )
        view = reply.ticket
        self._acted(person, view.number, "CaptureComplaint")
        await self.settle()

    def _acted(self, person: str, number: int, what: str) -> None:
        self.log.acts.append(Act(self.now, person, number, what, len(self.log.snapshots)))

    async def does(self, command: type[commands.OnTicket], person: str, ticket: Ticket, **more: Any) -> None:
        """Somebody presses a button."""
        reply = await self.golddust.execute(command(at=self.now, actor=person, number=ticket.number, **more))
        what = command.__name__
        self.tell(f"{person} presses {what} on {ticket.ref} {_told(more)}: {_answer(reply)}")
        if isinstance(reply, Done):
            self._acted(person, ticket.number, what)
        await self.settle()

    async def joins(self, command: commands.Join) -> None:
        """Somebody joins complaints under one problem, or under the one that they name first."""
        numbers, before = command.numbers, self.log.snapshots[-1].tickets
        reply = await self.golddust.execute(command)
        refs = ", ".join(f"C-{number}" for number in numbers)
        self.tell(f"{command.actor} joins {refs}: {_answer(reply)}")
        if isinstance(reply, Done):
            opened = (reply.ticket.number,) if reply.ticket.number not in before else ()
            for number in (*numbers, *opened):
                # Whoever adds to a problem did something to what was added, not to the problem.
                if number in opened or before[number].kind is Kind.COMPLAINT:
                    self._acted(command.actor, number, "Join")
        await self.settle()

    async def replies(self, command: commands.Comment, ticket: Ticket) -> None:
        """Somebody replies in the thread of a complaint."""
        reply = await self.golddust.execute(command)
        self.tell(f"{command.actor} replies under {ticket.ref}: {_answer(reply)}")
        if isinstance(reply, Done):
            self._acted(command.actor, ticket.number, "Comment")
        await self.settle()

    async def do(self, command: commands.Command, line: str) -> None:
        """Somebody gives a command that is about no ticket."""
        reply = await self.golddust.execute(command)
        self.tell(f"{line}: {_answer(reply)}")
        await self.settle()

    async def changes_to(self, variant: str) -> None:
        """The file is changed."""
        self._shelf.take(variant)
        self.tell(f"golddust.yml is changed to {variant}")
        await self.settle()

    async def passes(self, amount: timedelta) -> None:
        """Time passes; what is due on the way happens at its own time."""
        to = self.now + amount
        while (due := self.golddust.next_due_at()) is not None and due <= to:
            self.clock.move_to(max(due, self.now))
            if not await self.settle():
                break
        self.clock.move_to(max(to, self.now))
        await self.settle()

    async def down(self, amount: timedelta, *, judged: bool) -> None:
        """Golddust is down for a time; `judged` when it put its nudges into the outbox just before."""
        if judged:
            await self.golddust.nudge(self.now)
        self.tell(f"Golddust goes down for {amount}")
        self.log.snapshots.append(self._look(up=False))
        self.clock.move_to(self.now + amount)
        await self.settle()

    async def settle(self) -> bool:
        """Tick until nothing is due at this moment; False when that never comes."""
        for _ in range(PATIENCE):
            ticked = await self.golddust.tick(self.now)
            if ticked.repaired:
                self.log.troubles.append(f"{self.now}: {ticked.repaired} tickets had no next nudge")
            due = self.golddust.next_due_at()
            if due is None or due > self.now:
                self.log.snapshots.append(self._look())
                return True
        self.log.troubles.append(f"{self.now}: something is due and stays due after {PATIENCE} ticks")
        self.log.snapshots.append(self._look())
        return False

    def ticket(self, number: int) -> Ticket:
        """The ticket as it is now."""
        return self.golddust.read(lambda context: tickets.load(context.session, context.workspace, number))

    def finish(self) -> None:
        """Look through the timelines for what went wrong inside."""

        def troubles(context: Context) -> list[str]:
            numbers = self.log.snapshots[-1].tickets
            found = [(n, e) for n in numbers for e in timeline.read(context.session, context.workspace, n)]
            return [f"{e.at}: C-{n} {e.kind}: {e.data}" for n, e in found if e.kind in TROUBLES]

        self.log.troubles += self.golddust.read(troubles)

    def _look(self, *, up: bool = True) -> Snapshot:
        def look(context: Context) -> Snapshot:
            found = {ticket.number: ticket for ticket in tickets.everything(context.session, context.workspace)}
            return Snapshot(self.now, found, context.presence, up)

        return self.golddust.read(look)


def _told(more: dict[str, Any]) -> str:
    return ", ".join(f"{key} {value}" for key, value in more.items())


def _answer(reply: Reply) -> str:
    match reply:
        case Refused(reason):
            return f"refused, {reason}"
        case _:
            return getattr(reply, "said", "") or type(reply).__name__


@asynccontextmanager
async def stage(start: datetime) -> AsyncIterator[Stage]:
    """A stage on an empty database, at `start`."""
    with tempfile.TemporaryDirectory(prefix="golddust-model-") as folder:
        database = Path(folder) / "golddust.db"
        database.write_bytes(_empty_database())
        engine = open_engine(f"sqlite:///{database}")
        hurried(engine)
        clock, shelf = VirtualClock(start), Shelf()
        golddust = Golddust(engine, shelf, clock, random.Random(1))  # noqa: S311 - the same jitter every time
        set_up = Stage(golddust, clock, shelf)
        golddust.connect([Post(set_up)])
        try:
            yield set_up
        finally:
            golddust.close()
