"""The charts of some teams, or of everything, for the page that shows them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from complaints import charts as drawn
from complaints.cases import Window
from complaints.charts import MOST_WEEKS, WEEK, Chart
from handlers.context import Context
from storage import cases

PARETO_WEEKS = 13
"""A Pareto chart of the page looks back a quarter."""
NAMES = ("arrivals", "flow", "ageing", "attainment", "pareto")


def charts(context: Context, teams: tuple[str, ...], end: datetime, zone: str | None = None) -> Mapping[str, Chart]:
    """The charts of these teams (none: all of them) as of `end`, by NAMES, in a reader's zone or the organisation's."""
    organisation = context.organisation
    zone = zone or organisation.organisation.time_zone
    place = cases.Place(context.workspace, teams)
    window = Window(end - WEEK * MOST_WEEKS, end)
    loaded = cases.load(context.session, place, window, cases.reopenings(context.session, place))
    received = cases.received(context.session, place, window)
    begun = min((one.captured_at for several in (loaded, received) for one in several), default=None)
    weeks = drawn.known_weeks(begun, end)
    quarter = Window(end - WEEK * PARETO_WEEKS, end)
    return {
        "arrivals": drawn.run_chart((one.captured_at for one in received), end, weeks, zone),
        "flow": drawn.flow(loaded, end, weeks, zone),
        "ageing": drawn.ageing(loaded, end, zone),
        "attainment": drawn.attainment(loaded, end, weeks, zone),
        "pareto": drawn.pareto(received, quarter, zone, organisation.name),
    }
