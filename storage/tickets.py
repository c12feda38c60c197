"""Saving and finding tickets."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import BindParameter, ColumnElement, bindparam, func, insert, or_, select, update
from sqlalchemy.orm import Session

from complaints.chain import Head
from complaints.errors import StaleTicket, UnknownTicket
from complaints.ticket import Kind, State, Ticket
from storage import many
from storage.counters import advance
from storage.once import changed
from storage.rows import row_of, taken_of, ticket_of
from storage.tables import ORPHANED, tickets

NO_HEADS: Mapping[int, Head] = {}

_FOUND = select(tickets).where(
    tickets.c.workspace == bindparam("of_workspace"), tickets.c.number == bindparam("of_number")
)
_LOCKED = _FOUND.with_for_update()
_ADD = insert(tickets)
_JUDGE = (
    update(tickets)
    .where(tickets.c.workspace == bindparam("of_workspace"), tickets.c.number == bindparam("of_number"))
    .values(
        taken=bindparam("new_taken"), next_nudge_at=bindparam("new_next_nudge_at"), version=tickets.c.version + 1,
        chain_length=func.coalesce(bindparam("new_length"), tickets.c.chain_length),
        chain_head=func.coalesce(bindparam("new_head"), tickets.c.chain_head),
    )
)  # fmt: skip
"""What judging a ticket may change."""
_MOVE = (
    update(tickets)
    .where(tickets.c.workspace == bindparam("of_workspace"), tickets.c.number == bindparam("of_number"))
    .values(holder=bindparam("new_holder"), acted_at=bindparam("new_acted_at"))
)
"""What judging one may change besides where somebody else holds it by now: three indexes, so only there."""
_DUE = (
    select(tickets)
    .where(tickets.c.workspace == bindparam("of_workspace"), tickets.c.next_nudge_at <= bindparam("now"))
    .order_by(tickets.c.next_nudge_at, tickets.c.holder)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_OPEN = tickets.c.state.in_([state.value for state in State if state is not State.CLOSED])

_COUNTED = (
    select(tickets.c.owner, func.count())
    .where(
        tickets.c.workspace == bindparam("of_workspace"),
        tickets.c.owner.in_(bindparam("of_owners", expanding=True)),
        _OPEN,
    )
    .group_by(tickets.c.owner)
)
_NEWEST = (
    select(tickets.c.owner)
    .where(
        tickets.c.workspace == bindparam("of_workspace"),
        tickets.c.team == bindparam("of_team"),
        tickets.c.kind == Kind.COMPLAINT.value,
    )
    .order_by(tickets.c.number.desc())
    .limit(1)
)


def next_numbers(session: Session, workspace: str, count: int) -> range:
    """So many ticket numbers that have never been given out in this workspace, in order."""
    last = advance(session, workspace, "ticket", count)
    return range(last - count + 1, last + 1)


def add(session: Session, workspace: str, ticket: Ticket) -> Ticket:
    """Save a new ticket; returns it with its version, 1."""
    return add_all(session, workspace, [ticket])[0]


def add_all(
    session: Session, workspace: str, new: Sequence[Ticket], heads: Mapping[int, Head] = NO_HEADS
) -> list[Ticket]:
    """Save new tickets with the heads of their timelines; returns them with their version, 1."""
    first = [ticket if ticket.version == 1 else replace(ticket, version=1) for ticket in new]
    rows = [{"workspace": workspace, **row_of(ticket), **_chain(heads.get(ticket.number))} for ticket in first]
    many.execute(session, _ADD, rows)
    return first


def save(session: Session, workspace: str, ticket: Ticket, head: Head | None = None) -> Ticket:
    """Save a changed ticket; raises StaleTicket when somebody else has saved it since it was loaded.

    `head` is where its timeline ends from now on; without it that stays as it is.
    """
    following = replace(ticket, version=ticket.version + 1)
    row = row_of(following) | (_chain(head) if head else {})
    # The source and the first words never change; the permalink is recorded on its own.
    for fixed in ("number", "verbatim", "permalink", *(name for name in row if name.startswith("source_"))):
        del row[fixed]
    result = session.execute(
        update(tickets).where(_is(workspace, ticket.number), tickets.c.version == ticket.version).values(**row)
    )
    if changed(result) != 1:
        raise StaleTicket(ref=ticket.ref)
    return following


def save_judged(
    session: Session, workspace: str, judged: Sequence[Ticket], heads: Mapping[int, Head], moved: Collection[int]
) -> None:
    """Save what judging changes of tickets that are locked: the steps taken, the next look, and who holds them.

    `heads` are where the timelines of those that something happened to end from now on; `moved` are the numbers of
    those that somebody else holds by now.
    """
    rows = [
        {
            "of_workspace": workspace, "of_number": ticket.number, "new_taken": taken_of(ticket),
            "new_next_nudge_at": ticket.next_nudge_at, **_new_head(heads.get(ticket.number)),
        }
        for ticket in judged
    ]  # fmt: skip
    holders = [
        {"of_workspace": workspace, "of_number": ticket.number, "new_holder": ticket.holder,
         "new_acted_at": ticket.acted_at}
        for ticket in judged if ticket.number in moved
    ]  # fmt: skip
    many.execute(session, _JUDGE, rows)
    many.execute(session, _MOVE, holders)


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
    rows = session.execute(_DUE, {"of_workspace": workspace, "now": now, "most": limit})
    return [ticket_of(row) for row in rows.mappings()]


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


def has_orphan(session: Session, workspace: str) -> bool:
    """Whether there is an open ticket without a next nudge."""
    return session.scalar(_ORPHAN, {"of_workspace": workspace}) is not None


# Once SQLite has statistics it would go through all tickets, unless it is told the index.
_ORPHAN = (
    select(tickets.c.number)
    .where(tickets.c.workspace == bindparam("of_workspace"), ORPHANED)
    .limit(1)
    .with_hint(tickets, "INDEXED BY tickets_orphaned", "sqlite")
)


def waiting_for(session: Session, workspace: str, number: int) -> list[Ticket]:
    """The tickets that are blocked by this ticket, locked."""
    # Sorted here: asked to sort, SQLite would read the whole table in that order.
    query = select(tickets).where(tickets.c.workspace == workspace, tickets.c.waits_for == number)
    rows = session.execute(query.with_for_update()).mappings()
    return sorted((ticket_of(row) for row in rows), key=lambda ticket: ticket.number)


def numbers_of_parts(session: Session, workspace: str, number: int) -> list[int]:
    """Their numbers, in order."""
    query = select(tickets.c.number).where(tickets.c.workspace == workspace, tickets.c.parent == number)
    return sorted(session.scalars(query))


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
    return dict(session.execute(_COUNTED, {"of_workspace": workspace, "of_owners": list(owners)}).all())


def last_owner(session: Session, workspace: str, team: str) -> str | None:
    """Who owns the newest ticket of a team, for taking turns; None before the first."""
    found: str | None = session.scalar(_NEWEST, {"of_workspace": workspace, "of_team": team})
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


def _new_head(head: Head | None) -> dict[str, Any]:
    return {"new_length": head.length if head else None, "new_head": head.link if head else None}


def _chain(head: Head | None) -> dict[str, Any]:
    return {"chain_length": head.length if head else None, "chain_head": head.link if head else None}


def _is(workspace: str, number: int | BindParameter[Any]) -> ColumnElement[bool]:
    return (tickets.c.workspace == workspace) & (tickets.c.number == number)
