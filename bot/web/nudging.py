"""“Do the nudges help?”: what came of them by step, folded away in the manager's pane; no person is named."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from bot.web.controls import tag
from complaints.amounts import spoken_amount
from complaints.calendars import Calendar
from complaints.effect import Report, Row
from complaints.proportions import ENOUGH
from handlers.context import Context
from handlers.learning import nudge_report

SINCE = timedelta(days=90)
QUESTION = "Do the nudges help?"
HEADINGS = ("Step", "Sent", "Acted on in a working day", "Half of them within", "Useful", "Withheld")


@dataclass(frozen=True, slots=True)
class Benefit:
    """The table, a cell for each heading, and the sentence that says how much it proves."""

    rows: tuple[tuple[str, ...], ...]
    verdict: str


def benefit(context: Context) -> Benefit:
    """What came of the nudges of the last 90 days."""
    found = nudge_report(context, context.at - SINCE)
    calendar = context.organisation.calendar_of_team(context.organisation.triage)
    return Benefit(tuple(_cells(row, calendar) for row in found.rows), verdict(found))


def verdict(found: Report) -> str:
    """How much the table proves, in one sentence; that there is too little to tell, where there is."""
    if not found.rows:
        return "No nudge has been sent yet."
    if found.sent.judged < ENOUGH:
        return f"Too little to tell: a working day has passed for {found.sent.judged} so far, and it takes {ENOUGH}."
    if found.trial is None:
        return "This is what followed the nudges, not what they caused; a holdout would tell."
    if found.trial.more is None:
        return f"Too little to tell what they add: it takes {ENOUGH} that were sent and {ENOUGH} withheld."
    more = found.trial.more
    return f"Nudging adds {_points(more.points)} points (95 %: {_points(more.low)} to {_points(more.high)})."


class Nudging:
    """The table and its sentence under a line to unfold it."""

    def __init__(self) -> None:
        self._shown: Benefit | None = None
        with tag("details", classes="nudging"):
            tag("summary", QUESTION)
            self._table = tag("div", classes="scroll", tabindex="0", role="region", aria_label=QUESTION)
            self._verdict = tag("p", classes="quiet")

    def show(self, found: Benefit) -> None:
        """Show this, where it is not shown already."""
        if found == self._shown:
            return
        self._shown = found
        self._verdict.text = found.verdict
        self._table.clear()
        if found.rows:
            with self._table, tag("table"):
                tag("caption", QUESTION, "heard")
                with tag("thead"), tag("tr"):
                    for heading in HEADINGS:
                        tag("th", heading, scope="col")
                with tag("tbody"):
                    for row in found.rows:
                        _drawn(row)


def _drawn(row: tuple[str, ...]) -> None:
    with tag("tr"):
        tag("th", row[0], scope="row")
        for heading, cell in zip(HEADINGS[1:], row[1:], strict=True):
            tag("td", cell, data_label=heading)


def _cells(row: Row, calendar: Calendar) -> tuple[str, ...]:
    sent, withheld = row.sent, row.trial.withheld.count if row.trial else 0
    voted = f"{sent.useful} yes, {sent.not_useful} no" if sent.useful + sent.not_useful else "–"
    half = spoken_amount(sent.median, calendar) if sent.median is not None else "–"
    acted = f"{sent.acted} of {sent.judged}" if sent.judged else "–"
    return _step(row), f"{sent.count:,}", acted, half, voted, f"{withheld:,}" if withheld else "–"


def _step(row: Row) -> str:
    asked = ", help asked" if row.way == "escalated" else ""
    return f"{row.clock} {row.at.replace('%', ' %')}{asked}"


def _points(share: float) -> str:
    rounded = round(100 * share)
    return f"{rounded:+d}".replace("-", "−") if rounded else "0"
