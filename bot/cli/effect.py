"""Do the nudges help? The report, as a table or as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any

import typer

from bot import terminal
from bot.cli.opening import reading
from bot.cli.options import AsJson, Workspace, length_of
from complaints.amounts import spoken_amount
from complaints.calendars import Calendar
from complaints.effect import Comparison, Measures, Report, Row
from complaints.proportions import ENOUGH
from handlers.learning import nudge_report
from handlers.prefer import muted

HEADINGS = ("step", "clock", "sent", "acted on in a day", "half acted within", "useful", "clock missed")


def nudges(
    report: Annotated[bool, typer.Option("--report", help="What came of them, by step.")] = False,
    since: Annotated[str, typer.Option(help="How far back: 90d, 12w.")] = "90d",
    json: AsJson = False,
    workspace: Workspace = None,
) -> None:
    """Say whether the nudges help: how many were acted on, how soon, and whether their readers found them useful.

    “Acted on in a day” counts those whose reader did something within one working day. “Half acted within” is working
    time. “Clock missed” counts only clocks that have ended or run out.
    """
    if not report:
        raise typer.BadParameter("say what to show: `golddust nudges --report`", param_hint="--report")
    length = length_of(since)
    with reading(workspace) as context:
        found = nudge_report(context, context.at - length, muted(context))
        calendar = context.organisation.calendar_of_team(context.organisation.triage)
    if json:
        terminal.dump(_record(found))
    else:
        _tell(found, calendar)


def _tell(found: Report, calendar: Calendar) -> None:
    if not found.rows:
        terminal.say("no nudges in that time")
        return
    rows = [(_step(row), row.clock, *_cells(row.sent, calendar)) for row in found.rows]
    terminal.tabulate(HEADINGS, [*rows, ("all", "", *_cells(found.sent, calendar))])
    terminal.say()
    for line in (*_trials(found), *_muted(found)):
        terminal.say(line)


def _step(row: Row) -> str:
    at = row.at.replace("%", " %")
    return f"{at}, asked for help" if row.way == "escalated" else at


def _cells(of: Measures, calendar: Calendar) -> tuple[str, ...]:
    half = spoken_amount(of.median, calendar) if of.median is not None else "–"
    useful = f"{of.useful} of {of.useful + of.not_useful}" if of.useful + of.not_useful else "–"
    return f"{of.count:,}", _share(of.acted, of.judged), half, useful, _share(of.breached, of.decided)


def _share(count: int, of: int) -> str:
    return f"{100 * count / of:.0f} % of {of:,}" if of else "–"


def _trials(found: Report) -> Iterator[str]:
    if found.trial is None:
        yield "nothing was withheld, so this says what followed nudges, not what they caused; `holdout` starts a trial"
        return
    for row in found.rows:
        if row.trial is not None:
            yield f"{_step(row)} of {row.clock}: {_trial(row.trial)}"
    yield f"in all: {_trial(found.trial)}"


def _trial(trial: Comparison) -> str:
    sent, withheld, more = trial.sent, trial.withheld, trial.more
    shares = f"acted on in a day: {_share(sent.acted, sent.judged)} sent, "
    shares += f"{_share(withheld.acted, withheld.judged)} withheld"
    if more is None:
        return f"{shares}; too few to tell (it takes {ENOUGH} of each)"
    return f"{shares}; nudging adds {_points(more.points)} points (95 %: {_points(more.low)} to {_points(more.high)})"


def _points(share: float) -> str:
    rounded = round(100 * share)
    return f"{rounded:+d}".replace("-", "−") if rounded else "0"


def _muted(found: Report) -> Iterator[str]:
    if found.muted:
        yield f"{terminal.counted(found.muted, 'person wants', 'people want')} no reminders before a clock runs out"


def _record(found: Report) -> dict[str, Any]:
    return {
        "since": _iso(found.since),
        "until": _iso(found.until),
        "steps": [
            {"clock": row.clock, "step": row.at, "kind": row.way, **_measures(row.sent), "trial": _compared(row.trial)}
            for row in found.rows
        ],
        "all": {**_measures(found.sent), "trial": _compared(found.trial)},
        "muted": found.muted,
    }


def _measures(of: Measures) -> dict[str, Any]:
    hours = round(of.median.total_seconds() / 3600, 2) if of.median is not None else None
    return {
        "count": of.count, "judged": of.judged, "acted": of.acted, "median_hours": hours, "useful": of.useful,
        "not_useful": of.not_useful, "decided": of.decided, "missed": of.breached,
    }  # fmt: skip


def _compared(trial: Comparison | None) -> dict[str, Any] | None:
    if trial is None:
        return None
    more = trial.more
    interval = {"points": more.points, "low": more.low, "high": more.high} if more else None
    return {"sent": _measures(trial.sent), "withheld": _measures(trial.withheld), "difference": interval}


def _iso(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
