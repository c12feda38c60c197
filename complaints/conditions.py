"""Conditions of the rules in golddust.yml: does this complaint match, and why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import prod
from typing import Annotated

import regex
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from complaints.severity import Severity

REGEX_SECONDS = 0.05
"""How long one regular expression may search one complaint before it counts as no match."""

MOST_REPEATS = 100_000
"""What the least counts of one regular expression's repeats, as in `{3}` or `{3,5}`, may multiply to."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a condition can look at."""

    text: str
    channels: tuple[str, ...] = ()
    """The conversation as its id and, where known, its name with and without '#'."""
    reporter_teams: tuple[str, ...] = ()
    customer_tier: str | None = None
    severity: Severity | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """Whether a condition holds, and the reason in a few words."""

    matched: bool
    why: str


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _compiles(pattern: str) -> str:
    # Repeats are unrolled as the expression is compiled: a{4000000000} would take all memory.
    if prod(max(1, int(count)) for count in regex.findall(r"\{\s*([0-9]+)", pattern)) > MOST_REPEATS:
        raise ValueError(f"allowed is a regular expression whose repeats multiply to {MOST_REPEATS:,} at most")
    try:
        regex.compile(pattern)
    except regex.error as error:
        raise ValueError(f"allowed is a regular expression; this one has: {error}") from None
    except RecursionError:
        raise ValueError("allowed is a regular expression that is not nested so deeply") from None
    return pattern


def visible(text: str) -> str:
    """The text; raises ValueError for one of nothing but spaces, which would be found everywhere."""
    if not text.strip():
        raise ValueError("allowed is a text with at least one visible character")
    return text


Word = Annotated[str, Field(min_length=1), AfterValidator(visible)]
Words = Annotated[
    tuple[Word, ...], Field(min_length=1), BeforeValidator(_listed, json_schema_input_type=Word | tuple[Word, ...])
]
Pattern = Annotated[str, Field(min_length=1, max_length=1000), AfterValidator(_compiles)]


class Condition(BaseModel):
    """One condition: every key given must hold; a list holds when any of its entries does."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, use_attribute_docstrings=True)

    words: Words | None = None
    """Whole words or groups of words."""
    phrases: Words | None = None
    """The same as words, also inside longer words."""
    regex: Pattern | None = None
    """A regular expression, with a time limit."""
    channel: Words | None = None
    """Where it was said: id or name."""
    reporter_team: Words | None = None
    """The reporter's team."""
    customer_tier: Words | None = None
    """The tier of a customer listed in `customers`."""
    severity: (
        Annotated[
            tuple[Severity, ...], BeforeValidator(_listed, json_schema_input_type=Severity | tuple[Severity, ...])
        ]
        | None
    ) = None
    """low, normal, high, critical (routes only)."""
    all: tuple[Condition, ...] | None = Field(default=None, min_length=1)
    """Further conditions, all of which must hold."""
    any: tuple[Condition, ...] | None = Field(default=None, min_length=1)
    """Further conditions, one of which must hold."""
    not_: Condition | None = Field(default=None, alias="not")
    """A condition that must not hold."""

    @cached_property
    def tests(self) -> tuple[tuple[Callable[..., Finding], object], ...]:
        """The tests that have to hold, cheapest first, and what each of them asks for."""
        asked = ((test, getattr(self, key)) for key, test in _TESTS.items())
        return tuple((test, wanted) for test, wanted in asked if wanted is not None)

    @model_validator(mode="after")
    def _says_something(self) -> Condition:
        # A key without a value (`words:`) counts as not named.
        if not self.model_dump(exclude_none=True):
            raise ValueError("allowed is a condition with at least one key; an empty one would match everything")
        return self


def check(condition: Condition, facts: Facts) -> Finding:
    """Whether `condition` holds for `facts`, with the first reason that decided it."""
    reasons: list[str] = []
    for test, wanted in condition.tests:
        finding = test(wanted, facts)
        if not finding.matched:
            return finding
        reasons.append(finding.why)
    return Finding(True, " and ".join(reasons))


@lru_cache(maxsize=4096)
def _finder(words: tuple[str, ...], whole: bool) -> regex.Pattern[str]:
    # One alternation for the whole list: a rule costs one pass over the text, however long its list.
    spelled = [r"\s+".join(regex.escape(part) for part in word.split()) for word in words]
    joined = "|".join(sorted(spelled, key=len, reverse=True))
    pattern = rf"(?<!\w)(?:{joined})(?!\w)" if whole else rf"(?:{joined})"
    return regex.compile(pattern, regex.IGNORECASE)


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> regex.Pattern[str]:
    return regex.compile(pattern, regex.IGNORECASE)


def _any_word(words: tuple[str, ...], facts: Facts) -> Finding:
    found = _finder(words, True).search(facts.text)
    if found:
        return Finding(True, f"it says “{found.group()}”")
    return Finding(False, f"it says none of {_enumerated(words)}")


def _any_phrase(phrases: tuple[str, ...], facts: Facts) -> Finding:
    found = _finder(phrases, False).search(facts.text)
    if found:
        return Finding(True, f"it says “{found.group()}”")
    return Finding(False, f"it does not say {_enumerated(phrases)}")


def _regex(pattern: str, facts: Facts) -> Finding:
    try:
        found = _compiled(pattern).search(facts.text, timeout=REGEX_SECONDS)
    except TimeoutError:
        return Finding(False, f"/{pattern}/ took longer than {REGEX_SECONDS} s and was given up")
    if found:
        return Finding(True, f"it says “{found.group()[:60]}”")
    return Finding(False, f"/{pattern}/ finds nothing")


def _channel(channels: tuple[str, ...], facts: Facts) -> Finding:
    known = {name.lstrip("#").lower() for name in facts.channels}
    matched = any(channel.lstrip("#").lower() in known for channel in channels)
    where = facts.channels[-1] if facts.channels else "no channel"
    return Finding(matched, f"it was said in {where}" + ("" if matched else f", not in {_enumerated(channels)}"))


def _reporter_team(teams: tuple[str, ...], facts: Facts) -> Finding:
    both = set(teams) & set(facts.reporter_teams)
    if both:
        return Finding(True, f"the reporter is in {_enumerated(tuple(sorted(both)))}")
    return Finding(False, f"the reporter is not in {_enumerated(teams)}")


def _tier(tiers: tuple[str, ...], facts: Facts) -> Finding:
    tier = facts.customer_tier
    if tier is not None and tier in tiers:
        return Finding(True, f"the customer’s tier is {tier}")
    return Finding(False, f"the customer’s tier is {tier or 'not known'}, not {_enumerated(tiers)}")


def _severity(severities: tuple[Severity, ...], facts: Facts) -> Finding:
    matched = facts.severity in severities
    is_ = facts.severity or "not known"
    return Finding(matched, f"the severity is {is_}" + ("" if matched else f", not {_enumerated(severities)}"))


def _all(conditions: tuple[Condition, ...], facts: Facts) -> Finding:
    findings = [check(condition, facts) for condition in conditions]
    failed = [finding for finding in findings if not finding.matched]
    return failed[0] if failed else Finding(True, " and ".join(finding.why for finding in findings))


def _any(conditions: tuple[Condition, ...], facts: Facts) -> Finding:
    findings = [check(condition, facts) for condition in conditions]
    for finding in findings:
        if finding.matched:
            return finding
    return Finding(False, "; ".join(finding.why for finding in findings))


def _not(condition: Condition, facts: Facts) -> Finding:
    finding = check(condition, facts)
    return Finding(
        not finding.matched, f"not wanted: {finding.why}" if finding.matched else "nothing speaks against it"
    )


_TESTS: dict[str, Callable[..., Finding]] = {
    # cheapest first
    "channel": _channel,
    "reporter_team": _reporter_team,
    "customer_tier": _tier,
    "severity": _severity,
    "words": _any_word,
    "phrases": _any_phrase,
    "regex": _regex,
    "all": _all,
    "any": _any,
    "not_": _not,
}


@lru_cache(maxsize=4096)
def _enumerated(values: tuple[str, ...]) -> str:
    shown, more = ", ".join(f"“{value}”" for value in values[:5]), len(values) - 5
    return shown + (f" or {more} other{'s' if more > 1 else ''}" if more > 0 else "")
