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
    Float,
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

    def bind_processor(self, dialect: Dialect) -> Any:
        """The moment as SQLite keeps it, made without the detours of the general way: there are dozens in a ticket."""
        return _as_text if dialect.name == "sqlite" else super().bind_processor(dialect)

    def result_processor(self, dialect: Dialect, coltype: Any) -> Any:
        """The moment as SQLite kept it, read without detours: a digest reads a hundred thousand of them."""
        return _from_text if dialect.name == "sqlite" else super().result_processor(dialect, coltype)

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


def _from_text(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(f"{value}+00:00")


def _as_text(value: datetime | None) -> str | None:
    if value is None:
        return None
    if value.tzinfo is UTC:  # nearly always
        return value.isoformat(" ", "microseconds").removesuffix("+00:00")
    if value.tzinfo is None:
        raise ValueError(f"{value} has no time zone")
    return value.astimezone(UTC).isoformat(" ", "microseconds").removesuffix("+00:00")


metadata = MetaData()

INDEX_OF_WORDS = ("search", "tickets_search")
"""How the names begin of what the databases find words with: tables on SQLite, an index on PostgreSQL; not ours."""


def _workspace() -> Column[Any]:
    return Column("workspace", String(64), nullable=False)


ORPHANED = text("next_nudge_at IS NULL AND state <> 'closed'")
"""Word for word what the index is limited to: SQLite uses it for nothing else."""
UNERASED = text("erased_at IS NULL AND closed_at IS NOT NULL")
_WAITING = text("waits_for IS NOT NULL")
_PART = text("parent IS NOT NULL")
_PROBLEM = text("kind = 'problem'")
OF_SURGES = text("kind = 'surge'")
COMPLAINT = text("kind = 'complaint'")
"""Word for word what the indexes of causes are limited to, so that nothing else is led to them."""
_UNLOOKED = text("looked_at IS NULL")
UNTOLD = text("told_at IS NULL AND settled_at IS NULL AND shape = 'surge'")
UNLINKED = text("link IS NULL")
"""Word for word what the index is limited to, too."""

tickets = Table(
    "tickets",
    metadata,
    _workspace(),
    Column("number", Integer, nullable=False),
    Column("kind", String(16), nullable=False, server_default="complaint"),
    Column("parent", Integer),
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
    Column("waits_for", Integer),
    Column("promise", JSON),
    Column("broken_promises", Integer, nullable=False),
    Column("resolution", JSON),
    Column("bounces", Integer, nullable=False),
    Column("taken", JSON, nullable=False),
    Column("acted_at", Instant),
    Column("next_nudge_at", Instant),
    Column("reasons", JSON, nullable=False),
    Column("policy_version", String(12), nullable=False),
    Column("chain_length", Integer),
    Column("chain_head", String(64)),
    Column("erased_at", Instant),
    Column("due_at", Instant),
    Column("cause", String(32)),
    PrimaryKeyConstraint("workspace", "number"),
    Index("tickets_due_by_holder", "workspace", "next_nudge_at", "holder"),
    Index("tickets_orphaned", "workspace", "number", sqlite_where=ORPHANED, postgresql_where=ORPHANED),
    Index("tickets_waiting", "workspace", "waits_for", sqlite_where=_WAITING, postgresql_where=_WAITING),
    Index("tickets_to_erase", "workspace", "closed_at", sqlite_where=UNERASED, postgresql_where=UNERASED),
    Index("tickets_held", "workspace", "holder", "state"),
    Index("tickets_owned", "workspace", "owner", "state"),
    Index("tickets_reported", "workspace", "reporter", "number"),
    Index("tickets_of_team", "workspace", "team", "number"),
    Index("tickets_closed", "workspace", "closed_at"),
    Index(
        "tickets_arrived",
        "workspace",
        "captured_at",
        "kind",
        "category",
        "team",
        "customer",
        "close_reason",
        "reporter",
        "number",
    ),
    Index(
        "tickets_register",
        "workspace",
        "number",
        "state",
        "kind",
        "severity",
        "category",
        "team",
        "owner",
        "holder",
        "reporter",
        "customer",
        "captured_at",
        "due_at",
    ),
    Index("tickets_part", "workspace", "parent", sqlite_where=_PART, postgresql_where=_PART),
    Index("tickets_problems", "workspace", "number", sqlite_where=_PROBLEM, postgresql_where=_PROBLEM),
    Index(
        "tickets_caused",
        "workspace",
        "cause",
        "captured_at",
        "close_reason",
        sqlite_where=COMPLAINT,
        postgresql_where=COMPLAINT,
    ),
    Index(
        "tickets_alike",
        "workspace",
        "team",
        "category",
        "captured_at",
        "close_reason",
        "cause",
        sqlite_where=COMPLAINT,
        postgresql_where=COMPLAINT,
    ),
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
    Column("salt", String(32)),
    Column("digest", String(64)),
    Column("link", String(64)),
    Column("erased_at", Instant),
    PrimaryKeyConstraint("workspace", "ticket", "position"),
    Index("timeline_of_kind", "workspace", "kind", "ticket"),
    Index("timeline_unlinked", "workspace", "ticket", sqlite_where=UNLINKED, postgresql_where=UNLINKED),
    ForeignKeyConstraint(["workspace", "ticket"], ["tickets.workspace", "tickets.number"]),
)
"""What happened to each ticket, chained (complaints.chain); without a link only what an older Golddust wrote."""

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
    Column("uncertain_since", Instant),
    Column("insisted_at", Instant),
    Index("outbox_due", "workspace", "state", "due_at"),
    Index("outbox_of_reader", "workspace", "audience", "state"),
    Index("outbox_of_ticket", "workspace", "ticket", "audience", "state"),
    Index("outbox_of_surges", "workspace", "audience", sqlite_where=OF_SURGES, postgresql_where=OF_SURGES),
)
"""Notices on their way: waiting, claimed, sent, dropped (no longer wanted) or parked (an operator should look).

`uncertain_since` is when one was first sent without it being known whether it arrived; `insisted_at` is when an
operator said, after that, to send it all the same.
"""

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

bundles = Table(
    "bundles",
    metadata,
    _workspace(),
    Column("platform", String(16), nullable=False),
    Column("conversation", String(256), nullable=False),
    Column("message", String(256), nullable=False),
    Column("notice", Integer, nullable=False),
    Column("posted_at", Instant, nullable=False),
    PrimaryKeyConstraint("workspace", "platform", "conversation", "message"),
)
"""Every message that nudges somebody, about one ticket or several, and the notice that it shows."""

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

preferences = Table(
    "preferences",
    metadata,
    _workspace(),
    Column("person", String(128), nullable=False),
    Column("bundle_at", String(5)),
    Column("platform", String(16)),
    Column("early", Boolean, nullable=False),
    Column("changed_at", Instant, nullable=False),
    PrimaryKeyConstraint("workspace", "person"),
)
"""What people have chosen for themselves; null leaves it to golddust.yml."""

attention = Table(
    "attention",
    metadata,
    _workspace(),
    Column("person", String(128), nullable=False),
    Column("day", String(10), nullable=False),
    Column("urgent", Integer, nullable=False),
    Column("bundle", Integer),
    PrimaryKeyConstraint("workspace", "person", "day"),
    Index("attention_of_day", "workspace", "day"),
)
"""What of a person's local day (ISO date) nudges have used: urgent messages, and the notice that is its bundle."""

subscriptions = Table(
    "subscriptions",
    metadata,
    _workspace(),
    Column("id", String(160), nullable=False),
    Column("audience", String(160), nullable=False),
    Column("teams", JSON, nullable=False),
    Column("every", String(8), nullable=False),
    Column("weekday", Integer, nullable=False),
    Column("at_time", String(5), nullable=False),
    Column("next_at", Instant, nullable=False),
    Column("last_window_end", Instant),
    PrimaryKeyConstraint("workspace", "id"),
    Index("subscriptions_due", "workspace", "next_at"),
)
"""Who gets digests: those of the file (`file:…`) and those asked for in chat (`chat:…`); no teams means everything."""

digests = Table(
    "digests",
    metadata,
    _workspace(),
    Column("subscription", String(160), nullable=False),
    Column("window_end", Instant, nullable=False),
    Column("made_at", Instant, nullable=False),
    PrimaryKeyConstraint("workspace", "subscription", "window_end"),
)
"""The windows for which a digest has been made, so that none is ever made twice."""

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

forecasts = Table(
    "forecasts",
    metadata,
    _workspace(),
    Column("team", String(64), nullable=False),
    Column("category", String(80), nullable=False),
    Column("median_s", Integer),
    Column("p80_s", Integer),
    Column("n", Integer, nullable=False),
    Column("computed_at", Instant, nullable=False),
    PrimaryKeyConstraint("workspace", "team", "category"),
)
"""How many seconds of working time tickets take, computed once a day; an empty team or category stands for any."""

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

installations = Table(
    "installations",
    metadata,
    Column("platform", String(16), nullable=False),
    Column("enterprise", String(32), nullable=False),
    Column("team", String(32), nullable=False),
    Column("name", String(200), nullable=False),
    Column("app", String(32), nullable=False),
    Column("bot", String(32), nullable=False),
    Column("bot_user", String(32), nullable=False),
    Column("scopes", Text, nullable=False),
    Column("token_cipher", Text),
    Column("refresh_cipher", Text),
    Column("expires_at", Instant),
    Column("lease", String(32)),
    Column("leased_until", Instant),
    Column("installed_by", String(32), nullable=False),
    Column("installed_at", Instant, nullable=False),
    Column("removed_at", Instant),
    PrimaryKeyConstraint("platform", "enterprise", "team"),
)
"""Where the app is installed, with its sealed tokens; an empty enterprise: no Grid, an empty team: the whole Grid.

The only rows, with `oauth_states`, that are not of a workspace of ours: somebody installs the app before any file names
their Slack workspace, requests bring Slack's ids alone, and one organisation may have several Slack workspaces.
"""

oauth_states = Table(
    "oauth_states",
    metadata,
    Column("digest", String(64), nullable=False),
    Column("expires_at", Instant, nullable=False),
    PrimaryKeyConstraint("digest"),
)
"""The installations that have been begun: the SHA-256 of each state, good once and for ten minutes."""

follow_ups = Table(
    "follow_ups",
    metadata,
    _workspace(),
    Column("action", Integer, nullable=False),
    Column("days", Integer, nullable=False),
    Column("done_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("looked_at", Instant),
    Column("found", JSON),
    PrimaryKeyConstraint("workspace", "action", "days"),
    Index("follow_ups_due", "workspace", "due_at", sqlite_where=_UNLOOKED, postgresql_where=_UNLOOKED),
)
"""When it is looked whether a cause came back after an action was done, and what was found; counts, no words."""

risks = Table(
    "risks",
    metadata,
    _workspace(),
    Column("number", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("source", String(16), nullable=False),
    Column("key", String(200), nullable=False),
    Column("problem", Integer),
    Column("team", String(64), nullable=False),
    Column("title", Text, nullable=False),
    Column("likelihood", Integer, nullable=False),
    Column("impact", Integer, nullable=False),
    Column("trend", String(8), nullable=False),
    Column("owner", String(128)),
    Column("mitigation", Text, nullable=False),
    Column("next_look", String(10), nullable=False),
    Column("state", String(8), nullable=False),
    Column("decided", JSON, nullable=False),
    Column("history", JSON, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    PrimaryKeyConstraint("workspace", "number"),
    UniqueConstraint("workspace", "key", name="risks_key"),
)
"""The risk register; `decided` names the fields that a person has set, which the bot leaves alone from then on."""

alarms = Table(
    "alarms",
    metadata,
    _workspace(),
    Column("key", String(255), nullable=False),
    Column("measure", String(16), nullable=False),
    Column("about", String(16), nullable=False),
    Column("name", String(80), nullable=False),
    Column("team", String(64), nullable=False),
    Column("shape", String(16), nullable=False),
    Column("value", Integer, nullable=False),
    Column("usual", Float, nullable=False),
    Column("first_at", Instant, nullable=False),
    Column("last_at", Instant, nullable=False),
    Column("tickets", JSON, nullable=False),
    Column("problem", Integer),
    Column("told_at", Instant),
    Column("settled_at", Instant),
    PrimaryKeyConstraint("workspace", "key"),
    Index("alarms_lately", "workspace", "last_at"),
    Index("alarms_untold", "workspace", "key", sqlite_where=UNTOLD, postgresql_where=UNTOLD),
)
"""What was noticed in the series of complaints (complaints.alarms): numbers and keys, never words or people.

`told_at` is when a surge was put in the outbox for a lead; `settled_at` when somebody said that it is no problem.
"""
