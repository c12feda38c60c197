"""The voice: what a nudge, a notice and a card say."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any, get_args

import pytest

from bot import phrases
from bot.phrases import Ink
from bot.watched import Watched
from complaints import lifecycle
from complaints.notices import ConfigurationRefused, Escalation, Foretold, News, NewsKind, Reminder
from complaints.presence import Presence
from complaints.ticket import Blocked, ClockName, CloseReason, Promise, State, Ticket
from complaints.views import KnockOnView, TicketView
from handlers.context import Context
from handlers.viewing import view
from tests.complaints.builders import FIXED, MONDAY, a_ticket, moment, organisation

INK = Ink(escape=lambda text: f"‹{text}›", when=lambda at: f"{at:%a %H:%M}", bold=lambda text: f"*{text}*")
HERE = Presence(organisation())


@pytest.fixture
def seen(watched: Watched) -> Any:
    """Shows a ticket as a reader sees it at a moment."""

    def shown(ticket: Ticket, at: datetime = MONDAY) -> TicketView:
        loaded = watched.current
        nothing: Any = None  # everybody in these tests is listed, so no account is looked up
        return view(Context(nothing, loaded.organisation, loaded.version, loaded.document, at), ticket)

    return shown


def reminder(**more: Any) -> Reminder:
    values = {
        "ticket": 1, "audience": "person:dana", "step": "acknowledge.1:80%:remind", "clock": "acknowledge",
        "due_at": moment("2026-11-23 13:00"), "because": "80 % of the time to acknowledge it has passed",
        "next_at": moment("2026-11-23 13:00"), "next_what": "I’ll remind you",
    }  # fmt: skip
    return Reminder(**{**values, **more})


def test_the_reporter_hears_who_has_it_and_by_when_they_look(seen: Any) -> None:
    assert phrases.captured(seen(a_ticket()), INK) == "*C-1* is with ‹Dana (Payments)›, she’ll look by Mon 13:00."
    assert phrases.captured(seen(a_ticket("the app")), INK) == "*C-1* is with ‹Kim (App)›, they’ll look by Mon 13:00."


def test_a_message_captured_before_says_where_its_ticket_is(seen: Any) -> None:
    said = phrases.captured(seen(a_ticket()), INK, again=True)
    assert said == "*C-1* already has this one. It is with ‹Dana (Payments)›, she’ll look by Mon 13:00."
    acknowledged = lifecycle.acknowledge(a_ticket(), "dana", MONDAY, HERE).ticket
    said = phrases.captured(seen(acknowledged), INK, again=True)
    assert said == "*C-1* already has this one. It is with ‹Dana (Payments)›. ‹Acknowledged›."
    withdrawn = lifecycle.withdraw(a_ticket(), "sam", MONDAY, HERE).ticket
    said = phrases.captured(seen(withdrawn), INK, again=True)
    assert said == "*C-1* already has this one. ‹Withdrawn by the reporter›."


def test_a_reminder_says_why_what_stops_it_and_what_comes_next(seen: Any) -> None:
    assert phrases.reminder(reminder(), seen(a_ticket()), INK).splitlines() == [
        "*C-1* waits for you: 80 % of the time to acknowledge it has passed (due Mon 13:00).",
        "Acknowledge stops this. If it still waits by Mon 13:00, ‹I’ll remind you›.",
    ]


@pytest.mark.parametrize(
    ("missed", "says"),
    [
        (0, "Sorry this is late: it should have come by Mon 11:00."),
        (1, "Sorry this is late: it stands for 2 messages, the first from Mon 11:00."),
        (3, "Sorry this is late: it stands for 4 messages, the first from Mon 11:00."),
    ],
)
def test_a_late_reminder_says_so(seen: Any, missed: int, says: str) -> None:
    late = reminder(due_since=moment("2026-11-23 11:00"), missed=missed)
    assert phrases.reminder(late, seen(a_ticket()), INK).splitlines()[1] == says


def test_a_reminder_after_which_nothing_comes_does_not_threaten(seen: Any) -> None:
    said = phrases.reminder(reminder(next_at=None, next_what=""), seen(a_ticket()), INK)
    assert said.endswith("\nAcknowledge stops this.")


def test_an_escalation_says_with_whom_it_is_and_who_was_asked(seen: Any) -> None:
    notice = Escalation(
        ticket=1, audience="person:ines", step="resolve.1:+2d:manager", clock="resolve",
        due_at=moment("2026-11-26 09:00"), because="the time to resolve it ran out 2 working days ago",
        asked=("Dana", "Omar"),
    )  # fmt: skip
    assert phrases.escalation(notice, seen(a_ticket()), INK).splitlines() == [
        "Could you help *C-1* along? The time to resolve it ran out 2 working days ago (due Thu 09:00). "
        "‹I have asked Dana (who has it) and Omar›; you are next in line.",
        "Resolve or Not mine stops this.",
    ]
    for asked, says in (
        (("Dana",), "‹It is with Dana, whom I have asked›; you are next in line."),
        (("Omar", "Lee"), "‹It is with Dana. I have asked Omar and Lee›; you are next in line."),
        ((), "‹It is with Dana›; you are next in line."),
    ):
        assert says in phrases.escalation(replace(notice, asked=asked), seen(a_ticket()), INK)


def test_who_holds_it_for_somebody_else_reads_for_whom(seen: Any) -> None:
    held = replace(a_ticket(), holder="omar")
    assert "*C-1* waits for you, in place of ‹Dana›: " in phrases.reminder(reminder(), seen(held), INK)
    resolved = replace(lifecycle.resolve(a_ticket(), "dana", MONDAY, HERE, FIXED).ticket, holder="ines")
    assert "waits for you, in place of ‹Sam›: " in phrases.reminder(reminder(clock="tell"), seen(resolved), INK)
    blocked = lifecycle.block(a_ticket(), "dana", MONDAY, HERE, Blocked("person", "kim")).ticket
    said = phrases.reminder(reminder(clock="resolve"), seen(blocked), INK)
    assert "waits for you, so that ‹Dana› can go on: " in said
    assert "\nUnblock stops this." in said


@pytest.mark.parametrize("clock", get_args(ClockName))
def test_every_clock_has_something_that_stops_it(seen: Any, clock: ClockName) -> None:
    assert "stops this" in phrases.reminder(reminder(clock=clock), seen(a_ticket()), INK)


def news(what: NewsKind) -> News:
    return News(ticket=1, audience="person:sam", what=what)


def test_the_news_of_each_kind_says_what_has_happened(seen: Any) -> None:
    acknowledged = lifecycle.acknowledge(a_ticket(), "omar", MONDAY, HERE).ticket
    assert phrases.news(news("acknowledged"), seen(acknowledged), INK) == (
        "*C-1*: ‹Omar› has seen it and aims to have it fixed by Thu 09:00."
    )
    given = Promise(moment("2026-11-25 17:00"), "the part comes <then>")
    promised = lifecycle.promise(a_ticket(), "dana", MONDAY, HERE, given).ticket
    assert phrases.news(news("promised"), seen(promised), INK) == (
        "*C-1*: ‹Dana› promises it by Wed 17:00 (‹the part comes <then>›)."
    )
    assert phrases.news(news("promise lapsed"), seen(a_ticket()), INK) == (
        "*C-1* has moved to ‹Dana›, where a rule asks for an answer before the date you were promised. "
        "That date no longer holds; they’ll give a new one."
    )
    resolved = lifecycle.resolve(a_ticket(), "dana", MONDAY, HERE, FIXED).ticket
    assert phrases.news(news("resolved"), seen(resolved), INK) == (
        "*C-1* is fixed. Please tell the customer, then press Customer told."
    )
    dismissed = lifecycle.dismiss(a_ticket(), "dana", MONDAY, HERE, 7, "").ticket
    assert phrases.news(news("dismissed"), seen(dismissed), INK) == (
        "*C-1* is ‹closed as a duplicate of C-7›. If that is wrong, press Reopen."
    )


@pytest.mark.parametrize("what", get_args(NewsKind))
def test_news_can_be_told_of_a_ticket_in_any_state(seen: Any, what: NewsKind) -> None:
    assert "*C-1*" in phrases.news(news(what), seen(a_ticket()), INK)


@pytest.mark.parametrize("reason", list(CloseReason))
def test_every_way_to_close_has_its_words(seen: Any, reason: CloseReason) -> None:
    closed = replace(a_ticket(), state=State.CLOSED, close_reason=reason)
    assert phrases.state(seen(closed)).startswith(("Closed", "Withdrawn"))


@pytest.mark.parametrize("state", [state for state in State if state is not State.CLOSED])
def test_every_open_state_has_its_words(seen: Any, state: State) -> None:
    assert phrases.state(seen(replace(a_ticket(), state=state)))


def test_a_ticket_that_waits_says_for_what_and_why(seen: Any) -> None:
    assert phrases.waiting(seen(a_ticket()), INK) is None
    for blocked, says in (
        (Blocked("team", "app", "a <release>"), "Waits for ‹App›: ‹a <release>›"),
        (Blocked("person", "kim"), "Waits for ‹Kim›"),
        (Blocked("ticket", "7"), "Waits for ‹C-7›"),
        (Blocked("other", "<!channel>"), "Waits for ‹<!channel>›"),
    ):
        ticket = replace(a_ticket(), state=State.BLOCKED, blocked=blocked)
        assert phrases.waiting(seen(ticket), INK) == says
    promised = replace(a_ticket(), promise=Promise(moment("2026-11-25 17:00"), "parts"))
    assert phrases.waiting(seen(promised), INK) == "Promised for Wed 17:00: ‹parts›"


def test_a_blocked_ticket_says_by_when_an_answer_keeps_the_customers_date(seen: Any) -> None:
    assert phrases.knock_on(seen(a_ticket()), INK) is None
    waits = KnockOnView("App", moment("2026-11-26 12:00"), moment("2026-12-01 12:00"), "promised date", passed=False)
    assert phrases.knock_on(replace(seen(a_ticket()), knock_on=waits), INK) == (
        "If ‹App› does not answer by Thu 12:00, the date the customer was given (Tue 12:00) can’t be kept"
    )
    assert phrases.knock_on(replace(seen(a_ticket()), knock_on=replace(waits, passed=True)), INK) == (
        "An answer was needed by Thu 12:00 to keep the date the customer was given (Tue 12:00)"
    )


def test_the_owner_reads_once_by_when_the_blocker_must_answer(seen: Any) -> None:
    told = Foretold(
        ticket=1, audience="person:dana", step="knock-on:x", clock="promise", due_at=moment("2026-12-01 12:00"),
        because="App may answer too late", by=moment("2026-11-26 12:00"), waits_for="<App>",
        date=moment("2026-12-01 12:00"), what="promised date",
    )  # fmt: skip
    assert phrases.foretold(told, seen(a_ticket()), INK).splitlines() == [
        "*C-1* waits for ‹<App>›. If ‹<App>› does not answer by Thu 12:00, "
        "you miss the date the customer was given (Tue 12:00).",
        "A word with them now may help. I say this only once.",
    ]
    late = phrases.foretold(replace(told, passed=True), seen(a_ticket()), INK)
    assert "An answer was needed by Thu 12:00 to keep the date" in late
    other = phrases.foretold(replace(told, waits_for="C-7", what="FCA <DISP>"), seen(a_ticket()), INK)
    assert "If ‹C-7› is not done by Thu 12:00, you miss the date that ‹FCA <DISP>› sets" in other


def test_the_clocks_that_matter_are_on_one_line(seen: Any) -> None:
    assert phrases.clocks(seen(a_ticket()), INK) == "Acknowledge by Mon 13:00 · Resolve by Thu 09:00"
    late = seen(a_ticket(), moment("2026-11-23 14:00"))
    assert phrases.clocks(late, INK) == "Acknowledge by Mon 13:00 (overdue) · Resolve by Thu 09:00"
    blocked = lifecycle.block(a_ticket(), "dana", MONDAY, HERE, Blocked("team", "app")).ticket
    assert phrases.clocks(seen(blocked), INK) == "Resolve: paused · Unblock by Tue 09:00"
    shut = lifecycle.withdraw(a_ticket(), "sam", MONDAY, HERE).ticket
    assert phrases.clocks(seen(shut), INK) == ""


def test_a_card_says_last_how_long_such_tickets_usually_take(seen: Any) -> None:
    known = replace(seen(a_ticket()), usually="usually done in 2 working days, 4 in 5 within 4")
    said = "Acknowledge by Mon 13:00 · Resolve by Thu 09:00 · usually done in 2 working days, 4 in 5 within 4"
    assert phrases.clocks(known, INK) == said


def test_an_admin_hears_why_a_file_is_refused() -> None:
    refused = ConfigurationRefused(audience="person:ines", problems="golddust.yml:3: <b>")
    assert phrases.configuration(refused, INK).endswith("\n‹golddust.yml:3: <b>›")


def test_a_card_shows_the_regulatory_date_that_comes_first_and_its_rule(seen: Any) -> None:
    presence = Presence(organisation(policies={"standard": {"profiles": ["fca-disp", "dot-259"]}}))
    ticket = a_ticket(presence=presence)
    line = phrases.clocks(seen(ticket), INK)
    assert line == "Acknowledge by Mon 13:00 · Resolve by Thu 09:00 · Early answer due Thu 17:00 (‹FCA DISP›)"
    seen_by_dana = lifecycle.acknowledge(ticket, "dana", MONDAY, presence).ticket
    later = phrases.clocks(seen(seen_by_dana, moment("2027-01-04")), INK)
    assert later.endswith(" · Final answer due Mon 23:59 (‹FCA DISP›)"), "the chance of an early answer has passed"
    late = phrases.clocks(seen(ticket, moment("2027-01-05")), INK)
    assert late.endswith(" · Acknowledgement due Wed 23:59 (‹14 CFR 259.7›, overdue)")
