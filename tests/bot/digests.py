"""Digests for the tests of the channels: one of each kind, and hostile ones by the hundred."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from complaints.cases import Window
from complaints.charts import Bar, Pareto, RunChart
from complaints.figures import CLOCKS, Attained, Figures, Spread, Took
from complaints.notices import Digest
from complaints.signals import Deviation, Limits
from complaints.summary import Action, Decision, Quote, RunningOut, Signal, Summary

END = datetime(2026, 11, 30, 8, 30, tzinfo=UTC)
WINDOW = Window(END - timedelta(days=7), END)
HOSTILE = (
    "<!channel> <script>alert(1)</script> & *bold* <@U0DANA001> [x](http://evil.example) {{DATE(2026-01-01T00:00:00Z)}}"
)

REGISTER = "https://golddust.bank.example/register"

hours = st.integers(0, 2000).map(lambda count: timedelta(hours=count))
moments = hours.map(lambda length: END + length)
counts = st.integers(0, 99_999)
names = st.text(max_size=200) | st.just(HOSTILE) | st.lists(st.text("ab", min_size=1), max_size=60).map(" ".join)
spreads = st.builds(Spread, counts, hours, hours, hours) | st.just(Spread(0))

figures = st.builds(
    Figures, opening=counts, received=counts, reopened=counts, closed=counts, closing=counts,
    acknowledged=st.builds(Took, spreads, spreads), resolved=st.builds(Took, spreads, spreads),
    ages=st.tuples(*[counts] * 6),
    attained=st.fixed_dictionaries(dict.fromkeys(CLOCKS, st.builds(Attained, counts, counts))), overdue=counts,
    returned=counts, repeats=counts,
)  # fmt: skip
questions = st.sampled_from(("escalated", "promise broken", "nobody owns it", "nobody wants it"))
deviations = st.builds(
    Deviation, st.sampled_from(("above", "below", "run above", "run below")), counts,
    st.builds(Limits, st.floats(0, 9999), st.floats(-99, 0), st.floats(0, 9999)),
)  # fmt: skip
run_charts = st.integers(0, 27).flatmap(
    lambda weeks: st.builds(
        RunChart, measure=st.sampled_from(("arrivals", "repeats", "reopenings")), about=names,
        days=st.just(tuple(END.date() - timedelta(days=7 * back) for back in range(weeks, 0, -1))),
        counts=st.lists(counts, min_size=weeks, max_size=weeks).map(tuple),
        limits=st.none() | st.builds(Limits, st.floats(0, 9999), st.floats(-99, 0), st.floats(0, 9999)),
        unusual=st.sets(st.integers(0, weeks - 1), max_size=9).map(lambda some: tuple(sorted(some)))
        if weeks else st.just(()),
        kind=st.sampled_from((None, "above", "below", "run above", "run below")),
    )
)  # fmt: skip
_bars = st.builds(Bar, names, st.integers(1, 99_999))
paretos = st.builds(
    Pareto, by=st.sampled_from(("category", "team")), since=st.just(WINDOW.start.date()), until=st.just(END.date()),
    bars=st.lists(_bars, min_size=1, max_size=11).map(tuple),
    others=st.none() | st.builds(Bar, st.just("others"), st.integers(2, 99_999)), kinds=st.integers(2, 999),
)  # fmt: skip
numbers = st.integers(1, 999_999)
summaries = st.builds(
    Summary, scope=st.lists(names, max_size=9).map(tuple), every=st.sampled_from(("daily", "weekly", "monthly")),
    window=st.just(WINDOW), zone=st.just("Europe/London"), figures=figures,
    decisions=st.lists(st.builds(Decision, questions, numbers, names, moments, numbers), max_size=3).map(tuple),
    more_decisions=counts,
    running_out=st.lists(
        st.builds(RunningOut, numbers, st.sampled_from(CLOCKS), moments, names), max_size=3
    ).map(tuple),
    running_out_count=st.integers(3, 9999),
    signals=st.lists(
        st.builds(Signal, st.sampled_from(("arrivals", "repeats", "reopenings")), names, deviations), max_size=3
    ).map(tuple),
    quote=st.none() | st.builds(Quote, numbers, names), tried=st.booleans(),
    planned=counts, planned_late=counts,
    actions=st.lists(st.builds(Action, names, names, moments, counts), max_size=2).map(tuple),
    run_chart=st.none() | run_charts.filter(lambda chart: len(chart.counts) > 3), pareto=st.none() | paretos,
)  # fmt: skip
digests = st.builds(
    Digest, audience=st.just("person:ines"), summary=summaries, late=st.booleans(), missed=st.integers(0, 400),
    register=st.sampled_from(("", REGISTER)),
)  # fmt: skip

NOTHING = Took(Spread(0), Spread(0))
CALM = Figures(
    opening=3, received=4, reopened=0, closed=5, closing=2, acknowledged=NOTHING, resolved=NOTHING,
    ages=(2, 0, 0, 0, 0, 0), attained={name: Attained() for name in CLOCKS}, overdue=0, returned=0, repeats=0,
)  # fmt: skip

DAYS = tuple(END.date() - timedelta(days=7 * back) for back in range(20, 0, -1))
RUN = RunChart(measure="arrivals", about=HOSTILE, days=DAYS, counts=(*[5, 6] * 9, 5, 20), limits=Limits(5.2, 0, 12),
               unusual=(19,), kind="above")  # fmt: skip
PARETO = Pareto(by="category", since=WINDOW.start.date(), until=END.date(), bars=(Bar(HOSTILE, 20), Bar("fees", 4)))


def digest(**changes: object) -> Digest:
    """A digest in which everything is hostile that somebody else wrote."""
    given: dict[str, object] = {
        "scope": (HOSTILE,), "every": "weekly", "window": WINDOW, "zone": "Europe/London", "figures": CALM,
        "decisions": (Decision("escalated", 7, HOSTILE, END),),
        "running_out": (RunningOut(8, "resolve", END + timedelta(days=1), HOSTILE),), "running_out_count": 1,
        "signals": (Signal("arrivals", HOSTILE, Deviation("above", 20, Limits(5.2, 0, 12))),),
        "run_chart": RUN, "pareto": PARETO, "quote": Quote(7, HOSTILE),
        "actions": (Action(HOSTILE, HOSTILE, END, 0),), "tried": True,
    }  # fmt: skip
    return Digest(audience="person:ines", summary=Summary(**given | changes), register=REGISTER)  # type: ignore[arg-type]


def calm() -> Digest:
    """A digest with nothing unusual."""
    return digest(scope=("Payments",), decisions=(), running_out=(), running_out_count=0, signals=(), actions=(),
                  run_chart=None, pareto=None)  # fmt: skip
