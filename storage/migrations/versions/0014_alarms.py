"""What was noticed in the series of complaints is kept: signals, and surges with the problem they were joined under."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "alarms",
        sa.Column("workspace", sa.String(64), nullable=False),
        sa.Column("key", sa.String(255), nullable=False),
        sa.Column("measure", sa.String(16), nullable=False),
        sa.Column("about", sa.String(16), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("team", sa.String(64), nullable=False),
        sa.Column("shape", sa.String(16), nullable=False),
        sa.Column("value", sa.Integer, nullable=False),
        sa.Column("usual", sa.Float, nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tickets", sa.JSON, nullable=False),
        sa.Column("problem", sa.Integer, nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("workspace", "key"),
    )
    untold = sa.text("told_at IS NULL AND settled_at IS NULL AND shape = 'surge'")
    op.create_index("alarms_lately", "alarms", ["workspace", "last_at"], unique=False)
    op.create_index(
        "alarms_untold", "alarms", ["workspace", "key"], unique=False, sqlite_where=untold, postgresql_where=untold
    )
