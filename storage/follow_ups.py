"""When it is looked whether a cause came back after an action against it, and what was found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from complaints.cases import Window
from complaints.follow_ups import Complaint, Found
from complaints.ticket import Kind
from storage.cases import Place
from storage.tables import follow_ups, tickets

_f, _t = follow_ups.c, tickets.c
_FOUND = TypeAdapter(Found)


@dataclass(frozen=True, slots=True)
class FollowUp:
    """One look back: at which action, how many days after it was done."""

    action: int
    days: int
    done_at: datetime


@dataclass(frozen=True, slots=True)
class Looked:
    """What one look back found; `cause` is empty where none was given, `category` what was counted instead."""

    action: int
    words: str
    cause: str
    category: str
    found: Found


def put(session: Session, workspace: str, action: int, done_at: datetime, due: Mapping[int, datetime]) -> None:
    """Plan to look back at an action after so many days each; what was planned for it before is gone."""
    session.execute(delete(follow_ups).where(_f.workspace == workspace, _f.action == action))
    rows = [
        {"workspace": workspace, "action": action, "days": days, "done_at": done_at, "due_at": moment}
        for days, moment in due.items()
    ]
    if rows:
        session.execute(insert(follow_ups), rows)


def due(session: Session, workspace: str, now: datetime, limit: int) -> list[FollowUp]:
    """Up to `limit` looks that are due, longest due first; others' locked rows are passed over."""
    query = (
        select(_f.action, _f.days, _f.done_at)
        .where(_f.workspace == workspace, _f.looked_at.is_(None), _f.due_at <= now)
        .order_by(_f.due_at, _f.action)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return [FollowUp(*row) for row in session.execute(query)]


def next_due_at(session: Session, workspace: str) -> datetime | None:
    """When the first look of the workspace is due, or None."""
    query = select(func.min(_f.due_at)).where(_f.workspace == workspace, _f.looked_at.is_(None))
    found: datetime | None = session.scalar(query)
    return found


def looked(session: Session, workspace: str, action: int, days: int, at: datetime, found: Found | None) -> None:
    """Note that it was looked, and what was found; None where there was nothing to look for any more."""
    where = (_f.workspace == workspace, _f.action == action, _f.days == days)
    kept = None if found is None else _FOUND.dump_python(found, mode="json")
    session.execute(update(follow_ups).where(*where).values(looked_at=at, found=kept))


def between(session: Session, place: Place, window: Window) -> list[Looked]:
    """What the looks of a window found, the newest first; of the actions of these teams."""
    mine = (_f.workspace == place.workspace, _f.looked_at >= window.start, _f.looked_at < window.end)
    rows = {row.action: row for row in session.execute(select(_f.action, _f.found).where(*mine).order_by(_f.days))}
    columns = (_t.number, _t.verbatim, _t.words, _t.category, _t.team, _t.parent)
    query = select(*columns).where(place.tickets, _t.number.in_(rows)).order_by(_t.number.desc())
    actions = [row for row in session.execute(query) if rows[row.number].found is not None]
    causes = _causes(session, place.workspace, [row.parent for row in actions])
    return [
        Looked(
            row.number, row.words or row.verbatim, causes.get(row.parent, ""), row.category or row.team,
            _FOUND.validate_python(rows[row.number].found),
        )
        for row in actions
    ]  # fmt: skip


def complaints(session: Session, workspace: str, since: datetime, end: datetime) -> list[Complaint]:
    """The complaints captured after a moment and no later than another, with the causes that were given."""
    columns = (_t.number, _t.reporter, _t.captured_at, _t.team, _t.category, _t.resolution, _t.close_reason, _t.parent)
    lately = (_t.captured_at > since, _t.captured_at <= end, _t.kind == Kind.COMPLAINT.value)
    rows = session.execute(select(*columns).where(_t.workspace == workspace, *lately).order_by(_t.captured_at))
    return [Complaint(*row[:5], _cause(row[5]), *row[6:]) for row in rows]


def _causes(session: Session, workspace: str, numbers: list[int]) -> dict[int, str]:
    query = select(_t.number, _t.resolution).where(_t.workspace == workspace, _t.number.in_(numbers))
    return {number: _cause(resolution) for number, resolution in session.execute(query).all()}


def _cause(resolution: Mapping[str, str] | None) -> str:
    return str(resolution["root_cause"]) if resolution else ""
