"""The list of the day in Microsoft's own Agents Playground: two nudges as one card that is acted on in place."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot import bundles
from tests.bot.teams.driver import SAM, card_in
from tests.bot.teams.tickets import labels, spoken, walk
from tests.teams_playground.playground import ALONE, CHANNEL
from tests.teams_playground.stage import Stage

LONDON = ZoneInfo("Europe/London")
WORDS = ("Mrs Ito’s card payment was taken twice", "Mr Roy’s card payment failed")

Json = dict[str, Any]


def reported(stage: Stage, words: str) -> str:
    """The reference of a ticket of Dana's, which Sam reported."""
    stage.says(words, SAM, CHANNEL, mention=True)
    return stage.receipt(CHANNEL, words)[0]


def the_next_list(stage: Stage, refs: list[str]) -> datetime:
    """When a list of the day goes out: on the first working day after all these should have been acknowledged.

    On that day none of their clocks runs out, which would be urgent.
    """
    clocks = [one for ref in refs for one in stage.record(ref)["clocks"] if one["name"] == "acknowledge"]
    day = max(_day(one["due_at"]) for one in clocks)
    day = next(later for n in range(1, 4) if (later := day + timedelta(days=n)).weekday() < 5)
    return datetime.combine(day, time(9, 31), LONDON)


def only(message: Json, card: Json) -> Json:
    """A message of which only this card can be seen."""
    return {**message, "attachments": [{"content": card}]}


def item(message: Json, ref: str) -> Json:
    """The part of a list that is about one ticket, as if it were all of the message."""
    parts = [one for one in walk(card_in(message)["body"]) if one.get("type") == "Container"]
    [found] = [one for one in parts if f"**{ref}**" in spoken({"body": [one]})]
    return only(message, {"type": "AdaptiveCard", "body": [found]})


def test_two_nudges_come_as_one_card_in_which_each_is_acted_on(stage: Stage) -> None:
    first, second = [reported(stage, words) for words in WORDS]
    cards = {ref: stage.card(ref) for ref in (first, second)}
    stage.stop()

    ticked = stage.golddust("tick", "--at", the_next_list(stage, [first, second]).isoformat())
    assert {(one["ref"], one["to"]) for one in ticked["nudges"]} >= {(first, "dana"), (second, "dana")}
    bundle = stage.shown(ALONE, "2 tickets wait for you.", *WORDS, label="Acknowledge")
    for ref in (first, second):
        assert labels(card_in(item(bundle, ref)))[:2] == ["Acknowledge", "Resolve"]
        assert [one for one in stage.play.messages(ALONE) if f"**{ref}** waits for you" in spoken(card_in(one))] == []

    stage.start()
    answered = stage.presses("Acknowledge", item(bundle, first))
    assert "1 ticket waits for you." in spoken(answered)
    bundle = stage.changed(bundle, "1 ticket waits for you.", f"✓ **{first}**", f"**{second}**")
    assert card_in(bundle) == answered
    stage.changed(cards[first], "**Acknowledged**")
    stage.became(first, "acknowledged", "acknowledged")
    stage.became(second, "new", "captured")

    form = only(bundle, stage.presses("Resolve", item(bundle, second)))
    stage.refused_at("resolve.done", "Resolve", form, resolve__done=" ")
    answered = stage.presses("Resolve", form, resolve__done="Refunded")
    assert bundles.DONE in spoken(answered)
    stage.changed(bundle, bundles.DONE, f"✓ **{first}**", f"✓ **{second}**")
    stage.changed(cards[second], "the customer has to be told")
    stage.became(second, "resolved", "resolved")


def _day(moment: str) -> date:
    return datetime.fromisoformat(moment).astimezone(LONDON).date()
