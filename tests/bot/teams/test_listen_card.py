"""Buttons of cards in Teams: each press is a command, and is answered with the card as it is then."""

from __future__ import annotations

from typing import Any

import pytest

from complaints.ticket import State
from tests.bot.teams.driver import (
    DANA,
    DANA_DM,
    LEE,
    LEE_DM,
    OMAR,
    PAT,
    PAYMENTS,
    SAM,
    SAM_DM,
    SHOP,
    Desk,
    card_in,
    find_button,
)  # fmt: skip
from tests.bot.teams.tickets import inputs, labels, spoken
from tests.fakes.teams_identity import Person

SAID = "Mrs Ito’s card payment was taken twice"
CARD = "application/vnd.microsoft.card.adaptive"
MESSAGE = "application/vnd.microsoft.activity.message"


async def captured(at: Desk) -> None:
    await at.says(SAID, place=SHOP, mention=True)


async def test_acknowledge_answers_with_the_new_card_and_edits_it_for_everybody(at: Desk) -> None:
    await captured(at)
    card = at.card()
    answer = await at.presses("Acknowledge", DANA, card, PAYMENTS)
    assert (answer["statusCode"], answer["type"]) == (200, CARD)
    assert labels(answer["value"])[0] == "Resolve"
    assert at.tickets()[0].state is State.ACKNOWLEDGED
    assert at.card()["id"] == card["id"]
    assert labels(card_in(at.card()))[0] == "Resolve"
    assert labels(card_in(at.card(DANA_DM)))[0] == "Resolve"


@pytest.mark.parametrize(
    ("label", "into", "state"),
    [
        ("Resolve", {"resolve.done": "Refunded", "resolve.tell": "Sorry!"}, State.RESOLVED),
        ("Blocked", {"blocked.colleague": "omar", "blocked.why": "the log"}, State.BLOCKED),
        ("Blocked", {"blocked.other": "a delivery"}, State.BLOCKED),
        ("Promise a date", {"promise.date": "2026-11-25", "promise.time": "15:00"}, State.ACKNOWLEDGED),
        ("Not mine", {"not_mine.colleague": "omar"}, State.NEW),
        ("Not mine", {"not_mine.choice": "not_a_complaint"}, State.CLOSED),
    ],
)
async def test_the_forms_within_the_card_do_what_they_say(
    at: Desk, label: str, into: dict[str, str], state: State
) -> None:
    await captured(at)
    answer = await at.presses(label, DANA, at.card(DANA_DM), DANA_DM, into=into)
    assert answer["type"] == CARD, answer
    assert at.tickets()[0].state is state


@pytest.mark.parametrize(
    ("label", "into", "field", "said"),
    [
        ("Resolve", {"resolve.root_cause": "A bug"}, "resolve.done", "Say in a few words what was done."),
        ("Promise a date", {"promise.date": "2020-01-01"}, "promise.date", ""),
        ("Promise a date", {"promise.date": "soon"}, "promise.date", "Pick the day by which it will be done."),
        ("Blocked", {"blocked.ticket": "C-99", "blocked.why": "x"}, "blocked.ticket", ""),
        ("Blocked", {"blocked.colleague": "omar", "blocked.other": "x"}, "blocked.colleague", "Fill in only one"),
        ("Not mine", {}, "not_mine.colleague", "Pick a colleague or a team"),
        ("Not mine", {"not_mine.colleague": "zoe"}, "not_mine.colleague", "I don’t know them yet"),
    ],
)
async def test_what_is_wrong_is_shown_at_its_field_and_what_was_typed_is_kept(
    at: Desk, label: str, into: dict[str, str], field: str, said: str
) -> None:
    await captured(at)
    answer = await at.presses(label, DANA, at.card(), PAYMENTS, into=into)
    body = answer["value"]["body"]
    place = next(number for number, one in enumerate(body) if one.get("id") == field)
    fault = body[place + 1]
    assert fault["inlines"][0]["color"] == "Attention"
    assert said in fault["inlines"][0]["text"]
    shown = inputs(answer["value"])
    assert all(shown[name].get("value") == value for name, value in into.items() if value not in {"zoe"})
    assert at.tickets()[0].state is State.NEW


async def test_the_form_that_was_wrong_can_be_handed_in_again_or_cancelled(at: Desk) -> None:
    await captured(at)
    card = at.card()
    wrong = await at.presses("Resolve", DANA, card, PAYMENTS)
    again = {**card, "attachments": [{"content": wrong["value"]}]}
    back = await at.presses("Cancel", DANA, again, PAYMENTS)
    assert labels(back["value"])[0] == "Acknowledge"
    right = await at.presses("Resolve", DANA, again, PAYMENTS, into={"resolve.done": "Refunded"})
    assert "Resolved: the customer has to be told" in spoken(right["value"])


async def test_the_reporter_hears_and_says_that_the_customer_was_told(at: Desk) -> None:
    await at.says(SAID)
    await at.presses("Resolve", DANA, at.card(), PAYMENTS, into={"resolve.done": "Refunded", "resolve.tell": "Sorry!"})
    news = at.last(SAM_DM)
    assert "C-1** is fixed" in spoken(card_in(news))
    answer = await at.presses("Customer told", SAM, news, SAM_DM)
    assert "C-1 is closed" in spoken(answer["value"])
    assert find_button(at.last(SAM_DM), "Customer told") is None
    assert at.tickets()[0].state is State.CLOSED


async def test_the_reporter_corrects_edits_and_withdraws(at: Desk) -> None:
    await at.says(SAID)
    receipt = at.last(SAM_DM)
    await at.presses("Critical", SAM, receipt, SAM_DM)
    assert at.tickets()[0].severity.value == "critical"
    receipt = at.last(SAM_DM)
    await at.presses("Edit", SAM, receipt, SAM_DM, into={"edit.words": SAID + " on Friday", "edit.customer": "Mrs Ito"})
    [ticket] = at.tickets()
    assert (ticket.words, ticket.customer) == (SAID + " on Friday", "Mrs Ito")
    answer = await at.presses("Withdraw", SAM, at.last(SAM_DM), SAM_DM)
    assert "withdrawn" in spoken(answer["value"])
    assert at.tickets()[0].state is State.CLOSED


async def test_who_may_not_is_told_so_and_nothing_changes(at: Desk) -> None:
    await captured(at)
    for who in (SAM, PAT):
        answer = await at.presses("Acknowledge", who, at.card(), PAYMENTS)
        assert answer["type"] == MESSAGE
        assert "C-1 is with Dana (Payments), so that is for them to press" in answer["value"]
        form = await at.presses("Resolve", who, at.card(), PAYMENTS, into={"resolve.done": ""})
        assert form["type"] == MESSAGE
    assert at.tickets()[0].state is State.NEW


async def test_of_two_who_press_at_once_the_second_is_told(at: Desk) -> None:
    await captured(at)
    card = at.card()
    await at.presses("Acknowledge", DANA, card, PAYMENTS)
    answer = await at.presses("Acknowledge", OMAR, card, PAYMENTS)
    assert answer["type"] == MESSAGE
    assert at.tickets()[0].owner == "dana"


async def test_a_press_that_teams_sends_again_counts_once_and_is_answered_with_the_card(at: Desk) -> None:
    await captured(at)
    card = at.card()
    into = {"promise.date": "2026-11-25", "promise.time": "15:00"}
    first = await at.presses("Promise a date", DANA, card, PAYMENTS, into=into)
    at.clock.advance(seconds=30)
    second = await at.presses("Promise a date", DANA, card, PAYMENTS, into=into)
    assert first["type"] == second["type"] == CARD
    assert [event["kind"] for event in at.record()["timeline"]].count("promised") == 1


@pytest.mark.parametrize(
    ("verb", "data"),
    [
        ("acknowledge", {}), ("acknowledge", {"ticket": "1", "token": "x"}),
        ("acknowledge", {"ticket": True, "token": "x"}),
        ("acknowledge", {"ticket": -1, "token": "x"}), ("acknowledge", {"ticket": 99, "token": "x"}),
        ("show", {"ticket": 99, "token": "x"}), ("delete", {"ticket": 1, "token": "x"}), ("", {}),
        ("severity", {"ticket": 1, "token": "x", "severity": "worst"}), ("ask", {"ticket": 1, "token": "x"}),
        ("ask", {"ticket": 99, "token": "x", "form": "resolve"}), ("page", {"list": 7}), ("mine", {"held": 10**9}),
        ("edit", {"ticket": 1, "token": "x", "edit.words": "x"}),
        ("blocked", {"ticket": 1, "token": "x", "blocked.team": 7}),
        ("show", {"ticket": 1, "token": "open." + "9" * 30}), ("resolve", {"ticket": 1, "token": "x" * 5000}),
    ],
)  # fmt: skip
async def test_forged_presses_change_nothing(at: Desk, verb: str, data: dict[str, Any]) -> None:
    await captured(at)
    before = at.record()
    answer = await at.invoke(at.says_.executed(verb, data, at.card()["id"], PAT, PAYMENTS))
    assert answer["type"] in {MESSAGE, CARD}
    assert at.record() == before


async def test_an_invoke_with_an_odd_value_is_no_failure(at: Desk) -> None:
    for value in (None, [], {"action": 7}, {"action": {"verb": 7, "data": []}}):
        raw = {**at.says_.executed("x", {}, "1", DANA, PAYMENTS), "value": value}
        assert (await at.invoke(raw))["type"] == MESSAGE


async def test_somebody_who_has_no_business_with_a_ticket_sees_nothing_of_it(at: Desk) -> None:
    await captured(at)
    forged = at.says_.executed("show", {"ticket": 1, "token": "x"}, "no-message", PAT, PAYMENTS)
    answer = await at.invoke(forged)
    assert answer["type"] == MESSAGE
    assert "Ito" not in answer["value"]


async def test_a_list_is_drawn_anew_after_a_press_and_its_pages_turn(at: Desk) -> None:
    for number in range(6):
        await at.says(f"card payment {number}")
    await at.says("mine", DANA, DANA_DM)
    mine = at.last(DANA_DM)
    assert "Yours to act on (6)" in spoken(card_in(mine))
    turned = await at.presses("Next page", DANA, mine, DANA_DM)
    assert "Page 2 of 2" in spoken(turned["value"])
    form = await at.presses("Resolve", DANA, mine, DANA_DM)
    assert "resolve.done" in inputs(form["value"])
    again = {**mine, "attachments": [{"content": form["value"]}]}
    done = await at.presses("Resolve", DANA, again, DANA_DM, into={"resolve.done": "Refunded"})
    assert "Yours to act on" in spoken(done["value"])
    assert [ticket.state for ticket in at.tickets()].count(State.RESOLVED) == 1


async def test_a_reminder_gives_way_to_what_was_done_about_it(at: Desk) -> None:
    await captured(at)
    await at.advance(hours=3)
    reminder = at.last(DANA_DM)
    assert "waits for you" in spoken(card_in(reminder))
    answer = await at.presses("Acknowledge", DANA, reminder, DANA_DM)
    assert "You acknowledged C-1" in spoken(answer["value"])
    assert "You acknowledged C-1" in spoken(card_in(at.teams.conversations.at(DANA_DM.id).activities[reminder["id"]]))


async def test_a_press_on_a_reminder_that_teams_sends_again_shows_what_then_stands_there(at: Desk) -> None:
    await captured(at)
    await at.advance(hours=3)
    reminder = at.last(DANA_DM)
    into = {"promise.date": "2026-11-25", "promise.time": "15:00"}
    for _ in range(2):
        answer = await at.presses("Promise a date", DANA, reminder, DANA_DM, into=into)
        stands = at.teams.conversations.at(DANA_DM.id).activities[reminder["id"]]
        assert answer["value"] == card_in(stands)
        at.clock.advance(seconds=30)
    assert [event["kind"] for event in at.record()["timeline"]].count("promised") == 1


async def test_a_button_that_is_not_offered_any_more_opens_no_form(at: Desk) -> None:
    await captured(at)
    await at.says("mine", DANA, DANA_DM)
    listed = at.last(DANA_DM)
    await at.presses("Resolve", DANA, at.card(), PAYMENTS, into={"resolve.done": "Refunded"})
    answer = await at.presses("Promise a date", DANA, listed, DANA_DM)
    assert answer["value"] == "C-1 is resolved already."


async def test_who_can_t_be_told_apart_from_a_stranger_is_asked_to_try_again(at: Desk) -> None:
    await captured(at)
    card = at.card()
    kim = Person("29:kim", "Kim", "kim@example.com", "")
    for form in ({}, {"resolve.done": "Refunded"}):
        at.teams.fail_next("member", status=503)
        answer = await at.presses("Resolve", kim, card, PAYMENTS, into=form)
        assert answer["value"] == "I can’t tell who you are right now; please try again in a minute."
    assert at.record()["state"] == "new"


async def test_when_nothing_can_be_saved_the_one_who_pressed_is_told(at: Desk) -> None:
    await captured(at)
    card = at.card()
    at.break_database()
    answer = await at.presses("Acknowledge", DANA, card, PAYMENTS)
    assert (answer["type"], answer["value"]) == (
        MESSAGE, "I could not save that; nothing has been changed. Please try again in a minute."
    )  # fmt: skip
    at.mend_database()
    assert (await at.presses("Acknowledge", DANA, card, PAYMENTS))["type"] == CARD


async def test_the_list_is_of_one_s_own_teams(at: Desk) -> None:
    await captured(at)
    await at.says("list", LEE, LEE_DM)
    await at.says("list", SAM, SAM_DM)
    assert "Open in your teams\n**C-1**" in at.read(LEE_DM)
    assert "Open in your teams\nNothing here" in at.read(SAM_DM)
