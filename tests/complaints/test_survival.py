"""How long things last when some are not over yet."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from math import ceil

from hypothesis import given
from hypothesis import strategies as st

from complaints.survival import Wait, quantile

HOUR = timedelta(hours=1)
SHARES = st.sampled_from((0.25, 0.5, 0.8))
waits = st.lists(st.builds(Wait, st.integers(0, 12).map(lambda n: n * HOUR), st.booleans()), min_size=1, max_size=40)


def over(*hours: int) -> list[Wait]:
    return [Wait(n * HOUR, True) for n in hours]


def going_on(*hours: int) -> list[Wait]:
    return [Wait(n * HOUR, False) for n in hours]


def redistributed(found: list[Wait], share: Fraction) -> timedelta | None:
    """The same by another way (Efron 1967): the weight of what is not over goes to those that lasted longer."""
    ordered = sorted(found, key=lambda wait: (wait.took, not wait.over))
    weights = [Fraction(1, len(ordered))] * len(ordered)
    passed = Fraction(0)
    for place, wait in enumerate(ordered):
        later = len(ordered) - place - 1
        if wait.over:
            passed += weights[place]
            if passed >= share:
                return wait.took
        else:
            weights[place + 1 :] = [weight + weights[place] / later for weight in weights[place + 1 :]]
    return None


@given(waits, SHARES)
def test_the_estimate_is_that_of_an_independent_calculation(found: list[Wait], share: float) -> None:
    assert quantile(found, share) == redistributed(found, Fraction(str(share)))


@given(st.lists(st.integers(0, 50), min_size=1, max_size=60), SHARES)
def test_where_all_are_over_it_is_the_nearest_rank(hours: list[int], share: float) -> None:
    rank = ceil(Fraction(str(share)) * len(hours))
    assert quantile(over(*hours), share) == sorted(hours)[rank - 1] * HOUR


def test_what_is_not_over_makes_it_longer_and_leaving_it_out_would_not() -> None:
    quick = over(1, 1, 2, 2, 3, 9, 9, 9)
    assert quantile(quick, 0.5) == 2 * HOUR
    assert quantile(quick + going_on(4, 5, 6, 7), 0.5) == 9 * HOUR


def test_what_only_just_began_changes_nothing() -> None:
    assert quantile(over(2, 4, 6) + going_on(0, 0, 0, 0), 0.5) == 4 * HOUR


def test_while_too_few_are_over_nothing_is_known() -> None:
    assert quantile(over(1, 2) + going_on(5, 5, 5), 0.5) is None
    assert quantile([], 0.5) is None
