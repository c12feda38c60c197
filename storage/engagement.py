"""What is told of who reports: counts by reporter, which nobody is shown one by one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from complaints.engagement import Reported
from complaints.ticket import Kind
from storage.tables import tickets

_t = tickets.c


def counts(session: Session, workspace: str, since: datetime, end: datetime) -> dict[str, int]:
    """How many complaints each reporter passed on from a moment on and before another."""
    lately = (_t.captured_at >= since, _t.captured_at < end, _t.kind == Kind.COMPLAINT.value)
    query = select(_t.reporter, func.count()).where(_t.workspace == workspace, *lately).group_by(_t.reporter)
    return dict(session.execute(query).all())


def first(session: Session, workspace: str) -> datetime | None:
    """When the first complaint was captured."""
    found: datetime | None = session.scalar(
        select(func.min(_t.captured_at)).where(_t.workspace == workspace, _t.kind == Kind.COMPLAINT.value)
    )
    return found


def reported(session: Session, workspace: str, since: datetime, end: datetime, now: datetime) -> list[Reported]:
    """What was captured from a moment on and before another, as it stands now."""
    lately = (_t.captured_at >= since, _t.captured_at < end, _t.kind == Kind.COMPLAINT.value)
    columns = (_t.reporter, _t.clocks, _t.told_at, _t.team, _t.resolved_at)
    return [
        Reported(reporter, _kept(clocks, now), told is not None, team, resolved is not None)
        for reporter, clocks, told, team, resolved in session.execute(
            select(*columns).where(_t.workspace == workspace, *lately)
        )
    ]


def _kept(clocks: list[dict[str, str | None]], now: datetime) -> bool | None:
    """Whether the clock to acknowledge was kept; None while it runs within its time, or where there is none."""
    mine = next((clock for clock in clocks if clock["name"] == "acknowledge"), None)
    if mine is None:
        return None
    due, stopped = datetime.fromisoformat(str(mine["due_at"])), mine["stopped_at"]
    if stopped is not None:
        return datetime.fromisoformat(stopped) <= due
    return None if due >= now else False
