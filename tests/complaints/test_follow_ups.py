"""What the counts of a look back say; and whose reporters hear what was done about a cause."""

from __future__ import annotations

import pytest

from complaints.follow_ups import Complaint, Found, Verdict, same_cause, told_about
from tests.complaints.builders import MONDAY


@pytest.mark.parametrize(
    ("back", "before", "verdict"),
    [(0, 2, "worked"), (0, 0, "rare"), (2, 4, "less"), (3, 4, "back"), (1, 0, "back")],
)
def test_what_is_said_of_what_was_counted(back: int, before: int, verdict: Verdict) -> None:
    assert Found("cause", 30, MONDAY, back, before).verdict == verdict


def test_causes_are_the_same_where_they_are_worded_the_same() -> None:
    assert same_cause("Retry  queue\tFULL ") == same_cause("retry queue full")
    assert same_cause("retry queue full") != same_cause("retry queue")


def test_each_reporter_hears_once_about_the_first_of_theirs_and_who_did_it_knows() -> None:
    concerned = [Complaint(1, "sam", MONDAY), Complaint(9, "noor", MONDAY), Complaint(8, "sam", MONDAY)]
    concerned.append(Complaint(7, "dana", MONDAY))
    assert [one.number for one in told_about(concerned, "dana")] == [1, 9]
