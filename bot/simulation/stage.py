"""A Golddust of its own, on a database that is thrown away, whose only channel writes down what would be sent."""

from __future__ import annotations

import itertools
import random
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Engine, event

from bot.app import Golddust, Ticked
from bot.clock import VirtualClock
from bot.configuration import Loaded
from bot.simulation.outcome import Item, Message
from bot.watched import Change, Watched
from handlers.context import Context
from handlers.deliver import Dispatch, Reader
from storage import outbox, tickets
from storage.database import open_engine, upgrade
from storage.messages import Receipt

NUDGES: Final = ("reminder", "escalation", "foretold", "bundle")
"""The kinds of notices that nudge; nothing else is looked at here."""


@contextmanager
def stage(loaded: Loaded, start: datetime, messages: list[Message]) -> Iterator[tuple[Golddust, VirtualClock]]:
    """A Golddust under a file with the clock at `start`; what it would send is added to `messages`."""
    with tempfile.TemporaryDirectory(prefix="golddust-simulation-") as folder:
        clock = VirtualClock(start)
        chance = random.Random(1)  # noqa: S311 - the same every time
        golddust = _Simulated(_database(Path(folder) / "golddust.db"), _Fixed(loaded), clock, chance)
        golddust.connect([_Recorder(clock, messages)])
        try:
            yield golddust, clock
        finally:
            golddust.close()


class _Simulated(Golddust):
    """Golddust without what has nothing to do with nudging: it makes no digests and learns nothing."""

    async def tick(self, at: datetime) -> Ticked:
        """Nudge and deliver as of `at`."""
        ticked = await self.nudge(at)
        ticked.deliveries = await self.deliverer.deliver_due(at)
        return ticked

    def next_due_at(self) -> datetime | None:
        """When there is a nudge to judge or to send next."""

        def earliest(context: Context) -> datetime | None:
            moments = (tickets.next_due_at(context.session, context.workspace), outbox.next_due_at(context.session))
            return min((moment for moment in moments if moment is not None), default=None)

        return self.read(earliest)


class _Fixed(Watched):
    """A file that does not change."""

    def __init__(self, loaded: Loaded) -> None:
        self.current = loaded

    def refresh(self) -> Change | None:
        """Nothing, ever."""
        return None


@dataclass
class _Recorder:
    """The channel: it reaches everybody."""

    clock: VirtualClock
    messages: list[Message]
    platform: str = "simulation"
    pace: float = 0.0
    _numbers: Any = field(default_factory=lambda: itertools.count(1))

    def address(self, reader: Reader) -> str | None:
        """Where the reader is."""
        return reader.audience

    def paced(self, dispatch: Dispatch, address: str) -> str | None:
        """No conversation is paced."""
        return None

    async def send(self, dispatch: Dispatch, address: str) -> Receipt:
        """Write down whom it nudges about what."""
        notice: Any = dispatch.notice
        nudges: Sequence[Any] = getattr(notice, "items", ()) or ([notice] if notice.kind in NUDGES else [])
        items = tuple(Item(one.ticket, one.step.partition(":")[0], one.kind == "escalation") for one in nudges)
        if items:
            self.messages.append(Message(self.clock.now(), address.removeprefix("person:"), items))
        return Receipt(self.platform, address, str(next(self._numbers)))


def _database(path: Path) -> Engine:
    engine = open_engine(f"sqlite:///{path}")
    # It lives for minutes: no need to survive a power cut.
    event.listen(engine, "connect", lambda connection, _record: connection.execute("PRAGMA synchronous=OFF"))
    upgrade(engine)
    return engine
