"""Who gets digests, how often, and when the next one is due."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from complaints.summary import Every
from storage.once import insert_once
from storage.tables import digests, subscriptions

OF_THE_FILE = "file:"
"""How the ids of those begin that golddust.yml lists."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """One digest that somebody gets: of which teams (none: everything), how often, and when it is due next."""

    id: str
    audience: str
    teams: tuple[str, ...]
    every: Every
    weekday: int
    at_time: str
    next_at: datetime
    last_window_end: datetime | None = None


def add(session: Session, workspace: str, new: Subscription) -> bool:
    """Save a subscription; False when there is one with its id."""
    return insert_once(session, subscriptions, workspace=workspace, **_row(new))


def replace(session: Session, workspace: str, new: Subscription) -> None:
    """Save a subscription in place of the one with its id, if there is one."""
    remove(session, workspace, [new.id])
    add(session, workspace, new)


def remove(session: Session, workspace: str, ids: Collection[str]) -> int:
    """Drop subscriptions; how many there were."""
    where = (subscriptions.c.workspace == workspace, subscriptions.c.id.in_(ids))
    return len(session.execute(delete(subscriptions).where(*where).returning(subscriptions.c.id)).all())


def ids(session: Session, workspace: str, prefix: str) -> set[str]:
    """The ids that begin like this."""
    query = select(subscriptions.c.id).where(
        subscriptions.c.workspace == workspace, subscriptions.c.id.startswith(prefix, autoescape=True)
    )
    return set(session.scalars(query))


def of(session: Session, workspace: str, audience: str) -> list[Subscription]:
    """The subscriptions of a reader."""
    where = (subscriptions.c.workspace == workspace, subscriptions.c.audience == audience)
    query = select(subscriptions).where(*where).order_by(subscriptions.c.id)
    return [_subscription(row) for row in session.execute(query).mappings()]


def due(session: Session, workspace: str, now: datetime, limit: int) -> list[Subscription]:
    """Up to `limit` subscriptions that are due, longest due first; others' locked rows are passed over."""
    query = (
        select(subscriptions)
        .where(subscriptions.c.workspace == workspace, subscriptions.c.next_at <= now)
        .order_by(subscriptions.c.next_at, subscriptions.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return [_subscription(row) for row in session.execute(query).mappings()]


def first_for(session: Session, workspace: str, subscription: str, window_end: datetime, at: datetime) -> bool:
    """Note that the digest of a window is made; False when it was made before, by whichever replica."""
    return insert_once(
        session, digests, workspace=workspace, subscription=subscription, window_end=window_end, made_at=at
    )


def advance(
    session: Session, workspace: str, subscription: str, next_at: datetime, window_end: datetime | None = None
) -> None:
    """Set when the next digest is due, and the end of the window that was told last, if one was."""
    told: dict[str, Any] = {} if window_end is None else {"last_window_end": window_end}
    session.execute(
        update(subscriptions)
        .where(subscriptions.c.workspace == workspace, subscriptions.c.id == subscription)
        .values(next_at=next_at, **told)
    )


def next_due_at(session: Session, workspace: str) -> datetime | None:
    """When the first digest of the workspace is due, or None."""
    found: datetime | None = session.scalar(
        select(func.min(subscriptions.c.next_at)).where(subscriptions.c.workspace == workspace)
    )
    return found


def _row(new: Subscription) -> dict[str, Any]:
    return {
        "id": new.id, "audience": new.audience, "teams": list(new.teams), "every": new.every, "weekday": new.weekday,
        "at_time": new.at_time, "next_at": new.next_at, "last_window_end": new.last_window_end,
    }  # fmt: skip


def _subscription(row: Any) -> Subscription:
    values = {name: row[name] for name in _NAMES}
    return Subscription(**values | {"teams": tuple(row["teams"])})


_NAMES = ("id", "audience", "teams", "every", "weekday", "at_time", "next_at", "last_window_end")
