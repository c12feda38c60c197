"""Which team a complaint belongs to, how bad it is, and why."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import regex

from complaints.conditions import Facts, check
from complaints.organisation import Customer, Organisation
from complaints.severity import Severity


@dataclass(frozen=True, slots=True)
class Trial:
    """One rule that was tried: its name, where it leads, whether it matched, and why."""

    rule: str
    leads_to: str
    matched: bool
    why: str


@dataclass(frozen=True, slots=True)
class Routing:
    """The team and severity of a complaint, with every rule that was tried, in order."""

    team: str
    category: str | None
    severity: Severity
    customer: str | None
    severity_trials: tuple[Trial, ...]
    trials: tuple[Trial, ...]
    reason: str


def route(organisation: Organisation, facts: Facts, *, customer: str | None = None) -> Routing:
    """The first route whose condition holds decides the team; without one it goes to triage, never to nobody.

    A severity or customer in `facts` or `customer` was given by a person and is not guessed.
    """
    known = _customer(organisation, customer, facts.text)
    if known is not None:
        facts = replace(facts, customer_tier=known.tier)
    severity, severity_trials = guess_severity(organisation, facts)
    if severity is not facts.severity:
        facts = replace(facts, severity=severity)
    trials: list[Trial] = []
    for number, rule in enumerate(organisation.routes, start=1):
        finding = check(rule.when, facts)
        name = rule.name or f"route {number}"
        trials.append(Trial(name, rule.team, finding.matched, finding.why))
        if finding.matched:
            category, team, reason = rule.category or rule.name, rule.team, f"{finding.why} (rule “{name}”)"
            break
    else:
        category, team, reason = None, organisation.triage, "no rule fits it, so it goes to triage"
    return Routing(team, category, severity, known.name if known else customer, severity_trials, tuple(trials), reason)


def guess_severity(organisation: Organisation, facts: Facts) -> tuple[Severity, tuple[Trial, ...]]:
    """The severity of the first rule that holds, else the default; a severity already in `facts` stays."""
    if facts.severity is not None:
        return facts.severity, (Trial("severity", facts.severity, True, "it was given"),)
    trials: list[Trial] = []
    for number, rule in enumerate(organisation.severity.rules, start=1):
        finding = check(rule.when, facts)
        trials.append(Trial(rule.name or f"severity rule {number}", rule.severity, finding.matched, finding.why))
        if finding.matched:
            return rule.severity, tuple(trials)
    default = organisation.severity.default
    return default, (*trials, Trial("severity", default, True, "no severity rule matched, so it is the default"))


def _customer(organisation: Organisation, given: str | None, text: str) -> Customer | None:
    """The listed customer whose name or alias was given, else the first one named in the text."""
    for customer in organisation.customers:
        names = (customer.name, *customer.aliases)
        if given is not None:
            if given.casefold() in {name.casefold() for name in names}:
                return customer
        elif _naming(names).search(text):
            return customer
    return None


@lru_cache(maxsize=4096)
def _naming(names: tuple[str, ...]) -> regex.Pattern[str]:
    spelled = "|".join(regex.escape(name) for name in sorted(names, key=len, reverse=True))
    return regex.compile(rf"(?<!\w)(?:{spelled})(?!\w)", regex.IGNORECASE)
