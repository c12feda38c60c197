"""What of each person's day nudges have used."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from storage.tables import attention


@dataclass(frozen=True, slots=True)
class Day:
    """One person's local day: how many urgent messages it had, and the id of the notice that is its bundle."""

    urgent: int
    bundle: int | None


_FREE = {
    "postgresql": postgresql.insert(attention).on_conflict_do_nothing(),
    "sqlite": sqlite.insert(attention).on_conflict_do_nothing(),
}
_LOCK = (
    select(attention)
    .where(
        attention.c.workspace == bindparam("of_workspace"),
        attention.c.person.in_(bindparam("of_people", expanding=True)),
        attention.c.day.in_(bindparam("of_days", expanding=True)),
    )
    .order_by(attention.c.person, attention.c.day)
    .with_for_update()
)
_KEEP = (
    update(attention)
    .where(
        attention.c.workspace == bindparam("of_workspace"), attention.c.person == bindparam("of_person"),
        attention.c.day == bindparam("of_day"),
    )
    .values(urgent=bindparam("now_urgent"), bundle=bindparam("now_bundle"))
)  # fmt: skip


def lock(session: Session, workspace: str, days: Mapping[str, str]) -> dict[str, Day]:
    """What is used of each person's day (ISO date), kept from other replicas until the commit."""
    if not days:
        return {}
    fresh = [{"workspace": workspace, "person": key, "day": day, "urgent": 0} for key, day in sorted(days.items())]
    session.connection().execute(_FREE[session.get_bind().dialect.name], fresh)
    of = {"of_workspace": workspace, "of_people": list(days), "of_days": sorted(set(days.values()))}
    rows = session.execute(_LOCK, of)
    return {row.person: Day(row.urgent, row.bundle) for row in rows if days[row.person] == row.day}


def keep(session: Session, workspace: str, used: Iterable[tuple[str, str, Day]]) -> None:
    """Note what is used by now of days (person, ISO date) that are locked."""
    rows = [
        {"of_workspace": workspace, "of_person": person, "of_day": day, "now_urgent": now.urgent,
         "now_bundle": now.bundle}
        for person, day, now in used
    ]  # fmt: skip
    if rows:
        session.connection().execute(_KEEP, rows)


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
