"""What digests are made of, in a few columnar queries: no words, and never one query a ticket."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from complaints.cases import Case, Kept, Received, Reopening, Window
from complaints.digest import HISTORY, TRIED_WITHIN, Standing, Tried
from complaints.summary import Quote
from complaints.ticket import Kind
from storage.tables import tickets, timeline

_t = tickets.c
_COLUMNS = (
    _t.number, _t.team, _t.category, _t.severity, _t.customer, _t.captured_at, _t.acknowledged_at, _t.resolved_at,
    _t.told_at, _t.closed_at, _t.close_reason,
)  # fmt: skip
_CLOSING = ("told", "closed", "withdrawn")
_OPEN = _t.closed_at.is_(None)


class Place(NamedTuple):
    """Whose tickets: the workspace, and the keys of the teams (none: all of them)."""

    workspace: str
    teams: tuple[str, ...] = ()

    @property
    def tickets(self) -> ColumnElement[bool]:
        """The condition for their tickets, of whatever kind."""
        of_workspace = _t.workspace == self.workspace
        return and_(of_workspace, _t.team.in_(self.teams)) if self.teams else of_workspace

    @property
    def complaints(self) -> ColumnElement[bool]:
        """The condition for what their customers complained about: what figures count."""
        return and_(self.tickets, _t.kind == Kind.COMPLAINT)


def load(session: Session, place: Place, window: Window, came_back: Mapping[int, tuple[Reopening, ...]]) -> list[Case]:
    """The tickets that were open at the start of a window, or came later; `came_back` is what `reopenings` found."""
    query = select(*_COLUMNS, _t.clocks).where(place.complaints, or_(_OPEN, _t.closed_at >= window.start))
    rows = session.execute(query).all()
    return [Case._make((*row[:-1], _kept(row[-1]), came_back.get(row[0], ()))) for row in rows]


def received(session: Session, place: Place, window: Window) -> list[Received]:
    """What was captured since the history of a window begins, and before its end."""
    columns = (
        _t.number, _t.captured_at, _t.category, _t.team, _t.customer, _t.close_reason, _t.reporter,
    )  # fmt: skip
    lately = (_t.captured_at >= window.end - HISTORY, _t.captured_at < window.end)
    query = select(*columns).where(place.complaints, *lately).order_by(_t.captured_at)
    return [Received._make(row) for row in session.execute(query).all()]


def reopenings(session: Session, place: Place) -> dict[int, tuple[Reopening, ...]]:
    """How often each ticket was closed and came back; whoever was reopened before its customer was told never was."""
    t = timeline.c
    came_back = select(t.ticket).where(t.workspace == place.workspace, t.kind == "reopened").distinct()
    theirs = select(_t.number).where(place.complaints)
    query = select(t.ticket, t.kind, t.at, t.data).where(
        t.workspace == place.workspace, t.kind.in_((*_CLOSING, "reopened")), t.ticket.in_(came_back)
    )
    query = query.where(t.ticket.in_(theirs))
    events: dict[int, list[Any]] = defaultdict(list)
    for row in session.execute(query.order_by(t.ticket, t.position)):
        events[row.ticket].append(row)
    return {number: tuple(_pairs(rows)) for number, rows in events.items()}


def standing(session: Session, place: Place) -> list[Standing]:
    """The open tickets, as the decisions see them."""
    query = select(
        _t.number, _t.team, _t.severity, _t.owner, _t.holder, _t.promise, _t.broken_promises, _t.bounces, _t.clocks,
        _t.taken,
    ).where(place.tickets, _OPEN)  # fmt: skip
    return [
        Standing(
            row.number, row.team, row.severity, row.owner, row.holder, row.promise is not None, row.broken_promises,
            row.bounces, _kept(row.clocks), tuple((one["step"], one["to"]) for one in row.taken),
        )
        for row in session.execute(query)
    ]  # fmt: skip


def tried(session: Session, place: Place, window: Window) -> list[Tried]:
    """What was done in the 90 days before a window's end about tickets whose cause was given."""
    since = window.end - TRIED_WITHIN
    # What was resolved since a moment is open still, or was closed since: the index knows those.
    lately = (or_(_OPEN, _t.closed_at >= since), _t.resolved_at >= since, _t.resolved_at < window.end)
    query = select(_t.number, _t.resolution, _t.captured_at, _t.resolved_at).where(place.complaints, *lately)
    return [
        Tried(number, found["root_cause"], found["done"], captured_at, resolved_at)
        for number, found, captured_at, resolved_at in session.execute(query).all()
        if found and found["root_cause"].strip()
    ]


def planned(session: Session, place: Place) -> list[datetime]:
    """By when each action is to be done that is not done yet."""
    query = select(_t.clocks).where(place.tickets, _OPEN, _t.kind == Kind.ACTION)
    return [clock.due_at for clocks in session.scalars(query) for clock in _kept(clocks) if clock.name == "resolve"]


def quote(session: Session, place: Place, numbers: Sequence[int], *, public: bool) -> Quote | None:
    """The words of the first of these tickets that has any; with `public` of those said where others heard them."""
    among: list[ColumnElement[bool]] = [place.complaints, _t.number.in_(numbers), _t.verbatim != ""]
    if public:
        among.append(_t.source_private.is_(False))
    place_of = {number: place for place, number in enumerate(numbers)}
    found = session.scalars(select(_t.number).where(*among)).all()
    if not found:
        return None
    first = min(found, key=lambda number: place_of[number])
    words = session.scalar(select(_t.verbatim).where(_t.workspace == place.workspace, _t.number == first))
    return Quote(first, words or "")


def _pairs(rows: Iterable[Any]) -> Iterable[Reopening]:
    closed: datetime | None = None
    for row in rows:
        if row.kind != "reopened":
            # What was closed before it was imported says when.
            given = row.data.get("closed_at")
            closed = datetime.fromisoformat(given) if given else row.at
        elif closed is not None:
            yield Reopening(closed, row.at)
            closed = None


def _kept(clocks: Iterable[Any]) -> tuple[Kept, ...]:
    """The clocks in a row, but for chances that may pass: those are no duty."""
    return tuple(
        Kept(
            clock["name"], datetime.fromisoformat(clock["started_at"]), datetime.fromisoformat(clock["due_at"]),
            datetime.fromisoformat(clock["stopped_at"]) if clock["stopped_at"] else None, clock["left"] is not None,
            clock["run"],
        )
        for clock in clocks
        if not (clock.get("regulation") or {}).get("optional")
    )  # fmt: skip
