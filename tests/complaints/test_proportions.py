"""Shares and how sure one can be of them, against published tables and against the equation itself."""

from __future__ import annotations

from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.proportions import Z, difference, newcombe, wilson


@pytest.mark.parametrize(
    ("count", "of", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_the_interval_of_a_share_is_that_of_the_published_table(count: int, of: int, low: float, high: float) -> None:
    """Newcombe (1998), Statistics in Medicine 17, 857-872, table I, method 3."""
    assert wilson(count, of) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))


@pytest.mark.parametrize(
    ("counts", "low", "high"),
    [
        ((56, 70, 48, 80), 0.0524, 0.3339),
        ((9, 10, 3, 10), 0.1705, 0.8090),
        ((10, 10, 0, 10), 0.6075, 1.0),
        ((5, 56, 0, 29), -0.0381, 0.1926),
    ],
)
def test_the_interval_of_a_difference_is_that_of_the_published_table(
    counts: tuple[int, int, int, int], low: float, high: float
) -> None:
    """Newcombe (1998), Statistics in Medicine 17, 873-890, table II, method 10."""
    found = newcombe(*counts)
    assert (found.low, found.high) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))


def edge(share: float, of: int, inside: float, outside: float) -> float:
    """Where a share lies just Z standard errors off, found by halving."""
    for _ in range(200):
        middle = (inside + outside) / 2
        fits = abs(share - middle) <= Z * sqrt(middle * (1 - middle) / of)
        inside, outside = (middle, outside) if fits else (inside, middle)
    return inside


@given(st.integers(1, 400).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_the_bounds_are_where_the_share_lies_so_many_standard_errors_off(counted: tuple[int, int]) -> None:
    count, of = counted
    low, high = wilson(count, of)
    assert low == pytest.approx(edge(count / of, of, count / of, 0.0), abs=1e-7)
    assert high == pytest.approx(edge(count / of, of, count / of, 1.0), abs=1e-7)


@given(st.data())
def test_turned_round_a_difference_only_changes_its_sign(data: st.DataObject) -> None:
    of, other_of = data.draw(st.integers(1, 200)), data.draw(st.integers(1, 200))
    count, other = data.draw(st.integers(0, of)), data.draw(st.integers(0, other_of))
    there, back = newcombe(count, of, other, other_of), newcombe(other, other_of, count, of)
    assert there.low <= there.points <= there.high
    assert (there.points, there.low, there.high) == pytest.approx((-back.points, -back.high, -back.low))


def test_too_few_on_either_side_tell_nothing() -> None:
    assert difference(15, 19, 100, 200) is None
    assert difference(100, 200, 15, 19) is None
    assert difference(15, 20, 10, 20) == newcombe(15, 20, 10, 20)


def test_a_share_of_nothing_is_refused() -> None:
    for count, of in ((0, 0), (3, 2), (-1, 5)):
        with pytest.raises(ValueError, match="at least one"):
            wilson(count, of)
