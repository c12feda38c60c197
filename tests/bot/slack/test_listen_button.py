"""Buttons: on cards, on other messages, on the Home; and presses that are no good."""

from __future__ import annotations

from copy import deepcopy

import pytest

from bot.watched import Watched
from complaints.ticket import State
from tests.bot.slack.driver import DANA, GENERAL, LEE, OMAR, PAYMENTS, SAM, Desk, desk, shown
from tests.fakes import slack_payloads as payloads

SAID = "Mrs Ito’s card payment was taken twice"


async def test_a_press_on_the_card_changes_the_card_and_says_nothing_more(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        await d.complains(SAM, SAID)
        await d.presses(DANA, d.card(PAYMENTS), "Acknowledge", channel=PAYMENTS)
        assert d.tickets()[0].acknowledged_by == "dana"
        assert payloads.labels(d.card(PAYMENTS)["blocks"])[0] == "Resolve"
        assert len([m for m in d.slack.messages(PAYMENTS) if m.get("bot_id")]) == 1
        assert d.heard(DANA) == ""


async def test_who_comes_second_is_told_who_was_first(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        await d.complains(SAM, SAID)
        card = deepcopy(d.card(PAYMENTS))
        await d.presses(OMAR, card, "Acknowledge", channel=PAYMENTS)
        await d.presses(DANA, card, "Acknowledge", channel=PAYMENTS)
        assert "Omar has already acknowledged C-1" in d.heard(DANA)
        assert d.tickets()[0].owner == "omar"


async def test_who_may_not_press_is_told_politely_and_alone(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        await d.complains(SAM, SAID)
        before = deepcopy(d.card(PAYMENTS))
        for label in ("Acknowledge", "Resolve"):
            await d.presses(SAM, before, label, channel=PAYMENTS)
        assert (
            d.heard(SAM).count("C-1 is with Dana (Payments), so that is for them to press. Nothing has changed.") >= 2
        )
        assert d.slack.modals(SAM) == []
        assert d.card(PAYMENTS) == before
        assert d.tickets()[0].state is State.NEW


async def reminder(d: Desk) -> dict[str, object]:
    """The reminder that Dana gets when she has not looked in time."""
    await d.complains(SAM, SAID)
    d.clock.advance(hours=4)
    await d.golddust.tick(d.now)
    return d.card(DANA)


async def test_a_reminder_gives_way_to_the_outcome_of_its_press(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        message = await reminder(d)
        assert "waits for you" in shown(message)
        await d.presses(DANA, message, "Acknowledge", channel=d.slack.dm(DANA))
        replaced = d.slack.channels[d.slack.dm(DANA)].find(str(message["ts"]))
        assert "You acknowledged C-1" in shown(replaced)
        assert payloads.labels(replaced["blocks"]) == ["Useful", "Not useful"]
        await d.presses(DANA, replaced, "Useful", channel=d.slack.dm(DANA))
        rated = d.slack.channels[d.slack.dm(DANA)].find(str(message["ts"]))
        assert "✓ *C-1*" in shown(rated) and "Thank you." in shown(rated)
        assert payloads.labels(rated["blocks"]) == []


async def test_the_reporter_corrects_the_severity_and_withdraws(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        await d.says(d.slack.dm(SAM), SAM, SAID)
        await d.presses(SAM, d.card(SAM), "Critical", channel=d.slack.dm(SAM))
        assert d.tickets()[0].severity == "critical"
        assert "I took it as *critical*" in shown(d.card(SAM))
        await d.presses(SAM, d.card(SAM), "Withdraw", channel=d.slack.dm(SAM))
        assert d.tickets()[0].state is State.CLOSED
        assert payloads.labels(d.card(SAM)["blocks"]) == []


async def test_the_customer_was_told_closes_it(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        await d.complains(SAM, SAID)
        await d.presses(DANA, d.card(PAYMENTS), "Resolve", channel=PAYMENTS)
        await d.submits(DANA, done="Refunded")
        await d.presses(SAM, d.card(SAM), "Customer told", channel=d.slack.dm(SAM))
        assert d.tickets()[0].close_reason == "told"
        assert "is closed: the customer knows" in shown(d.card(SAM))


@pytest.mark.parametrize("value", ["", "C-1", "1; DROP TABLE tickets", "-1", "0", "9" * 40, "۱", "<!channel>"])
async def test_a_forged_value_is_refused_kindly(sqlite_url: str, watched: Watched, value: str) -> None:
    async with desk(sqlite_url, watched) as d:
        await d.complains(SAM, SAID)
        action = payloads.pressed(d.card(PAYMENTS)["blocks"], "Acknowledge", at=d.now) | {"value": value}
        await d.acts(DANA, d.card(PAYMENTS), action, channel=PAYMENTS)
        assert "I don’t understand that button any more; nothing has been changed" in d.heard(DANA)
        assert d.tickets()[0].state is State.NEW


@pytest.mark.parametrize("label", ["Acknowledge", "Resolve"])
async def test_an_unknown_ticket_is_said_so(sqlite_url: str, watched: Watched, label: str) -> None:
    async with desk(sqlite_url, watched) as d:
        await d.complains(SAM, SAID)
        action = payloads.pressed(d.card(PAYMENTS)["blocks"], label, at=d.now) | {"value": "77"}
        await d.acts(DANA, d.card(PAYMENTS), action, channel=PAYMENTS)
        assert "There is no ticket C-77" in d.heard(DANA)


async def test_a_button_that_we_never_made_does_nothing(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        await d.complains(SAM, SAID)
        action = payloads.pressed(d.card(PAYMENTS)["blocks"], "Acknowledge", at=d.now) | {"action_id": "explode"}
        await d.acts(DANA, d.card(PAYMENTS), action, channel=PAYMENTS)
        assert d.tickets()[0].state is State.NEW


async def test_the_home_shows_what_is_mine_and_is_drawn_anew_after_a_press(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        await d.complains(SAM, SAID)
        home = await d.opens_home(DANA)
        assert "C-1" in shown(home)
        action = payloads.pressed(home["blocks"], "Acknowledge", at=d.now)
        await d.form(payloads.action_on_view(DANA, action, home, trigger_id=d.slack.trigger(DANA)))
        assert d.tickets()[0].acknowledged_by == "dana"
        assert "Acknowledge" not in payloads.labels((d.slack.home(DANA) or {})["blocks"])


async def test_the_home_turns_its_pages_and_stays_on_them(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        for number in range(7):
            await d.complains(SAM, f"Card complaint {number}")
        home = await d.opens_home(DANA)
        turn = payloads.pressed(home["blocks"], "Next page", at=d.now)
        await d.form(payloads.action_on_view(DANA, turn, home))
        second = d.slack.home(DANA) or {}
        assert "Page 2 of 2" in shown(second)
        action = payloads.pressed(second["blocks"], "Acknowledge", at=d.now)
        await d.form(payloads.action_on_view(DANA, action, second))
        assert "Page 2 of 2" in shown(d.slack.home(DANA) or {})
        assert sum(ticket.state is State.ACKNOWLEDGED for ticket in d.tickets()) == 1


async def test_a_refusal_on_the_home_comes_directly(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        await d.complains(SAM, SAID)
        home = await d.opens_home(DANA)
        action = payloads.pressed(home["blocks"], "Acknowledge", at=d.now)
        await d.presses(OMAR, d.card(PAYMENTS), "Acknowledge", channel=PAYMENTS)
        await d.form(payloads.action_on_view(DANA, action, home))
        assert "Omar has already acknowledged C-1" in d.told(DANA)


async def test_the_messages_tab_is_not_drawn_and_strangers_get_an_empty_home(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        await d.event(payloads.app_home_opened(LEE, at=d.now, tab="messages"))
        assert d.slack.home(LEE) is None
        assert "Hello Pat Doe" in shown(await d.opens_home("U0PAT0001"))
        assert d.slack.messages(GENERAL) == []


async def test_a_button_that_is_not_offered_any_more_opens_no_form(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        await d.says(d.slack.dm(SAM), SAM, SAID)
        card, own = deepcopy(d.card(PAYMENTS)), deepcopy(d.card(SAM))
        await d.presses(SAM, own, "Withdraw", channel=d.slack.dm(SAM))
        for label in ("Resolve", "Blocked", "Not mine", "Promise a date"):
            await d.presses(DANA, card, label, channel=PAYMENTS)
        await d.presses(SAM, own, "Edit", channel=d.slack.dm(SAM))
        assert d.slack.modals(DANA) == d.slack.modals(SAM) == []
        assert d.heard(DANA).count("C-1 is closed: withdrawn.") >= 4


def rating(message: dict[str, object], action_id: str, value: str, d: Desk) -> dict[str, object]:
    """The press of a button that asks whether a nudge was useful, with this value."""
    button = {"type": "button", "action_id": action_id, "value": value, "text": {"type": "plain_text", "text": "?"}}
    return payloads.pressed([{"type": "actions", "block_id": "useful", "elements": [button]}], "?", at=d.now)


async def test_a_reader_says_whether_a_nudge_was_useful(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        message = await reminder(d)
        (sent,) = [event["data"]["step"] for event in d.timeline() if event["kind"] == "reminded"]
        for action_id, value in (("useful", f"1 {sent}"), ("not_useful", "1"), ("useful", "1 resolve.9:50%:remind")):
            await d.acts(DANA, message, rating(message, action_id, value, d), channel=d.slack.dm(DANA))
        votes = [(e["actor"], e["data"]["step"], e["data"]["vote"]) for e in d.timeline() if e["kind"] == "useful"]
        assert votes == [("dana", sent, "yes"), ("dana", sent, "no")]
        assert d.told(DANA).count("Thank you.") == 1
        assert "waits for you" in d.told(DANA)  # the reminder and its other buttons stay
        now = d.slack.channels[d.slack.dm(DANA)].find(str(message["ts"]))
        assert payloads.labels(now["blocks"])[0] == "Acknowledge"


async def test_who_was_not_nudged_cannot_rate(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        message = await reminder(d)
        await d.acts(SAM, message, rating(message, "useful", "1", d), channel=d.slack.dm(DANA))
        assert "I have not asked you about C-1" in d.heard(SAM)
        assert [event for event in d.timeline() if event["kind"] == "useful"] == []
