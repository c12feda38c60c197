"""What was noticed in the series of complaints: kept once, told once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import RowMapping, func, select, update
from sqlalchemy.orm import Session

from complaints.alarms import Alarm
from complaints.ticket import CloseReason, Kind
from storage.once import changed, insert_once
from storage.tables import alarms, counters, tickets

MOST_TICKETS = 500
"""So many of the newest tickets are kept of each."""
LATELY = timedelta(days=7)
"""So long after it was noticed last something can still be found by its tickets."""

_a = alarms.c
_t = tickets.c
_NOT_ALIKE = (CloseReason.NOT_A_COMPLAINT.value, CloseReason.WITHDRAWN.value, CloseReason.IMPORTED.value)
_NAMES = tuple(field.name for field in fields(Alarm))


class Came(NamedTuple):
    """One complaint as it came, without a word of it."""

    number: int
    at: datetime
    team: str
    category: str | None
    reporter: str


def came(session: Session, workspace: str, since: datetime, until: datetime) -> list[Came]:
    """What was complained about since a moment, up to another, oldest first; one index answers."""
    where = (_t.workspace == workspace, _t.captured_at > since, _t.captured_at <= until, _t.kind == Kind.COMPLAINT)
    query = select(_t.number, _t.captured_at, _t.team, _t.category, _t.reporter, _t.close_reason).where(*where)
    rows = session.execute(query.order_by(_t.captured_at)).all()
    return [Came._make(row[:-1]) for row in rows if row.close_reason not in _NOT_ALIKE]


def begun(session: Session, workspace: str) -> datetime | None:
    """When the first complaint of all came, or None."""
    found: datetime | None = session.scalar(select(func.min(_t.captured_at)).where(_t.workspace == workspace))
    return found


def newest(session: Session, workspace: str) -> int:
    """The number of the newest ticket; 0 before the first."""
    query = select(counters.c.value).where(counters.c.workspace == workspace, counters.c.name == "ticket")
    return int(session.scalar(query) or 0)


def find(session: Session, workspace: str, key: str) -> Alarm | None:
    """The alarm of this key, or None."""
    query = select(alarms).where(_a.workspace == workspace, _a.key == key)
    row = session.execute(query).mappings().first()
    return _alarm(row) if row else None


def since(session: Session, workspace: str, start: datetime) -> list[Alarm]:
    """The alarms that have gone on since a moment, the latest first."""
    query = select(alarms).where(_a.workspace == workspace, _a.last_at >= start).order_by(_a.last_at.desc(), _a.key)
    return [_alarm(row) for row in session.execute(query).mappings()]


def standing(session: Session, workspace: str, at: datetime) -> list[Alarm]:
    """The alarms of the last days, signals too, the latest first, but for those that are no problem."""
    where = (_a.workspace == workspace, _a.last_at >= at - LATELY, _a.settled_at.is_(None))
    query = select(alarms).where(*where).order_by(_a.last_at.desc(), _a.key)
    return [_alarm(row) for row in session.execute(query).mappings()]


def lately(session: Session, workspace: str, at: datetime) -> list[Alarm]:
    """The surges of the last days, the latest first, but for those that are no problem."""
    where = (_a.workspace == workspace, _a.last_at >= at - LATELY, _a.shape == "surge", _a.settled_at.is_(None))
    query = select(alarms).where(*where).order_by(_a.last_at.desc(), _a.key)
    return [_alarm(row) for row in session.execute(query).mappings()]


def untold(session: Session, workspace: str) -> list[Alarm]:
    """The surges of which nobody has been told yet, locked."""
    where = (_a.workspace == workspace, _a.told_at.is_(None), _a.settled_at.is_(None), _a.shape == "surge")
    rows = session.execute(select(alarms).where(*where).order_by(_a.key).with_for_update()).mappings()
    return [_alarm(row) for row in rows]


def has_untold(session: Session, workspace: str) -> bool:
    """Whether there is a surge of which nobody has been told yet."""
    where = (_a.workspace == workspace, _a.told_at.is_(None), _a.settled_at.is_(None), _a.shape == "surge")
    return session.execute(select(_a.key).where(*where).limit(1)).first() is not None


def keep(session: Session, workspace: str, found: Alarm) -> bool:
    """Keep an alarm; False where its key was known, and then how far it goes by now is noted."""
    row = {name: getattr(found, name) for name in _NAMES}
    row["tickets"] = list(found.tickets[:MOST_TICKETS])
    if insert_once(session, alarms, workspace=workspace, **row, told_at=None, settled_at=None):
        return True
    longer = {name: row[name] for name in ("value", "last_at", "tickets")}
    session.execute(update(alarms).where(*_is(workspace, found.key)).values(**longer))
    return False


def longer(known: Alarm, numbers: Sequence[int], last_at: datetime) -> Alarm:
    """An alarm with further tickets, newest first, each of them once."""
    fresh = tuple(number for number in numbers if number not in known.tickets)
    every = tuple(sorted((*fresh, *known.tickets), reverse=True))
    return replace(known, tickets=every, value=known.value + len(fresh), last_at=max(last_at, known.last_at))


def mark_told(session: Session, workspace: str, key: str, at: datetime | None) -> None:
    """Note when a lead was told of a surge; with None that nobody was, after all."""
    session.execute(update(alarms).where(*_is(workspace, key)).values(told_at=at))


def settle(session: Session, workspace: str, key: str, at: datetime) -> bool:
    """Note that a surge is no problem; False where that was known, or it has become one."""
    unsettled = (_a.settled_at.is_(None), _a.problem.is_(None))
    return changed(session.execute(update(alarms).where(*_is(workspace, key), *unsettled).values(settled_at=at))) == 1


def join(session: Session, workspace: str, key: str, problem: int) -> None:
    """Note under which problem the tickets of a surge were joined."""
    session.execute(update(alarms).where(*_is(workspace, key)).values(problem=problem))


def is_settled(session: Session, workspace: str, key: str) -> bool:
    """Whether somebody has said that a surge is no problem, or it is not known any more."""
    query = select(_a.settled_at).where(*_is(workspace, key))
    row = session.execute(query).first()
    return row is None or row.settled_at is not None


def _is(workspace: str, key: str) -> tuple[Any, Any]:
    return _a.workspace == workspace, _a.key == key


def _alarm(row: RowMapping) -> Alarm:
    return Alarm(**{name: row[name] for name in _NAMES} | {"tickets": tuple(row["tickets"])})
