"""The index of what is due keeps the holders together: at half past nine thousands of tickets are due at one moment."""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    op.create_index("tickets_due_by_holder", "tickets", ["workspace", "next_nudge_at", "holder"], unique=False)
    op.drop_index("tickets_due", table_name="tickets")
