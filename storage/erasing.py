"""Finding what is to be erased, and overwriting it."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Text, cast, delete, or_, select, text, update
from sqlalchemy.orm import Session

from complaints.chain import erasure
from complaints.erasing import Left, worn
from complaints.ticket import Ticket
from storage import timeline as lines
from storage.history import IMPORTED
from storage.once import changed
from storage.rows import row_of, ticket_of
from storage.tables import bundles, messages, outbox, policy_versions, tickets, timeline

PORTION = 200
_k = tickets.c
_PEOPLE = ("owner", "holder", "reporter", "acknowledged_by", "resolved_by", "closed_by")
_REWRITTEN = (*_PEOPLE, "blocked", "taken", "reasons", "source_conversation")
_BLANK: dict[str, Any] = {
    "verbatim": "", "words": None, "customer": None, "attachments": [], "permalink": None, "close_note": "",
    "resolution": None, "reasons": [], "cause": None,
}  # fmt: skip


@contextmanager
def overwriting(session: Session) -> Iterator[None]:
    """Let SQLite overwrite with zeros what is deleted meanwhile; PostgreSQL lets go of it at its next VACUUM."""
    sqlite = session.get_bind().dialect.name == "sqlite"
    if sqlite:
        session.execute(text("PRAGMA secure_delete=ON"))
    try:
        yield
    finally:
        if sqlite:
            session.execute(text("PRAGMA secure_delete=OFF"))


def closed_before(session: Session, workspace: str, before: datetime, limit: int) -> list[int]:
    """Up to `limit` tickets closed before a moment whose words are still there, longest closed first, locked."""
    old = (_k.workspace == workspace, _k.closed_at < before, _k.erased_at.is_(None))
    query = select(_k.number).where(*old).order_by(_k.closed_at).limit(limit)
    return list(session.scalars(query.with_for_update(skip_locked=True)))


def blank(
    session: Session, workspace: str, numbers: Collection[int], at: datetime, people: Collection[str], nobody: str
) -> None:
    """Erase the words, names and files of tickets; dates and figures stay.

    `nobody` takes the place of a reporter whom an import knows by name only, and who is none of `people`.
    """
    these = (_k.workspace == workspace, _k.number.in_(numbers))
    for column in (_k.reporter, _k.holder):
        named = (_k.source_platform == IMPORTED, column.not_in(people))
        session.execute(update(tickets).where(*these, *named).values({column.name: nobody}))
    session.execute(update(tickets).where(*these).values(**_BLANK, erased_at=at, version=_k.version + 1))


def rewrite(session: Session, workspace: str, ticket: Ticket) -> None:
    """Save who a locked ticket is about, when a person has been forgotten."""
    row = row_of(ticket)
    values = {name: row[name] for name in _REWRITTEN} | {"version": ticket.version + 1}
    session.execute(update(tickets).where(_k.workspace == workspace, _k.number == ticket.number).values(values))


def wear(session: Session, workspace: str, number: int, left: Left, at: datetime, why: str) -> int:
    """Erase from a locked ticket's timeline what `left` takes away, and say so at its end; of how many events."""
    lines.link_older(session, workspace, number)
    entries = lines.entries(session, workspace, number)
    gone = {entry.position: entry for entry in worn(entries, left)}
    if gone:
        lines.erase(session, workspace, number, list(gone.values()), at)
        after = [gone.get(entry.position, entry) for entry in entries]
        erased = [entry for entry in after if entry.position in gone or entry.erased_at is not None]
        lines.append(session, workspace, number, [erasure(erased, at, why)])
    return len(gone)


def of_customer(session: Session, workspace: str, name: str) -> list[Ticket]:
    """The tickets of the customer of this name, in capitals or not, locked."""
    known = session.scalars(select(_k.customer).where(_k.workspace == workspace, _k.customer.is_not(None)).distinct())
    meant = [one for one in known if one and one.strip().casefold() == name.strip().casefold()]
    return _locked(session, workspace, _k.customer.in_(meant))


def of_numbers(session: Session, workspace: str, numbers: Collection[int]) -> list[Ticket]:
    """The tickets of these numbers, locked."""
    return _locked(session, workspace, _k.number.in_(numbers))


def everything_said(session: Session, workspace: str) -> Iterator[tuple[int, tuple[object, ...]]]:
    """All that was ever said about tickets, a ticket or an event at a time, with the ticket's number."""
    of_tickets = select(_k.number, _k.verbatim, _k.words, _k.close_note, _k.customer).where(_k.workspace == workspace)
    for number, *said in session.execute(of_tickets.execution_options(yield_per=PORTION)):
        yield number, tuple(said)
    of_events = select(timeline.c.ticket, timeline.c.data).where(timeline.c.workspace == workspace)
    for number, data in session.execute(of_events.execution_options(yield_per=PORTION)):
        yield number, tuple(data.values())


def involving(session: Session, workspace: str, keys: Collection[str], names: Collection[str]) -> list[Ticket]:
    """The tickets in whose row or timeline a person is named, locked."""
    found = or_(
        *(_k[name].in_(keys) for name in _PEOPLE),
        _k.source_conversation.in_(audiences(keys)),
        *(_has(_k[column], part) for column in ("taken", "blocked") for part in keys),
        *(_has(_k.reasons, part) for part in (*keys, *names)),
    )
    said = or_(timeline.c.actor.in_(keys), *(_has(timeline.c.data, part) for part in (*keys, *names)))
    theirs = select(timeline.c.ticket).where(timeline.c.workspace == workspace, said)
    return _locked(session, workspace, or_(found, _k.number.in_(theirs)))


def drop_notices(session: Session, workspace: str, ids: Sequence[int]) -> int:
    """Forget notices, and which messages show them; how many there were."""
    session.execute(delete(bundles).where(bundles.c.workspace == workspace, bundles.c.notice.in_(ids)))
    return changed(session.execute(delete(outbox).where(outbox.c.workspace == workspace, outbox.c.id.in_(ids))))


def drop_notices_about(session: Session, workspace: str, numbers: Collection[int]) -> int:
    """Forget the notices about tickets, and which messages show them; how many there were."""
    return _drop_notices(session, workspace, outbox.c.ticket.in_(numbers))


def drop_notices_to(session: Session, workspace: str, keys: Collection[str]) -> int:
    """Forget the notices to a person, and which messages show them; how many there were."""
    return _drop_notices(session, workspace, outbox.c.audience.in_(audiences(keys)))


def drop_messages_about(session: Session, workspace: str, numbers: Collection[int]) -> int:
    """Forget where messages about tickets are; how many there were."""
    return changed(
        session.execute(delete(messages).where(messages.c.workspace == workspace, messages.c.ticket.in_(numbers)))
    )


def drop_messages_to(session: Session, workspace: str, keys: Collection[str]) -> int:
    """Forget where messages are that a person got; how many there were."""
    return changed(
        session.execute(
            delete(messages).where(messages.c.workspace == workspace, messages.c.audience.in_(audiences(keys)))
        )
    )


def audiences(keys: Collection[str]) -> list[str]:
    """A person as those address them who write to them."""
    return [f"person:{key}" for key in keys]


def _drop_notices(session: Session, workspace: str, which: ColumnElement[bool]) -> int:
    found = session.scalars(select(outbox.c.id).where(outbox.c.workspace == workspace, which))
    return drop_notices(session, workspace, list(found))


def finished_before(session: Session, workspace: str, before: datetime, limit: int) -> list[int]:
    """Up to `limit` notices that were sent, or no longer wanted, before a moment."""
    done = (outbox.c.state.in_(("sent", "dropped")), outbox.c.due_at < before, outbox.c.finished_at < before)
    query = select(outbox.c.id).where(outbox.c.workspace == workspace, *done).limit(limit)
    return list(session.scalars(query.with_for_update(skip_locked=True)))


def notices(session: Session, workspace: str) -> Iterator[Any]:
    """All notices: id, ticket, audience, state, and what they say as stored."""
    columns = (outbox.c.id, outbox.c.ticket, outbox.c.audience, outbox.c.state, outbox.c.notice)
    query = select(*columns).where(outbox.c.workspace == workspace)
    yield from session.execute(query.execution_options(yield_per=PORTION))


def documents(session: Session, workspace: str) -> dict[str, str]:
    """Every configuration that was ever in force, by its version, as canonical JSON."""
    query = select(policy_versions.c.version, policy_versions.c.document)
    found = session.execute(query.where(policy_versions.c.workspace == workspace)).all()
    return {version: document for version, document in found}  # noqa: C416 - rows are no pairs to mypy


def rewrite_document(session: Session, workspace: str, version: str, document: str) -> None:
    """Put a configuration in the place of one that names somebody who is forgotten."""
    where = (policy_versions.c.workspace == workspace, policy_versions.c.version == version)
    session.execute(update(policy_versions).where(*where).values(document=document))


def _locked(session: Session, workspace: str, which: ColumnElement[bool]) -> list[Ticket]:
    query = select(tickets).where(_k.workspace == workspace, which).order_by(_k.number).with_for_update()
    return [ticket_of(row) for row in session.execute(query).mappings()]


def _has(column: ColumnElement[Any], part: str) -> ColumnElement[bool]:
    """Whether JSON holds a text, as it is written in JSON; it may be part of a longer one."""
    return cast(column, Text).contains(json.dumps(part)[1:-1], autoescape=True)
