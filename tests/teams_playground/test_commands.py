"""The words that are no complaint, as messages in Microsoft's own Agents Playground: help, list, mine, away, back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.bot.teams.driver import SAM, card_in
from tests.bot.teams.tickets import labels, spoken, walk
from tests.teams_playground.playground import ALONE, CHANNEL, GROUP
from tests.teams_playground.stage import Stage, now

Json = dict[str, Any]


def reported(stage: Stage, words: str) -> str:
    """The reference of a ticket of Dana's team, which Sam reported."""
    stage.says(words, SAM, CHANNEL, mention=True)
    return stage.receipt(CHANNEL, words)[0]


def listed(message: Json, ref: str) -> Json:
    """The part of a list that is about one ticket, as if it were a message by itself."""
    [part] = [
        one for one in walk(card_in(message)["body"])
        if one.get("type") == "Container" and spoken({"body": [one]}).startswith(f"**{ref}**")
    ]  # fmt: skip
    return standing_alone(message, {"type": "AdaptiveCard", "body": [part]})


def standing_alone(message: Json, card: Json) -> Json:
    """A message with another card in it."""
    return {**message, "attachments": [{"content": card}]}


def test_help_says_what_can_be_said(stage: Stage) -> None:
    assert "**away until Friday**" in spoken(card_in(stage.answer("help", "Say in one sentence")))


def test_a_list_shows_what_is_open_in_ones_teams(stage: Stage) -> None:
    ref = reported(stage, "Mrs Ito’s card payment was taken twice")
    stage.answer("list", "Open in your teams", f"**{ref}**", "Mrs Ito")


def test_mine_shows_what_waits_for_one_and_its_buttons_work(stage: Stage) -> None:
    ref = reported(stage, "Mr Roy’s card payment failed")
    mine = stage.answer("mine", "Yours to act on", "Reported by you", f"**{ref}**")
    assert labels(card_in(listed(mine, ref))) == ["Acknowledge", "Resolve", "Blocked", "Not mine", "Promise a date"]
    form = standing_alone(mine, stage.presses("Resolve", listed(mine, ref)))
    assert labels(card_in(form)) == ["Resolve", "Cancel"]
    assert f"**{ref}**" in spoken(stage.presses("Cancel", form))
    again = standing_alone(mine, stage.presses("Resolve", form, resolve__done="Refunded"))
    assert "Resolved" in spoken(card_in(listed(again, ref)))
    stage.changed(stage.card(ref), "the customer has to be told")
    stage.became(ref, "resolved", "resolved")


def test_what_is_asked_in_a_group_is_answered_alone(stage: Stage) -> None:
    before = stage.play.messages(GROUP)
    stage.answer("mine", "Yours to act on", conversation=ALONE, written_in=GROUP)
    assert stage.play.messages(GROUP) == before


def test_while_somebody_is_away_the_deputy_holds(stage: Stage) -> None:
    ref = reported(stage, "Mrs Lund’s refund is late")
    assert stage.record(ref)["holder"] == "dana"
    day = now() + timedelta(days=7)
    stage.answer(f"away until {day:%Y-%m-%d}", f"away until {day:%A, %-d %B}", "Omar holds your tickets meanwhile")
    assert stage.record(ref)["holder"] == "omar"
    stage.answer("back", "Welcome back; your tickets are with you again.")
    assert stage.record(ref)["holder"] == "dana"
    stage.answer("back", "You were not marked as away.")


def test_an_absence_without_a_day_is_asked_about(stage: Stage) -> None:
    stage.answer("away until someday", "Until when?")
