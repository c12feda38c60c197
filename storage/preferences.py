"""What people have chosen for themselves."""

from __future__ import annotations

from datetime import datetime, time

from sqlalchemy import RowMapping, func, select, update
from sqlalchemy.orm import Session

from complaints.preferences import Preference
from storage.once import changed, insert_once
from storage.tables import preferences


def of_everybody(session: Session, workspace: str) -> dict[str, Preference]:
    """The choices of everybody who has made one, by person."""
    query = select(preferences).where(preferences.c.workspace == workspace)
    return {row["person"]: _preference(row) for row in session.execute(query).mappings()}


def keep(session: Session, workspace: str, chosen: Preference, at: datetime) -> None:
    """Put a person's choices in the place of those that they made before."""
    values = {
        "bundle_at": f"{chosen.bundle_at:%H:%M}" if chosen.bundle_at is not None else None,
        "platform": chosen.platform,
        "early": chosen.early,
        "changed_at": at,
    }
    where = (preferences.c.workspace == workspace) & (preferences.c.person == chosen.person)
    if changed(session.execute(update(preferences).where(where).values(values))):
        return
    if not insert_once(session, preferences, workspace=workspace, person=chosen.person, **values):
        session.execute(update(preferences).where(where).values(values))


def muted(session: Session, workspace: str) -> int:
    """How many people want no reminder before a clock has run out."""
    query = select(func.count()).select_from(preferences)
    return session.scalar(query.where(preferences.c.workspace == workspace, preferences.c.early.is_(False))) or 0


def _preference(row: RowMapping) -> Preference:
    wanted = row["bundle_at"]
    return Preference(row["person"], time.fromisoformat(wanted) if wanted else None, row["platform"], row["early"])
