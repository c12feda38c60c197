"""Since when it is not known whether a notice has arrived, and whether an operator wants it sent all the same."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    op.add_column("outbox", sa.Column("uncertain_since", sa.DateTime(timezone=True), nullable=True))
    op.add_column("outbox", sa.Column("insisted_at", sa.DateTime(timezone=True), nullable=True))
