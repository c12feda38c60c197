"""Who answers: by the team that owns, and nobody's own figure."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from complaints.answering import answering
from complaints.engagement import Reported
from tests.complaints.builders import organisation

HOUSE = organisation(
    people={f"p{number}": {"name": f"P{number}"} for number in range(4)},
    teams={
        "mending": {"name": "Mending", "lead": "p0", "members": ["p1", "p2"], "assign": "round-robin"},
        "lonely": {"name": "Lonely", "lead": "p3", "members": ["p3"], "assign": "round-robin"},
    },
)


def test_a_team_is_told_what_became_of_what_it_got() -> None:
    mine = [
        Reported("sam", True, True, "mending", True), Reported("sam", False, False, "mending", True),
        Reported("sam", None, False, "mending"), Reported("sam", True, True, "lonely", True),
    ]  # fmt: skip
    mending, lonely = answering(HOUSE, ["mending", "lonely"], mine)
    figures = (mending.complaints, mending.acknowledged, mending.due, mending.resolved, mending.told)
    assert figures == (3, 1, 2, 2, 1)
    assert lonely.withheld
    assert lonely.complaints == 0, "that would be one person’s figure"


@given(st.lists(st.builds(
    Reported, st.just("sam"), st.sampled_from([True, False, None]), st.booleans(),
    st.sampled_from([key for key, team in HOUSE.teams.items() if team.owns]), st.booleans(),
)))  # fmt: skip
def test_the_teams_add_up_to_what_came(reported: list[Reported]) -> None:
    found = answering(HOUSE, HOUSE.teams, reported)
    told = {one.key for one in found if not one.withheld}
    assert sum(one.complaints for one in found) == sum(one.team in told for one in reported)
    assert sum(one.resolved for one in found) == sum(one.team in told and one.resolved for one in reported)
    assert [one.key for one in found] == [key for key, team in HOUSE.teams.items() if team.owns]
