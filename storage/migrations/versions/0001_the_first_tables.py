"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "accounts",
        sa.Column("workspace", sa.String(length=64), nullable=False),
        sa.Column("platform", sa.String(length=16), nullable=False),
        sa.Column("user", sa.String(length=128), nullable=False),
        sa.Column("person", sa.String(length=128), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=True),
        sa.Column("zone", sa.String(length=64), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "platform", "user"),
    )
    with op.batch_alter_table("accounts", schema=None) as batch_op:
        batch_op.create_index("accounts_of_person", ["workspace", "person"], unique=False)

    op.create_table(
        "counters",
        sa.Column("workspace", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "name"),
    )
    op.create_table(
        "leaves",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("workspace", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(length=128), nullable=False),
        sa.Column("start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deputy", sa.String(length=128), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("leaves", schema=None) as batch_op:
        batch_op.create_index("leaves_until", ["workspace", "until"], unique=False)

    op.create_table(
        "messages",
        sa.Column("workspace", sa.String(length=64), nullable=False),
        sa.Column("platform", sa.String(length=16), nullable=False),
        sa.Column("conversation", sa.String(length=256), nullable=False),
        sa.Column("message", sa.String(length=256), nullable=False),
        sa.Column("ticket", sa.Integer(), nullable=False),
        sa.Column("audience", sa.String(length=160), nullable=False),
        sa.Column("card", sa.Boolean(), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "platform", "conversation", "message"),
    )
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.create_index("messages_of_ticket", ["workspace", "ticket", "audience"], unique=False)

    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("workspace", sa.String(length=64), nullable=False),
        sa.Column("ticket", sa.Integer(), nullable=True),
        sa.Column("audience", sa.String(length=160), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("notice", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("receipt", sa.JSON(), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index("outbox_due", ["state", "due_at"], unique=False)
        batch_op.create_index("outbox_of_reader", ["workspace", "audience", "state"], unique=False)
        batch_op.create_index("outbox_of_ticket", ["workspace", "ticket", "audience", "state"], unique=False)

    op.create_table(
        "policy_versions",
        sa.Column("workspace", sa.String(length=64), nullable=False),
        sa.Column("version", sa.String(length=12), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("first_used_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("workspace", "version"),
    )
    op.create_table(
        "seen",
        sa.Column("workspace", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=600), nullable=False),
        sa.Column("ticket", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "key"),
    )
    op.create_table(
        "tickets",
        sa.Column("workspace", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("severity", sa.String(length=16), nullable=False),
        sa.Column("category", sa.String(length=80), nullable=True),
        sa.Column("team", sa.String(length=64), nullable=False),
        sa.Column("owner", sa.String(length=128), nullable=True),
        sa.Column("holder", sa.String(length=128), nullable=False),
        sa.Column("reporter", sa.String(length=128), nullable=False),
        sa.Column("customer", sa.String(length=200), nullable=True),
        sa.Column("verbatim", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("attachments", sa.JSON(), nullable=False),
        sa.Column("source_platform", sa.String(length=16), nullable=False),
        sa.Column("source_workspace", sa.String(length=128), nullable=False),
        sa.Column("source_conversation", sa.String(length=256), nullable=False),
        sa.Column("source_message", sa.String(length=256), nullable=False),
        sa.Column("source_private", sa.Boolean(), nullable=False),
        sa.Column("source_thread", sa.String(length=256), nullable=True),
        sa.Column("permalink", sa.Text(), nullable=True),
        sa.Column("captured_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_by", sa.String(length=128), nullable=True),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_by", sa.String(length=128), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.String(length=128), nullable=True),
        sa.Column("close_reason", sa.String(length=32), nullable=True),
        sa.Column("close_note", sa.Text(), nullable=False),
        sa.Column("duplicate_of", sa.Integer(), nullable=True),
        sa.Column("clocks", sa.JSON(), nullable=False),
        sa.Column("blocked", sa.JSON(), nullable=True),
        sa.Column("promise", sa.JSON(), nullable=True),
        sa.Column("broken_promises", sa.Integer(), nullable=False),
        sa.Column("resolution", sa.JSON(), nullable=True),
        sa.Column("bounces", sa.Integer(), nullable=False),
        sa.Column("taken", sa.JSON(), nullable=False),
        sa.Column("next_nudge_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("policy_version", sa.String(length=12), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "number"),
    )
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.create_index("tickets_due", ["workspace", "next_nudge_at"], unique=False)
        batch_op.create_index("tickets_held", ["workspace", "holder", "state"], unique=False)
        batch_op.create_index("tickets_of_team", ["workspace", "team", "number"], unique=False)
        batch_op.create_index(
            "tickets_orphaned",
            ["workspace", "number"],
            unique=False,
            sqlite_where=sa.text("next_nudge_at IS NULL AND state <> 'closed'"),
            postgresql_where=sa.text("next_nudge_at IS NULL AND state <> 'closed'"),
        )
        batch_op.create_index("tickets_owned", ["workspace", "owner", "state"], unique=False)
        batch_op.create_index("tickets_reported", ["workspace", "reporter", "number"], unique=False)
        batch_op.create_index(
            "tickets_said", ["workspace", "source_platform", "source_conversation", "source_message"], unique=False
        )
        batch_op.create_index(
            "tickets_said_in_thread",
            ["workspace", "source_platform", "source_conversation", "source_thread"],
            unique=False,
        )

    op.create_table(
        "timeline",
        sa.Column("workspace", sa.String(length=64), nullable=False),
        sa.Column("ticket", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=128), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace", "ticket"],
            ["tickets.workspace", "tickets.number"],
        ),
        sa.PrimaryKeyConstraint("workspace", "ticket", "position"),
    )
