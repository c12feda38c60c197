"""Three histories of half a year, and what their charts are: quiet, a surge, and a backlog that grows."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from complaints.cases import Case, Kept, Received, Window
from complaints.charts import Chart, ageing, attainment, flow, known_weeks, pareto, run_chart

END = datetime(2026, 11, 30, 8, 30, tzinfo=UTC)
ZONE = "Europe/London"
WEEK, DAY, HOUR = timedelta(days=7), timedelta(days=1), timedelta(hours=1)
CATEGORIES = ("cards", "login", "fees", "transfers", "opening hours", "statements")
SHARES = (9, 7, 5, 4, 2, 1)
NAMES = ("arrivals", "flow", "ageing", "attainment", "pareto")


def quiet() -> dict[str, Chart]:
    """About twelve a week, most of them answered in time."""
    return charts(history(random.Random(5), slow=0))  # noqa: S311 - the same history every time


def surge() -> dict[str, Chart]:
    """The same, but for the last week, in which many more complain about cards."""
    chance = random.Random(5)  # noqa: S311 - the same history every time
    cases = history(chance, slow=0)
    return charts([*cases, *(_case(9000 + n, chance, 0, "cards", 5) for n in range(19))], about="cards")


def growing() -> dict[str, Chart]:
    """The same arrivals, but from the tenth week on ever more of them stay open."""
    return charts(history(random.Random(5), slow=1))  # noqa: S311 - the same history every time


def history(chance: random.Random, *, slow: int) -> list[Case]:
    """Cases of 30 weeks, 9 to 15 in each."""
    cases: list[Case] = []
    for back in range(29, -1, -1):
        for _ in range(chance.randint(9, 15)):
            days = 2 + 6 * chance.random() + (slow * max(0, 20 - back) * 3.5 * chance.random())
            cases.append(_case(len(cases) + 1, chance, back, chance.choices(CATEGORIES, SHARES)[0], days))
    return cases


def charts(cases: list[Case], about: str = "") -> dict[str, Chart]:
    """All charts of a history; the run chart is about one category where one is given."""
    received = [Received(c.number, c.captured_at, c.category, c.team, c.customer) for c in cases]
    weeks = known_weeks(min((one.captured_at for one in received), default=None), END)
    told = [one.captured_at for one in received if about in ("", one.category)]
    return {
        "arrivals": run_chart(told, END, weeks, ZONE, about=about),
        "flow": flow(cases, END, weeks, ZONE),
        "ageing": ageing(cases, END, ZONE),
        "attainment": attainment(cases, END, weeks, ZONE),
        "pareto": pareto(received, Window(END - 13 * WEEK, END), ZONE, str),
    }


def _case(number: int, chance: random.Random, back: int, category: str, days: float) -> Case:
    captured = END - WEEK * back - timedelta(minutes=chance.randint(1, 7 * 24 * 60))
    closed = captured + DAY * days
    stopped = closed if closed < END else None
    clock = Kept("resolve", captured, captured + 7 * DAY, stopped)
    reason = "told" if stopped else None
    return Case(number, "payments", category, "normal", None, captured, captured + HOUR, stopped, stopped, stopped,
                reason, (clock,))  # fmt: skip


HISTORIES: Mapping[str, dict[str, Chart]] = {"quiet": quiet(), "surge": surge(), "growing": growing()}
