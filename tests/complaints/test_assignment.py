"""Assignment: which person of a team gets a ticket, who stands in, and that it is never nobody."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.assignment import Assignment, Load, assign, on_call
from complaints.organisation import Organisation
from complaints.presence import Leave, Presence
from tests.complaints.builders import MONDAY, moment, organisation

MIDNIGHT = moment("2026-11-24 00:30")
NIGHTS = {"hours": {"mon-sun": ["00:00-08:00", "20:00-24:00"]}}


def assigned(
    org: Organisation, team: str = "payments", at: datetime = MONDAY, load: Load | None = None, *leaves: Leave
) -> Assignment:
    return assign(Presence(org, leaves), team, load or Load({}), at)


def payments(**team: Any) -> Organisation:
    """The test organisation with another way of assigning in Payments."""
    return organisation(teams={"payments": {"members": ["dana", "omar", "kim"], "owner": None, **team}})


def rota(starts: str = "2026-11-23T09:00:00Z", every: str = "1w calendar") -> dict[str, Any]:
    return {"people": ["dana", "omar", "kim"], "starts": starts, "every": every}


def away(person: str, deputy: str | None = None, days: int = 5) -> Leave:
    return Leave(person, MONDAY - timedelta(days=1), MONDAY + timedelta(days=days), deputy)


def test_a_named_owner_gets_every_ticket() -> None:
    assert assigned(organisation()) == Assignment("dana", "Dana owns what comes to Payments")


@pytest.mark.parametrize(
    ("local", "person"),
    [
        ("2026-10-19 08:59", "dana"),  # before the first turn it is the first one's
        ("2026-10-19 09:00", "dana"),
        ("2026-10-26 08:59", "dana"),  # the clocks have gone back in the night to the 25th
        ("2026-10-26 09:00", "omar"),
        ("2026-11-02 09:00", "kim"),
        ("2026-11-09 09:00", "dana"),
        ("2027-03-28 08:59", "omar"),
        ("2027-03-29 08:59", "omar"),  # the clocks have gone forward on the 28th
        ("2027-03-29 09:00", "kim"),
    ],
)
def test_the_rota_hands_over_at_the_same_local_hour_in_summer_and_winter(local: str, person: str) -> None:
    org = payments(assign="on-call", rota=rota("2026-10-19T09:00:00+01:00"))
    assert on_call(org, "payments", moment(local)) == person


@pytest.mark.parametrize(
    ("local", "person"), [("2026-11-23 23:59", "dana"), ("2026-11-24 00:00", "omar"), ("2026-11-26 00:00", "dana")]
)
def test_a_daily_rota_that_starts_on_a_day_hands_over_at_local_midnight(local: str, person: str) -> None:
    org = payments(assign="on-call", rota=rota("2026-11-23", "1d"))
    assert on_call(org, "payments", moment(local)) == person


def test_a_rota_hands_over_in_the_time_zone_of_its_teams_calendar() -> None:
    tokyo = {"tokyo": {"time_zone": "Asia/Tokyo"}}
    org = organisation(
        calendars=tokyo,
        teams={"payments": {"assign": "on-call", "calendar": "tokyo", "rota": rota("2026-11-23", "1d")}},
    )
    assert on_call(org, "payments", moment("2026-11-23 23:59", "Asia/Tokyo")) == "dana"
    assert on_call(org, "payments", moment("2026-11-24 00:00", "Asia/Tokyo")) == "omar"


def test_who_is_on_call_gets_the_ticket_and_without_a_rota_it_is_the_lead() -> None:
    org = payments(assign="on-call", rota=rota())
    assert assigned(org) == Assignment("dana", "Dana is on call for Payments")
    assert assigned(org, at=MONDAY + timedelta(weeks=1)).owner == "omar"
    assert assigned(payments(assign="on-call")).owner == "lee"


@pytest.mark.parametrize(
    ("last", "person"), [(None, "dana"), ("dana", "omar"), ("omar", "kim"), ("kim", "dana"), ("gone", "dana")]
)
def test_round_robin_takes_turns_in_the_order_of_the_file(last: str | None, person: str) -> None:
    org = payments(assign="round-robin")
    assert assigned(org, load=Load({}, last)).owner == person


def test_round_robin_does_not_spend_a_turn_on_somebody_who_is_away() -> None:
    org = payments(assign="round-robin")
    assigned_to = assigned(org, "payments", MONDAY, Load({}, "dana"), away("omar"))
    assert assigned_to == Assignment("kim", "it is Kim’s turn in Payments")


def test_round_robin_prefers_who_is_at_work_now() -> None:
    org = organisation(
        people={"kim": NIGHTS}, teams={"payments": {"members": ["dana", "omar", "kim"], "assign": "round-robin"}}
    )
    assert assigned(org, at=MIDNIGHT).owner == "kim"
    assert assigned(org, at=MONDAY).owner == "dana"


def test_the_least_loaded_gets_the_ticket_and_a_tie_goes_to_the_first() -> None:
    org = payments(assign="least-loaded")
    assert assigned(org, load=Load({"dana": 2, "omar": 1, "kim": 1})).owner == "omar"
    assert assigned(org, load=Load({"dana": 2, "omar": 1})) == Assignment(
        "kim", "Kim has the fewest open tickets of Payments (0)"
    )
    assert assigned(org).owner == "dana"


def test_the_least_loaded_who_is_away_is_passed_over() -> None:
    org = payments(assign="least-loaded")
    found = assigned(org, "payments", MONDAY, Load({"dana": 2, "omar": 9}), away("kim"))
    assert found.owner == "dana"


def test_a_team_without_members_is_its_lead() -> None:
    org = organisation(teams={"app": {"members": []}})
    assert assigned(org, "app").owner == "kim"


def test_for_an_owner_who_is_away_the_deputy_stands_in_even_out_of_hours() -> None:
    found = assigned(organisation(), "payments", MIDNIGHT, None, away("dana"))
    assert found == Assignment("omar", "Dana owns what comes to Payments, but Dana is away; Omar stands in")


def test_the_deputy_named_for_an_absence_beats_the_one_of_the_file() -> None:
    assert assigned(organisation(), "payments", MONDAY, None, away("dana", "kim")).owner == "kim"


def test_an_absence_of_the_file_counts_whole_local_days_and_names_its_own_deputy() -> None:
    absence = {"from": "2026-11-23", "until": "2026-11-24", "deputy": "kim"}
    org = organisation(people={"dana": {"away": [absence]}})
    owners = [
        assigned(org, at=moment(text)).owner
        for text in ("2026-11-22 23:59", "2026-11-23 00:00", "2026-11-24 23:59", "2026-11-25 00:00")
    ]
    assert owners == ["dana", "kim", "kim", "dana"]


def test_a_deputy_who_is_away_too_passes_it_on_along_the_line() -> None:
    org = organisation(people={"omar": {"deputy": "kim"}})
    assert assigned(org, "payments", MONDAY, None, away("dana"), away("omar")).owner == "kim"


def test_when_the_whole_line_is_away_it_stays_with_the_one_chosen() -> None:
    found = assigned(organisation(), "payments", MONDAY, None, away("dana"), away("omar"))
    assert found == Assignment("dana", "Dana owns what comes to Payments, but Dana is away")


def test_out_of_hours_the_deputy_stands_in_only_if_at_work() -> None:
    works_nights = organisation(people={"omar": NIGHTS})
    assert assigned(works_nights, at=MIDNIGHT) == Assignment(
        "omar", "Dana owns what comes to Payments, but Dana is out of hours; Omar stands in"
    )
    assert assigned(works_nights, at=MONDAY).owner == "dana"


def test_out_of_hours_without_a_deputy_at_work_it_waits_for_the_one_chosen() -> None:
    found = assigned(organisation(), at=MIDNIGHT)
    assert found == Assignment(
        "dana", "Dana owns what comes to Payments; out of hours, so from Dana’s next working hour"
    )


def test_an_absence_begins_and_ends_at_its_very_moment() -> None:
    leave = Leave("dana", MONDAY, MONDAY + timedelta(hours=2))
    presence = Presence(organisation(), (leave,))
    moments = [MONDAY - timedelta(seconds=1), MONDAY, leave.until - timedelta(seconds=1), leave.until]
    assert [presence.stand_in("dana", at) for at in moments] == ["dana", "omar", "omar", "dana"]


def test_of_two_absences_at_once_the_later_end_counts() -> None:
    leaves = (away("dana", days=2), away("dana", days=4), away("dana", days=3))
    assert Presence(organisation(), leaves).away_until("dana", MONDAY) == MONDAY + timedelta(days=4)


def test_somebody_named_as_their_own_deputy_does_not_turn_in_circles() -> None:
    assert Presence(organisation(), (away("dana", "dana"),)).stand_in("dana", MONDAY) == "dana"


PEOPLE = ("sam", "dana", "omar", "lee", "kim", "ines", "noor")
MOMENTS = st.integers(0, 3 * 365 * 24 * 60).map(lambda minutes: moment("2026-01-01") + timedelta(minutes=minutes))
LEAVES = st.builds(
    lambda person, start, hours, deputy: Leave(person, start, start + timedelta(hours=hours), deputy),
    st.sampled_from(PEOPLE), MOMENTS, st.integers(1, 24 * 400), st.none() | st.sampled_from(PEOPLE),
)  # fmt: skip


@given(
    way=st.sampled_from(["on-call", "round-robin", "least-loaded", "owner"]),
    deputies=st.dictionaries(st.sampled_from(PEOPLE), st.sampled_from(PEOPLE)),
    at=MOMENTS,
    leaves=st.lists(LEAVES, max_size=8),
    counts=st.dictionaries(st.sampled_from(PEOPLE), st.integers(0, 9)),
    last=st.none() | st.sampled_from(PEOPLE),
)
def test_a_ticket_never_goes_to_nobody_nor_past_somebody_of_the_line_who_is_here(
    way: str, deputies: dict[str, str], at: datetime, leaves: list[Leave], counts: dict[str, int], last: str | None
) -> None:
    listed = {person: {"deputy": deputies.get(person)} for person in PEOPLE}
    org = organisation(people=listed, teams={"payments": {"assign": way, "rota": rota("2026-01-05", "1d")}})
    presence = Presence(org, tuple(leaves))
    owner = assign(presence, "payments", Load(counts, last), at).owner
    assert owner in org.people
    if presence.away_until(owner, at) is not None:
        assert presence.stand_in(owner, at) == owner, "only when the whole line is away"


def test_at_night_a_turn_goes_to_somebody_who_is_not_away() -> None:
    org = organisation(
        people={"dana": {"deputy": None}}, teams={"payments": {"assign": "round-robin", "members": ["dana", "omar"]}}
    )
    assert assigned(org, "payments", MIDNIGHT, None, away("dana")).owner == "omar"
