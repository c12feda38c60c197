"""Notices are claimed by workspace, so the index of what is due begins with it"""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.drop_index("outbox_due", table_name="outbox")
    op.create_index("outbox_due", "outbox", ["workspace", "state", "due_at"])
