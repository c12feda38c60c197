"""Which events and messages have been dealt with."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import and_, bindparam, delete, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from complaints.errors import StaleTicket
from storage import many
from storage.once import changed, insert_once
from storage.tables import seen

LATELY = "lately:"
"""How keys begin that count for a short while only."""


def first_time(session: Session, workspace: str, key: str, at: datetime, ticket: int | None = None) -> bool:
    """Note a key; False when it was noted before, by whichever replica."""
    return insert_once(session, seen, workspace=workspace, key=key, ticket=ticket, at=at)


def first_lately(session: Session, workspace: str, key: str, at: datetime, since: datetime) -> bool:
    """Note a key; False when it was noted after `since`, by whichever replica."""
    if first_time(session, workspace, key, at):
        return True
    older = update(seen).where(seen.c.workspace == workspace, seen.c.key == key, seen.c.at < since)
    return changed(session.execute(older.values(at=at, ticket=None))) == 1


def attach(session: Session, workspace: str, key: str, ticket: int) -> None:
    """Note which ticket a key has led to."""
    session.execute(update(seen).where(seen.c.workspace == workspace, seen.c.key == key).values(ticket=ticket))


def forget(session: Session, workspace: str, key: str) -> None:
    """Drop a key, so that it counts as new."""
    session.execute(delete(seen).where(seen.c.workspace == workspace, seen.c.key == key))


def ticket_seen(session: Session, workspace: str, key: str) -> int | None:
    """The number of the ticket that a key belongs to, or None."""
    found: int | None = session.scalar(select(seen.c.ticket).where(seen.c.workspace == workspace, seen.c.key == key))
    return found


_TICKETS = select(seen.c.key, seen.c.ticket).where(
    seen.c.workspace == bindparam("of_workspace"), seen.c.key.in_(bindparam("of_keys", expanding=True))
)


_ADD = insert(seen)


def tickets_seen(session: Session, workspace: str, keys: Collection[str]) -> dict[str, int | None]:
    """Those of the keys that were noted before, each with the number of the ticket that it belongs to, if any."""
    return dict(session.execute(_TICKETS, {"of_workspace": workspace, "of_keys": list(keys)}).all())


def note_tickets(session: Session, workspace: str, found: Mapping[str, tuple[int, datetime]]) -> None:
    """Note keys with their tickets' numbers; raises StaleTicket where another replica has just noted one of them."""
    rows = [{"workspace": workspace, "key": key, "ticket": number, "at": at} for key, (number, at) in found.items()]
    try:
        many.execute(session, _ADD, rows)
    except IntegrityError:
        raise StaleTicket(ref="The ticket of this message") from None


def forget_events(session: Session, workspace: str, before: datetime) -> None:
    """Drop the event ids noted before a moment; the keys of messages that made a ticket stay."""
    passing = or_(seen.c.ticket.is_(None), seen.c.key.startswith(LATELY))
    session.execute(delete(seen).where(and_(seen.c.workspace == workspace, passing, seen.c.at < before)))
