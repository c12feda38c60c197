"""What chains each ticket's timeline, and when words were erased; `storage.links` chains what was there before."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    op.add_column("timeline", sa.Column("salt", sa.String(length=32), nullable=True))
    op.add_column("timeline", sa.Column("digest", sa.String(length=64), nullable=True))
    op.add_column("timeline", sa.Column("link", sa.String(length=64), nullable=True))
    op.add_column("timeline", sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("tickets", sa.Column("chain_length", sa.Integer(), nullable=True))
    op.add_column("tickets", sa.Column("chain_head", sa.String(length=64), nullable=True))
    op.add_column("tickets", sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.create_index(
            "tickets_to_erase",
            ["workspace", "closed_at"],
            unique=False,
            sqlite_where=sa.text("erased_at IS NULL AND closed_at IS NOT NULL"),
            postgresql_where=sa.text("erased_at IS NULL AND closed_at IS NOT NULL"),
        )
    with op.batch_alter_table("timeline", schema=None) as batch_op:
        batch_op.create_index(
            "timeline_unlinked",
            ["workspace", "ticket"],
            unique=False,
            sqlite_where=sa.text("link IS NULL"),
            postgresql_where=sa.text("link IS NULL"),
        )
