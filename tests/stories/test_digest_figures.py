"""Every figure of a digest against plain loops over the timelines of tickets that were really lived."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.watched import Watched
from complaints import commands
from complaints.cases import Window
from complaints.charts import WEEK, Ageing, Flow, Pareto, RunChart
from complaints.digest import Scope
from complaints.figures import AGES, Figures
from complaints.summary import Summary
from complaints.ticket import Blocked, Source
from handlers.charts import charts
from handlers.digest import summary
from tests.world import MONDAY, World, world

SAYINGS = ("my card was charged twice", "the app and an angry man", "the card reader is dead", "nobody ever calls back")
CUSTOMERS = (None, "Ito", "ITO", "Okafor")
CLOSING = ("told", "closed", "withdrawn")
NO_COMPLAINT = ("duplicate", "withdrawn", "not a complaint")
DAY = timedelta(days=1)
ACTS: tuple[tuple[type[commands.OnTicket], str, dict[str, Any]], ...] = (
    (commands.Acknowledge, "ines", {}),
    (commands.Resolve, "ines", {"done": "Fixed"}),
    (commands.Resolve, "ines", {"done": "Fixed"}),
    (commands.ConfirmTold, "sam", {}),
    (commands.ConfirmTold, "sam", {}),
    (commands.Reopen, "ines", {}),
    (commands.HandBack, "ines", {"to_team": "app"}),
    (commands.Block, "ines", {"blocked": Blocked("other", "x")}),
    (commands.Dismiss, "ines", {"reason": "no complaint"}),
    (commands.Withdraw, "sam", {}),
)


@dataclass(frozen=True)
class Told:
    """A ticket as its own timeline tells it."""

    team: str
    category: str | None
    customer: str | None
    events: tuple[tuple[str, datetime, dict[str, Any]], ...]

    @property
    def captured(self) -> datetime:
        return self.events[0][1]

    def first(self, *kinds: str) -> datetime | None:
        return next((at for kind, at, _ in self.events if kind in kinds), None)

    def turns(self) -> list[tuple[str, datetime, str]]:
        """When it was opened and closed, in turn, and how."""
        found = [("open", self.captured, "")]
        for kind, at, data in self.events:
            if kind in CLOSING and found[-1][0] == "open":
                found.append(("shut", at, data.get("reason") or kind))
            elif kind == "reopened" and found[-1][0] == "shut":
                found.append(("open", at, ""))
        return found

    def open_at(self, moment: datetime) -> bool:
        state = "shut"
        for turn, at, _ in self.turns():
            if at < moment:
                state = turn
        return state == "open"

    @property
    def no_complaint(self) -> bool:
        return self.turns()[-1][2] in NO_COMPLAINT


async def lived(w: World, chance: random.Random) -> list[Told]:
    """Two dozen complaints in ten weeks, with whatever people did about them, and their timelines."""
    count = 0
    for step in range(150):
        w.clock.move_to(w.now + timedelta(minutes=chance.randint(1, 1300)))
        if step % 6 == 0:
            count += 1
            source = Source("pigeon", "w", "person:sam", str(count))
            said = commands.CaptureComplaint(
                at=w.now, actor="sam", words=chance.choice(SAYINGS), source=source, customer=chance.choice(CUSTOMERS)
            )
            await w.golddust.execute(said)
        command, actor, more = chance.choice(ACTS)
        await w.golddust.execute(command(at=w.now, actor=actor, number=chance.randint(1, count), **more))
    w.clock.move_to(w.now + timedelta(hours=5))
    return [told(w.record(number)) for number in range(1, count + 1)]


def told(record: dict[str, Any]) -> Told:
    events = tuple(
        (one["kind"], datetime.fromisoformat(one["at"].replace("Z", "+00:00")), one["data"])
        for one in record["timeline"]
    )
    teams = [data["team"] for kind, _, data in events if kind in ("captured", "handed back")]
    return Told(teams[-1], record["category"], record["customer"], events)


def test_figures_of_a_scope() -> None:
    """The loops themselves, on a ticket that one can follow by hand."""
    at = [MONDAY + n * DAY for n in range(6)]
    one = Told("payments", "cards", None, (
        ("captured", at[0], {}), ("acknowledged", at[1], {}), ("resolved", at[2], {}), ("told", at[3], {}),
        ("reopened", at[4], {}),
    ))  # fmt: skip
    assert [one.open_at(moment + timedelta(seconds=1)) for moment in at] == [True, True, True, False, True, True]
    assert reckoned([one], Window(at[3], at[5])) == {
        "opening": 1, "received": 0, "reopened": 1, "closed": 1, "closing": 1, "returned": 1, "repeats": 0,
        "ages": (0, 1, 0, 0, 0, 0), "acknowledged": (0, None), "resolved": (0, None),
    }  # fmt: skip


def reckoned(tickets: Sequence[Told], window: Window) -> dict[str, Any]:
    """The figures of a window, by loops over what is written in the timelines."""
    names = ("opening", "received", "reopened", "closed", "closing", "returned")
    found: Counter[str] = Counter(dict.fromkeys(names, 0))
    ages, acknowledged, resolved = [0] * len(AGES), [], []
    for one in tickets:
        found["opening"] += one.open_at(window.start)
        found["closing"] += one.open_at(window.end)
        found["received"] += window.start <= one.captured < window.end
        turns = one.turns()
        for place, (turn, at, _) in enumerate(turns[1:], 1):
            if window.start <= at < window.end:
                found["closed" if turn == "shut" else "reopened"] += 1
                found["returned"] += turn == "open" and at - turns[place - 1][1] <= 30 * DAY
        if one.open_at(window.end):
            days = (window.end - one.captured).days
            ages[sum(days > last for last in (3, 7, 14, 28, 56))] += 1
        seen = one.first("acknowledged", "resolved", "blocked", "promised")
        if seen is not None and window.start <= seen < window.end:
            acknowledged.append(seen - one.captured)
        turn, at, how = turns[-1]
        done = [moment for kind, moment, _ in one.events if kind == "resolved"]
        again = [moment for kind, moment, _ in one.events if kind == "reopened"]
        if turn == "shut" and window.start <= at < window.end and how not in NO_COMPLAINT and done:
            assert not again or done[-1] >= again[-1]
            resolved.append(done[-1] - one.captured)
    return {
        **found, "repeats": said_again(tickets, window), "ages": tuple(ages),
        "acknowledged": (len(acknowledged), half(acknowledged)), "resolved": (len(resolved), half(resolved)),
    }  # fmt: skip


def said_again(tickets: Sequence[Told], window: Window) -> int:
    count = 0
    for place, one in enumerate(tickets):
        if not window.start <= one.captured < window.end or not one.customer or one.no_complaint:
            continue
        count += any(
            other.customer and other.customer.lower() == one.customer.lower() and not other.no_complaint
            and (other.category or other.team) == (one.category or one.team)
            and one.captured - other.captured <= 90 * DAY
            for other in tickets[:place]
        )  # fmt: skip
    return count


def half(times: list[timedelta]) -> timedelta | None:
    return sorted(times)[math.ceil(len(times) / 2) - 1] if times else None


def said(found: Figures) -> dict[str, Any]:
    """The same figures, as the digest has them."""
    names = ("opening", "received", "reopened", "closed", "closing", "returned", "repeats", "ages")
    return {
        **{name: getattr(found, name) for name in names},
        "acknowledged": (found.acknowledged.calendar.count, found.acknowledged.calendar.p50),
        "resolved": (found.resolved.calendar.count, found.resolved.calendar.p50),
    }  # fmt: skip


def windows(end: datetime) -> Iterable[Window]:
    return (Window(end - timedelta(days=days), end) for days in (1, 7, 30))


@pytest.mark.parametrize("seed", range(6))
async def test_every_figure_is_what_the_timelines_say_and_the_teams_add_up(
    sqlite_url: str, watched: Watched, seed: int
) -> None:
    async with world(sqlite_url, watched) as w:
        tickets = await lived(w, random.Random(seed))  # noqa: S311 - the same histories every time
        assert len({one.team for one in tickets}) > 1 and any("reopened" in dict(kinds(one)) for one in tickets)
        teams = sorted({one.team for one in tickets})
        for window in windows(w.now):
            whole = digest_of(w, (), window)
            assert said(whole.figures) == reckoned(tickets, window)
            parts = [digest_of(w, (team,), window) for team in teams]
            for team, part in zip(teams, parts, strict=True):
                assert said(part.figures) == reckoned([one for one in tickets if one.team == team], window)
            check_sums(whole.figures, [part.figures for part in parts])
            check_pareto(whole.pareto, tickets, window)
        check_charts(w, tickets, teams)


def kinds(one: Told) -> list[tuple[str, datetime]]:
    return [(kind, at) for kind, at, _ in one.events]


def digest_of(w: World, teams: tuple[str, ...], window: Window) -> Summary:
    return w.golddust.read(lambda context: summary(context, Scope(teams, "weekly", "Europe/London"), window), w.now)


def check_sums(whole: Figures, parts: Sequence[Figures]) -> None:
    for name in ("opening", "received", "reopened", "closed", "closing", "overdue", "returned"):
        assert getattr(whole, name) == sum(getattr(part, name) for part in parts), name
    assert whole.ages == tuple(map(sum, zip(*(part.ages for part in parts), strict=True)))
    for name, kept in whole.attained.items():
        assert kept.met == sum(part.attained[name].met for part in parts)
        assert kept.missed == sum(part.attained[name].missed for part in parts)


def check_pareto(chart: Pareto | None, tickets: Sequence[Told], window: Window) -> None:
    if chart is not None:
        came = Counter(one.category or "no category" for one in tickets if window.start <= one.captured < window.end)
        assert {bar.name: bar.count for bar in chart.bars} == came


def check_charts(w: World, tickets: Sequence[Told], teams: Sequence[str]) -> None:
    """The page's charts say in each week what the timelines say, and those of the teams add up."""
    whole = w.golddust.read(lambda context: charts(context, (), w.now))
    parts = [w.golddust.read(lambda context, team=team: charts(context, (team,), w.now)) for team in teams]  # type: ignore[misc]
    run, flow, ages = whole["arrivals"], whole["flow"], whole["ageing"]
    assert isinstance(run, RunChart) and isinstance(flow, Flow) and isinstance(ages, Ageing)
    weeks = [Window(w.now - WEEK * back, w.now - WEEK * (back - 1)) for back in range(len(run.counts), 0, -1)]
    for place, week in enumerate(weeks):
        said_so = reckoned(tickets, week)
        assert run.counts[place] == flow.received[place] == said_so["received"]
        assert (flow.reopened[place], flow.closed[place]) == (said_so["reopened"], said_so["closed"])
        assert flow.backlog[place] == said_so["closing"]
    assert ages.total == flow.backlog[-1] == sum(part["ageing"].total for part in parts)  # type: ignore[union-attr]
