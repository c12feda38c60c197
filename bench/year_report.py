"""What the simulated year comes to, in figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from bench.year_post import Post
from complaints.ticket import Ticket

BEAT = timedelta(minutes=15)
"""How often the virtual clock ticks."""


def report(tickets: Sequence[Ticket], post: Post, end: datetime, events: Counter[str]) -> list[tuple[str, str]]:
    """The lines of the report: what, and how much."""
    nudged, items = sorted(post.nudged.values()), sorted(post.items.values())
    breaches = list(_breaches(tickets, end))
    told = {one: post.warned.get(one[:2], end) for one in breaches}
    before = sum(told[one] <= one[2] for one in breaches)
    by_then = sum(told[one] <= one[2] + BEAT for one in breaches)
    lines = [
        ("tickets", f"{len(tickets):,}, of which open at the end {sum(ticket.open for ticket in tickets):,}"),
        ("messages in total", f"{sum(post.messages.values()):,} ({_listed(post.messages)})"),
        ("messages with nudges", f"{sum(nudged):,} with {sum(items):,} nudges ({_listed(post.steps)})"),
        ("messages with nudges per person and day, of the days that had one", _spread(nudged)),
        ("nudges in them per person and day", _spread(items)),
        ("messages at night, on days off or while away", f"{len(post.at_night)}"),
        ("such messages for critical tickets", f"{post.critical_at_night:,}"),
        ("clocks that ran out", f"{len(breaches):,}"),
        ("warned of before they ran out", _share(before, len(breaches))),
        ("told of by the tick in which they ran out", _share(by_then, len(breaches))),
        *((f"met: {name}", _share(met, of)) for name, (met, of) in _met(tickets, end).items()),
        ("escalations", f"{sum(n for step, n in post.steps.items() if step.startswith('escalation')):,}"),
        ("promises", f"{events['promised']:,}, broken {_share(events['promise broken'], events['promised'])}"),
        ("not mine", f"{events['handed back']:,}"),
        ("reopened", f"{events['reopened']:,}"),
    ]
    missing = {kind: n for kind, n in events.items() if kind in {"not judged", "repaired", "not reached"}}
    return [*lines, ("went wrong inside", _listed(missing) or "nothing")]


def _breaches(tickets: Iterable[Ticket], end: datetime) -> Iterable[tuple[int, str, datetime]]:
    """The clocks that ran out but for promises: ticket, clock and run, and when."""
    for ticket in tickets:
        for clock in ticket.clocks:
            if clock.name != "promise" and clock.state(end) in {"missed", "overdue"}:
                yield ticket.number, f"{clock.name}.{clock.run}", clock.due_at


def _met(tickets: Iterable[Ticket], end: datetime) -> dict[str, tuple[int, int]]:
    met: Counter[str] = Counter()
    of: Counter[str] = Counter()
    for ticket in tickets:
        for clock in ticket.clocks:
            state = clock.state(end)
            met[clock.name] += state == "met"
            of[clock.name] += state in {"met", "missed", "overdue"}
    return {name: (met[name], of[name]) for name in of}


def _spread(values: Sequence[int]) -> str:
    if not values:
        return "none"
    at = [values[min(len(values) - 1, int(len(values) * share))] for share in (0.5, 0.95)]
    return f"median {at[0]}, p95 {at[1]}, max {values[-1]}"


def _share(part: int, whole: int) -> str:
    return f"{part:,} of {whole:,} ({100 * part / whole:.1f} %)" if whole else "none"


def _listed(counts: Any) -> str:
    return ", ".join(f"{name} {number:,}" for name, number in sorted(counts.items()))


def page(lines: Sequence[tuple[str, str]], command: str, day: str, took: timedelta) -> str:
    """The page that keeps a run, as Markdown."""
    rows = "\n".join(f"| {what} | {much} |" for what, much in lines)
    minutes = took.total_seconds() / 60
    return (
        "# A simulated year\n\n"
        "200 people in six time zones and 20 teams, with their public holidays and two or three weeks of leave each, "
        "report, own and answer complaints, 137 a day. Everything runs through the real handlers and the real outbox "
        "on SQLite, whose `synchronous` is switched off for the run, with a virtual clock that ticks every 15 minutes. "
        "How people behave is made up: they read while at work, act after a log-normal time, hand back 5 %, block or "
        "promise a fifth, and after a nudge act the same day in 40 of 100 cases. So the figures say what Golddust does "
        "to people, not what people do.\n\n"
        f"`{command}`, {day}, in {minutes:.1f} minutes:\n\n"
        f"| | |\n|---|---|\n{rows}\n"
    )
