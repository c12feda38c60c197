"""By indexes a look back counts causes (by a digest of each), and the messages of a surge are found.

What an older Golddust beside this one resolves has no digest until it is saved again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from storage.causes import digest_of

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

PORTION = 1000
_TICKETS = sa.table(
    "tickets", sa.column("workspace"), sa.column("number"), sa.column("resolution", sa.Text), sa.column("cause")
)


def upgrade() -> None:
    """Make the change."""
    op.add_column("tickets", sa.Column("cause", sa.String(32), nullable=True))
    where = (_TICKETS.c.workspace == sa.bindparam("whose"), _TICKETS.c.number == sa.bindparam("which"))
    fill = sa.update(_TICKETS).where(*where).values(cause=sa.bindparam("digest"))
    for rows in _given():
        op.get_bind().execute(fill, rows)
    complaint = sa.text("kind = 'complaint'")
    caused = ["workspace", "cause", "captured_at", "close_reason"]
    alike = ["workspace", "team", "category", "captured_at", "close_reason", "cause"]
    for name, columns in (("tickets_caused", caused), ("tickets_alike", alike)):
        op.create_index(name, "tickets", columns, unique=False, sqlite_where=complaint, postgresql_where=complaint)
    surges = sa.text("kind = 'surge'")
    op.create_index(
        "outbox_of_surges", "outbox", ["workspace", "audience"], unique=False, sqlite_where=surges,
        postgresql_where=surges,
    )  # fmt: skip


def _given() -> Iterator[list[dict[str, Any]]]:
    """The digests of the causes that were given, in portions; read first, because nothing may change while it reads."""
    t = _TICKETS.c
    query = sa.select(t.workspace, t.number, sa.cast(t.resolution, sa.Text)).where(
        sa.cast(t.resolution, sa.Text).contains('"root_cause"')
    )
    read = ((one[0], one[1], digest_of(_cause(one[2]))) for one in op.get_bind().execute(query))
    found = [{"whose": whose, "which": which, "digest": digest} for whose, which, digest in read if digest]
    for start in range(0, len(found), PORTION):
        yield found[start : start + PORTION]


def _cause(resolution: str) -> str:
    return str(json.loads(resolution).get("root_cause") or "")
