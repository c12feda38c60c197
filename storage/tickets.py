"""Saving and finding tickets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import BindParameter, ColumnElement, bindparam, func, insert, or_, select, update
from sqlalchemy.orm import Session

from complaints.errors import StaleTicket, UnknownTicket
from complaints.ticket import State, Ticket
from storage.counters import advance
from storage.once import changed
from storage.rows import row_of, ticket_of
from storage.tables import ORPHANED, tickets

JUDGED = ("holder", "taken", "acted_at", "next_nudge_at")
"""The columns that judging a ticket may change."""

_FOUND = select(tickets).where(
    tickets.c.workspace == bindparam("of_workspace"), tickets.c.number == bindparam("of_number")
)
_LOCKED = _FOUND.with_for_update()
_ADD = insert(tickets)
_OPEN = tickets.c.state.in_([state.value for state in State if state is not State.CLOSED])


def next_number(session: Session, workspace: str) -> int:
    """A ticket number that has never been given out in this workspace."""
    return advance(session, workspace, "ticket")


def add(session: Session, workspace: str, ticket: Ticket) -> Ticket:
    """Save a new ticket; returns it with its version, 1."""
    first = replace(ticket, version=1)
    session.execute(_ADD, {"workspace": workspace, **row_of(first)})
    return first


def save(session: Session, workspace: str, ticket: Ticket) -> Ticket:
    """Save a changed ticket; raises StaleTicket when somebody else has saved it since it was loaded."""
    following = replace(ticket, version=ticket.version + 1)
    row = row_of(following)
    # The source and the first words never change; the permalink is recorded on its own.
    for fixed in ("number", "verbatim", "permalink", *(name for name in row if name.startswith("source_"))):
        del row[fixed]
    result = session.execute(
        update(tickets).where(_is(workspace, ticket.number), tickets.c.version == ticket.version).values(**row)
    )
    if changed(result) != 1:
        raise StaleTicket(ref=ticket.ref)
    return following


def save_judged(session: Session, workspace: str, judged: Sequence[Ticket]) -> None:
    """Save what judging changes of tickets that are locked: who holds them, the steps taken, the next look."""
    if not judged:
        return
    rows = [row_of(ticket) for ticket in judged]
    values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in JUDGED}
    values["version"] = tickets.c.version + 1
    session.connection().execute(
        update(tickets).where(_is(workspace, bindparam("judged_number"))).values(values),
        [{"judged_number": row["number"], **{f"new_{name}": row[name] for name in JUDGED}} for row in rows],
    )


def load(session: Session, workspace: str, number: int, *, lock: bool = False) -> Ticket:
    """The ticket of this number; raises UnknownTicket. `lock` keeps others from changing it until the commit."""
    found = find(session, workspace, number, lock=lock)
    if found is None:
        raise UnknownTicket(ref=f"C-{number}")
    return found


def find(session: Session, workspace: str, number: int, *, lock: bool = False) -> Ticket | None:
    """The ticket of this number, or None."""
    query = _LOCKED if lock else _FOUND
    row = session.execute(query, {"of_workspace": workspace, "of_number": number}).mappings().first()
    return ticket_of(row) if row else None


def of_numbers(session: Session, workspace: str, numbers: Sequence[int]) -> dict[int, Ticket]:
    """The tickets of these numbers, as far as there are any."""
    query = select(tickets).where(tickets.c.workspace == workspace, tickets.c.number.in_(numbers))
    return {row["number"]: ticket_of(row) for row in session.execute(query).mappings()}


def due(session: Session, workspace: str, now: datetime, limit: int) -> list[Ticket]:
    """Up to `limit` tickets whose next nudge is due, longest due first; others' locked rows are passed over."""
    query = (
        select(tickets)
        .where(tickets.c.workspace == workspace, tickets.c.next_nudge_at <= now)
        .order_by(tickets.c.next_nudge_at, tickets.c.holder)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return [ticket_of(row) for row in session.execute(query).mappings()]


def next_due_at(session: Session, workspace: str) -> datetime | None:
    """When the first nudge of the workspace is due, or None."""
    found: datetime | None = session.scalar(
        select(func.min(tickets.c.next_nudge_at)).where(tickets.c.workspace == workspace)
    )
    return found


def orphans(session: Session, workspace: str, limit: int) -> list[Ticket]:
    """Open tickets without a next nudge: nobody would ever be reminded of them."""
    # The order leads SQLite to the index of the orphans, of which there are none, away from that of the closed ones.
    query = select(tickets).where(tickets.c.workspace == workspace, ORPHANED).order_by(tickets.c.number)
    return [ticket_of(row) for row in session.execute(query.limit(limit)).mappings()]


def waiting_for(session: Session, workspace: str, number: int) -> list[Ticket]:
    """The tickets that are blocked by this ticket, locked."""
    # Sorted here: asked to sort, SQLite would read the whole table in that order.
    query = select(tickets).where(tickets.c.workspace == workspace, tickets.c.waits_for == number)
    rows = session.execute(query.with_for_update()).mappings()
    return sorted((ticket_of(row) for row in rows), key=lambda ticket: ticket.number)


def look_again(session: Session, workspace: str, numbers: Sequence[int], at: datetime) -> None:
    """Let these open tickets be judged at `at`, unless they are due earlier anyway."""
    later = (tickets.c.workspace == workspace, tickets.c.number.in_(numbers), tickets.c.next_nudge_at > at)
    session.execute(update(tickets).where(*later).values(next_nudge_at=at))


def look_at_all(session: Session, workspace: str, at: datetime) -> None:
    """Let every open ticket be judged at `at`, unless it is due earlier anyway."""
    later = (tickets.c.workspace == workspace, tickets.c.next_nudge_at > at, _OPEN)
    session.execute(update(tickets).where(*later).values(next_nudge_at=at))


def held_by(session: Session, workspace: str, people: Sequence[str]) -> list[int]:
    """The numbers of the open tickets on which it is the move of any of these people, locked."""
    query = select(tickets.c.number).where(tickets.c.workspace == workspace, tickets.c.holder.in_(people), _OPEN)
    return list(session.scalars(query.order_by(tickets.c.number).with_for_update()))


def said_in(session: Session, workspace: str, platform: str, conversation: str, message: str) -> int | None:
    """The number of the ticket whose complaint is this message, or None."""
    return _newest_said(session, workspace, platform, conversation, tickets.c.source_message == message)


def said_under(session: Session, workspace: str, platform: str, conversation: str, thread: str) -> int | None:
    """The number of the ticket whose complaint started this thread, else of the newest one said in it, or None."""
    where = (session, workspace, platform, conversation)
    return said_in(*where, thread) or _newest_said(*where, tickets.c.source_thread == thread)


def _newest_said(
    session: Session, workspace: str, platform: str, conversation: str, place: ColumnElement[bool]
) -> int | None:
    found: int | None = session.scalar(
        select(func.max(tickets.c.number)).where(
            tickets.c.workspace == workspace,
            tickets.c.source_platform == platform,
            tickets.c.source_conversation == conversation,
            place,
        )
    )
    return found


def open_by_owner(session: Session, workspace: str, owners: Sequence[str]) -> dict[str, int]:
    """How many open tickets each of these people owns."""
    query = (
        select(tickets.c.owner, func.count())
        .where(tickets.c.workspace == workspace, tickets.c.owner.in_(owners), _OPEN)
        .group_by(tickets.c.owner)
    )
    return dict(session.execute(query).all())


def last_owner(session: Session, workspace: str, team: str) -> str | None:
    """Who owns the newest ticket of a team, for taking turns; None before the first."""
    of_team = select(tickets.c.owner).where(tickets.c.workspace == workspace, tickets.c.team == team)
    found: str | None = session.scalar(of_team.order_by(tickets.c.number.desc()).limit(1))
    return found


def record_permalink(session: Session, workspace: str, number: int, permalink: str) -> None:
    """Keep the address of the message in which the complaint was said."""
    session.execute(update(tickets).where(_is(workspace, number)).values(permalink=permalink))


def page(
    session: Session,
    workspace: str,
    which: Literal["held", "reported", "team", "open", "all"],
    person: str = "",
    *,
    teams: Sequence[str] = (),
    limit: int,
    offset: int = 0,
) -> tuple[list[Ticket], int]:
    """One page of tickets and how many there are in all.

    `held` are those on which it is this person's move, most urgent first; `reported` those they reported, newest
    first; `team` the open ones of `teams`; `open` and `all` are everybody's, newest first.
    """
    where: list[ColumnElement[bool]] = [tickets.c.workspace == workspace]
    order: tuple[Any, ...] = (tickets.c.number.desc(),)
    if which == "held":
        where += [or_(tickets.c.holder == person, tickets.c.owner == person), _OPEN]
        order = ((tickets.c.holder == person).desc(), tickets.c.next_nudge_at, tickets.c.number)
    elif which == "reported":
        where.append(tickets.c.reporter == person)
    elif which == "team":
        where += [tickets.c.team.in_(teams), _OPEN]
    elif which == "open":
        where.append(_OPEN)
    rows = session.execute(select(tickets).where(*where).order_by(*order).limit(limit).offset(offset)).mappings()
    total = session.scalar(select(func.count()).select_from(tickets).where(*where)) or 0
    return [ticket_of(row) for row in rows], total


def everything(session: Session, workspace: str) -> Sequence[Ticket]:
    """All tickets in the order of their numbers, read in portions."""
    query = select(tickets).where(tickets.c.workspace == workspace).order_by(tickets.c.number)
    result = session.execute(query.execution_options(yield_per=500))
    return [ticket_of(row) for row in result.mappings()]


def rename_reporter(session: Session, workspace: str, old: str, new: str) -> None:
    """Give the tickets of an account to the person that the account has turned out to be."""
    for column in (tickets.c.reporter, tickets.c.holder):
        session.execute(
            update(tickets).where(tickets.c.workspace == workspace, column == old).values({column.name: new})
        )


def _is(workspace: str, number: int | BindParameter[Any]) -> ColumnElement[bool]:
    return (tickets.c.workspace == workspace) & (tickets.c.number == number)
