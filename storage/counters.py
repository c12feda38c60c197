"""Numbers that only go up, such as the ticket numbers, and pointers of the rotas."""

from __future__ import annotations

from sqlalchemy import update
from sqlalchemy.orm import Session

from storage.once import insert_once
from storage.tables import counters


def advance(session: Session, workspace: str, name: str) -> int:
    """The counter's next value; two transactions never get the same one."""
    raised = update(counters).where(counters.c.workspace == workspace, counters.c.name == name)
    value = session.scalar(raised.values(value=counters.c.value + 1).returning(counters.c.value))
    if value is None:
        insert_once(session, counters, workspace=workspace, name=name, value=0)
        value = session.scalar(raised.values(value=counters.c.value + 1).returning(counters.c.value))
    return int(value or 0)
