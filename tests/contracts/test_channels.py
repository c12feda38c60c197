"""What every channel has to do alike, as the people in front of it see it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot import buttons
from bot.buttons import Button
from bot.watched import Watched
from complaints.ticket import State
from tests.contracts.channels import CHANNELS
from tests.contracts.driver import Driver
from tests.world import MONDAY

SAID = "Mrs Ito’s card payment was taken twice"
HOSTILE = "<!channel> <script>alert(1)</script> & *bold* <@U0DANA001> שלום مرحبا 😡 card"
THURSDAY = datetime(2026, 11, 26, 15, 30, tzinfo=UTC)
TO_DO = ["Acknowledge", "Resolve", "Blocked", "Not mine", "Promise a date"]


@pytest.fixture(params=CHANNELS)
async def channel(request: pytest.FixtureRequest, sqlite_url: str, watched: Watched) -> AsyncIterator[Driver]:
    """Each channel in turn, on SQLite."""
    async with CHANNELS[request.param].open(sqlite_url, watched) as driver:
        yield driver


@pytest.fixture(params=CHANNELS)
async def everywhere(request: pytest.FixtureRequest, database_url: str, watched: Watched) -> AsyncIterator[Driver]:
    """Each channel in turn, on each database."""
    async with CHANNELS[request.param].open(database_url, watched) as driver:
        yield driver


def everything(channel: Driver) -> list[list[str]]:
    """All that anybody sees."""
    organisation = channel.golddust.organisation
    owning = [key for key, team in organisation.teams.items() if team.owns]
    return [channel.team_sees(team) for team in owning] + [channel.sees(person) for person in organisation.people]


def about(texts: list[str], words: str) -> list[str]:
    """The texts that contain the words."""
    return [text for text in texts if words in text]


async def resolved(channel: Driver) -> None:
    """A complaint was said and its owner has resolved it."""
    await channel.say("sam", SAID)
    await channel.fill("dana", "C-1", "Resolve", done="Refunded", tell="You have your money back")


# -- said, and seen


async def test_a_sentence_makes_one_ticket_with_its_words_verbatim(channel: Driver) -> None:
    await channel.say("sam", f"{SAID}\n  and   nobody said sorry")
    [ticket] = channel.tickets()
    assert ticket.verbatim == f"{SAID}\n  and   nobody said sorry"
    assert (ticket.reporter, ticket.owner, ticket.state) == ("sam", "dana", State.NEW)


async def test_the_receipt_names_owner_and_time_and_only_the_reporter_sees_it(channel: Driver) -> None:
    await channel.say("sam", SAID)
    [receipt] = channel.sees("sam")
    assert "C-1 is with Dana (Payments), she’ll look by" in receipt
    assert "13:00" in receipt
    assert channel.buttons("sam", "C-1") == ["Edit", "Withdraw"]
    assert sum("she’ll look by" in text for texts in everything(channel) for text in texts) == 1


async def test_the_card_appears_for_the_team_and_the_owner_with_the_same_words(channel: Driver) -> None:
    await channel.say("sam", SAID)
    for who, cards in (("payments", channel.team_sees("payments")), ("dana", channel.sees("dana"))):
        [card] = cards
        assert "C-1" in card and SAID in card and "Sam" in card and "Dana" in card
        assert channel.buttons(who, "C-1") == TO_DO
    assert channel.team_sees("app") == channel.sees("omar") == channel.sees("kim") == []


async def test_the_card_is_one_message_however_far_its_ticket_moves(channel: Driver) -> None:
    await channel.say("sam", SAID)

    async def moves(label: str, by: str = "dana", **fields: Any) -> str:
        await (channel.fill(by, "C-1", label, **fields) if fields else channel.press(by, "C-1", label))
        [card] = channel.team_sees("payments")
        [own] = about(channel.sees("dana"), SAID)
        assert channel.buttons("dana", "C-1") == channel.buttons("payments", "C-1")
        return f"{card}\n{own}"

    assert (await moves("Acknowledge")).count("Acknowledged") == 2
    assert (await moves("Blocked", whom="other:a spare part")).count("Waits for a spare part") == 2
    assert (await moves("Unblock")).count("Acknowledged") == 2
    assert (await moves("Promise a date", until=THURSDAY)).count("15:30") >= 2
    assert (await moves("Resolve", done="Refunded", root_cause="A timeout")).count("A timeout") == 2
    assert (await moves("Customer told", by="sam")).count("Closed: the customer knows") == 2


async def test_a_second_delivery_of_the_same_message_makes_no_second_ticket(everywhere: Driver) -> None:
    await everywhere.say("sam", SAID)
    await everywhere.deliver_again()
    assert [ticket.ref for ticket in everywhere.tickets()] == ["C-1"]
    assert "C-1 already has this one" in everywhere.sees("sam")[-1]
    assert len(everywhere.team_sees("payments")) == len(everywhere.sees("dana")) == 1
    await everywhere.say("sam", SAID)
    assert [ticket.ref for ticket in everywhere.tickets()] == ["C-1", "C-2"]


# -- what each button does: docs/owners.md


async def test_whoever_of_the_team_acknowledges_first_owns_it_and_the_reporter_is_told(channel: Driver) -> None:
    await channel.say("sam", SAID)
    await channel.press("omar", "C-1", "Acknowledge")
    assert (channel.ticket().owner, channel.ticket().state) == ("omar", State.ACKNOWLEDGED)
    assert "Omar has seen it" in channel.sees("sam")[-1]
    assert channel.buttons("payments", "C-1") == TO_DO[1:]


async def test_resolve_gives_the_reporter_the_words_and_the_move(channel: Driver) -> None:
    await resolved(channel)
    assert (channel.ticket().state, channel.ticket().holder) == (State.RESOLVED, "sam")
    assert "C-1 is fixed" in channel.sees("sam")[-1]
    assert "You have your money back" in channel.sees("sam")[-1]
    assert channel.buttons("sam", "C-1") == ["Customer told", "Reopen"]
    assert channel.buttons("payments", "C-1") == ["Reopen"]


@pytest.mark.parametrize(
    ("whom", "holder", "shown"),
    [
        ("person:lee", "lee", "Waits for Lee"),
        ("team:app", "kim", "Waits for App"),
        ("ticket:C-2", "kim", "Waits for C-2"),
        ("other:a spare part", "dana", "Waits for a spare part"),
    ],
)
async def test_blocked_asks_whomever_it_waits_for_and_unblock_lets_it_go_on(
    channel: Driver, whom: str, holder: str, shown: str
) -> None:
    await channel.say("sam", SAID)
    await channel.say("sam", "The app does not start")
    await channel.fill("dana", "C-1", "Blocked", whom=whom, reason="We need the key")
    assert (channel.ticket().state, channel.ticket().holder) == (State.BLOCKED, holder)
    asked = about(channel.sees(holder), SAID)[-1]
    assert shown in asked and "We need the key" in asked
    assert shown in channel.team_sees("payments")[0]
    assert channel.buttons(holder, "C-1") == (["Unblock"] if holder != "dana" else ["Unblock", *TO_DO[1:2], *TO_DO[3:]])
    await channel.press(holder, "C-1", "Unblock")
    assert (channel.ticket().state, channel.ticket().holder) == (State.ACKNOWLEDGED, "dana")
    assert channel.buttons("dana", "C-1") == TO_DO[1:]


async def test_the_clocks_pause_while_it_is_blocked_and_go_on_with_what_was_left(channel: Driver) -> None:
    def due() -> datetime:
        clock = channel.ticket().clock("resolve")
        assert clock is not None
        return clock.due_at

    await channel.say("sam", SAID)
    before = due()
    await channel.fill("dana", "C-1", "Blocked", whom="other:a spare part")
    await channel.advance(hours=3)
    await channel.press("dana", "C-1", "Unblock")
    assert due() == before + timedelta(hours=3)


@pytest.mark.parametrize(
    ("whom", "owner", "team"),
    [("person:omar", "omar", "payments"), ("team:app", "kim", "app"), ("unknown", "ines", "triage")],
)
async def test_not_mine_hands_it_to_whoever_should_have_it(channel: Driver, whom: str, owner: str, team: str) -> None:
    await channel.say("sam", SAID)
    await channel.fill("dana", "C-1", "Not mine", whom=whom, reason="We only print the cards")
    assert (channel.ticket().owner, channel.ticket().team, channel.ticket().state) == (owner, team, State.NEW)
    assert SAID in channel.sees(owner)[-1]
    assert channel.buttons(owner, "C-1") == channel.buttons(team, "C-1") == TO_DO
    if team != "payments":
        assert channel.buttons("payments", "C-1") == [], "who has handed it over has nothing left to press"
    assert channel.record()["timeline"][-1]["data"]["reason"] == "We only print the cards"


async def test_after_three_times_not_mine_it_goes_to_the_lead_of_triage(channel: Driver) -> None:
    await channel.say("sam", SAID)
    for owner, following in (("dana", "omar"), ("omar", "dana"), ("dana", "omar")):
        await channel.fill(owner, "C-1", "Not mine", whom=f"person:{following}")
    assert channel.ticket().owner == "ines"
    assert "handed on 3 times" in channel.sees("ines")[-1]


@pytest.mark.parametrize(
    ("whom", "reason", "shown"),
    [("nothing", "not a complaint", "not a complaint"), ("duplicate:C-1", "duplicate", "duplicate of C-1")],
)
async def test_not_mine_also_closes_what_is_no_complaint_of_its_own(
    channel: Driver, whom: str, reason: str, shown: str
) -> None:
    await channel.say("sam", SAID)
    await channel.say("sam", "The card payment again")
    await channel.fill("dana", "C-2", "Not mine", whom=whom)
    assert (channel.ticket("C-2").state, channel.ticket("C-2").close_reason) == (State.CLOSED, reason)
    assert shown in channel.sees("sam")[-1]
    assert channel.buttons("sam", "C-2") == ["Reopen"]
    assert channel.ticket("C-1").state is State.NEW


async def test_a_promised_date_keeps_golddust_quiet_until_then_and_the_reporter_knows_it(channel: Driver) -> None:
    await channel.say("sam", SAID)
    await channel.fill("dana", "C-1", "Promise a date", until=THURSDAY, reason="A part is missing")
    assert channel.ticket().promise and channel.ticket().promise.until == THURSDAY  # type: ignore[union-attr]
    assert "Dana promises it by" in channel.sees("sam")[-1]
    assert "15:30" in channel.sees("sam")[-1] and "A part is missing" in channel.sees("sam")[-1]
    before, known = everything(channel), channel.sees("dana")
    await channel.advance(days=3, hours=6)
    assert everything(channel) == before
    await channel.advance(hours=1)
    [reminder] = channel.sees("dana")[len(known) :]
    assert "C-1" in reminder and "promise" in reminder


async def test_customer_told_closes(channel: Driver) -> None:
    await resolved(channel)
    await channel.press("sam", "C-1", "Customer told")
    assert (channel.ticket().state, channel.ticket().close_reason) == (State.CLOSED, "told")
    assert "C-1 is closed: the customer knows" in channel.sees("sam")[-1]
    await channel.advance(days=7)
    assert "C-1 is closed: the customer knows" in channel.sees("sam")[-1]


@pytest.mark.parametrize("closed", [False, True])
async def test_reopen_brings_it_back_to_the_owner_with_a_fresh_message(channel: Driver, closed: bool) -> None:
    await resolved(channel)
    if closed:
        await channel.press("sam", "C-1", "Customer told")
    before = len(channel.sees("dana"))
    await channel.fill("omar" if closed else "sam", "C-1", "Reopen", reason="She has not got it")
    assert (channel.ticket().state, channel.ticket().holder) == (State.ACKNOWLEDGED, "dana")
    assert len(channel.sees("dana")) == before + 1, "an edit pings nobody, so it is a fresh message"
    assert SAID in channel.sees("dana")[-1]
    assert channel.buttons("dana", "C-1") == TO_DO[1:]
    assert len(channel.team_sees("payments")) == 1
    assert channel.record()["timeline"][-1]["data"] == {"reason": "She has not got it"}


async def test_an_edit_keeps_the_first_words(channel: Driver) -> None:
    await channel.say("sam", SAID)
    await channel.fill("sam", "C-1", "Edit", words="Mr Ito’s card payment, three times", customer="Mr Ito")
    assert (channel.ticket().verbatim, channel.ticket().words) == (SAID, "Mr Ito’s card payment, three times")
    for card in (channel.team_sees("payments")[-1], channel.sees("dana")[-1]):
        assert SAID in card and "Mr Ito’s card payment, three times" in card and "Mr Ito" in card
    assert channel.buttons("sam", "C-1") == ["Edit", "Withdraw"]


async def test_withdrawing_closes(channel: Driver) -> None:
    await channel.say("sam", SAID)
    await channel.press("sam", "C-1", "Withdraw")
    assert (channel.ticket().state, channel.ticket().close_reason) == (State.CLOSED, "withdrawn")
    assert "C-1 is withdrawn" in channel.sees("sam")[-1]
    assert "Withdrawn by the reporter" in channel.team_sees("payments")[0]
    assert "Withdrawn by the reporter" in channel.sees("dana")[-1]


async def test_one_tap_corrects_the_severity(channel: Driver) -> None:
    await channel.say("sam", SAID)
    await channel.tap("sam", "C-1", "high")
    assert channel.ticket().severity == "high"
    assert "high" in channel.team_sees("payments")[0].lower()
    assert channel.buttons("sam", "C-1") == ["Edit", "Withdraw"]
    await channel.tap("sam", "C-1", "low")
    assert channel.ticket().severity == "low"


async def surge(channel: Driver, words: str = SAID) -> None:
    """Six quiet weeks, of which the first complaint is withdrawn; then four alike on a Monday morning: C-2 to C-5."""
    await channel.say("sam", "The app does not start")
    await channel.press("sam", "C-1", "Withdraw")
    await channel.advance(weeks=6)
    for number in range(4):
        await channel.say("sam", f"{words} {number}")
    await channel.advance(minutes=1)


async def test_a_surge_is_told_to_the_lead_with_its_words_and_joined_with_one_press(channel: Driver) -> None:
    await surge(channel)
    [told] = about(channel.sees("lee"), "4 complaints about payments since")
    assert "You lead Payments." in told and "usual in 2 hours" in told
    assert [f"{SAID} {number}" in told for number in range(4)] == [False, True, True, True], (
        "three examples, the newest"
    )
    assert channel.buttons("lee", "C-5") == ["Join under one problem", "Not a problem"]
    await channel.press("lee", "C-5", "Join under one problem")
    assert "C-6 holds 4 complaints now" in channel.sees("lee")[-1]
    assert channel.buttons("lee", "C-5") == []
    [card] = about(channel.team_sees("payments"), "One problem behind 4 complaints")
    assert "C-2, C-3, C-4, C-5" in card
    assert "Part of C-6" in about(channel.sees("dana"), f"{SAID} 0")[-1]
    await channel.fill("dana", "C-6", "Resolve", done="The terminal is fixed", tell="It works again")
    assert {channel.ticket(f"C-{number}").state for number in range(2, 6)} == {State.RESOLVED}
    assert len(about(channel.sees("sam"), "It works again")) == 4
    assert channel.buttons("sam", "C-3") == ["Customer told", "Reopen"]


async def test_a_later_one_is_part_of_the_problem_with_one_press_and_leaves_it_with_another(channel: Driver) -> None:
    await surge(channel)
    await channel.press("lee", "C-5", "Join under one problem")
    await channel.say("sam", f"{SAID} again")
    assert "It looks like part of C-6." in about(channel.sees("dana"), f"{SAID} again")[-1]
    await channel.press("dana", "C-7", "Part of the problem")
    assert (channel.ticket("C-7").parent, channel.ticket("C-7").state) == (6, State.BLOCKED)
    await channel.press("dana", "C-7", "Not part of it")
    assert (channel.ticket("C-7").parent, channel.ticket("C-7").state) == (None, State.ACKNOWLEDGED)


async def test_a_surge_that_is_no_problem_is_answered_once(channel: Driver) -> None:
    await surge(channel)
    await channel.press("lee", "C-5", "Not a problem")
    assert "Noted: no problem" in channel.sees("lee")[-1]
    assert channel.buttons("lee", "C-5") == []
    assert {channel.ticket(f"C-{number}").parent for number in range(2, 6)} == {None}


async def test_the_words_of_a_surge_are_only_words(channel: Driver) -> None:
    await surge(channel, HOSTILE)
    assert len(about(channel.sees("lee"), "4 complaints about payments")) == 1
    assert channel.harm() == []


async def test_complaints_are_joined_by_their_numbers_and_left_and_the_message_of_their_surge_says_so(
    channel: Driver,
) -> None:
    await surge(channel)
    await channel.ask("dana", "join C-2 C-3 C-4: The terminal")
    problem = channel.ticket("C-6")
    assert (problem.kind, problem.verbatim, problem.owner) == ("problem", "The terminal", "dana")
    assert [channel.ticket(f"C-{number}").parent for number in range(2, 6)] == [6, 6, 6, None]
    await channel.advance(minutes=1)
    [told] = about(channel.sees("lee"), "4 complaints about payments since")
    assert "Dana joined 3 of them under" in told
    assert channel.buttons("lee", "C-5") == []
    await channel.ask("dana", "leave C-2")
    assert channel.ticket("C-2").parent is None


async def test_every_button_is_offered_to_somebody(channel: Driver) -> None:
    offered: set[str] = set()

    def look() -> None:
        offered.update(*(channel.buttons(who, "C-1") for who in ("sam", "dana", "payments")))

    await channel.say("sam", SAID)
    look()
    await channel.fill("dana", "C-1", "Blocked", whom="other:a spare part")
    look()
    await channel.fill("dana", "C-1", "Resolve", done="Refunded")
    look()
    await channel.say("sam", SAID)
    await channel.advance(hours=2)
    offered.update(channel.rating("dana", "C-2"))
    others = {buttons.JOIN, buttons.NOT_A_PROBLEM, buttons.JOIN_IT, buttons.NOT_PART, buttons.DONE}
    every = {button for button in vars(buttons).values() if isinstance(button, Button)} - others
    assert offered == {button.label for button in every}, "those of problems and actions have tests of their own"


# -- what goes wrong


EMPTY: tuple[tuple[str, str, dict[str, Any], str, str], ...] = (
    ("dana", "Resolve", {"done": " ", "tell": "Sorry"}, "done", "what was done"),
    ("dana", "Blocked", {"whom": ""}, "whom", "what it waits for"),
    ("dana", "Blocked", {"whom": "other: "}, "whom", "what it waits for"),
    ("dana", "Not mine", {"whom": "", "reason": "No"}, "whom", "Pick"),
    ("dana", "Promise a date", {"until": None}, "until", "Pick"),
    ("sam", "Edit", {"words": "  "}, "words", "what the customer complained about"),
)
IMPOSSIBLE: tuple[tuple[str, str, dict[str, Any], str, str], ...] = (
    ("dana", "Promise a date", {"until": MONDAY - timedelta(days=3)}, "until", "has passed"),
    ("dana", "Blocked", {"whom": "ticket:C-9"}, "whom", "C-9"),
    ("dana", "Blocked", {"whom": "ticket:the other one"}, "whom", "write it like C-42"),
    ("dana", "Not mine", {"whom": "duplicate:C-9"}, "whom", "C-9"),
    ("dana", "Not mine", {"whom": "duplicate:the first"}, "whom", "like C-42"),
    ("dana", "Not mine", {"whom": "team:payments"}, "whom", "Dana"),
)


@pytest.mark.parametrize("wrong", [EMPTY, IMPOSSIBLE], ids=["empty", "impossible"])
async def test_a_field_that_is_empty_or_impossible_is_named_and_nothing_changes(
    channel: Driver, wrong: tuple[tuple[str, str, dict[str, Any], str, str], ...]
) -> None:
    await channel.say("sam", SAID)
    before, ticket = everything(channel), channel.ticket()
    for person, label, fields, field, said in wrong:
        await channel.fill(person, "C-1", label, **fields)
        assert said in channel.error_at(field), (label, channel.errors)
        assert list(channel.errors) == [field]
        assert (everything(channel), channel.ticket()) == (before, ticket)


async def test_a_stranger_is_refused_politely_alone_and_nothing_changes(channel: Driver) -> None:
    await channel.say("sam", SAID)
    before, ticket = everything(channel), channel.ticket()
    for number, label in enumerate(TO_DO, start=1):
        await channel.press("kim", "C-1", label)
        refused = "C-1 is with Dana (Payments), so that is for them to press. Nothing has changed."
        assert channel.sees("kim") == [refused] * number, label
    assert [texts for texts in everything(channel) if texts not in before] == [channel.sees("kim")]
    assert channel.ticket() == ticket


async def test_of_two_who_press_at_once_one_wins_and_the_other_is_told_who_did(everywhere: Driver) -> None:
    await everywhere.say("sam", SAID)
    await asyncio.gather(*(everywhere.press(person, "C-1", "Acknowledge") for person in ("omar", "dana")))
    winner = everywhere.ticket().owner or ""
    loser = {"omar": "dana", "dana": "omar"}[winner]
    told = f"{winner.capitalize()} has already acknowledged C-1."
    assert about(everywhere.sees(loser), told) == [told]
    assert about(everywhere.sees(winner), "already") == []
    assert [event["kind"] for event in everywhere.record()["timeline"]] == ["captured", "acknowledged"]
    assert len(about(everywhere.sees("sam"), "has seen it")) == 1


async def test_who_fills_in_a_form_too_late_is_told_who_was_first(channel: Driver) -> None:
    await channel.say("sam", SAID)
    await asyncio.gather(*(channel.fill(who, "C-1", "Resolve", done=f"By {who}") for who in ("omar", "dana")))
    done = channel.ticket().resolution
    assert done is not None
    winner = done.done.removeprefix("By ")
    loser = {"omar": "dana", "dana": "omar"}[winner]
    assert about(channel.sees(loser), f"{winner.capitalize()} has already resolved C-1.")
    assert len(about(channel.sees("sam"), "C-1 is fixed")) == 1


async def test_hostile_words_are_shown_as_they_are_and_do_no_harm(channel: Driver) -> None:
    await channel.say("sam", HOSTILE)
    assert channel.ticket().verbatim == HOSTILE
    assert HOSTILE in channel.team_sees("payments")[0] and HOSTILE in channel.sees("dana")[0]
    await channel.fill("dana", "C-1", "Blocked", whom=f"other:{HOSTILE}", reason=HOSTILE)
    assert channel.team_sees("payments")[0].count(HOSTILE) == 3
    await channel.fill("dana", "C-1", "Promise a date", until=THURSDAY, reason=HOSTILE)
    assert HOSTILE in channel.sees("sam")[-1]
    await channel.fill("sam", "C-1", "Edit", words=f"Again {HOSTILE}", customer=HOSTILE)
    await channel.fill("dana", "C-1", "Resolve", done=HOSTILE, root_cause=HOSTILE, tell=HOSTILE)
    assert HOSTILE in channel.sees("sam")[-1]
    assert channel.team_sees("payments")[0].count(HOSTILE) == 6
    await channel.say("dana", "list")
    await channel.say("sam", "mine")
    assert channel.harm() == []


# -- what people hear


async def test_the_reporter_hears_captured_acknowledged_promised_resolved_and_no_more(channel: Driver) -> None:
    heard = ("she’ll look by", "Dana has seen it", "Dana promises it by", "C-1 is fixed")
    await channel.say("sam", SAID)
    await channel.press("dana", "C-1", "Acknowledge")
    await channel.fill("dana", "C-1", "Blocked", whom="person:lee")
    await channel.press("lee", "C-1", "Unblock")
    await channel.fill("dana", "C-1", "Promise a date", until=THURSDAY)
    await channel.fill("dana", "C-1", "Not mine", whom="person:omar")
    await channel.fill("omar", "C-1", "Not mine", whom="person:dana")
    await channel.fill("dana", "C-1", "Resolve", done="Refunded")
    for text, words in zip(channel.sees("sam"), heard, strict=True):
        assert words in text


@pytest.mark.parametrize(
    ("clock", "who", "hours", "because", "stops", "again", "offered"),
    [
        ("acknowledge", "dana", 2, "50 % of the time to acknowledge it", "Acknowledge stops this", "12:12", TO_DO),
        ("resolve", "dana", 48.6, "50 % of the time to resolve it", "Resolve, Blocked, Not mine", "12:12", TO_DO[1:]),
        ("tell", "sam", 4, "50 % of the time to tell the customer", "Customer told stops this", "15:24",
         ["Customer told", "Reopen"]),
        ("unblock", "lee", 4, "50 % of the time to unblock it", "Unblock stops this", "15:24", ["Unblock"]),
    ],
)  # fmt: skip
async def test_a_reminder_says_why_what_next_and_what_stops_it_and_carries_the_right_buttons(
    channel: Driver, clock: str, who: str, hours: float, because: str, stops: str, again: str, offered: list[str]
) -> None:
    await channel.say("sam", SAID)
    if clock == "resolve":
        # Whoever has just acted is left alone, and now Sam has.
        await channel.fill("dana", "C-1", "Resolve", done="Refunded")
        await channel.fill("sam", "C-1", "Reopen", reason="She has not got it")
    elif clock == "tell":
        await channel.fill("dana", "C-1", "Resolve", done="Refunded")
    elif clock == "unblock":
        await channel.fill("dana", "C-1", "Blocked", whom="person:lee", reason="We need the key")
    others = {person: channel.sees(person) for person in ("sam", "dana", "omar", "lee", "ines") if person != who}
    await channel.advance(hours=hours)
    reminder = channel.sees(who)[-1]
    assert "C-1" in reminder and f"{because} has passed" in reminder
    assert stops in reminder
    assert again in reminder and "I’ll remind you" in reminder
    assert channel.buttons(who, "C-1") == offered
    assert {person: channel.sees(person) for person in others} == others
    assert len(channel.team_sees("payments")) == 1


async def test_an_escalation_says_who_was_asked_and_the_helper_can_press(channel: Driver) -> None:
    await channel.say("sam", SAID)
    await channel.advance(days=2, minutes=31)
    asked = channel.sees("omar")[-1]
    assert "Could you help C-1 along?" in asked
    assert "It is with Dana" in asked and "asked" in asked
    await channel.press("omar", "C-1", "Acknowledge")
    assert channel.ticket().owner == "omar"


# -- several at once


async def waiting(channel: Driver, count: int) -> str:
    """So many tickets that Dana has acknowledged and not touched since; the list that she gets of them on Friday."""
    for number in range(1, count + 1):
        await channel.say("sam", f"{HOSTILE} {number}")
        await channel.press("dana", f"C-{number}", "Acknowledge")
    before = len(channel.sees("dana"))
    await channel.advance(days=3, hours=6)
    [urgent] = channel.sees("dana")[before:]
    assert f"{count} tickets wait for you; {count} run out today." in urgent
    await channel.advance(hours=18, minutes=29)
    assert len(channel.sees("dana")) == before + 1, "she is left alone until her time"
    await channel.advance(minutes=2)
    [listed] = channel.sees("dana")[before + 1 :]
    return listed


async def test_thirty_tickets_make_one_message_a_day_that_can_be_acted_on_in_place(channel: Driver) -> None:
    listed = await waiting(channel, 30)
    assert "30 tickets wait for you" in listed
    assert all(f"C-{number} " in listed for number in range(1, 31))
    assert channel.buttons("dana", "C-1") == channel.buttons("dana", "C-6") == TO_DO[1:]
    assert channel.buttons("dana", "C-30")[0] == "Resolve"
    for ref in ("C-1", "C-30"):
        await channel.fill("dana", ref, "Resolve", done="Refunded")
    await channel.fill("dana", "C-2", "Promise a date", until=THURSDAY + timedelta(days=7))
    now = about(channel.sees("dana"), "27 tickets wait for you")[-1]
    assert now.count("✓") == 3 and "✓ C-30" in now
    assert channel.buttons("dana", "C-1") == channel.buttons("dana", "C-30") == []
    assert channel.harm() == []


async def test_after_a_press_the_list_is_redrawn_and_thanks_at_the_end(channel: Driver) -> None:
    await waiting(channel, 2)
    await channel.fill("dana", "C-1", "Blocked", whom="person:lee", reason="We need the key")
    once = about(channel.sees("dana"), "1 ticket waits for you")[-1]
    assert "✓ C-1" in once and "✓ C-2" not in once
    assert channel.buttons("dana", "C-2") == TO_DO[1:]
    await channel.fill("dana", "C-2", "Resolve", done="Refunded")
    over = about(channel.sees("dana"), "Nothing here waits for you any more. Thank you.")[-1]
    assert over.count("✓") == 2


async def test_a_form_of_the_list_that_is_wrong_says_so_and_leaves_the_list(channel: Driver) -> None:
    listed = await waiting(channel, 2)
    await channel.fill("dana", "C-2", "Resolve", done=" ")
    assert "what was done" in channel.error_at("done")
    assert channel.sees("dana")[-1] == listed


async def test_an_urgent_one_goes_alone(channel: Driver) -> None:
    await channel.say("sam", SAID)
    await channel.advance(hours=1)
    await channel.say("sam", "The card machine is broken")
    before = len(channel.sees("dana"))
    await channel.advance(hours=1)
    [alone] = channel.sees("dana")[before:]
    assert "C-1 waits for you" in alone and "C-2" not in alone
    assert channel.buttons("dana", "C-1") == TO_DO


async def test_a_reply_under_the_list_is_about_the_ticket_that_it_begins_with(channel: Driver) -> None:
    await waiting(channel, 2)
    known = len(channel.tickets())
    await channel.answer("dana", "I have asked the bank")
    assert about(channel.sees("dana"), "Which ticket is that about? Begin your reply with its number")
    await channel.answer("dana", "C-9: I have asked the bank")
    assert len(about(channel.sees("dana"), "Which ticket is that about?")) == 2
    await channel.answer("dana", "c-2: I have asked the bank")
    assert about(channel.sees("sam"), "I have asked the bank") == [channel.sees("sam")[-1]]
    assert "C-2" in channel.sees("sam")[-1] and "c-2" not in channel.sees("sam")[-1]
    assert channel.record("C-2")["timeline"][-1]["kind"] == "comment"
    assert channel.record("C-1")["timeline"][-1]["kind"] != "comment"
    assert len(channel.tickets()) == known


async def test_useful_is_thanked_once_and_the_other_buttons_stay(channel: Driver) -> None:
    await channel.say("sam", SAID)
    await channel.advance(hours=2)
    assert channel.rating("dana", "C-1") == ["Useful", "Not useful"]
    await channel.press("dana", "C-1", "Not useful")
    assert len(about(channel.sees("dana"), "Thank you.")) >= 1
    assert channel.rating("dana", "C-1") == []
    assert channel.buttons("dana", "C-1") == TO_DO
    votes = [event["data"]["vote"] for event in channel.record()["timeline"] if event["kind"] == "useful"]
    assert votes == ["no"]


async def test_useful_under_a_list_is_said_of_each_of_its_nudges(channel: Driver) -> None:
    await waiting(channel, 3)
    assert channel.rating("dana", "C-1") == ["Useful", "Not useful"]
    await channel.press("dana", "C-1", "Useful")
    assert channel.rating("dana", "C-1") == []
    await channel.fill("dana", "C-2", "Resolve", done="Refunded")
    assert channel.rating("dana", "C-1") == [], "nor is it asked again when the list is drawn anew"
    assert channel.buttons("dana", "C-1") == TO_DO[1:]
    for ref in ("C-1", "C-2", "C-3"):
        votes = [event["data"]["vote"] for event in channel.record(ref)["timeline"] if event["kind"] == "useful"]
        assert votes == ["yes"], ref


async def test_questions_and_absences_are_answered_alone_and_make_no_ticket(channel: Driver) -> None:
    answers = {
        "help": ("Say in one sentence what the customer complained about", "mine", "list", "away until Friday"),
        "list": ("C-1", SAID),
        "mine": ("Yours to act on", "C-1", "Reported by you"),
        "back": ("not marked as away",),
        "away": ("Until when?",),
        "away until Friday zoe": ("I don’t know",),
        "away until Friday": ("away until Friday, 27 November", "Omar holds"),
        "away until Friday Lee": ("Lee holds",),
    }
    await channel.say("sam", SAID)
    before = everything(channel)
    for question, words in answers.items():
        known = channel.sees("dana")
        await channel.say("dana", question)
        [answer] = channel.sees("dana")[len(known) :]
        assert all(word in answer for word in words), (question, answer)
    await channel.say("dana", "back")  # meanwhile the card said whose move it is
    assert [texts for texts in everything(channel) if texts not in before] == [channel.sees("dana")]
    assert len(channel.tickets()) == 1


async def test_a_subscriber_gets_the_digest_at_their_local_time_on_every_channel(channel: Driver) -> None:
    await channel.say("lee", "digest subscribe payments daily")
    assert "You get a digest of Payments every working day at 08:30" in channel.sees("lee")[-1]
    await channel.say("sam", HOSTILE)
    await channel.advance(hours=23)
    assert about(channel.sees("lee"), "day to") == []
    await channel.advance(minutes=30)
    [digest] = about(channel.sees("lee"), "day to Tue 24 Nov 08:30")
    assert "1 received, 0 closed, 1 open (0 before)" in digest
    assert not any("day to" in text for texts in everything(channel) for text in texts if text != digest)
    await channel.say("dana", "digest now app")
    assert "Ask Ines" in channel.sees("dana")[-1]
    await channel.say("dana", "digest now")
    assert "Payments, week to Tue 24 Nov 08:30" in channel.sees("dana")[-1]
    await channel.say("lee", "digest unsubscribe")
    await channel.advance(days=2)
    assert len(about(channel.sees("lee"), "day to")) == 1
    assert len(channel.tickets()) == 1 and channel.harm() == []


async def test_the_deputy_has_it_while_the_owner_is_away(channel: Driver) -> None:
    await channel.say("dana", "away until Friday")
    await channel.say("sam", SAID)
    assert channel.ticket().holder == "omar"
    await channel.say("dana", "back")
    assert "Welcome back" in channel.sees("dana")[-1]
    await channel.say("sam", SAID)
    assert channel.ticket("C-2").holder == "dana"


async def test_a_reply_under_the_card_reaches_the_reporter_and_counts_as_seen(channel: Driver) -> None:
    await channel.say("sam", SAID)
    await channel.reply("dana", "payments", "Which of her two cards?")
    assert "Which of her two cards?" in channel.sees("sam")[-1]
    assert channel.ticket().acknowledged_by == "dana"
    assert len(channel.team_sees("payments")) == 1


async def test_a_complaint_travels_all_the_way(everywhere: Driver) -> None:
    await everywhere.say("sam", HOSTILE)
    await everywhere.advance(hours=2)
    await everywhere.press("dana", "C-1", "Acknowledge")
    await everywhere.fill("dana", "C-1", "Blocked", whom="team:app", reason="Which account?")
    await everywhere.press("kim", "C-1", "Unblock")
    await everywhere.fill("dana", "C-1", "Resolve", done="Refunded", root_cause="A timeout", tell="It is on its way")
    await everywhere.fill("sam", "C-1", "Reopen", reason="She has not got it")
    await everywhere.fill("dana", "C-1", "Resolve", done="Refunded again")
    await everywhere.press("sam", "C-1", "Customer told")
    assert everywhere.ticket().verbatim == HOSTILE
    assert everywhere.ticket().close_reason == "told"
    [card] = everywhere.team_sees("payments")
    assert "Closed: the customer knows" in card and HOSTILE in card
    assert everywhere.harm() == []
