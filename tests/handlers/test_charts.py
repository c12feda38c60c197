"""The charts of the page, from tickets that were really made."""

from __future__ import annotations

from bot.watched import Watched
from complaints.charts import Ageing, Flow, Pareto, RunChart
from handlers.charts import NAMES, charts
from tests.world import world


async def test_the_charts_are_of_the_teams_that_are_asked_for(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as story:
        await story.says("sam", "The card machine charged twice")
        await story.says("sam", "The app shows the wrong balance")
        await story.outage(days=2)
        found = story.golddust.read(lambda context: charts(context, (), story.now))
        theirs = story.golddust.read(lambda context: charts(context, (story.ticket().team,), story.now))
    assert tuple(found) == NAMES
    everything, flow, ages, pareto = (found[name] for name in ("arrivals", "flow", "ageing", "pareto"))
    assert isinstance(everything, RunChart) and everything.counts == (2,)
    assert isinstance(flow, Flow) and flow.backlog == (2,)
    assert isinstance(ages, Ageing) and ages.counts[0] == 2
    assert isinstance(pareto, Pareto) and pareto.total == 2
    assert isinstance(theirs["arrivals"], RunChart) and sum(theirs["arrivals"].counts) == 1
    assert isinstance(theirs["pareto"], Pareto) and theirs["pareto"].total == 1
