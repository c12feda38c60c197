"""A ticket has a kind, and may be part of another: of a problem, or an action against a cause."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    op.add_column("tickets", sa.Column("kind", sa.String(16), nullable=False, server_default="complaint"))
    op.add_column("tickets", sa.Column("parent", sa.Integer, nullable=True))
    part = sa.text("parent IS NOT NULL")
    op.create_index(
        "tickets_part", "tickets", ["workspace", "parent"], unique=False, sqlite_where=part, postgresql_where=part
    )
    everything = [
        "workspace", "captured_at", "kind", "category", "team", "customer", "close_reason", "reporter", "number",
    ]  # fmt: skip
    op.create_index("tickets_arrived", "tickets", everything, unique=False)
    op.drop_index("tickets_captured", table_name="tickets")
