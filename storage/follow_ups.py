"""When it is looked whether a cause came back after an action against it, and what was found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, and_, delete, func, insert, or_, select, update
from sqlalchemy.orm import Session

from complaints.cases import SET_ASIDE, Window
from complaints.follow_ups import Complaint, Found
from storage.cases import Place
from storage.causes import digest_of
from storage.tables import COMPLAINT, follow_ups, tickets

_f, _t = follow_ups.c, tickets.c
_FOUND = TypeAdapter(Found)
_COUNTS = and_(COMPLAINT, or_(_t.close_reason.is_(None), _t.close_reason.not_in(sorted(SET_ASIDE))))
"""What counts: a complaint that was not set aside."""


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


def counted(
    session: Session, workspace: str, cause: str, team: str, category: str | None, done_at: datetime, days: int
) -> Found:
    """What is found so many days after an action against a cause was done; the cause is empty where none was given."""
    length, digest = timedelta(days=days), digest_of(cause)
    complained = (_t.workspace == workspace, _COUNTS)
    alike = (*complained, _t.team == team, _t.category == category)
    since, before = (_within(done_at, done_at + length), _within(done_at - length, done_at))
    if digest is None:
        back, earlier = (_count(session, *alike, within) for within in (since, before))
        return Found("category", days, done_at, back, earlier)
    caused = (*complained, _t.cause == digest)
    back, earlier = (_count(session, *caused, within) for within in (since, before))
    return Found("cause", days, done_at, back, earlier, _count(session, *alike, since, _t.cause.is_(None)))


def concerned(
    session: Session, workspace: str, cause: str, parent: int, since: datetime, end: datetime, most: int
) -> list[Complaint]:
    """Whose cause it is: a ticket, its parts and what has the same cause, captured after a moment until another.

    The ticket itself comes first, then the newest; at most so many.
    """
    digest = digest_of(cause)
    own, parts = _t.number == parent, _t.parent == parent
    found = [_complaints(session, workspace, one, since, end, most) for one in (own, parts)]
    if digest is not None:
        found.append(_complaints(session, workspace, _t.cause == digest, since, end, most))
    once = {one.number: one for several in found for one in several}
    return sorted(once.values(), key=lambda one: (one.number == parent, one.captured_at), reverse=True)[:most]


def _complaints(
    session: Session, workspace: str, which: ColumnElement[bool], since: datetime, end: datetime, most: int
) -> list[Complaint]:
    columns = (_t.number, _t.reporter, _t.captured_at)
    where = (_t.workspace == workspace, which, _COUNTS, _t.captured_at > since, _t.captured_at <= end)
    query = select(*columns).where(*where).order_by(_t.captured_at.desc()).limit(most)
    return [Complaint._make(row) for row in session.execute(query)]


def _within(start: datetime, end: datetime) -> ColumnElement[bool]:
    """After the first moment and no later than the last."""
    return and_(_t.captured_at > start, _t.captured_at <= end)


def _count(session: Session, *where: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(tickets).where(*where)) or 0


def _causes(session: Session, workspace: str, numbers: list[int]) -> dict[int, str]:
    query = select(_t.number, _t.resolution).where(_t.workspace == workspace, _t.number.in_(numbers))
    return {number: _cause(resolution) for number, resolution in session.execute(query).all()}


def _cause(resolution: Mapping[str, str] | None) -> str:
    return str(resolution["root_cause"]) if resolution else ""
