"""Notices on their way to people."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Literal

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from complaints.notices import NOTICES, Card, Notice
from storage import many
from storage.messages import Receipt
from storage.once import changed
from storage.tables import outbox, tickets

LEASE = timedelta(minutes=2)
"""How long a deliverer that died keeps its notices before another takes them."""

Outcome = Literal["sent", "dropped", "parked"]
_RECEIPTS: TypeAdapter[Receipt | None] = TypeAdapter(Receipt | None)
_NOW = bindparam("now", type_=outbox.c.due_at.type)
_UNSENT = ("waiting", "claimed")


@dataclass(frozen=True, slots=True)
class Parcel:
    """One notice in the outbox, with what has become of it so far."""

    id: int
    workspace: str
    notice: Notice
    state: str
    created_at: datetime
    due_at: datetime
    attempts: int
    problem: str | None
    receipt: Receipt | None
    finished_at: datetime | None
    uncertain_since: datetime | None = None
    """When it was first sent without it being known since then whether it arrived; None where it is known."""
    insisted: bool = False
    """Whether an operator said, after that, to send it whether it has arrived or not."""


def put(session: Session, workspace: str, notices: Sequence[Notice], at: datetime) -> None:
    """Add notices; a card that waits for the same reader already is not added again: it is drawn when it is sent."""
    put_new(session, workspace, [(notice, at) for notice in notices if not _waits(session, workspace, notice)])


def put_new(session: Session, workspace: str, notices: Sequence[tuple[Notice, datetime]]) -> None:
    """Add notices, each as of its moment, none of which can wait already because its ticket is new."""
    many.execute(session, _ADD, [row_of(workspace, notice, at) for notice, at in notices])


_ADD = insert(outbox)


def put_one(session: Session, workspace: str, notice: Notice, at: datetime, due_at: datetime | None = None) -> int:
    """Add a notice that is sent from `due_at` on, else at once; its id."""
    row = {**row_of(workspace, notice, at), "due_at": due_at or at}
    added = insert(outbox).values(**row).returning(outbox.c.id)
    return int(session.execute(added).scalar_one())


def rewrite(session: Session, notice: int, said: Notice) -> None:
    """Let a notice that has not been sent say something else."""
    said_now = NOTICES.dump_python(said, mode="json")
    session.execute(update(outbox).where(outbox.c.id == notice).values(notice=said_now))


def find(session: Session, workspace: str, notice: int) -> Parcel | None:
    """The notice of this id, or None."""
    query = select(outbox).where(outbox.c.workspace == workspace, outbox.c.id == notice)
    row = session.execute(query).mappings().first()
    return _parcel(row) if row else None


def states(session: Session, workspace: str, ids: Sequence[int]) -> dict[int, str]:
    """The state of each notice that there is."""
    query = select(outbox.c.id, outbox.c.state).where(outbox.c.workspace == workspace, outbox.c.id.in_(ids))
    return dict(session.execute(query).all())


_CARDS = (
    select(outbox.c.audience)
    .where(
        outbox.c.workspace == bindparam("of_workspace"), outbox.c.ticket == bindparam("of_ticket"),
        outbox.c.kind == "card",
    )
    .distinct()
)  # fmt: skip
_CARDED = _CARDS.where(outbox.c.state.in_(_UNSENT))
_HOPED_FOR = _CARDS.where(
    or_(outbox.c.state.in_(_UNSENT), and_(outbox.c.state == "parked", outbox.c.uncertain_since.is_not(None)))
)


def carded(session: Session, workspace: str, ticket: int) -> list[str]:
    """The audiences for whom a card of this ticket is on its way."""
    return list(session.scalars(_CARDED, {"of_workspace": workspace, "of_ticket": ticket}))


def hoped_for(session: Session, workspace: str, ticket: int) -> list[str]:
    """The audiences for whom a card of this ticket is on its way, or may have arrived and is not repeated by itself."""
    return list(session.scalars(_HOPED_FOR, {"of_workspace": workspace, "of_ticket": ticket}))


def claim(session: Session, workspace: str, now: datetime, limit: int) -> list[Parcel]:
    """Up to `limit` notices of a workspace that are due, taken so that no other deliverer sends them; the oldest first.

    Each reader gets one at a time, so that notices arrive in order and no conversation is flooded; what has to wait for
    a retry lets other tickets' notices pass, and a receipt waits for no other ticket. A notice whose deliverer died is
    taken again when its lease is over; whether it has arrived is uncertain from that deliverer's claim on.
    """
    given = {"of_workspace": workspace, "now": now, "most": limit}
    rows = session.execute(_claimable(), given).mappings().all()
    lapsed = {row["id"]: row["claimed_until"] - LEASE for row in rows if row["state"] == "claimed"}
    parcels = [parcel for row in rows if (parcel := _readable(session, row, now))]
    if parcels:
        session.execute(
            update(outbox)
            .where(outbox.c.id.in_([parcel.id for parcel in parcels]))
            .values(state="claimed", claimed_until=now + LEASE, attempts=outbox.c.attempts + 1)
        )
    return [_taken(session, parcel, lapsed.get(parcel.id)) for parcel in parcels]


def _taken(session: Session, parcel: Parcel, lapsed: datetime | None) -> Parcel:
    """A notice as it is once it is claimed; `lapsed` is when it was claimed by somebody who never finished it."""
    parcel = replace(parcel, state="claimed", attempts=parcel.attempts + 1)
    if lapsed is None:
        return parcel
    parcel = replace(parcel, uncertain_since=parcel.uncertain_since or lapsed, insisted=False)
    doubt = {"uncertain_since": parcel.uncertain_since, "insisted_at": None}
    session.execute(update(outbox).where(outbox.c.id == parcel.id).values(doubt))
    return parcel


@cache
def _claimable() -> Select[Any]:
    free = or_(outbox.c.state == "waiting", and_(outbox.c.state == "claimed", outbox.c.claimed_until <= _NOW))
    other = outbox.alias("other")
    in_the_way = or_(
        and_(other.c.id < outbox.c.id, other.c.due_at <= _NOW, ~_in_line(other)),
        and_(other.c.id != outbox.c.id, other.c.state == "claimed", other.c.claimed_until > _NOW),
    )
    return (
        select(outbox)
        .where(
            outbox.c.workspace == bindparam("of_workspace"),
            free,
            outbox.c.due_at <= _NOW,
            ~_in_line(outbox),
            ~_unjudged(outbox),
            or_(outbox.c.kind == "captured", ~exists().where(_same_reader(other, outbox), in_the_way)),
        )
        .order_by(outbox.c.due_at, outbox.c.id)
        .limit(bindparam("most"))
        .with_for_update(skip_locked=True)
    )


_FINISH = (
    update(outbox)
    .where(
        outbox.c.id == bindparam("of_id"), outbox.c.state == "claimed",
        outbox.c.attempts == bindparam("of_attempts"),
    )
    .values(
        state=bindparam("new_state"), finished_at=bindparam("new_finished_at"), claimed_until=None,
        problem=bindparam("new_problem"), receipt=bindparam("new_receipt"),
        uncertain_since=bindparam("new_uncertain_since"), insisted_at=None,
    )
)  # fmt: skip


def finish(
    session: Session,
    parcel: Parcel,
    outcome: Outcome,
    now: datetime,
    *,
    problem: str | None = None,
    receipt: Receipt | None = None,
    uncertain_since: datetime | None = None,
) -> bool:
    """Record what became of a notice; False when somebody else has it claimed by now, and nothing is recorded.

    `uncertain_since` is for one that is given up while nobody knows whether it has arrived.
    """
    values = {
        "new_state": outcome, "new_finished_at": now, "new_problem": problem,
        "new_receipt": _RECEIPTS.dump_python(receipt, mode="json"), "new_uncertain_since": uncertain_since,
    }  # fmt: skip
    finished = session.execute(_FINISH, {"of_id": parcel.id, "of_attempts": parcel.attempts, **values})
    return changed(finished) == 1


def postpone(
    session: Session,
    parcel: Parcel,
    until: datetime,
    problem: str,
    *,
    counted: bool = True,
    uncertain_since: datetime | None = None,
) -> None:
    """Let a notice wait until a moment; `counted=False` when it was not the notice's fault.

    `uncertain_since` is when it was sent, where that may have brought it there; older doubts stay.
    """
    attempts = parcel.attempts if counted else parcel.attempts - 1
    doubt: dict[str, Any] = {}
    if uncertain_since is not None:
        doubt = {"uncertain_since": parcel.uncertain_since or uncertain_since, "insisted_at": None}
    session.execute(
        update(outbox)
        .where(outbox.c.id == parcel.id, outbox.c.state == "claimed", outbox.c.attempts == parcel.attempts)
        .values(state="waiting", due_at=until, claimed_until=None, problem=problem, attempts=attempts, **doubt)
    )


def next_due_at(session: Session, workspace: str) -> datetime | None:
    """When the first unsent notice of a workspace can be claimed, or None."""
    found: datetime | None = session.scalar(_first_free(), {"of_workspace": workspace})
    return found


@cache
def _first_free() -> Select[Any]:
    free_at = case((outbox.c.state == "claimed", outbox.c.claimed_until), else_=outbox.c.due_at)
    mine = outbox.c.workspace == bindparam("of_workspace")
    return select(func.min(free_at)).where(mine, outbox.c.state.in_(_UNSENT), ~_in_line(outbox))


def listed(
    session: Session, workspace: str, states: Sequence[str], limit: int, *, uncertain: bool | None = None
) -> list[Parcel]:
    """The newest notices in any of these states, but for those that this version can't read.

    `uncertain` asks for those alone of which it is not known, or is known, whether they have arrived.
    """
    query = select(outbox).where(outbox.c.workspace == workspace, outbox.c.state.in_(states), *_doubtful(uncertain))
    found: list[Parcel] = []
    for row in session.execute(query.order_by(outbox.c.id.desc()).limit(limit)).mappings():
        with suppress(ValidationError):
            found.append(_parcel(row))
    return found


def _doubtful(uncertain: bool | None) -> list[ColumnElement[bool]]:
    if uncertain is None:
        return []
    return [outbox.c.uncertain_since.is_not(None) if uncertain else outbox.c.uncertain_since.is_(None)]


def counts(session: Session, workspace: str) -> dict[str, int]:
    """How many notices there are in each state."""
    query = select(outbox.c.state, func.count()).where(outbox.c.workspace == workspace).group_by(outbox.c.state)
    return dict(session.execute(query).all())


def uncertain(session: Session, workspace: str) -> int:
    """How many notices were given up while nobody knows whether they have arrived."""
    parked = (outbox.c.workspace == workspace, outbox.c.state == "parked", *_doubtful(True))
    return session.scalar(select(func.count()).where(*parked)) or 0


def release(
    session: Session, workspace: str, ids: Sequence[int], now: datetime, *, uncertain: bool | None = None
) -> int:
    """Let parked notices try again from the start; how many there were.

    That somebody said so counts where a platform can't tell whether they have arrived. `uncertain` takes those alone
    of which it is not known, or is known, whether they have arrived.
    """
    where = [outbox.c.workspace == workspace, outbox.c.state == "parked", *_doubtful(uncertain)]
    if ids:
        where.append(outbox.c.id.in_(ids))
    freed = session.execute(
        update(outbox).where(*where).values(state="waiting", due_at=now, attempts=0, finished_at=None, insisted_at=now)
    )
    return changed(freed)


def set_aside(session: Session, workspace: str, ids: Sequence[int], now: datetime, problem: str) -> list[Parcel]:
    """Park notices that wait, as they were before; nobody who sends them at this moment is interrupted."""
    waiting = (outbox.c.workspace == workspace, outbox.c.state == "waiting", outbox.c.id.in_(ids))
    rows = session.execute(select(outbox).where(*waiting).order_by(outbox.c.id).with_for_update()).mappings().all()
    parked = {"state": "parked", "problem": problem, "finished_at": now, "insisted_at": None}
    these = (outbox.c.workspace == workspace, outbox.c.id.in_([row["id"] for row in rows]))
    session.execute(update(outbox).where(*these).values(parked))
    return [_parcel(row) for row in rows]


def row_of(workspace: str, notice: Notice, at: datetime) -> dict[str, Any]:
    """The columns of a new notice that is sent from `at` on."""
    return {
        "workspace": workspace, "ticket": notice.ticket, "audience": notice.audience, "kind": notice.kind,
        "notice": NOTICES.dump_python(notice, mode="json"), "state": "waiting", "created_at": at, "due_at": at,
        "attempts": 0,
    }  # fmt: skip


def _unjudged(bundle: FromClause) -> ColumnElement[bool]:
    """Whether a ticket is still to be judged that was due as the bundle was begun: its nudge may belong in there."""
    due = and_(tickets.c.workspace == bundle.c.workspace, tickets.c.next_nudge_at <= bundle.c.due_at)
    return and_(bundle.c.kind == "bundle", exists().where(due))


def _same_reader(one: FromClause, two: FromClause) -> ColumnElement[bool]:
    """Whether two notices are for the same reader, the first of them unsent."""
    return and_(one.c.workspace == two.c.workspace, one.c.audience == two.c.audience, one.c.state.in_(_UNSENT))


def _in_line(later: FromClause) -> ColumnElement[bool]:
    """Whether an earlier notice of the same ticket for the same reader is still unsent: those keep their order."""
    first = outbox.alias()
    return exists().where(_same_reader(first, later), first.c.ticket == later.c.ticket, first.c.id < later.c.id)


_WAITING_CARDS = select(outbox.c.notice).where(
    outbox.c.workspace == bindparam("of_workspace"),
    outbox.c.ticket == bindparam("of_ticket"),
    outbox.c.audience == bindparam("of_audience"),
    outbox.c.kind == "card",
    outbox.c.state == "waiting",
)


def _waits(session: Session, workspace: str, notice: Notice) -> bool:
    if not isinstance(notice, Card):
        return False
    of = {"of_workspace": workspace, "of_ticket": notice.ticket, "of_audience": notice.audience}
    return any(waiting["anew"] or not notice.anew for waiting in session.scalars(_WAITING_CARDS, of))


def _readable(session: Session, row: Any, now: datetime) -> Parcel | None:
    """The notice in a row; one that this version can't read is parked, so that it does not hold up the others."""
    try:
        return _parcel(row)
    except ValidationError:
        problem = "this version of Golddust can’t read it; upgrade, then `golddust outbox retry`"
        session.execute(
            update(outbox).where(outbox.c.id == row["id"]).values(state="parked", problem=problem, finished_at=now)
        )
        return None


def _parcel(row: Any) -> Parcel:
    return Parcel(
        row["id"], row["workspace"], NOTICES.validate_python(row["notice"]), row["state"], row["created_at"],
        row["due_at"], row["attempts"], row["problem"], _RECEIPTS.validate_python(row["receipt"]), row["finished_at"],
        row["uncertain_since"], row["insisted_at"] is not None,
    )  # fmt: skip
