"""Learning from the past: how long tickets take, and whether nudges help."""

from __future__ import annotations

from datetime import datetime, timedelta

from complaints import effect, forecast
from complaints.effect import Report
from complaints.forecast import Forecasts, usually
from complaints.nudged import Case, nudges_of
from complaints.severity import Severity
from handlers.context import Context
from storage import forecasts, history
from storage.history import Past

OLD = timedelta(days=1)
"""When forecasts are computed anew."""


def due(context: Context) -> bool:
    """Whether the forecasts are older than a day, or have never been computed."""
    computed = forecasts.computed_at(context.session, context.workspace)
    return computed is None or context.at - computed >= OLD


def learned(context: Context) -> Forecasts:
    """What the last 180 days teach; it only reads, and reads much."""
    past = history.spells(context.session, context.workspace, context.at - forecast.WINDOW)
    organisation = context.organisation
    return forecast.forecasts(past, organisation.calendar_of_team, context.at, organisation.nudges.learn_from)


def keep(context: Context, found: Forecasts) -> None:
    """Have these forecasts used from now on."""
    forecasts.keep(context.session, context.workspace, found, context.at)


def learn(context: Context) -> Forecasts:
    """Compute the forecasts anew, and have them used from now on."""
    found = learned(context)
    keep(context, found)
    return found


def expected(context: Context, team: str, category: str | None) -> str:
    """How long such a ticket usually takes, in a few words; empty while too little is known."""
    found = context.forecasts.of(team, category)
    return usually(found, context.organisation.calendar_of_team(team)) if found else ""


def nudge_report(context: Context, since: datetime, muted: int | None = None) -> Report:
    """Whether the nudges since a moment helped; `muted` is how many people want no early reminders, where known."""
    past = history.nudged(context.session, context.workspace, since)
    nudges = (nudge for one in past for nudge in nudges_of(_case(context, one), context.at))
    return effect.report(nudges, since, context.at, muted)


def _case(context: Context, past: Past) -> Case:
    calendar = context.organisation.calendar_of_team(past.team)
    return Case(past.ticket, past.severity is Severity.CRITICAL, past.clocks, past.closed_at, calendar, past.events)
