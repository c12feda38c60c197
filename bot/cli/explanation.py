"""An explanation as text, for a terminal of 80 columns: the rules that were tried, and last the answer."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence

from bot import terminal
from bot.explaining import Explanation
from complaints.organisation import Organisation
from complaints.routing import Trial

WIDTH = 80
PLAIN = 10
"""Columns of the words before an answer: “Severity  ”."""

_PATTERN_FAILED = re.compile(r"/.*/ finds nothing", re.DOTALL)


def lines(
    organisation: Organisation, explanation: Explanation, *, load_known: bool, usually: str = ""
) -> Iterator[str]:
    """The rules in the order in which they were tried, then team, severity, customer, owner, and when they look.

    `usually` is how long such complaints take, where that is known.
    """
    yield from _trials("Severity rules", explanation.routing.severity_trials)
    yield ""
    yield from _trials("Routes", explanation.routing.trials)
    if explanation.untried:
        untried = f"not tried, because the first that matches decides: {', '.join(explanation.untried)}"
        yield from _wrapped("  ", untried)
    yield ""
    for name, said in _answers(organisation, explanation, load_known):
        yield from _wrapped(name.ljust(PLAIN), said)
    if usually:
        yield from _wrapped("Forecast".ljust(PLAIN), usually)


def _answers(organisation: Organisation, explanation: Explanation, load_known: bool) -> Iterator[tuple[str, str]]:
    routing, assignment = explanation.routing, explanation.assignment
    zone = organisation.calendar_of_team(routing.team).zone
    unknown = "" if load_known else " (without a database, so nobody’s present work is known)"
    category = f", category {routing.category}" if routing.category else ""
    yield "Team", f"{organisation.name(routing.team)} ({routing.team}){category}: {routing.reason}"
    yield "Severity", f"{routing.severity}: {routing.severity_trials[-1].why}"
    if routing.customer:
        yield "Customer", routing.customer
    yield "Owner", f"{organisation.name(assignment.owner)} ({assignment.owner}): {assignment.reason}{unknown}"
    yield "Look by", f"{terminal.moment(explanation.look_by, zone)} ({zone})"


def _trials(title: str, trials: Sequence[Trial]) -> Iterator[str]:
    yield title
    for trial in trials:
        named = f"{trial.rule} → {trial.leads_to}: {_why(trial)}"
        yield from _wrapped("  yes  " if trial.matched else "  no   ", named)


def _why(trial: Trial) -> str:
    # The pattern itself tells few people anything; --json has it in full.
    why = trial.why if trial.matched else _PATTERN_FAILED.sub("no pattern found", trial.why)
    return terminal.clipped(why, 300)


def _wrapped(start: str, text: str) -> list[str]:
    following = " " * len(start)
    return textwrap.wrap(
        terminal.visible(text), WIDTH, initial_indent=start, subsequent_indent=following, break_on_hyphens=False
    )
