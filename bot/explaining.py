"""Why a complaint would go where it would go: every rule that was tried, the person, and by when they would look."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from complaints import clocks
from complaints.assignment import Assignment
from complaints.conditions import Facts
from complaints.organisation import Organisation
from complaints.routing import Routing, route


@dataclass(frozen=True, slots=True)
class Explanation:
    """The decision for one complaint, with its reasons; nothing has been saved or sent."""

    routing: Routing
    assignment: Assignment
    look_by: datetime
    untried: tuple[str, ...]
    """The routes after the one that matched."""


def explain(
    organisation: Organisation, facts: Facts, at: datetime, assign_to: Callable[[str], Assignment]
) -> Explanation:
    """What would happen to a complaint said at `at`; `assign_to` chooses the person of a team."""
    routing = route(organisation, facts)
    length = organisation.policy_of(routing.team).clocks.acknowledge.of(routing.severity)
    clock = clocks.start("acknowledge", at, length, organisation.calendar_of_team(routing.team))
    tried = len(routing.trials)
    names = [rule.name or f"route {number}" for number, rule in enumerate(organisation.routes, start=1)]
    return Explanation(routing, assign_to(routing.team), clock.due_at, tuple(names[tried:]))


def as_record(explanation: Explanation, *, load_known: bool, usually: str = "") -> dict[str, Any]:
    """The explanation as the JSON object of `golddust explain --json`."""
    routing, assignment = explanation.routing, explanation.assignment
    return {
        "team": routing.team,
        "category": routing.category,
        "severity": routing.severity.value,
        "customer": routing.customer,
        "owner": assignment.owner,
        "look_by": explanation.look_by.isoformat().replace("+00:00", "Z"),
        "load_known": load_known,
        "usually": usually or None,
        "reasons": [routing.reason, assignment.reason],
        "severity_rules": [asdict(trial) for trial in routing.severity_trials],
        "routes": [asdict(trial) for trial in routing.trials],
        "routes_not_tried": list(explanation.untried),
    }
