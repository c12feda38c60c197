"""Which early reminders a trial withholds."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.holdout import withheld
from complaints.severity import Severity
from tests.complaints.builders import a_ticket

TICKET = a_ticket()
EARLY = "resolve.1:50%:remind"
PERCENTS = st.integers(0, 100)


def share(percent: int, seed: str = "main") -> float:
    numbers = range(4000)
    return sum(withheld(replace(TICKET, number=number), EARLY, percent, seed) for number in numbers) / len(numbers)


@pytest.mark.parametrize("percent", [5, 10, 50])
def test_about_the_wanted_share_is_withheld(percent: int) -> None:
    assert share(percent) == pytest.approx(percent / 100, abs=0.03)


def test_nothing_is_withheld_unless_it_is_asked_for() -> None:
    assert share(0) == 0
    assert share(100) == 1


@given(st.integers(1, 10**6), PERCENTS, st.text(max_size=9))
def test_the_draw_is_the_same_again_and_grows_with_the_share(number: int, percent: int, seed: str) -> None:
    ticket = replace(TICKET, number=number)
    drawn = withheld(ticket, EARLY, percent, seed)
    assert withheld(replace(ticket, version=9, holder="omar"), EARLY, percent, seed) == drawn
    assert not drawn or withheld(ticket, EARLY, min(100, percent + 1), seed)


def test_another_seed_or_step_is_another_draw() -> None:
    tickets = [replace(TICKET, number=number) for number in range(200)]
    drawn = [withheld(ticket, EARLY, 50, "main") for ticket in tickets]
    assert drawn != [withheld(ticket, EARLY, 50, "other") for ticket in tickets]
    assert drawn != [withheld(ticket, "resolve.1:80%:remind", 50, "main") for ticket in tickets]


@pytest.mark.parametrize(
    "step",
    [
        "resolve.1:100%:remind", "resolve.1:+1d:remind", "resolve.1:again-1:remind", "resolve.1:80%:deputy",
        "resolve.1:50%:remind:instead", "promise.1:50%:remind", "answer.1:50%:remind", "receipt.1:80%:remind",
        "knock-on:2026-11-23T09:00:00+00:00",
    ],
)  # fmt: skip
def test_the_last_call_escalations_and_regulatory_clocks_are_never_withheld(step: str) -> None:
    assert not withheld(TICKET, step, 100, "main")


def test_nothing_is_withheld_of_a_critical_ticket() -> None:
    assert withheld(TICKET, EARLY, 100, "main")
    assert not withheld(replace(TICKET, severity=Severity.CRITICAL), EARLY, 100, "main")
