"""Which events and messages have been dealt with."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from storage.once import insert_once
from storage.tables import seen


def first_time(session: Session, workspace: str, key: str, at: datetime, ticket: int | None = None) -> bool:
    """Note a key; False when it was noted before, by whichever replica."""
    return insert_once(session, seen, workspace=workspace, key=key, ticket=ticket, at=at)


def ticket_seen(session: Session, workspace: str, key: str) -> int | None:
    """The number of the ticket that a key belongs to, or None."""
    found: int | None = session.scalar(select(seen.c.ticket).where(seen.c.workspace == workspace, seen.c.key == key))
    return found


def forget_events(session: Session, workspace: str, before: datetime) -> None:
    """Drop the event ids noted before a moment; the keys of messages that made a ticket stay."""
    session.execute(delete(seen).where(seen.c.workspace == workspace, seen.c.ticket.is_(None), seen.c.at < before))
