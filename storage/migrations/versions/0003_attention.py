"""How much of each person's day nudges have used, when a ticket's holder last did something, what it waits for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "attention",
        sa.Column("workspace", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(length=128), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("urgent", sa.Integer(), nullable=False),
        sa.Column("bundle", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("workspace", "person", "day"),
    )
    with op.batch_alter_table("attention", schema=None) as batch_op:
        batch_op.create_index("attention_of_day", ["workspace", "day"], unique=False)
    op.create_table(
        "bundles",
        sa.Column("workspace", sa.String(length=64), nullable=False),
        sa.Column("platform", sa.String(length=16), nullable=False),
        sa.Column("conversation", sa.String(length=256), nullable=False),
        sa.Column("message", sa.String(length=256), nullable=False),
        sa.Column("notice", sa.Integer(), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "platform", "conversation", "message"),
    )
    op.add_column("tickets", sa.Column("acted_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("tickets", sa.Column("waits_for", sa.Integer(), nullable=True))
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.create_index(
            "tickets_waiting",
            ["workspace", "waits_for"],
            unique=False,
            sqlite_where=sa.text("waits_for IS NOT NULL"),
            postgresql_where=sa.text("waits_for IS NOT NULL"),
        )
    _fill_waits_for()


def _fill_waits_for() -> None:
    """Copy the number of the ticket that blocks another out of `blocked`."""
    tickets = sa.table(
        "tickets", sa.column("workspace"), sa.column("number"), sa.column("state"), sa.column("blocked", sa.JSON()),
        sa.column("waits_for"),
    )  # fmt: skip
    connection = op.get_bind()
    found = connection.execute(
        sa.select(tickets.c.workspace, tickets.c.number, tickets.c.blocked).where(tickets.c.state == "blocked")
    ).all()
    for workspace, number, blocked in found:
        if blocked and blocked["by"] == "ticket":
            this = (tickets.c.workspace == workspace) & (tickets.c.number == number)
            connection.execute(sa.update(tickets).where(this).values(waits_for=int(blocked["what"])))
