"""The timeline of each ticket: only ever appended to, each event linked to the one before (complaints.chain)."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, bindparam, func, insert, select, update
from sqlalchemy.orm import Session

from complaints.chain import Entry, Head, genesis, kept, linked
from complaints.lifecycle import Event
from storage import many
from storage.tables import tickets, timeline

SALT_BYTES = 16
BATCH = 100
"""How many tickets one statement asks for: of ten thousand SQLite would rather read all than look up five hundred."""

_before = timeline.alias("before")
_LAST = (
    select(func.max(_before.c.position))
    .where(_before.c.workspace == tickets.c.workspace, _before.c.ticket == tickets.c.number)
    .correlate(tickets)
    .scalar_subquery()
)
_ENDS = (
    select(tickets.c.number, tickets.c.chain_length, tickets.c.chain_head, timeline.c.position, timeline.c.link)
    .select_from(tickets)
    .outerjoin(
        timeline,
        (timeline.c.workspace == tickets.c.workspace)
        & (timeline.c.ticket == tickets.c.number)
        & (timeline.c.position == _LAST),
    )
    .where(tickets.c.workspace == bindparam("of_workspace"), tickets.c.number.in_(bindparam("numbers", expanding=True)))
)
_NOTE = (
    update(tickets)
    .where(tickets.c.workspace == bindparam("of_workspace"), tickets.c.number == bindparam("of_number"))
    .values(chain_length=bindparam("new_length"), chain_head=bindparam("new_head"))
)
_LINK = (
    update(timeline)
    .where(
        timeline.c.workspace == bindparam("of_workspace"), timeline.c.ticket == bindparam("of_ticket"),
        timeline.c.position == bindparam("of_position"),
    )
    .values(salt=bindparam("new_salt"), digest=bindparam("new_digest"), link=bindparam("new_link"))
)  # fmt: skip
_READ = (
    select(timeline)
    .where(timeline.c.workspace == bindparam("of_workspace"), timeline.c.ticket == bindparam("of_ticket"))
    .order_by(timeline.c.position)
)


@dataclass(frozen=True, slots=True)
class Chained:
    """Events that are linked to their tickets' chains but not written yet, and where the chains end with them."""

    rows: list[dict[str, Any]]
    heads: dict[int, Head]


def begun(workspace: str, events: Mapping[int, Sequence[Event]]) -> Chained:
    """The first events of tickets that are new, linked; `write` them once the tickets are saved with their heads."""
    return _chained(workspace, events, {number: genesis(workspace, number) for number in events})


def following(session: Session, workspace: str, events: Mapping[int, Sequence[Event]]) -> Chained:
    """More events of tickets whose rows are locked, linked; `write` them, and save the heads with the tickets."""
    return _chained(workspace, events, _heads(session, workspace, [number for number in events if events[number]]))


def write(session: Session, chained: Chained) -> None:
    """Add linked events at the ends of their timelines."""
    many.execute(session, _WRITE, chained.rows)


_WRITE = insert(timeline)


def append(session: Session, workspace: str, number: int, events: Sequence[Event]) -> None:
    """Add events at the end of a ticket's timeline, and note its new head; the ticket's row must be locked."""
    append_all(session, workspace, {number: events} if events else {})


def append_all(session: Session, workspace: str, events: Mapping[int, Sequence[Event]]) -> None:
    """Add events at the ends of the timelines of several tickets, whose rows must be locked, and note the heads."""
    chained = following(session, workspace, events)
    write(session, chained)
    note_heads(session, workspace, chained.heads)


def note_heads(session: Session, workspace: str, heads: Mapping[int, Head]) -> None:
    """Note in the tickets where their chains end, so that a tail that is cut off is missed."""
    if heads:
        rows = [
            {"of_workspace": workspace, "of_number": number, "new_length": head.length, "new_head": head.link}
            for number, head in heads.items()
        ]
        session.connection().execute(_NOTE, rows)


def read(session: Session, workspace: str, number: int) -> list[Event]:
    """The events of a ticket, first to last."""
    return [entry.event for entry in entries(session, workspace, number)]


def entries(session: Session, workspace: str, number: int) -> list[Entry]:
    """The events of a ticket with their links, first to last."""
    rows = session.execute(_READ, {"of_workspace": workspace, "of_ticket": number}).mappings()
    return [entry_of(row) for row in rows]


def entry_of(row: RowMapping) -> Entry:
    """The event in a row, with its link."""
    event = Event(row["kind"], row["actor"], row["at"], row["data"])
    return Entry(row["position"], event, row["salt"], row["digest"], row["link"], row["erased_at"])


def link_older(session: Session, workspace: str, number: int) -> Head:
    """Link what an older Golddust wrote at the end of a ticket's timeline; where the chain ends then.

    Only the tail is linked: what lost its link before others that have one stays for `golddust verify` to name.
    """
    found = entries(session, workspace, number)
    whole = max((place for place, entry in enumerate(found, start=1) if entry.link is not None), default=0)
    last = found[whole - 1] if whole else None
    head = Head(last.position, last.link or "") if last else genesis(workspace, number)
    rows = []
    for entry in found[whole:]:
        new = linked(workspace, number, replace(head, length=entry.position - 1), entry.event, next(_salts(1)))
        head = Head(new.position, new.link or "")
        rows.append(
            {"of_workspace": workspace, "of_ticket": number, "of_position": new.position, "new_salt": new.salt,
             "new_digest": new.digest, "new_link": new.link}
        )  # fmt: skip
    if rows:
        session.connection().execute(_LINK, rows)
        note_heads(session, workspace, {number: head})
    return head


def unlinked(session: Session, after: tuple[str, int], limit: int) -> list[tuple[str, int]]:
    """Up to `limit` tickets (workspace and number) after one that have events without a link, in their order."""
    place = (timeline.c.workspace, timeline.c.ticket)
    later = (timeline.c.workspace > after[0]) | ((timeline.c.workspace == after[0]) & (timeline.c.ticket > after[1]))
    query = select(*place).where(timeline.c.link.is_(None), later).distinct().order_by(*place).limit(limit)
    return [(workspace, number) for workspace, number in session.execute(query)]


def erase(session: Session, workspace: str, number: int, changed: Sequence[Entry], at: datetime) -> None:
    """Keep only what is left of these events: their salt goes, so that nobody can guess what their digest covers."""
    if changed:
        rows = [
            {"of_workspace": workspace, "of_ticket": number, "of_position": entry.position,
             "new_actor": entry.event.actor, "new_data": dict(entry.event.data), "new_erased_at": at}
            for entry in changed
        ]  # fmt: skip
        session.connection().execute(_ERASE, rows)


_ERASE = (
    update(timeline)
    .where(
        timeline.c.workspace == bindparam("of_workspace"), timeline.c.ticket == bindparam("of_ticket"),
        timeline.c.position == bindparam("of_position"),
    )
    .values(
        actor=bindparam("new_actor"), data=bindparam("new_data"), erased_at=bindparam("new_erased_at"), salt=None
    )
)  # fmt: skip


def _heads(session: Session, workspace: str, numbers: Sequence[int]) -> dict[int, Head]:
    heads: dict[int, Head] = {}
    for start in range(0, len(numbers), BATCH):
        of = {"of_workspace": workspace, "numbers": list(numbers[start : start + BATCH])}
        for number, length, noted, position, link in session.execute(_ENDS, of).all():
            if position is not None and link is None:
                heads[number] = link_older(session, workspace, number)
            elif length is not None and length > (position or 0):
                heads[number] = Head(length, noted)  # its tail was cut off: the gap stays for all to see
            else:
                heads[number] = Head(position, link) if position else genesis(workspace, number)
    return heads


def _chained(workspace: str, events: Mapping[int, Sequence[Event]], heads: dict[int, Head]) -> Chained:
    rows = []
    salts = _salts(sum(len(events[number]) for number in heads))
    for number, head in heads.items():
        for event in events[number]:
            stored = Event(event.kind, event.actor, event.at, kept(event.data))
            new = linked(workspace, number, head, stored, next(salts))
            heads[number] = head = Head(new.position, new.link or "")
            rows.append(_row(workspace, number, new))
    return Chained(rows, heads)


def _row(workspace: str, number: int, entry: Entry) -> dict[str, Any]:
    event = entry.event
    return {
        "workspace": workspace, "ticket": number, "position": entry.position, "at": event.at, "actor": event.actor,
        "kind": event.kind, "data": event.data, "salt": entry.salt, "digest": entry.digest, "link": entry.link,
    }  # fmt: skip


def _salts(count: int) -> Iterator[str]:
    """So many salts; the system is asked once for all of them."""
    drawn = secrets.token_hex(SALT_BYTES * count)
    return (drawn[start : start + 2 * SALT_BYTES] for start in range(0, len(drawn), 2 * SALT_BYTES))
