"""What is more than chance, against textbook values and a naive calculation."""

from __future__ import annotations

from math import exp, factorial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.signals import LOW, TAIL, deviation, poisson, xmr

counts = st.integers(0, 40)


def test_fewer_than_twelve_points_say_nothing() -> None:
    assert xmr([5] * 11) is None
    assert deviation([10] * 12) is None
    assert deviation([10] * 11 + [90]) is None


@given(st.lists(counts, min_size=12, max_size=40))
def test_xmr_is_the_mean_and_2_66_mean_moving_ranges(points: list[int]) -> None:
    limits = xmr(points)
    assert limits is not None
    mean = sum(points) / len(points)
    moving = sum(abs(points[n] - points[n - 1]) for n in range(1, len(points))) / (len(points) - 1)
    assert limits.mean == pytest.approx(mean)
    assert (limits.lower, limits.upper) == pytest.approx((mean - 2.66 * moving, mean + 2.66 * moving))


@given(st.floats(0.01, 60))
def test_beyond_poisson_limits_lies_at_most_what_three_deviations_leave(mean: float) -> None:
    def up_to(count: int) -> float:
        return sum(exp(-mean) * mean**k / factorial(k) for k in range(count + 1))

    limits = poisson(mean)
    upper, lower = int(limits.upper), int(limits.lower)
    assert 1 - up_to(upper) <= TAIL + 1e-9
    assert upper == 0 or 1 - up_to(upper - 1) > TAIL - 1e-9
    assert lower == 0 or up_to(lower - 1) <= TAIL + 1e-9
    assert up_to(lower) > TAIL - 1e-9


def test_a_surge_is_told_and_does_not_widen_its_own_limits() -> None:
    found = deviation([10, 12] * 6 + [60])
    assert found is not None and found.kind == "above" and found.value == 60
    assert found.usual.mean == 11


def test_seven_on_one_side_are_told() -> None:
    points = [10, 20] * 10 + [18] * 7
    found = deviation(points)
    assert found is not None and found.kind == "run above"
    assert deviation(points[:-2]) is None


def test_low_counts_have_poisson_limits_and_no_runs() -> None:
    quiet = [0, 1, 0, 0, 1, 0] * 3
    assert deviation([*quiet, *[0] * 8]) is None
    assert deviation([*quiet, 2]) is None
    found = deviation([*quiet, 5])
    assert found is not None and found.kind == "above" and found.usual.mean < LOW


def test_steady_weeks_are_no_signal() -> None:
    assert deviation([10, 12, 9, 11, 10, 13, 8, 12, 10, 11, 9, 12, 11]) is None
