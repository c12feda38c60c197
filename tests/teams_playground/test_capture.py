"""Every way in which a complaint gets in, in Microsoft's own Agents Playground."""

from __future__ import annotations

import pytest

from tests.bot.teams.driver import DANA, OMAR, SAM, card_in
from tests.bot.teams.test_listen_dialog import dialog, filled
from tests.bot.teams.tickets import inputs, spoken
from tests.fakes.teams_identity import BOT, BOT_NAME, Place
from tests.teams_playground.playground import ALONE, CHANNEL, GENERAL, GROUP, TEAM
from tests.teams_playground.stage import Stage

FETCH, SUBMIT = "composeExtension/fetchTask", "composeExtension/submitAction"


@pytest.mark.parametrize(
    ("conversation", "words"),
    [(CHANNEL, "Mrs Ito’s card payment was taken twice"), (GROUP, "Mr Roy’s card payment failed")],
)
def test_a_mention_becomes_a_ticket(stage: Stage, conversation: str, words: str) -> None:
    stage.play.says(words, conversation, mention=True)
    ref, _ = stage.receipt(conversation, words)
    assert "reported by Dana" in spoken(card_in(stage.card(ref)))
    record = stage.record(ref)
    assert (record["verbatim"], record["reporter"], record["owner"]) == (words, "dana", "dana")
    assert record["source"]["conversation"] == conversation


def test_what_is_written_to_the_bot_alone_becomes_a_ticket(stage: Stage) -> None:
    words = "Mrs Lund’s refund went to the wrong card"
    stage.play.says(words, ALONE)
    ref, _ = stage.receipt(ALONE, words)
    assert "reported by Dana" in spoken(card_in(stage.card(ref)))
    record = stage.record(ref)
    assert (record["verbatim"], record["source"]["permalink"]) == (words, None)


def test_the_message_extension_reports_from_the_compose_box(stage: Stage) -> None:
    words = "A customer’s card payment is missing"
    value = {"commandId": "report", "commandContext": "compose"}
    form = dialog(stage.play.invokes(FETCH, value, SAM, GROUP))
    assert "value" not in inputs(form)["capture.words"]
    receipt = dialog(stage.play.invokes(SUBMIT, {**value, "data": filled(form, words=words)}, SAM, GROUP))
    [ticket] = stage.said(words)
    assert f"**{ticket['ref']}** is with Dana (Payments)" in spoken(receipt)
    assert "reported by Sam" in spoken(card_in(stage.card(ticket["ref"])))


@pytest.mark.parametrize(
    ("conversation", "words"),
    [(CHANNEL, "Mr Ode says his card payment hangs"), (GROUP, "Mr Abe’s refund is late")],
)
def test_the_message_extension_reports_a_message_that_somebody_wrote(
    stage: Stage, conversation: str, words: str
) -> None:
    """Through the playground's own interface, with the message as its page describes it: that gives no link."""
    message = stage.play.says(words, conversation)
    place = message.get("postConversationId", conversation)
    payload = stage.play.payload(message, words, DANA)
    value = {"commandId": "report", "commandContext": "message", "messagePayload": payload}
    form = dialog(stage.play.invokes(FETCH, value, OMAR, place))
    assert inputs(form)["capture.words"]["value"] == words
    stage.play.invokes(SUBMIT, {**value, "data": filled(form, customer="Mr O")}, OMAR, place)
    [ticket] = stage.said(words)
    assert (ticket["reporter"], ticket["customer"]) == ("omar", "Mr O")
    source = ticket["source"]
    assert (source["conversation"], source["message"]) == (conversation, message["messageId"])
    assert message["messageId"] in source["permalink"]
    assert "reported by Omar" in spoken(card_in(stage.card(ticket["ref"])))
    again = dialog(stage.play.invokes(SUBMIT, {**value, "data": filled(form)}, SAM, place))
    assert f"**{ticket['ref']}** already has this one" in spoken(again)


def test_in_a_watched_channel_a_message_without_a_mention_becomes_a_ticket(stage: Stage) -> None:
    """The playground posts no message without a mention by itself: it is given the activity (see Stage.says)."""
    words = "Mr Bell was charged twice, his card payment shows it"
    message = stage.says(words, SAM, GENERAL)
    ref, receipt = stage.receipt(GENERAL, words)
    assert receipt["place"] == message["postConversationId"]
    record = stage.record(ref)
    assert (record["reporter"], record["source"]["message"]) == ("sam", message["messageId"])
    assert "reported by Sam" in spoken(card_in(stage.card(ref)))


def test_in_any_other_channel_a_message_without_a_mention_is_left_alone(stage: Stage) -> None:
    """Posted through the signing proxy, so that the bot has dealt with it when the answer is there."""
    words = "Mr Kerr’s card payment was refused"
    message = stage.play.says(words, CHANNEL)
    place = Place(CHANNEL, "channel", TEAM, CHANNEL)
    assert stage.posts(stage.activities.message(words, SAM, place, id=message["messageId"])) == 202
    assert stage.said(words) == []


def test_a_message_of_the_bot_itself_is_no_complaint(stage: Stage) -> None:
    greeting = stage.shown(GROUP, "Say in one sentence")
    payload = {**stage.play.payload(greeting, "", DANA), "from": {"application": {"id": BOT, "displayName": BOT_NAME}}}
    value = {"commandId": "report", "commandContext": "message", "messagePayload": payload}
    assert "That is a message of mine" in spoken(dialog(stage.play.invokes(FETCH, value, SAM, GROUP)))
