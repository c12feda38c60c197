"""Many new tickets at once: the same rows as one by one, in a few statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from complaints.lifecycle import Event
from complaints.ticket import Ticket
from storage.once import insert_once
from storage.rows import row_of
from storage.tables import counters, seen, tickets, timeline


def reserve(session: Session, workspace: str, count: int) -> int:
    """The first of `count` ticket numbers that have never been given out in this workspace.

    Until the commit no other transaction gets numbers, so what one has looked up meanwhile stays true for imports.
    """
    insert_once(session, counters, workspace=workspace, name="ticket", value=0)
    raised = update(counters).where(counters.c.workspace == workspace, counters.c.name == "ticket")
    last = session.scalar(raised.values(value=counters.c.value + count).returning(counters.c.value))
    return int(last or 0) - count + 1


def known(session: Session, workspace: str, keys: Sequence[str]) -> dict[str, str]:
    """The words of the tickets that these messages made before, by the key of their source."""
    query = (
        select(seen.c.key, tickets.c.verbatim)
        .join(tickets, (tickets.c.workspace == seen.c.workspace) & (tickets.c.number == seen.c.ticket))
        .where(seen.c.workspace == workspace, seen.c.key.in_(keys))
    )
    return {key: words for key, words in session.execute(query)}


def add(session: Session, workspace: str, added: Sequence[tuple[Ticket, Sequence[Event]]], at: datetime) -> None:
    """Save new tickets with the first lines of their timelines, and note their sources as seen."""
    if not added:
        return
    session.execute(insert(tickets), [{"workspace": workspace, **row_of(replace(t, version=1))} for t, _ in added])
    session.execute(
        insert(seen), [{"workspace": workspace, "key": t.source.key, "ticket": t.number, "at": at} for t, _ in added]
    )
    session.execute(insert(timeline), [_line(workspace, t, step, e) for t, es in added for step, e in enumerate(es, 1)])


def _line(workspace: str, ticket: Ticket, position: int, event: Event) -> dict[str, object]:
    said = {key: value for key, value in event.data.items() if value not in (None, "")}
    return {
        "workspace": workspace, "ticket": ticket.number, "position": position, "at": event.at, "actor": event.actor,
        "kind": event.kind, "data": said,
    }  # fmt: skip
