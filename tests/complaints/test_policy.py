"""The nudging policy: what to send for a ticket now, and when to look again."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints import lifecycle
from complaints.notices import Escalation, Nudge, Reminder
from complaints.policy import Judgement, judge, scheduled, still_wanted
from complaints.presence import Leave, Presence
from complaints.severity import Severity
from complaints.ticket import Blocked, Promise, Ticket
from tests.complaints.builders import BY_OPERATIONS, FIXED, MONDAY, a_ticket, moment, organisation

HERE = Presence(organisation())


def sent(judged: Judgement) -> list[tuple[str, str, str]]:
    """Kind, reader and step of each nudge."""
    return [(nudge.kind, nudge.audience.removeprefix("person:"), nudge.step) for nudge in judged.nudges]


def walk(ticket: Ticket, presence: Presence, until: datetime) -> list[tuple[datetime, Nudge]]:
    """Every nudge until a moment, when the policy is asked just when it wanted to be."""
    ticket = scheduled(ticket, presence, ticket.captured_at)
    found: list[tuple[datetime, Nudge]] = []
    while ticket.next_nudge_at is not None and ticket.next_nudge_at <= until:
        now = ticket.next_nudge_at
        judged = judge(ticket, presence, now)
        assert judged.ticket.next_nudge_at is not None
        assert judged.ticket.next_nudge_at > now
        ticket = judged.ticket
        found += [(now, nudge) for nudge in judged.nudges]
    return found


def spoken(found: list[tuple[datetime, Nudge]], clock: str) -> list[tuple[datetime, str, str]]:
    return [(at, n.audience.removeprefix("person:"), n.step.split(":", 1)[1]) for at, n in found if n.clock == clock]


def test_the_steps_of_a_clock_are_50_80_100_percent_then_1_2_4_working_days_then_every_5() -> None:
    untouched = replace(lifecycle.acknowledge(a_ticket(), "dana", MONDAY, HERE).ticket, acted_at=None)
    assert spoken(walk(untouched, HERE, moment("2026-12-16 10:00")), "resolve") == [
        (moment("2026-11-25 09:30"), "dana", "50%:remind"),
        (moment("2026-11-25 12:12"), "dana", "80%:remind"),
        (moment("2026-11-26 09:00"), "dana", "100%:remind"),
        (moment("2026-11-27 09:30"), "dana", "+1d:remind"),
        (moment("2026-11-27 09:30"), "omar", "+1d:deputy"),
        (moment("2026-11-30 09:30"), "dana", "+2d:remind"),
        (moment("2026-11-30 09:30"), "ines", "+2d:manager"),
        (moment("2026-12-02 09:30"), "dana", "+4d:remind"),
        (moment("2026-12-09 09:30"), "dana", "again-1:remind"),
        (moment("2026-12-16 09:30"), "dana", "again-2:remind"),
    ]


def test_an_escalation_names_who_has_been_asked_already_in_order() -> None:
    seen = lifecycle.acknowledge(a_ticket(), "dana", MONDAY, HERE).ticket
    asked = [n.asked for _, n in walk(seen, HERE, moment("2026-12-16 09:00")) if isinstance(n, Escalation)]
    assert asked == [("Dana",), ("Dana", "Omar")]


def test_a_nudge_says_which_clock_what_happened_and_what_comes_next() -> None:
    (_, first), *_ = walk(a_ticket(), HERE, moment("2026-11-23 12:00"))
    assert first == Reminder(
        ticket=1,
        audience="person:dana",
        step="acknowledge.1:50%:remind",
        clock="acknowledge",
        due_at=moment("2026-11-23 13:00"),
        because="50 % of the time to acknowledge it has passed",
        next_at=moment("2026-11-23 12:12"),
        next_what="I’ll remind you",
        urgent=True,
    )


def test_the_last_reminder_before_an_escalation_says_who_will_be_asked() -> None:
    found = walk(a_ticket(), HERE, moment("2026-11-23 13:00"))
    last = found[-1][1]
    assert (last.because, last.next_at, last.next_what) == (
        "the time to acknowledge it has run out", moment("2026-11-25 09:30"), "I’ll remind you and ask Omar"
    )  # fmt: skip


def ladder(steps: list[dict[str, Any]] | None = None, **people: Any) -> Presence:
    policies = {"standard": {"steps": steps}} if steps else {}
    return Presence(organisation(people=people, policies=policies))


def climbed(presence: Presence, ticket: Ticket | None = None) -> list[str]:
    found = walk(ticket or a_ticket(presence=presence), presence, moment("2026-11-26 17:00"))
    return [n.audience.removeprefix("person:") for _, n in found if isinstance(n, Escalation)]


def test_without_a_deputy_the_lead_is_asked_first() -> None:
    assert climbed(ladder(dana={"deputy": None})) == ["lee", "ines"]


def test_a_deputy_who_is_away_is_stood_in_for() -> None:
    org = organisation(people={"omar": {"deputy": "noor"}})
    presence = Presence(org, (Leave("omar", MONDAY, MONDAY + timedelta(days=30)),))
    assert climbed(presence) == ["noor", "ines"]


def test_nobody_is_asked_twice_so_a_rung_whose_person_was_asked_goes_to_the_next_one_up() -> None:
    presence = ladder(omar={"manager": None}, dana={"manager": "omar"}, lee={"manager": "noor"})
    assert climbed(presence) == ["omar", "noor"]


def test_the_lead_who_owns_it_escalates_past_themselves() -> None:
    org = organisation(people={"lee": {"manager": "noor"}}, teams={"payments": {"owner": "lee"}})
    assert climbed(Presence(org)) == ["noor", "ines"]


def test_when_no_rung_is_left_the_step_is_taken_silently_and_the_holder_goes_on_hearing() -> None:
    presence = Presence(organisation(people={"ines": {"manager": None}}, teams={"triage": {"owner": "ines"}}))
    ticket = a_ticket("the toilet is broken", presence=presence)
    found = walk(ticket, presence, moment("2026-12-30 17:00"))
    assert {n.audience for _, n in found} == {"person:ines"}
    assert spoken(found, "acknowledge")[-1][2].startswith("again-")


def test_steps_of_two_clocks_at_one_moment_make_one_message_to_one_reader() -> None:
    presence = Presence(organisation(policies={"standard": {"clocks": {"resolve": "4h"}}}))
    judged = judge(a_ticket(presence=presence), presence, moment("2026-11-23 11:00"))
    assert len(judged.nudges) == 1
    assert {taken.step for taken in judged.ticket.taken} == {"acknowledge.1:50%:remind", "resolve.1:50%:remind"}


def test_before_a_step_is_due_nothing_is_sent_and_at_its_moment_it_is() -> None:
    due = moment("2026-11-23 11:00")
    assert sent(judge(a_ticket(), HERE, due - timedelta(seconds=1))) == []
    assert sent(judge(a_ticket(), HERE, due)) == [("reminder", "dana", "acknowledge.1:50%:remind")]


def test_a_step_that_was_taken_is_not_taken_again() -> None:
    due = moment("2026-11-23 11:00")
    once = judge(a_ticket(), HERE, due).ticket
    assert sent(judge(once, HERE, due)) == []


@pytest.mark.parametrize(
    ("captured", "due", "reached"),
    [
        ("2026-11-27 16:00", "2026-11-30 10:00", "2026-11-30 10:00"),  # over the weekend
        ("2026-12-24 16:00", "2026-12-29 10:00", "2026-12-29 10:00"),  # over Christmas
    ],
)
def test_a_clock_of_working_time_has_no_step_at_night_on_weekends_or_holidays(
    captured: str, due: str, reached: str
) -> None:
    (at, _), *_ = walk(a_ticket(at=moment(captured)), HERE, moment("2027-01-30 17:00"))
    assert at == moment(reached) == moment(due)


def calendar_policy(**people: Any) -> Presence:
    clocks = {"acknowledge": "4h calendar", "resolve": "30d"}
    return Presence(organisation(people=people, policies={"standard": {"clocks": clocks}}))


def test_a_step_at_night_waits_for_its_readers_morning() -> None:
    presence = calendar_policy()
    ticket = a_ticket(at=moment("2026-11-27 19:00"), presence=presence)
    (at, first), *_ = walk(ticket, presence, moment("2026-12-01 17:00"))
    assert at == moment("2026-11-30 09:30"), "in the bundle, since it ran out on Friday night"
    assert (first.missed, first.due_since) == (4, None), "50, 80, 100 %, +1d and +2d in one, and nobody was down"
    assert first.held_since == moment("2026-11-27 21:00")


def test_what_runs_out_before_its_reader_is_back_is_said_while_they_are_there() -> None:
    presence = calendar_policy()
    ticket = a_ticket(at=moment("2026-11-27 15:00"), presence=presence)
    (at, first), *_ = walk(ticket, presence, moment("2026-12-01 17:00"))
    assert (at, first.due_at) == (moment("2026-11-27 16:00"), moment("2026-11-27 19:00"))
    assert first.urgent


def test_a_step_waits_for_the_readers_own_hours_wherever_they_are() -> None:
    presence = calendar_policy(dana={"time_zone": "America/New_York", "deputy": None})
    (at, _), *_ = walk(a_ticket(presence=presence), presence, moment("2026-12-01 17:00"))
    assert at == moment("2026-11-23 09:00", "America/New_York")


def test_a_critical_ticket_is_nudged_at_night() -> None:
    presence = calendar_policy()
    ticket = a_ticket("fraud!", at=moment("2026-11-28 23:00"), presence=presence)
    assert ticket.severity is Severity.CRITICAL
    (at, first), *_ = walk(ticket, presence, moment("2026-11-29 02:00"))
    assert (at, first.audience) == (moment("2026-11-29 01:00"), "person:dana")


def test_a_critical_ticket_may_step_in_minutes() -> None:
    steps = [
        {"at": "50%", "remind": "holder"},
        {"at": "+10m", "escalate": "deputy"},
        {"at": "+20m", "escalate": "lead"},
    ]
    clocks = {"acknowledge": "10m calendar", "resolve": "4h calendar"}
    presence = Presence(organisation(policies={"standard": {"clocks": clocks, "steps": steps}}))
    ticket = a_ticket("fraud!", at=moment("2026-11-29 03:00"), presence=presence)
    found = spoken(walk(ticket, presence, moment("2026-11-29 03:31")), "acknowledge")
    assert found == [
        (moment("2026-11-29 03:05"), "dana", "50%:remind"),
        (moment("2026-11-29 03:20"), "omar", "+10m:deputy"),
        (moment("2026-11-29 03:30"), "lee", "+20m:lead"),
    ]


def test_missed_steps_collapse_into_one_reminder_that_says_so() -> None:
    judged = judge(a_ticket(), HERE, moment("2026-11-25 10:00"))
    reminders = [nudge for nudge in judged.nudges if isinstance(nudge, Reminder)]
    assert len(reminders) == 1
    assert reminders[0].due_since == moment("2026-11-23 11:00")
    assert reminders[0].missed == 3
    assert reminders[0].step == "acknowledge.1:+1d:remind"


def test_a_nudge_just_a_little_late_does_not_say_so() -> None:
    due = moment("2026-11-23 11:00")
    (in_time,) = judge(a_ticket(), HERE, due + timedelta(hours=1)).nudges
    (late,) = judge(a_ticket(), HERE, due + timedelta(hours=1, seconds=1)).nudges
    assert (in_time.due_since, late.due_since) == (None, due)


def test_after_an_outage_the_ladder_is_climbed_one_rung_at_a_time_with_its_distances_kept() -> None:
    back = moment("2026-12-07 10:00")
    first = judge(a_ticket(), HERE, back)
    assert [one[1] for one in sent(first) if one[0] == "escalation"] == ["omar"]
    assert sent(judge(first.ticket, HERE, back + timedelta(minutes=1))) == []
    before = judge(first.ticket, HERE, moment("2026-12-09 09:29"))
    assert [one for one in sent(before) if one[0] == "escalation"] == []
    then = judge(before.ticket, HERE, moment("2026-12-09 09:30"))
    assert [one[1] for one in sent(then) if one[0] == "escalation"] == ["ines"]


def test_after_an_outage_of_months_the_repeated_reminders_collapse_too() -> None:
    seen = lifecycle.acknowledge(a_ticket(), "dana", MONDAY, HERE).ticket
    back = moment("2027-03-01 10:00")
    judged = judge(seen, HERE, back)
    assert [one[1] for one in sent(judged) if one[0] == "reminder"] == ["dana"]
    assert judged.ticket.next_nudge_at is not None
    later = walk(replace(judged.ticket, captured_at=back), HERE, back + timedelta(days=4))
    assert [n for _, n in later if isinstance(n, Reminder)] == [], "none of the missed ones is made up for"


def test_a_blocked_ticket_nudges_the_blocker() -> None:
    waits = lifecycle.block(a_ticket(), "dana", MONDAY, HERE, BY_OPERATIONS).ticket
    found = walk(waits, HERE, moment("2026-11-24 09:00"))
    assert {(n.audience, n.clock) for _, n in found} == {("person:kim", "unblock")}


def test_a_resolved_ticket_nudges_the_reporter_until_the_customer_was_told() -> None:
    done = lifecycle.resolve(a_ticket(), "dana", MONDAY, HERE, FIXED).ticket
    found = walk(done, HERE, moment("2026-11-24 09:00"))
    assert {(n.audience, n.clock) for _, n in found} == {("person:sam", "tell")}
    told = lifecycle.told(done, "sam", MONDAY, HERE).ticket
    assert judge(told, HERE, moment("2027-01-01 10:00")).nudges == ()
    assert scheduled(told, HERE, MONDAY).next_nudge_at is None


def test_a_promise_is_quiet_until_its_moment() -> None:
    given_ = lifecycle.promise(a_ticket(), "dana", MONDAY, HERE, Promise(moment("2026-12-01 12:00"))).ticket
    planned = scheduled(given_, HERE, MONDAY)
    assert planned.next_nudge_at == moment("2026-12-01 12:00")
    assert judge(planned, HERE, moment("2026-12-01 11:59")).nudges == ()


def test_a_promise_broken_at_night_is_looked_at_then_and_nudged_in_the_morning() -> None:
    given_ = lifecycle.promise(a_ticket(), "dana", MONDAY, HERE, Promise(moment("2026-12-01 22:00"))).ticket
    assert scheduled(given_, HERE, MONDAY).next_nudge_at == moment("2026-12-01 22:00")
    broken = lifecycle.break_promise(given_, moment("2026-12-01 22:00"), HERE).ticket
    assert judge(broken, HERE, moment("2026-12-01 22:00")).nudges == ()
    (nudge,) = judge(broken, HERE, moment("2026-12-02 09:00")).nudges
    assert (nudge.clock, nudge.audience, nudge.because) == (
        "promise", "person:dana", "the promised date has come"
    )  # fmt: skip


def severe() -> Presence:
    lengths = {"low": "2d", "normal": "1d", "high": "4h", "critical": "15m calendar"}
    return Presence(organisation(policies={"standard": {"clocks": {"acknowledge": lengths, "resolve": "30d"}}}))


def test_a_shorter_clock_after_a_correction_swallows_no_step() -> None:
    presence = severe()
    ticket = lifecycle.correct_severity(
        a_ticket(presence=presence), "sam", moment("2026-11-23 12:30"), presence, Severity.HIGH
    ).ticket
    judged = judge(ticket, presence, moment("2026-11-23 12:30"))
    assert sent(judged) == [("reminder", "dana", "acknowledge.1:80%:remind")]
    assert judged.ticket.next_nudge_at == moment("2026-11-23 13:00")


def test_a_longer_clock_after_a_correction_repeats_no_step() -> None:
    presence = severe()
    half = judge(a_ticket("an angry man's card", presence=presence), presence, moment("2026-11-23 11:00"))
    assert sent(half) == [("reminder", "dana", "acknowledge.1:50%:remind")]
    longer = lifecycle.correct_severity(
        half.ticket, "sam", moment("2026-11-23 11:30"), presence, Severity.NORMAL
    ).ticket
    found = spoken(walk(replace(longer, captured_at=MONDAY), presence, moment("2026-11-24 09:30")), "acknowledge")
    assert [step for _, _, step in found] == ["80%:remind", "100%:remind"]


ELEVEN = moment("2026-11-23 11:00")


def reminder(**changes: Any) -> Reminder:
    (nudge,) = judge(a_ticket(), HERE, ELEVEN).nudges
    assert isinstance(nudge, Reminder)
    return replace(nudge, **changes)


def on_resolve(run: int = 1) -> Reminder:
    return reminder(clock="resolve", step=f"resolve.{run}:50%:remind", due_at=moment("2026-11-26 09:00"))


def unwanted(nudge: Nudge, ticket: Ticket, now: datetime = ELEVEN) -> str | None:
    return still_wanted(nudge, ticket, HERE, now)


def test_a_nudge_that_waited_is_still_wanted_when_nothing_has_happened() -> None:
    assert unwanted(reminder(), a_ticket()) is None
    assert unwanted(on_resolve(), a_ticket()) is None


def test_a_nudge_that_waited_is_unwanted_once_things_have_moved_on() -> None:
    ticket = a_ticket()
    seen = lifecycle.acknowledge(ticket, "dana", MONDAY, HERE).ticket
    assert unwanted(reminder(), seen) == "the clock to acknowledge is no longer running"
    waits = lifecycle.block(ticket, "dana", MONDAY, HERE, BY_OPERATIONS).ticket
    assert unwanted(on_resolve(), waits) == "the clock to resolve is no longer running"
    shut = lifecycle.withdraw(ticket, "sam", MONDAY, HERE).ticket
    assert unwanted(reminder(), shut) == "C-1 is closed"
    assert unwanted(reminder(), replace(ticket, holder="omar")) == "somebody else holds it now"
    tell = reminder(clock="tell", step="tell.1:50%:remind")
    assert unwanted(tell, ticket) == "the clock to tell is no longer running"


def test_a_nudge_of_an_earlier_run_of_the_clock_is_unwanted() -> None:
    again = lifecycle.reopen(
        lifecycle.resolve(a_ticket(), "dana", MONDAY, HERE, FIXED).ticket, "sam", MONDAY, HERE, ""
    ).ticket
    assert unwanted(on_resolve(1), again) == "the clock to resolve was started anew"
    assert unwanted(on_resolve(2), again) is None


def test_a_nudge_whose_clock_was_moved_meanwhile_is_unwanted_because_it_names_the_old_date() -> None:
    back = lifecycle.unblock(
        lifecycle.block(a_ticket(), "dana", MONDAY, HERE, BY_OPERATIONS).ticket, "kim", ELEVEN, HERE
    ).ticket
    assert unwanted(on_resolve(), back) == "the clock to resolve was moved"


def test_a_nudge_that_waited_until_the_evening_is_unwanted_unless_it_is_critical() -> None:
    evening = moment("2026-11-23 17:00")
    assert unwanted(reminder(), a_ticket(), evening - timedelta(seconds=1)) is None
    assert unwanted(reminder(), a_ticket(), evening) == "it is outside Dana’s working hours by now"
    assert unwanted(reminder(), a_ticket("fraud by card"), evening) is None


MOMENTS = st.integers(0, 400 * 24 * 60).map(lambda minutes: MONDAY + timedelta(minutes=minutes))
SITUATIONS = st.sampled_from(["new", "acknowledged", "blocked", "promised", "resolved"])


def situated(which: str, words: str) -> Ticket:
    ticket = a_ticket(words)
    match which:
        case "acknowledged":
            return lifecycle.acknowledge(ticket, "dana", MONDAY, HERE).ticket
        case "blocked":
            return lifecycle.block(ticket, "dana", MONDAY, HERE, Blocked("person", "kim")).ticket
        case "promised":
            return lifecycle.promise(ticket, "dana", MONDAY, HERE, Promise(MONDAY + timedelta(days=3))).ticket
        case "resolved":
            return lifecycle.resolve(ticket, "dana", MONDAY, HERE, FIXED).ticket
        case _:
            return ticket


@given(which=SITUATIONS, words=st.sampled_from(["the card", "fraud"]), looks=st.lists(MOMENTS, max_size=25))
def test_whenever_it_is_asked_no_step_is_taken_twice_and_the_next_look_lies_ahead(
    which: str, words: str, looks: list[datetime]
) -> None:
    ticket = situated(which, words)
    for now in sorted(looks):
        if ticket.promise is not None and ticket.promise.until <= now:
            ticket = lifecycle.break_promise(ticket, now, HERE).ticket
        judged = judge(ticket, HERE, now)
        ticket = judged.ticket
        steps = [taken.step for taken in ticket.taken]
        assert len(steps) == len(set(steps))
        assert ticket.next_nudge_at is not None
        assert ticket.next_nudge_at > now
        readers = [nudge.audience for nudge in judged.nudges]
        assert len(readers) == len(set(readers)), "one message for each reader"
        assert sum(isinstance(nudge, Escalation) for nudge in judged.nudges) <= len(ticket.clocks)
        for nudge in judged.nudges:
            reader = nudge.audience.removeprefix("person:")
            assert HERE.at_work(reader, now) or ticket.severity is Severity.CRITICAL
            assert isinstance(nudge, Escalation) or reader == ticket.holder


def test_the_holder_is_never_asked_to_help_themselves_even_when_no_reminder_went_before() -> None:
    steps = [{"at": "+1d", "escalate": "lead"}]
    org = organisation(teams={"payments": {"owner": "lee"}}, policies={"standard": {"steps": steps}})
    assert climbed(Presence(org)) == ["ines"]


def test_a_critical_nudge_that_an_outage_delayed_at_night_says_so() -> None:
    presence = calendar_policy()
    ticket = a_ticket("fraud!", at=moment("2026-11-28 23:00"), presence=presence)
    (late,) = [n for n in judge(ticket, presence, moment("2026-11-29 04:00")).nudges if isinstance(n, Reminder)]
    assert late.due_since == moment("2026-11-29 01:00")
