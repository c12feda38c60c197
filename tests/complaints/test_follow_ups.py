"""Whether a cause came back, by counting; and whose reporters hear what was done about it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from complaints.follow_ups import Complaint, looked_back, told_about
from tests.complaints.builders import MONDAY

CAUSE = "Retry  queue full"


def said(day: float, cause: str = "retry queue FULL", number: int = 1, **more: Any) -> Complaint:
    return Complaint(
        number, more.pop("reporter", "sam"), MONDAY + timedelta(days=day), "payments", more.pop("category", "cards"),
        cause, **more,
    )  # fmt: skip


def test_it_worked_where_nothing_came_since_and_something_had_come_before() -> None:
    found = looked_back([said(-3), said(-29), said(-31), said(40)], CAUSE, "payments", "cards", MONDAY, 30)
    assert (found.how, found.back, found.before, found.verdict) == ("cause", 0, 2, "worked")


def test_it_says_that_it_was_rare_before_rather_than_that_it_worked() -> None:
    assert looked_back([], CAUSE, "payments", "cards", MONDAY, 30).verdict == "rare"


def test_it_came_back_less_often_or_as_often() -> None:
    before = [said(-day) for day in range(1, 5)]
    less = looked_back([*before, said(1), said(2)], CAUSE, "payments", "cards", MONDAY, 30)
    assert less.verdict == "less"
    assert looked_back([*before, said(1), said(2), said(3)], CAUSE, "payments", "cards", MONDAY, 30).verdict == "back"


def test_those_alike_whose_cause_nobody_has_given_yet_are_told_beside() -> None:
    found = looked_back([said(3, ""), said(4, "", category="app")], CAUSE, "payments", "cards", MONDAY, 30)
    assert (found.back, found.uncertain) == (0, 1)


def test_duplicates_do_not_count() -> None:
    found = looked_back([said(3, close_reason="duplicate")], CAUSE, "payments", "cards", MONDAY, 30)
    assert found.back == 0


@given(days=st.lists(st.floats(-100, 100, allow_nan=False), max_size=30))
def test_every_complaint_is_counted_once_before_or_since_or_lies_outside(days: list[float]) -> None:
    found = looked_back([said(day) for day in days], "", "payments", "cards", MONDAY, 30)
    inside = [day for day in days if timedelta(days=-30) < timedelta(days=day) <= timedelta(days=30)]
    assert found.back + found.before == len(inside)


def test_each_reporter_hears_once_about_their_newest_and_at_most_so_many_complaints_are_looked_at() -> None:
    known = [said(day, number=day, reporter="sam") for day in range(1, 4)]
    known += [said(day, number=day, reporter=f"r{day}") for day in range(4, 30)]
    told = told_about(known, CAUSE, 1, "r29", 20)
    assert told[0].number == 1, "the complaint itself comes first"
    assert len(told) == 19
    assert "r29" not in {one.reporter for one in told}, "who did it knows"


def test_the_reporters_of_a_problem_hear_too() -> None:
    known = [said(1, "", 2, parent=9), said(1, "", 3, reporter="noor", parent=9), said(1, "", 4, reporter="lee")]
    assert {one.reporter for one in told_about(known, "", 9, "dana", 20)} == {"sam", "noor"}
