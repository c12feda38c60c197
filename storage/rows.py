"""Turning tickets into rows and back."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import RowMapping

from complaints.severity import Severity
from complaints.ticket import (
    Attachment,
    Blocked,
    Clock,
    CloseReason,
    Kind,
    Promise,
    Resolution,
    Source,
    State,
    Taken,
    Ticket,
)
from storage.causes import digest_of

_NESTED: dict[str, TypeAdapter[Any]] = {
    "attachments": TypeAdapter(tuple[Attachment, ...]),
    "clocks": TypeAdapter(tuple[Clock, ...]),
    "blocked": TypeAdapter(Blocked | None),
    "promise": TypeAdapter(Promise | None),
    "resolution": TypeAdapter(Resolution | None),
    "taken": TypeAdapter(tuple[Taken, ...]),
    "reasons": TypeAdapter(tuple[str, ...]),
}
_MANY = {"attachments", "clocks", "taken", "reasons"}
_EMPTY = {name: adapter.validate_python([] if name in _MANY else None) for name, adapter in _NESTED.items()}
_PLAIN = tuple(field.name for field in fields(Ticket) if field.name not in {*_NESTED, "source"})


def row_of(ticket: Ticket) -> dict[str, Any]:
    """The columns of a ticket, without its workspace."""
    source, blocked, resolution = ticket.source, ticket.blocked, ticket.resolution
    row = {name: getattr(ticket, name) for name in _PLAIN}
    row.update({name: adapter.dump_python(getattr(ticket, name), mode="json") for name, adapter in _NESTED.items()})
    row.update(
        source_platform=source.platform, source_workspace=source.workspace, source_conversation=source.conversation,
        source_message=source.message, source_private=source.private,
        source_thread=source.thread, permalink=source.permalink,
        waits_for=int(blocked.what) if blocked is not None and blocked.by == "ticket" else None,
        cause=digest_of(resolution.root_cause) if resolution is not None else None,
    )  # fmt: skip
    return row


def taken_of(ticket: Ticket) -> list[dict[str, Any]]:
    """The column of the steps that were taken."""
    dumped: list[dict[str, Any]] = _NESTED["taken"].dump_python(ticket.taken, mode="json")
    return dumped


def ticket_of(row: RowMapping) -> Ticket:
    """The ticket in a row."""
    values = {name: row[name] for name in _PLAIN}
    for name, adapter in _NESTED.items():
        stored = row[name]
        values[name] = adapter.validate_python(stored) if stored else _EMPTY[name]
    values["kind"] = Kind(row["kind"])
    values["state"] = State(row["state"])
    values["severity"] = Severity(row["severity"])
    values["close_reason"] = CloseReason(row["close_reason"]) if row["close_reason"] else None
    values["source"] = Source(
        row["source_platform"], row["source_workspace"], row["source_conversation"], row["source_message"],
        row["permalink"], row["source_private"], row["source_thread"],
    )  # fmt: skip
    return Ticket(**values)
