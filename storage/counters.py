"""Numbers that only go up, such as the ticket numbers, and pointers of the rotas."""

from __future__ import annotations

from sqlalchemy import bindparam, update
from sqlalchemy.orm import Session

from storage.once import insert_once
from storage.tables import counters

_RAISE = (
    update(counters)
    .where(counters.c.workspace == bindparam("of_workspace"), counters.c.name == bindparam("of_name"))
    .values(value=counters.c.value + bindparam("by"))
    .returning(counters.c.value)
)


def advance(session: Session, workspace: str, name: str, by: int = 1) -> int:
    """The counter's value, raised by so much; two transactions never get the same one, nor those in between."""
    raised = {"of_workspace": workspace, "of_name": name, "by": by}
    value = session.scalar(_RAISE, raised)
    if value is None:
        insert_once(session, counters, workspace=workspace, name=name, value=0)
        value = session.scalar(_RAISE, raised)
    return int(value or 0)
