"""What only a simulation does, on its own database: it gives tickets the numbers that they had, and skips notices."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from storage.once import insert_once
from storage.tables import counters, outbox


def number_next(session: Session, workspace: str, number: int) -> None:
    """Let the next ticket have this number."""
    if not insert_once(session, counters, workspace=workspace, name="ticket", value=number - 1):
        here = update(counters).where(counters.c.workspace == workspace, counters.c.name == "ticket")
        session.execute(here.values(value=number - 1))


def forget_others(session: Session, workspace: str, kinds: Sequence[str]) -> None:
    """Drop the waiting notices that are of none of these kinds."""
    others = (outbox.c.workspace == workspace, outbox.c.state == "waiting", outbox.c.kind.not_in(kinds))
    session.execute(delete(outbox).where(*others))
