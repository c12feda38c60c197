"""Every ticket's chain in a row, for proving them: read as it comes, so that a million events take little memory."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from sqlalchemy import Text, case, cast, select
from sqlalchemy.orm import Session

from complaints.chain import Entry, Head
from complaints.lifecycle import Event
from complaints.verification import Kept
from storage.tables import counters, tickets, timeline

PORTION = 1000
"""Rows that are in memory at once."""

_k, _t = tickets.c, timeline.c
_ALL = (
    select(
        _k.number, _k.chain_length, _k.chain_head, _k.erased_at.label("ticket_erased_at"),
        case((_t.position == 1, _k.verbatim)).label("words"), _t.position, _t.at, _t.actor, _t.kind,
        cast(_t.data, Text).label("data"), _t.salt, _t.digest, _t.link, _t.erased_at,
    )
    .select_from(tickets.outerjoin(timeline, (_t.workspace == _k.workspace) & (_t.ticket == _k.number)))
    .order_by(_k.number, _t.position)
)  # fmt: skip


def unmoved(session: Session) -> None:
    """Let everything that this transaction reads be as of one moment; to be said before it reads anything."""
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def given_out(session: Session, workspace: str) -> int:
    """How many ticket numbers have been given out."""
    query = select(counters.c.value).where(counters.c.workspace == workspace, counters.c.name == "ticket")
    return session.scalar(query) or 0


def everything(session: Session, workspace: str) -> Iterator[tuple[Kept, list[Entry]]]:
    """Every ticket with its events, in the order of their numbers."""
    query = _ALL.where(_k.workspace == workspace).execution_options(yield_per=PORTION)
    for number, rows in groupby(session.execute(query), key=lambda row: int(row.number)):
        several = list(rows)
        first = several[0]
        head = Head(first.chain_length, first.chain_head or "") if first.chain_length is not None else None
        words = first.words if first.ticket_erased_at is None else None
        yield Kept(number, head, words), [_entry(row) for row in several if row.position is not None]


def _entry(row: Any) -> Entry:
    event = Event(row.kind, row.actor, row.at, _data(row.data))
    return Entry(row.position, event, row.salt, row.digest, row.link, row.erased_at)


def _data(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    # What is no object was never written by us; this can't be either, and so is found to be changed.
    return found if isinstance(found, dict) else {"": text}
