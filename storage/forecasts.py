"""The forecasts as they were computed last, so that no judgement has to look at the past."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import RowMapping, delete, select
from sqlalchemy.orm import Session

from complaints.forecast import Forecast, Forecasts, Key, scope_of
from storage.once import insert_once
from storage.tables import forecasts

EVERYBODY: Key = ("", "")


def keep(session: Session, workspace: str, found: Forecasts, at: datetime) -> None:
    """Put these in the place of all older ones; of replicas that compute at once the last wins."""
    of_workspace = forecasts.c.workspace == workspace
    session.execute(delete(forecasts).where(of_workspace, forecasts.c.computed_at <= at))
    for key in sorted({EVERYBODY, *found.known}):
        # The row for everybody is there even while nothing is known: it says when that was found out.
        one = found.known.get(key)
        insert_once(
            session, forecasts, workspace=workspace, team=key[0], category=key[1],
            median_s=_seconds(one.median) if one else None, p80_s=_seconds(one.p80) if one else None,
            n=one.of if one else found.resolved, computed_at=at,
        )  # fmt: skip


def load(session: Session, workspace: str) -> Forecasts:
    """What was computed last."""
    rows = session.execute(select(forecasts).where(forecasts.c.workspace == workspace)).mappings().all()
    resolved = next((row["n"] for row in rows if (row["team"], row["category"]) == EVERYBODY), 0)
    known = {(row["team"], row["category"]): _forecast(row) for row in rows if row["median_s"] is not None}
    return Forecasts(known, resolved)


def computed_at(session: Session, workspace: str) -> datetime | None:
    """When the forecasts were computed last, or None."""
    everybody = (forecasts.c.team == "") & (forecasts.c.category == "")
    found: datetime | None = session.scalar(
        select(forecasts.c.computed_at).where(forecasts.c.workspace == workspace, everybody)
    )
    return found


def _forecast(row: RowMapping) -> Forecast:
    median, p80 = timedelta(seconds=row["median_s"]), timedelta(seconds=row["p80_s"])
    return Forecast(median, p80, row["n"], scope_of((row["team"], row["category"])))


def _seconds(amount: timedelta) -> int:
    return round(amount.total_seconds())
