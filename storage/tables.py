"""The tables; every row carries its workspace first, so that they can be partitioned by it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    Dialect,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.types import TypeDecorator


class Instant(TypeDecorator[datetime]):
    """An aware UTC moment: `timestamptz` on PostgreSQL, naive UTC where the database knows no zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The moment in UTC; a naive one is a mistake of ours."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        utc = value.astimezone(UTC)
        return utc if dialect.name == "postgresql" else utc.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The moment with its zone."""
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


metadata = MetaData()


def _workspace() -> Column[Any]:
    return Column("workspace", String(64), nullable=False)


_ORPHANED = text("next_nudge_at IS NULL AND state <> 'closed'")

tickets = Table(
    "tickets",
    metadata,
    _workspace(),
    Column("number", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("severity", String(16), nullable=False),
    Column("category", String(80)),
    Column("team", String(64), nullable=False),
    Column("owner", String(128)),
    Column("holder", String(128), nullable=False),
    Column("reporter", String(128), nullable=False),
    Column("customer", String(200)),
    Column("verbatim", Text, nullable=False),
    Column("words", Text),
    Column("attachments", JSON, nullable=False),
    Column("source_platform", String(16), nullable=False),
    Column("source_workspace", String(128), nullable=False),
    Column("source_conversation", String(256), nullable=False),
    Column("source_message", String(256), nullable=False),
    Column("source_private", Boolean, nullable=False),
    Column("source_thread", String(256)),
    Column("permalink", Text),
    Column("captured_at", Instant, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("acknowledged_at", Instant),
    Column("acknowledged_by", String(128)),
    Column("resolved_at", Instant),
    Column("resolved_by", String(128)),
    Column("told_at", Instant),
    Column("closed_at", Instant),
    Column("closed_by", String(128)),
    Column("close_reason", String(32)),
    Column("close_note", Text, nullable=False),
    Column("duplicate_of", Integer),
    Column("clocks", JSON, nullable=False),
    Column("blocked", JSON),
    Column("promise", JSON),
    Column("broken_promises", Integer, nullable=False),
    Column("resolution", JSON),
    Column("bounces", Integer, nullable=False),
    Column("taken", JSON, nullable=False),
    Column("next_nudge_at", Instant),
    Column("reasons", JSON, nullable=False),
    Column("policy_version", String(12), nullable=False),
    PrimaryKeyConstraint("workspace", "number"),
    Index("tickets_due", "workspace", "next_nudge_at"),
    Index("tickets_orphaned", "workspace", "number", sqlite_where=_ORPHANED, postgresql_where=_ORPHANED),
    Index("tickets_held", "workspace", "holder", "state"),
    Index("tickets_owned", "workspace", "owner", "state"),
    Index("tickets_reported", "workspace", "reporter", "number"),
    Index("tickets_of_team", "workspace", "team", "number"),
    Index("tickets_said", "workspace", "source_platform", "source_conversation", "source_message"),
    Index("tickets_said_in_thread", "workspace", "source_platform", "source_conversation", "source_thread"),
)

timeline = Table(
    "timeline",
    metadata,
    _workspace(),
    Column("ticket", Integer, nullable=False),
    Column("position", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    Column("actor", String(128), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("data", JSON, nullable=False),
    PrimaryKeyConstraint("workspace", "ticket", "position"),
    ForeignKeyConstraint(["workspace", "ticket"], ["tickets.workspace", "tickets.number"]),
)

seen = Table(
    "seen",
    metadata,
    _workspace(),
    Column("key", String(600), nullable=False),
    Column("ticket", Integer),
    Column("at", Instant, nullable=False),
    PrimaryKeyConstraint("workspace", "key"),
)
"""Events and messages that have been dealt with, so that the same one again changes nothing."""

counters = Table(
    "counters",
    metadata,
    _workspace(),
    Column("name", String(128), nullable=False),
    Column("value", Integer, nullable=False),
    PrimaryKeyConstraint("workspace", "name"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    _workspace(),
    Column("ticket", Integer),
    Column("audience", String(160), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("notice", JSON, nullable=False),
    Column("state", String(16), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("claimed_until", Instant),
    Column("attempts", Integer, nullable=False),
    Column("problem", Text),
    Column("receipt", JSON),
    Column("finished_at", Instant),
    Index("outbox_due", "state", "due_at"),
    Index("outbox_of_reader", "workspace", "audience", "state"),
    Index("outbox_of_ticket", "workspace", "ticket", "audience", "state"),
)
"""Notices on their way: waiting, claimed, sent, dropped (no longer wanted) or parked (an operator should look)."""

messages = Table(
    "messages",
    metadata,
    _workspace(),
    Column("platform", String(16), nullable=False),
    Column("conversation", String(256), nullable=False),
    Column("message", String(256), nullable=False),
    Column("ticket", Integer, nullable=False),
    Column("audience", String(160), nullable=False),
    Column("card", Boolean, nullable=False),
    Column("posted_at", Instant, nullable=False),
    PrimaryKeyConstraint("workspace", "platform", "conversation", "message"),
    Index("messages_of_ticket", "workspace", "ticket", "audience"),
)
"""Every message about a ticket, so that its thread can be followed; `card` marks those that are edited in place."""

accounts = Table(
    "accounts",
    metadata,
    _workspace(),
    Column("platform", String(16), nullable=False),
    Column("user", String(128), nullable=False),
    Column("person", String(128), nullable=False),
    Column("name", String(200), nullable=False),
    Column("email", String(320)),
    Column("zone", String(64)),
    Column("seen_at", Instant, nullable=False),
    PrimaryKeyConstraint("workspace", "platform", "user"),
    Index("accounts_of_person", "workspace", "person"),
)

leaves = Table(
    "leaves",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    _workspace(),
    Column("person", String(128), nullable=False),
    Column("start", Instant, nullable=False),
    Column("until", Instant, nullable=False),
    Column("deputy", String(128)),
    Index("leaves_until", "workspace", "until"),
)

references = Table(
    "references",
    metadata,
    _workspace(),
    Column("platform", String(16), nullable=False),
    Column("key", String(256), nullable=False),
    Column("reference", Text, nullable=False),
    Column("seen_at", Instant, nullable=False),
    PrimaryKeyConstraint("workspace", "platform", "key"),
    Index("references_seen", "workspace", "platform", "seen_at"),
)
"""Where a conversation, or the one with a person alone, is on a platform: what is needed to write there unasked."""

policy_versions = Table(
    "policy_versions",
    metadata,
    _workspace(),
    Column("version", String(12), nullable=False),
    Column("document", Text, nullable=False),
    Column("first_used_at", Instant, nullable=False),
    UniqueConstraint("workspace", "version"),
)
"""Every configuration that a ticket was decided under, word for word."""
