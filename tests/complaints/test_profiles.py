"""Regulatory clocks: counted as the rules say, kept whatever happens, and never promised away."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from complaints import lifecycle
from complaints.assignment import Assignment
from complaints.calendars import Calendar, parse_hours
from complaints.errors import BadInput
from complaints.lifecycle import Change
from complaints.notices import News
from complaints.policies import Policy
from complaints.policy import plan, reason
from complaints.presence import Presence
from complaints.profiles import Profile, RegulatoryClock, due_at, shipped, started
from complaints.references import problems
from complaints.routing import route
from complaints.severity import Severity
from complaints.ticket import Clock, Ticket
from tests.complaints.builders import BY_OPERATIONS, FIXED, MONDAY, a_ticket, moment, organisation, said, until

OFFICE = Calendar(ZoneInfo("Europe/London"), parse_hours({"mon-fri": "09:00-17:00"}), ("GB-ENG",))
ELEVEN = moment("2026-11-23 11:00")
NOON = moment("2026-11-23 12:00")
OWED = moment("2027-01-18 23:59")
TO_APP = Assignment("kim", "handed on by Dana")


def under(*keys: str, **changes: Any) -> Presence:
    """The test organisation, its tickets under these profiles."""
    return Presence(organisation(policies={"standard": {"profiles": list(keys)}}, **changes))


FCA = under("fca-disp")


def the(ticket: Ticket, name: Any) -> Clock:
    clock = ticket.clock(name)
    assert clock is not None
    return clock


def due(key: str, duty: str, received: str, calendar: Calendar = OFFICE) -> str:
    """When a shipped clock runs out, by the wall clock of the calendar's zone."""
    (terms,) = [clock for clock in shipped()[key].clocks if clock.name == duty]
    return f"{due_at(terms, moment(received, calendar.zone.key), calendar).astimezone(calendar.zone):%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("key", "duty", "received", "by"),
    [
        ("fca-disp", "early", "2026-11-23 10:00", "2026-11-26 17:00"),
        ("fca-disp", "early", "2026-11-23 18:30", "2026-11-26 17:00"),
        ("fca-disp", "early", "2026-11-28 12:00", "2026-12-02 17:00"),
        ("fca-disp", "early", "2026-12-23 10:00", "2026-12-30 17:00"),
        ("fca-disp", "answer", "2026-11-23 10:00", "2027-01-18 23:59"),
        ("fca-disp", "answer", "2026-02-23 10:00", "2026-04-20 23:59"),
        ("fca-disp-payments", "answer", "2026-11-23 10:00", "2026-12-14 17:00"),
        ("cfpb", "early", "2026-11-23 23:30", "2026-12-08 23:59"),
        ("cfpb", "answer", "2026-11-23 23:30", "2027-01-22 23:59"),
        ("ofcom", "answer", "2026-11-23 10:00", "2027-01-04 23:59"),
        ("nhs", "receipt", "2026-11-27 16:00", "2026-12-02 17:00"),
        ("nhs", "answer", "2026-09-01 10:00", "2027-02-28 23:59"),
        ("asic-rg271", "receipt", "2026-11-23 10:00", "2026-11-24 10:00"),
        ("asic-rg271", "receipt", "2026-11-27 10:00", "2026-11-30 10:00"),
        ("asic-rg271", "answer", "2026-11-23 10:00", "2026-12-23 23:59"),
        ("dot-259", "receipt", "2026-11-23 10:00", "2026-12-23 23:59"),
        ("dot-259", "answer", "2026-11-23 10:00", "2027-01-22 23:59"),
    ],
)
def test_each_shipped_clock_runs_out_when_its_rule_says(key: str, duty: str, received: str, by: str) -> None:
    assert due(key, duty, received) == by


def test_every_shipped_profile_names_its_source_and_links_to_it() -> None:
    assert set(shipped()) == {"fca-disp", "fca-disp-payments", "cfpb", "ofcom", "nhs", "asic-rg271", "dot-259"}
    assert [key for key, profile in shipped().items() if not (profile.source and profile.link[:8] == "https://")] == []


@pytest.mark.parametrize(
    ("received", "by"),
    [
        ("2026-11-23 08:00", "2026-11-24 17:00"),
        ("2026-11-23 16:59", "2026-11-24 17:00"),
        ("2026-11-23 17:00", "2026-11-25 17:00"),
        ("2026-11-28 12:00", "2026-12-01 17:00"),
    ],
)
def test_what_comes_in_out_of_hours_can_count_as_received_on_the_next_working_day(received: str, by: str) -> None:
    terms = RegulatoryClock.model_validate(
        {"name": "early", "length": "1d", "counts_from": "working day", "ends": "close"}
    )
    assert due_at(terms, moment(received), OFFICE) == moment(by)


def test_a_team_that_works_part_time_or_closes_for_a_day_gets_no_more_time_than_the_rule_gives() -> None:
    hours = parse_hours({"mon-tue": "09:00-15:00", "sat": "10:00-12:00"})
    part_time = replace(OFFICE, hours=hours, closed=frozenset({moment("2026-11-24 12:00").date()}))
    assert due("fca-disp", "early", "2026-11-23 10:00", part_time) == "2026-11-26 17:00"
    assert due("fca-disp", "early", "2026-11-25 10:00", part_time) == "2026-11-30 15:00"


def test_a_day_ends_in_the_teams_zone() -> None:
    (terms,) = shipped()["ofcom"].clocks
    sydney = replace(OFFICE, zone=ZoneInfo("Australia/Sydney"))
    assert due_at(terms, moment("2026-11-23 20:00"), sydney) == moment("2027-01-05 23:59", "Australia/Sydney")


@given(
    received=st.integers(0, 3 * 365 * 24 * 60).map(lambda minutes: moment("2026-01-01") + timedelta(minutes=minutes)),
    key=st.sampled_from(sorted(shipped())),
)
def test_a_regulatory_clock_lasts_at_least_its_days_and_ends_on_its_date(received: datetime, key: str) -> None:
    for terms in shipped()[key].clocks:
        local = due_at(terms, received, OFFICE).astimezone(OFFICE.zone)
        days = (local.date() - received.astimezone(OFFICE.zone).date()).days
        assert days == terms.length.length.days if terms.length.calendar else days >= terms.length.amount


@pytest.mark.parametrize(
    "clock",
    [
        {"name": "answer", "length": "24h"},
        {"name": "answer", "length": "8w calendar", "stops": "asked"},
        {"name": "resolve", "length": "8w calendar"},
    ],
)
def test_a_profile_that_can_not_be_counted_is_refused(clock: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        Profile.model_validate({"name": "Ours", "clocks": [clock]})


def test_a_profile_has_each_duty_once() -> None:
    twice = [{"name": "answer", "length": "8w calendar"}] * 2
    with pytest.raises(ValidationError, match="each clock once"):
        Profile.model_validate({"name": "Ours", "clocks": twice})


def test_a_misspelt_profile_is_told_with_the_one_that_was_probably_meant() -> None:
    org = organisation(policies={"standard": {"profiles": ["fca-dips"]}})
    (problem,) = problems(org)
    assert problem.path == ("policies", "standard", "profiles", 0)
    assert "(did you mean “fca-disp”?)" in problem.allowed


def test_the_file_can_bring_its_own_profile_and_replace_a_shipped_one() -> None:
    ours = {"name": "Ours", "clocks": [{"name": "answer", "length": "10d calendar", "stops": "resolved"}]}
    presence = under("fca-disp", "ours", profiles={"ours": ours, "fca-disp": {**ours, "name": "Kinder"}})
    assert problems(presence.organisation) == ()
    ticket = a_ticket(presence=presence)
    assert (the(ticket, "answer").due_at, the(ticket, "answer").rule) == (moment("2026-12-03 23:59"), "fca-disp")
    assert ticket.clock("early") is None


def test_a_policy_without_profiles_starts_no_regulatory_clock() -> None:
    assert Policy().profiles == ()
    assert [clock for clock in a_ticket().clocks if clock.rule] == []


def test_regulatory_clocks_count_from_when_it_was_received_not_from_when_it_was_logged() -> None:
    ticket = a_ticket(presence=FCA)
    old = lifecycle.captured(
        1, "card", ticket.source, "sam", ELEVEN, route(FCA.organisation, said()), Assignment("dana", ""), FCA,
        received_at=moment("2026-11-20 10:00"),
    ).ticket  # fmt: skip
    assert the(old, "answer").due_at == moment("2027-01-15 23:59")
    assert the(old, "acknowledge").started_at == ELEVEN
    assert (the(ticket, "answer").due_at, the(ticket, "answer").length) == (OWED, OWED - MONDAY)


def test_of_several_profiles_the_stricter_date_of_each_duty_counts() -> None:
    ticket = a_ticket(presence=under("fca-disp", "ofcom", "dot-259"))
    assert {clock.name: clock.rule for clock in ticket.clocks if clock.rule} == {
        "early": "fca-disp", "answer": "ofcom", "receipt": "dot-259",
    }  # fmt: skip


def test_a_duty_counts_before_a_mere_chance_that_comes_earlier() -> None:
    listed = [(key, shipped()[key]) for key in ("fca-disp", "cfpb")]
    early = next(clock for clock in started(listed, MONDAY, OFFICE) if clock.name == "early")
    assert (early.rule, early.optional) == ("cfpb", False)


def test_each_duty_stops_with_its_own_event() -> None:
    ticket = a_ticket(presence=under("asic-rg271"))
    seen = lifecycle.acknowledge(ticket, "dana", ELEVEN, FCA).ticket
    assert (the(seen, "receipt").stopped_at, the(seen, "answer").stopped_at) == (ELEVEN, None)
    fixed = lifecycle.resolve(seen, "dana", NOON, FCA, FIXED).ticket
    assert the(fixed, "answer").running, "fixed is not yet answered"
    told = lifecycle.told(fixed, "sam", NOON, FCA).ticket
    assert (the(told, "answer").stopped_at, the(told, "answer").state(OWED)) == (NOON, "met")


def test_what_stops_at_the_resolution_stops_there() -> None:
    ours = {"name": "Ours", "clocks": [{"name": "answer", "length": "10d calendar", "stops": "resolved"}]}
    presence = under("ours", profiles={"ours": ours})
    fixed = lifecycle.resolve(a_ticket(presence=presence), "dana", NOON, presence, FIXED).ticket
    assert the(fixed, "answer").stopped_at == NOON


def test_a_corrected_severity_moves_no_regulatory_clock() -> None:
    ticket = a_ticket(presence=FCA)
    worse = lifecycle.correct_severity(ticket, "sam", ELEVEN, FCA, Severity.CRITICAL).ticket
    assert [clock for clock in worse.clocks if clock.rule] == [clock for clock in ticket.clocks if clock.rule]


def test_handing_it_on_keeps_the_clocks_that_run_and_adds_those_of_the_new_team() -> None:
    policies = {"standard": {"profiles": ["fca-disp"]}, "app": {"profiles": ["asic-rg271"]}}
    presence = Presence(organisation(policies=policies, teams={"app": {"policy": "app"}}))
    ticket = a_ticket(presence=presence)
    handed = lifecycle.hand_back(ticket, "dana", ELEVEN, presence, "app", TO_APP, "").ticket
    assert the(handed, "answer") == the(ticket, "answer"), "a stricter rule of the new team does not move what runs"
    assert (the(handed, "receipt").rule, the(handed, "receipt").started_at) == ("asic-rg271", MONDAY)
    seen = lifecycle.acknowledge(ticket, "dana", ELEVEN, presence).ticket
    handed = lifecycle.hand_back(seen, "dana", NOON, presence, "app", TO_APP, "").ticket
    assert the(handed, "receipt").stopped_at == ELEVEN, "it has been acknowledged before"


def test_a_reopened_complaint_is_owed_its_answer_by_the_original_date() -> None:
    told = lifecycle.told(
        lifecycle.resolve(a_ticket(presence=FCA), "dana", ELEVEN, FCA, FIXED).ticket, "sam", NOON, FCA
    ).ticket
    back = lifecycle.reopen(told, "sam", moment("2026-12-01 10:00"), FCA, "").ticket
    assert (the(back, "answer").running, the(back, "answer").due_at, the(back, "answer").run) == (True, OWED, 1)
    assert not the(back, "early").running, "the chance of an early answer has passed"


def test_a_reopened_complaint_needs_no_second_acknowledgement_to_the_customer() -> None:
    presence = under("asic-rg271")
    fixed = lifecycle.resolve(a_ticket(presence=presence), "dana", ELEVEN, presence, FIXED).ticket
    back = lifecycle.reopen(fixed, "sam", NOON, presence, "").ticket
    assert (the(back, "receipt").stopped_at, the(back, "answer").running) == (ELEVEN, True)


def test_a_promise_is_never_across_a_regulatory_deadline() -> None:
    with pytest.raises(BadInput) as refused:
        lifecycle.promise(a_ticket(presence=FCA), "dana", ELEVEN, FCA, until("2027-01-19 00:00"))
    assert (refused.value.field, str(refused.value)) == (
        "until",
        "The final answer is due by 18 January 2027, 23:59 (FCA DISP); promise a date no later than that.",
    )
    assert lifecycle.promise(a_ticket(presence=FCA), "dana", ELEVEN, FCA, until("2027-01-18 23:59")).ticket.promise


def moved_to_app(promised: str) -> Change:
    """What handing on to a team under a rule changes; the promise was given where there is none."""
    policies = {"strict": {"profiles": ["fca-disp"]}}
    presence = Presence(organisation(policies=policies, teams={"app": {"policy": "strict"}}))
    ticket = lifecycle.promise(a_ticket(presence=presence), "dana", ELEVEN, presence, until(promised)).ticket
    return lifecycle.hand_back(ticket, "dana", NOON, presence, "app", TO_APP, "theirs")


def test_a_promise_lapses_when_the_ticket_moves_under_a_rule_that_asks_for_an_answer_before_it() -> None:
    change = moved_to_app("2027-01-19 10:00")
    assert (change.ticket.promise, change.ticket.broken_promises) == (None, 0)
    assert the(change.ticket, "promise").stopped_at == NOON
    resolve, answer = the(change.ticket, "resolve"), the(change.ticket, "answer")
    assert (resolve.running, answer.running, answer.due_at) == (True, True, OWED)
    assert [event.kind for event in change.events] == ["handed back", "promise lapsed"]
    assert change.events[1].data == {"until": "2027-01-19T10:00:00+00:00"}
    assert News(ticket=1, audience="person:sam", what="promise lapsed") in change.notices


def test_a_promise_that_the_new_teams_rule_allows_stays_with_the_ticket() -> None:
    change = moved_to_app("2027-01-18 23:59")
    assert change.ticket.promise == until("2027-01-18 23:59")
    assert (the(change.ticket, "promise").running, the(change.ticket, "resolve").paused) == (True, True)
    assert [event.kind for event in change.events] == ["handed back"]
    assert all(not isinstance(notice, News) for notice in change.notices)


def test_a_chance_that_may_pass_bounds_no_promise_and_is_never_late() -> None:
    given_ = lifecycle.promise(a_ticket(presence=FCA), "dana", ELEVEN, FCA, until("2026-12-04 12:00")).ticket
    assert the(given_, "early").due_at < moment("2026-12-04 12:00")
    assert the(given_, "early").state(moment("2026-12-04 12:00")) == "missed"
    assert the(given_, "answer").state(OWED + timedelta(minutes=1)) == "overdue"


def test_once_the_deadline_is_missed_the_customer_can_be_given_a_new_date() -> None:
    late = moment("2027-01-20 10:00")
    assert lifecycle.promise(a_ticket(presence=FCA), "dana", late, FCA, until("2027-01-25 10:00")).ticket.promise


def test_a_promise_may_follow_an_acknowledgement_that_it_is_itself() -> None:
    presence = under("asic-rg271")
    given_ = lifecycle.promise(a_ticket(presence=presence), "dana", ELEVEN, presence, until("2026-11-30 10:00")).ticket
    assert the(given_, "receipt").stopped_at == ELEVEN


def test_a_blocked_or_promised_ticket_pauses_no_regulatory_clock() -> None:
    waits = lifecycle.block(a_ticket(presence=FCA), "dana", ELEVEN, FCA, BY_OPERATIONS).ticket
    assert (the(waits, "answer").running, the(waits, "answer").due_at) == (True, OWED)


def test_a_closed_ticket_owes_nothing_to_a_regulator() -> None:
    shut = lifecycle.withdraw(a_ticket(presence=FCA), "sam", ELEVEN, FCA).ticket
    assert [clock for clock in shut.clocks if clock.stopped_at is None] == []


def test_a_reminder_names_the_duty_and_its_rule() -> None:
    said_ = {reason(step) for step in plan(a_ticket(presence=FCA), FCA, MONDAY)}
    assert "80 % of the time for the final answer (FCA DISP) has passed" in said_
    assert "the time for the final answer (FCA DISP) has run out" in said_


def test_a_regulatory_clock_comes_back_from_json_as_it_was() -> None:
    adapter = TypeAdapter(tuple[Clock, ...])
    waits = lifecycle.block(a_ticket(presence=FCA), "dana", ELEVEN, FCA, BY_OPERATIONS).ticket
    assert adapter.validate_python(adapter.dump_python(waits.clocks, mode="json")) == waits.clocks
    old = {"name": "tell", "started_at": MONDAY, "due_at": ELEVEN, "length": "PT2H"}
    assert adapter.validate_python([old])[0].rule == "", "a row of an earlier version"
