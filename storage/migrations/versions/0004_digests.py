"""Who gets digests, which have been made, and what happened to tickets found by its kind."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "subscriptions",
        sa.Column("workspace", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=160), nullable=False),
        sa.Column("audience", sa.String(length=160), nullable=False),
        sa.Column("teams", sa.JSON(), nullable=False),
        sa.Column("every", sa.String(length=8), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("at_time", sa.String(length=5), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_window_end", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("workspace", "id"),
    )
    with op.batch_alter_table("subscriptions", schema=None) as batch_op:
        batch_op.create_index("subscriptions_due", ["workspace", "next_at"], unique=False)
    op.create_table(
        "digests",
        sa.Column("workspace", sa.String(length=64), nullable=False),
        sa.Column("subscription", sa.String(length=160), nullable=False),
        sa.Column("window_end", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "subscription", "window_end"),
    )
    everything = ["workspace", "captured_at", "category", "team", "customer", "close_reason", "number"]
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.create_index("tickets_closed", ["workspace", "closed_at"], unique=False)
        batch_op.create_index("tickets_captured", everything, unique=False)
    with op.batch_alter_table("timeline", schema=None) as batch_op:
        batch_op.create_index("timeline_of_kind", ["workspace", "kind", "ticket"], unique=False)
