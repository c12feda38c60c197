"""Many new tickets at once: the same rows as one by one, in a few statements."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from complaints.lifecycle import Event
from complaints.ticket import Ticket
from storage import timeline
from storage.once import insert_once
from storage.tables import counters, seen, tickets
from storage.tickets import add_all


def reserve(session: Session, workspace: str, count: int) -> int:
    """The first of `count` ticket numbers that have never been given out in this workspace.

    Until the commit no other transaction gets numbers, so what one has looked up meanwhile stays true for imports.
    """
    insert_once(session, counters, workspace=workspace, name="ticket", value=0)
    raised = update(counters).where(counters.c.workspace == workspace, counters.c.name == "ticket")
    last = session.scalar(raised.values(value=counters.c.value + count).returning(counters.c.value))
    return int(last or 0) - count + 1


def known(session: Session, workspace: str, keys: Sequence[str]) -> dict[str, tuple[int, str]]:
    """The numbers and words of the tickets that these lines made before, by each key of a line."""
    query = (
        select(seen.c.key, tickets.c.number, tickets.c.verbatim)
        .join(tickets, (tickets.c.workspace == seen.c.workspace) & (tickets.c.number == seen.c.ticket))
        .where(seen.c.workspace == workspace, seen.c.key.in_(keys))
    )
    return {key: (number, words) for key, number, words in session.execute(query)}


def note(session: Session, workspace: str, keys: Mapping[str, int], at: datetime) -> None:
    """Note keys of lines as seen, each with its ticket's number; none of them may have been noted before."""
    if keys:
        rows = [{"workspace": workspace, "key": key, "ticket": number, "at": at} for key, number in keys.items()]
        session.execute(insert(seen), rows)


def words_elsewhere(session: Session, workspace: str, platform: str, source: str) -> Iterator[str]:
    """The words of all tickets that came in through this platform from another source."""
    query = select(tickets.c.verbatim).where(
        tickets.c.workspace == workspace, tickets.c.source_platform == platform, tickets.c.source_workspace != source
    )
    yield from session.scalars(query.execution_options(yield_per=1000))


def add(session: Session, workspace: str, added: Sequence[tuple[Ticket, Sequence[Event]]]) -> None:
    """Save new tickets with the first lines of their timelines; `note` is for what they are known by."""
    chained = timeline.begun(workspace, {ticket.number: events for ticket, events in added})
    add_all(session, workspace, [ticket for ticket, _ in added], chained.heads)
    timeline.write(session, chained)
