"""What is learnt: looks back at actions, and the risk register."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def _instant() -> sa.DateTime:
    return sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "follow_ups",
        sa.Column("workspace", sa.String(64), nullable=False),
        sa.Column("action", sa.Integer, nullable=False),
        sa.Column("days", sa.Integer, nullable=False),
        sa.Column("done_at", _instant(), nullable=False),
        sa.Column("due_at", _instant(), nullable=False),
        sa.Column("looked_at", _instant()),
        sa.Column("found", sa.JSON),
        sa.PrimaryKeyConstraint("workspace", "action", "days"),
    )
    unlooked = sa.text("looked_at IS NULL")
    op.create_index(
        "follow_ups_due", "follow_ups", ["workspace", "due_at"], sqlite_where=unlooked, postgresql_where=unlooked
    )
    op.create_table(
        "risks",
        sa.Column("workspace", sa.String(64), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("source", sa.String(16), nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("problem", sa.Integer),
        sa.Column("team", sa.String(64), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("likelihood", sa.Integer, nullable=False),
        sa.Column("impact", sa.Integer, nullable=False),
        sa.Column("trend", sa.String(8), nullable=False),
        sa.Column("owner", sa.String(128)),
        sa.Column("mitigation", sa.Text, nullable=False),
        sa.Column("next_look", sa.String(10), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("decided", sa.JSON, nullable=False),
        sa.Column("history", sa.JSON, nullable=False),
        sa.Column("opened_at", _instant(), nullable=False),
        sa.Column("changed_at", _instant(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "number"),
        sa.UniqueConstraint("workspace", "key", name="risks_key"),
    )
    problem = sa.text("kind = 'problem'")
    op.create_index(
        "tickets_problems", "tickets", ["workspace", "number"], sqlite_where=problem, postgresql_where=problem
    )
