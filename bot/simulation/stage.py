"""Where a history is lived through again: the real handlers on a database that is thrown away.

Nothing runs beside anything else here and nothing has to outlive a power cut, so it is all one transaction.
"""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import event
from sqlalchemy.orm import Session

from bot.clock import VirtualClock
from bot.configuration import Loaded
from bot.simulation.outcome import Item, Message
from handlers import deliver
from handlers.context import Context
from handlers.deliver import Dispatch, Unwanted
from handlers.nudge import PORTION, nudge_due
from storage import database, outbox, tickets
from storage.messages import Receipt

NUDGES: Final = ("reminder", "escalation", "foretold", "bundle")
"""The kinds of notices that nudge; nothing else is looked at here."""
_AT_ONCE: Final = 100
_BEAT: Final = timedelta(minutes=1)


@dataclass
class Recorder:
    """The channel: it reaches everybody, and only writes down whom it would have nudged about what."""

    messages: list[Message]
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def send(self, dispatch: Dispatch, at: datetime) -> Receipt:
        """Where it would have arrived."""
        notice: Any = dispatch.notice
        nudges: Sequence[Any] = getattr(notice, "items", ()) or ([notice] if notice.kind in NUDGES else [])
        items = tuple(Item(one.ticket, one.step.partition(":")[0], one.kind == "escalation") for one in nudges)
        if items:
            day = at.astimezone(dispatch.reader.zone).date()
            self.messages.append(Message(at, notice.audience.removeprefix("person:"), items, day))
        return Receipt("simulation", notice.audience, str(next(self._numbers)))


@dataclass
class Stage:
    """Golddust under one file, with a clock that only moves when it is told to."""

    session: Session
    loaded: Loaded
    clock: VirtualClock
    recorder: Recorder

    def context(self) -> Context:
        """What handlers work with, as of now."""
        return Context(
            self.session, self.loaded.organisation, self.loaded.version, self.loaded.document, self.clock.now()
        )

    def reach(self, moment: datetime) -> None:
        """Let time pass until a moment; what is due on the way happens at its own time."""
        passed: datetime | None = None
        while (due := tickets.next_due_at(self.session, self.loaded.organisation.workspace)) is not None:
            at = max(due, self.clock.now())
            if at == passed:
                at += _BEAT  # what is due still is looked at again as the scheduler would
            if at > moment:
                break
            self.clock.move_to(at)
            self._pass()
            passed = at
        self.clock.move_to(max(moment, self.clock.now()))

    def _pass(self) -> None:
        """One pass of the scheduler: judge what is due, then deliver."""
        context = self.context()
        while nudge_due(context)[0] == PORTION:
            pass
        while parcels := outbox.claim(self.session, context.workspace, context.at, _AT_ONCE):
            for parcel in parcels:
                ready = deliver.prepare(context, parcel)
                if isinstance(ready, Unwanted):
                    deliver.dropped(context, parcel, ready.why)
                else:
                    deliver.sent(context, ready, self.recorder.send(ready, context.at))


@contextmanager
def stage(loaded: Loaded, start: datetime, messages: list[Message]) -> Iterator[Stage]:
    """A stage with the clock at `start`; what would be sent is added to `messages`."""
    with tempfile.TemporaryDirectory(prefix="golddust-simulation-") as folder:
        engine = database.open_engine(f"sqlite:///{Path(folder) / 'golddust.db'}")
        event.listen(engine, "connect", lambda connection, _record: connection.execute("PRAGMA synchronous=OFF"))
        database.upgrade(engine)
        try:
            with database.sessions(engine)() as session:
                yield Stage(session, loaded, VirtualClock(start), Recorder(messages))
                session.rollback()
        finally:
            engine.dispose()
