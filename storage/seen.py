"""Which events and messages have been dealt with."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import and_, delete, or_, select, update
from sqlalchemy.orm import Session

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


def forget_events(session: Session, workspace: str, before: datetime) -> None:
    """Drop the event ids noted before a moment; the keys of messages that made a ticket stay."""
    passing = or_(seen.c.ticket.is_(None), seen.c.key.startswith(LATELY))
    session.execute(delete(seen).where(and_(seen.c.workspace == workspace, passing, seen.c.at < before)))
