"""What of each person's day nudges have used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import and_, delete, or_, select, update
from sqlalchemy.orm import Session

from storage.once import insert_once
from storage.tables import attention


@dataclass(frozen=True, slots=True)
class Day:
    """One person's local day: how many urgent messages it had, and the id of the notice that is its bundle."""

    urgent: int
    bundle: int | None


def lock(session: Session, workspace: str, days: Mapping[str, str]) -> dict[str, Day]:
    """What is used of each person's day (ISO date), kept from other replicas until the commit."""
    if not days:
        return {}
    for person, day in sorted(days.items()):
        insert_once(session, attention, workspace=workspace, person=person, day=day, urgent=0)
    each = [and_(attention.c.person == person, attention.c.day == day) for person, day in days.items()]
    query = select(attention).where(attention.c.workspace == workspace, or_(*each)).order_by(attention.c.person)
    rows = session.execute(query.with_for_update()).mappings()
    return {row["person"]: Day(row["urgent"], row["bundle"]) for row in rows}


def spend_urgent(session: Session, workspace: str, person: str, day: str) -> None:
    """Count one more urgent message."""
    _change(session, workspace, person, day, urgent=attention.c.urgent + 1)


def spend_bundle(session: Session, workspace: str, person: str, day: str, notice: int) -> None:
    """Note which notice is the bundle of the day."""
    _change(session, workspace, person, day, bundle=notice)


def give_back_urgent(session: Session, workspace: str, person: str, day: str) -> None:
    """Take back an urgent message that was not sent after all."""
    _change(session, workspace, person, day, urgent=attention.c.urgent - 1)


def give_back_bundle(session: Session, workspace: str, notice: int) -> None:
    """Take back a bundle of which nothing was sent after all."""
    of = update(attention).where(attention.c.workspace == workspace, attention.c.bundle == notice)
    session.execute(of.values(bundle=None))


def forget_before(session: Session, workspace: str, day: str) -> None:
    """Drop the days before this one (ISO date)."""
    session.execute(delete(attention).where(attention.c.workspace == workspace, attention.c.day < day))


def _change(session: Session, workspace: str, person: str, day: str, **values: object) -> None:
    one = (attention.c.workspace == workspace, attention.c.person == person, attention.c.day == day)
    session.execute(update(attention).where(*one).values(**values))
