"""The bundles of many readers in the outbox, in few statements."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import and_, bindparam, case, insert, select, update
from sqlalchemy.orm import Session

from complaints.attention import at_risk
from complaints.notices import NOTICES, Bundle, Notice, Nudge
from storage.outbox import row_of
from storage.tables import outbox

_WAITING = (
    select(outbox.c.id)
    .where(outbox.c.id.in_(bindparam("of_ids", expanding=True)), outbox.c.state == "waiting")
    .with_for_update()
)
_LEAVING = (
    select(outbox.c.id, outbox.c.audience, outbox.c.notice)
    .where(
        outbox.c.workspace == bindparam("of_workspace"),
        outbox.c.audience.in_(bindparam("of_audiences", expanding=True)),
        outbox.c.state == "waiting", outbox.c.kind == "bundle",
        outbox.c.due_at <= bindparam("now"),
    )
    .order_by(outbox.c.id.desc())
    .with_for_update()
)  # fmt: skip
_PUT = insert(outbox).returning(outbox.c.id, sort_by_parameter_order=True)
_SAID = select(outbox.c.id, outbox.c.notice).where(outbox.c.id.in_(bindparam("of_ids", expanding=True)))
_REWRITE = (
    update(outbox)
    .where(outbox.c.id == bindparam("of_id"))
    .values(
        notice=bindparam("new_notice"),
        due_at=case(
            (and_(outbox.c.problem.is_(None), outbox.c.due_at > bindparam("by")), bindparam("by")),
            else_=outbox.c.due_at,
        ),
    )
)


def waiting(session: Session, notices: Collection[int]) -> set[int]:
    """Which of these notices are still to be sent and claimed by nobody; they stay so until the commit."""
    return set(session.scalars(_WAITING, {"of_ids": list(notices)})) if notices else set()


def leaving(session: Session, workspace: str, audiences: Collection[str], now: datetime) -> dict[str, int]:
    """The bundle of the day of each reader that is due and has not been sent or claimed, by audience."""
    if not audiences:
        return {}
    of = {"of_workspace": workspace, "of_audiences": list(audiences), "now": now}
    # The oldest of a reader comes last, and stays.
    return {row.audience: row.id for row in session.execute(_LEAVING, of) if not row.notice["urgent"]}


def put(session: Session, workspace: str, notices: Sequence[Notice], at: datetime) -> list[int]:
    """Add notices that are sent from `at` on, in their order; their ids."""
    if not notices:
        return []
    return list(session.scalars(_PUT, [row_of(workspace, notice, at) for notice in notices]))


def extend(session: Session, more: Mapping[int, Sequence[Nudge]], due: Mapping[int, datetime]) -> None:
    """Add nudges to bundles that wait; each comes when it is `due` if it was to come later.

    One that waits for another try keeps its time: it is not to be tried all the faster for what is added.
    """
    if not more:
        return
    rows = []
    for row in session.execute(_SAID, {"of_ids": list(more)}).all():
        bundle = NOTICES.validate_python(row.notice)
        if isinstance(bundle, Bundle):
            longer = replace(bundle, items=tuple(sorted((*bundle.items, *more[row.id]), key=at_risk)))
            rows.append({"of_id": row.id, "new_notice": NOTICES.dump_python(longer, mode="json"), "by": due[row.id]})
    if rows:
        session.connection().execute(_REWRITE, rows)
