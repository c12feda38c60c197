"""The rules of the risk register: likelihood, impact, trend, and what a person has set stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from complaints.errors import BadInput
from complaints.risks import Evidence, Risk, edited, impact, kept_up, likelihood, matrix, trend
from complaints.severity import Severity
from tests.complaints.builders import MONDAY

LATER = MONDAY + timedelta(days=1)
PEOPLE = ("lee", "dana")


def a_risk(**changes: Any) -> Risk:
    blank = Risk(
        number=7, source="problem", key="problem:3", team="payments", title="Double bookings", likelihood=1, impact=1,
        next_look=date(2026, 12, 21), problem=3, opened_at=MONDAY, changed_at=MONDAY,
    )  # fmt: skip
    return replace(blank, **changes)


@pytest.mark.parametrize(
    ("quarter", "expected"), [(0, 1), (1, 1), (2, 2), (3, 2), (4, 3), (9, 3), (10, 4), (29, 4), (30, 5), (900, 5)]
)
def test_likelihood_is_how_often_it_came_in_a_quarter(quarter: int, expected: int) -> None:
    assert likelihood(quarter) == expected


def test_impact_is_the_worst_severity_and_more_for_many_customers_and_under_a_regulator() -> None:
    assert impact([], 0, regulated=False) == 2
    assert impact([Severity.LOW], 1, regulated=False) == 1
    assert impact([Severity.LOW, Severity.HIGH], 9, regulated=False) == 3
    assert impact([Severity.HIGH], 10, regulated=False) == 4
    assert impact([Severity.HIGH], 10, regulated=True) == 5
    assert impact([Severity.CRITICAL], 99, regulated=True) == 5


@pytest.mark.parametrize(
    ("recent", "before", "expected"),
    [(0, 0, "steady"), (4, 0, "steady"), (5, 0, "rising"), (0, 5, "falling"), (12, 10, "steady"), (20, 8, "rising")],
)
def test_a_trend_is_more_than_chance(recent: int, before: int, expected: str) -> None:
    assert trend(recent, before) == expected


def test_the_bot_proposes_and_says_in_the_history_what_it_changed() -> None:
    known = Evidence(quarter=12, severities=(Severity.HIGH,), customers=3, recent=9, before=1, mitigation="C-50")
    risk = kept_up(a_risk(), known, LATER)
    assert (risk.likelihood, risk.impact, risk.exposure, risk.trend) == (4, 3, 12, "rising")
    assert risk.mitigation == "C-50"
    assert [(one.who, one.what, one.before, one.after) for one in risk.history] == [
        ("golddust", "likelihood", "1", "4"), ("golddust", "impact", "1", "3"), ("golddust", "mitigation", "", "C-50"),
    ]  # fmt: skip
    assert kept_up(risk, known, LATER + timedelta(days=1)) == risk


def test_what_a_person_has_set_is_not_overwritten_and_the_rest_is_kept_up() -> None:
    risk = edited(a_risk(), "lee", LATER, {"likelihood": "2", "impact": "1", "title": "Double bookings"}, PEOPLE)
    assert risk.decided == {"likelihood"}, "of what was left as it was nothing is decided"
    after = kept_up(risk, Evidence(quarter=40, severities=(Severity.CRITICAL,)), LATER)
    assert (after.likelihood, after.impact) == (2, 4)


def test_it_closes_by_itself_once_it_is_quiet_and_opens_again_when_it_comes_back() -> None:
    over = Evidence(quarter=2, live=False)
    assert kept_up(a_risk(), replace(over, recent=1), LATER).state == "open", "still coming"
    closed = kept_up(a_risk(), over, LATER)
    assert closed.state == "closed"
    assert kept_up(closed, replace(over, recent=1), LATER).state == "open"
    assert kept_up(closed, Evidence(quarter=2), LATER).state == "open", "its problem was reopened"


def test_who_closes_it_while_it_goes_on_is_believed_until_it_has_been_quiet() -> None:
    going = Evidence(quarter=5, recent=3)
    closed = edited(a_risk(), "lee", LATER, {"state": "closed"}, PEOPLE)
    still = kept_up(closed, going, LATER)
    assert still.state == "closed"
    quiet = kept_up(still, Evidence(quarter=5, live=False), LATER)
    assert kept_up(quiet, going, LATER).state == "open"


@pytest.mark.parametrize(
    "wanted",
    [{"likelihood": "6"}, {"impact": "two"}, {"owner": "mallory"}, {"next_look": "soon"}, {"state": "gone"},
     {"title": "  "}, {"title": "x" * 501}, {"mitigation": "x" * 501}],
)  # fmt: skip
def test_what_can_not_be_is_refused_at_its_field(wanted: dict[str, str]) -> None:
    with pytest.raises(BadInput) as refused:
        edited(a_risk(), "lee", LATER, wanted, PEOPLE)
    assert refused.value.field in wanted


def test_the_matrix_counts_what_is_not_closed() -> None:
    found = matrix([a_risk(), a_risk(), a_risk(likelihood=5, impact=4), a_risk(state="closed")])
    assert (found.at(1, 1), found.at(5, 4), found.at(4, 5)) == (2, 1, 0)
