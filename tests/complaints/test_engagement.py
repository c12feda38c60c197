"""Engagement by function: totals add up, small groups are told together, silence is more than chance."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.engagement import Past, Reported, engagement, expected
from complaints.organisation import Organisation
from tests.complaints.builders import organisation


def larger(**changes: Any) -> Organisation:
    """The test organisation with a hotline of four, a shop of three and branches of two."""
    people = {f"p{number}": {"name": f"P{number}"} for number in range(9)}
    teams = {
        "hotline": {"name": "Hotline", "lead": "p0", "members": ["p1", "p2", "p3"], "owns": False},
        "shop": {"name": "Shop", "lead": "p4", "members": ["p5", "p6"], "owns": False},
        "kiosk": {"name": "Kiosk", "lead": "p7", "members": ["p8"], "owns": False},
    }
    return organisation(people=people, teams=teams, **changes)


HOUSE = larger()
NOTHING = Past({}, {}, 0)
REPORTERS = [*HOUSE.people, "slack:U0STRANGER", "Somebody imported"]


def test_who_is_of_several_teams_reports_for_the_one_that_only_reports() -> None:
    assert HOUSE.touchpoint("ines") == "branches"
    assert HOUSE.touchpoint("dana") == "payments"
    assert HOUSE.touchpoint("slack:U0STRANGER") == ""


@given(st.lists(st.builds(Reported, st.sampled_from(REPORTERS), st.sampled_from([True, False, None]), st.booleans())))
def test_the_functions_add_up_to_the_grand_total(reported: list[Reported]) -> None:
    found = engagement(HOUSE, HOUSE.teams, reported, NOTHING, others=True)
    assert found.total.complaints == len(reported) == sum(one.complaints for one in found.functions)
    assert found.total.reporters == len({one.reporter for one in reported})
    assert found.total.acknowledged == sum(one.acknowledged is True for one in reported)
    assert found.total.due == sum(one.acknowledged is not None for one in reported)
    assert found.total.told == sum(one.told for one in reported)
    in_teams = [person for person in HOUSE.people if HOUSE.teams_of(person)]
    assert found.total.people - found.total.others == len(in_teams)


@given(
    st.lists(st.builds(Reported, st.sampled_from(REPORTERS), st.none(), st.booleans())),
    st.sets(st.sampled_from(list(HOUSE.teams))),
)
def test_no_figure_is_that_of_fewer_than_three_people(reported: list[Reported], keys: set[str]) -> None:
    found = engagement(HOUSE, keys, reported, NOTHING, others=False)
    for one in found.functions:
        assert one.people >= 3 or (one.withheld and one.complaints == 0)


def test_functions_stand_in_the_order_of_the_file_and_small_ones_together_at_the_end() -> None:
    reported = [Reported("p7", True, True)] * 9
    found = engagement(HOUSE, HOUSE.teams, reported, NOTHING, others=True)
    assert [one.keys for one in found.functions][:3] == [("payments",), ("hotline",), ("shop",)]
    assert found.functions[-1].together
    assert "kiosk" in found.functions[-1].keys


def test_somebody_who_is_in_no_function_is_counted_with_the_small_groups() -> None:
    found = engagement(HOUSE, HOUSE.teams, [Reported("noor", None, False)], NOTHING, others=True)
    assert (found.functions[-1].complaints, found.functions[-1].others) == (1, 1)


@pytest.mark.parametrize(
    ("recent", "usual", "silent"),
    [(0, 33, True), (0, 29, False), (0, 4, False), (1, 900, False)],
)
def test_silence_is_judged_by_the_functions_own_rate(recent: int, usual: int, silent: bool) -> None:
    past = Past({"p1": recent}, {"p1": usual}, 182)
    found = expected(HOUSE, "hotline", past)
    assert (found is not None) is silent
    assert found is None or (found.ever and found.expected == pytest.approx(usual * 28 / 182))


def test_the_silence_of_fewer_than_three_people_is_not_told() -> None:
    assert expected(HOUSE, "kiosk", Past({}, {"p7": 900}, 182)) is None


def test_one_that_never_reported_is_judged_by_what_people_everywhere_report() -> None:
    busy = Past({"p5": 40}, {"p5": 700}, 182)
    found = expected(HOUSE, "hotline", busy)
    assert found is not None
    assert not found.ever
    assert expected(HOUSE, "payments", busy) is None, "a team that owns complaints need not report any"
    assert expected(HOUSE, "hotline", Past({}, {"p5": 20}, 182)) is None


def test_nothing_is_said_of_silence_in_the_first_weeks() -> None:
    assert expected(HOUSE, "hotline", Past({}, {"p1": 900}, 20)) is None
