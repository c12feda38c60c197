"""Whose move it is, and when that changes of itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from complaints.holding import holder_along, holder_of, next_change
from complaints.presence import Leave, Presence
from complaints.ticket import Blocked, State, Ticket
from tests.complaints.builders import MONDAY, a_ticket, moment, organisation

HERE = Presence(organisation())


def blocked(by: Blocked, number: int = 1) -> Ticket:
    return replace(a_ticket(number=number), state=State.BLOCKED, blocked=by)


def test_the_holder_of_a_ticket_that_waits_is_that_of_the_last_in_the_line_whatever_was_stored() -> None:
    first, second = blocked(Blocked("ticket", "2")), replace(blocked(Blocked("ticket", "3"), 2), holder="lee")
    third = replace(a_ticket("the app", number=3), holder="lee")
    assert holder_along(first, (second, third), HERE, MONDAY) == "kim"
    assert holder_along(second, (third,), HERE, MONDAY) == "kim"
    assert holder_along(third, (), HERE, MONDAY) == "kim"


def test_where_all_at_the_end_of_the_line_are_away_it_is_still_theirs_and_not_the_waiting_teams() -> None:
    month = timedelta(days=30)
    presence = Presence(HERE.organisation, (Leave("kim", MONDAY, MONDAY + month),))
    first, second = blocked(Blocked("ticket", "2")), a_ticket("the app", number=2)
    assert holder_along(first, (second,), presence, MONDAY) == holder_of(second, presence, MONDAY) == "kim"


def test_a_listed_absence_changes_the_holder_as_it_begins_and_as_it_ends() -> None:
    absence = {"from": "2026-11-25", "until": "2026-11-26"}
    presence = Presence(organisation(people={"dana": {"away": [absence]}}))
    begins, ends = moment("2026-11-25 00:00"), moment("2026-11-27 00:00")
    assert next_change(a_ticket(), presence, MONDAY) == begins
    assert next_change(a_ticket(), presence, begins) == ends
    assert next_change(a_ticket(), presence, ends) is None
    assert (holder_of(a_ticket(), presence, begins), holder_of(a_ticket(), presence, ends)) == ("omar", "dana")


def test_a_deputy_who_leaves_changes_the_holder_of_what_they_stand_in_for() -> None:
    presence = Presence(
        HERE.organisation,
        (
            Leave("dana", MONDAY, MONDAY + timedelta(days=9)),
            Leave("omar", MONDAY + timedelta(days=2), MONDAY + timedelta(days=3)),
        ),
    )
    assert next_change(a_ticket(), presence, MONDAY) == MONDAY + timedelta(days=2)
    assert next_change(a_ticket(), presence, MONDAY + timedelta(days=2)) == MONDAY + timedelta(days=3)


def test_a_rota_changes_the_holder_as_it_hands_over_also_when_the_clocks_change() -> None:
    rota = {"people": ["dana", "omar"], "starts": "2026-03-23T09:00:00+00:00"}
    presence = Presence(organisation(teams={"app": {"rota": rota}}))
    waits = blocked(Blocked("team", "app"))
    assert next_change(waits, presence, moment("2026-03-25 12:00")) == moment("2026-03-30 09:00")
    assert holder_of(waits, presence, moment("2026-03-30 08:59")) == "dana"
    assert holder_of(waits, presence, moment("2026-03-30 09:00")) == "omar"


def test_a_ticket_that_waits_for_another_changes_with_that_one_only() -> None:
    presence = Presence(HERE.organisation, (Leave("dana", MONDAY + timedelta(days=1), MONDAY + timedelta(days=2)),))
    assert next_change(blocked(Blocked("ticket", "2")), presence, MONDAY) is None
    assert next_change(replace(a_ticket(), state=State.CLOSED), presence, MONDAY) is None
