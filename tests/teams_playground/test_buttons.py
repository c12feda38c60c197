"""Every button of a ticket, pressed in Microsoft's own Agents Playground: the answer, the cards and the ticket."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.bot.teams.driver import SAM, card_in
from tests.bot.teams.tickets import labels, spoken
from tests.teams_playground.playground import ALONE, CHANNEL, GENERAL, KIM
from tests.teams_playground.stage import Stage, now

Json = dict[str, Any]


def both(stage: Stage, card: Json, own: Json, *words: str) -> Json:
    """The card in the team's channel and the owner's own, both edited in place to say these words; the channel's."""
    stage.changed(own, *words)
    return stage.changed(card, *words)


def test_each_button_of_the_owner_changes_the_card_in_place(stage: Stage) -> None:
    words = "Mrs Ito’s card payment was taken twice"
    stage.says(words, SAM, CHANNEL, mention=True)
    ref, _ = stage.receipt(CHANNEL, words)
    card, own = stage.card(ref), stage.card(ref, ALONE)
    assert labels(card_in(card)) == labels(card_in(own))
    assert labels(card_in(card)) == ["Acknowledge", "Resolve", "Blocked", "Not mine", "Promise a date"]

    assert labels(stage.presses("Acknowledge", own))[0] == "Resolve"
    card = both(stage, card, own, "**Acknowledged**")
    stage.became(ref, "acknowledged", "acknowledged")

    stage.refused_at("promise.date", "Promise a date", card, promise__date="2020-01-01")
    day = (now() + timedelta(days=2)).date().isoformat()
    assert "Promised for" in spoken(stage.presses("Promise a date", card, promise__date=day, promise__reason="parts"))
    card = both(stage, card, own, "Promised for", "parts")
    stage.became(ref, "acknowledged", "promised")

    stage.refused_at("blocked.colleague", "Blocked", card)
    assert "Waits for a delivery" in spoken(stage.presses("Blocked", card, blocked__other="a delivery"))
    card = both(stage, card, own, "**Blocked**", "Waits for a delivery")
    assert labels(card_in(card)) == ["Unblock", "Resolve", "Not mine", "Promise a date"]
    stage.became(ref, "blocked", "blocked")

    assert labels(stage.presses("Unblock", card))[0] == "Resolve"
    card = both(stage, card, own, "**Acknowledged**")
    stage.became(ref, "acknowledged", "unblocked")

    stage.refused_at("resolve.done", "Resolve", card, resolve__done=" ")
    done = stage.presses("Resolve", card, resolve__done="Refunded", resolve__tell="The money is back.")
    assert "**Resolved" in spoken(done)
    card = both(stage, card, own, "the customer has to be told", "Refunded", "The money is back.")
    assert stage.became(ref, "resolved", "resolved")["holder"] == "sam"

    assert "**Acknowledged**" in spoken(stage.presses("Reopen", card, reopen__reason="Not yet"))
    # It is news to its owner, so their card is posted anew; the team's stays in its place.
    newer = stage.shown(ALONE, f"{ref} · ", "reopened by Dana", label="Not mine")
    stage.changed(own, f"{ref}: see its newer card")
    card, own = stage.changed(card, "reopened by Dana"), newer
    stage.became(ref, "acknowledged", "reopened")

    assert "owned by Omar" in spoken(stage.presses("Not mine", card, not_mine__colleague="omar"))
    both(stage, card, own, "owned by Omar")
    assert stage.became(ref, "new", "handed back")["owner"] == "omar"
    assert len(stage.cards(ref, CHANNEL)) == len(stage.cards(ref, ALONE)) == 1


def test_what_the_reporter_can_press_before_it_is_fixed(stage: Stage) -> None:
    """Severity, Edit and Withdraw, on the receipt in the thread of the channel."""
    words = "Mr Roy’s refund is late"
    stage.says(words, SAM, CHANNEL, mention=True)
    ref, receipt = stage.receipt(CHANNEL, words)
    card = stage.card(ref)
    assert labels(card_in(receipt)) == ["Low", "High", "Critical", "Edit", "Withdraw"]

    assert "Normal" in labels(stage.presses("High", receipt, SAM))
    stage.changed(card, "High")
    receipt = stage.changed(receipt, "I took it as **high**")
    assert stage.became(ref, "new", "severity")["severity"] == "high"

    stage.presses("Edit", receipt, SAM, edit__words="Mr Roy’s refund is two weeks late", edit__customer="Mr Roy")
    stage.changed(card, "Reworded since", "two weeks late", "customer Mr Roy", words)
    receipt = stage.changed(receipt, "two weeks late")
    edited = stage.became(ref, "new", "edited")
    assert (edited["verbatim"], edited["words"]) == (words, "Mr Roy’s refund is two weeks late")

    assert f"{ref} is withdrawn" in spoken(stage.presses("Withdraw", receipt, SAM))
    stage.changed(card, "Withdrawn by the reporter")
    assert labels(card_in(stage.changed(receipt, f"{ref} is withdrawn"))) == []
    assert stage.became(ref, "closed", "withdrawn")["close_reason"] == "withdrawn"


def test_what_the_reporter_can_press_when_it_is_fixed(stage: Stage) -> None:
    """Reopen and Customer told, on the news that Dana gets of a ticket which is Kim's."""
    words = "The app forgets Mrs Lund’s login"
    stage.play.says(words, ALONE)
    ref, _ = stage.receipt(ALONE, words)
    card = stage.card(ref, GENERAL)
    stage.presses("Resolve", card, KIM, resolve__done="Fixed in 4.2")
    news = stage.shown(ALONE, f"**{ref}** is fixed", words, label="Customer told")
    assert labels(card_in(news)) == ["Customer told", "Reopen"]

    stage.presses("Reopen", news, reopen__reason="She still can’t")
    stage.changed(news, ref)
    card = stage.changed(card, "**Acknowledged**")
    assert stage.became(ref, "acknowledged", "reopened")["holder"] == "kim"

    stage.presses("Resolve", card, KIM, resolve__done="Fixed in 4.3")
    news = stage.shown(ALONE, f"**{ref}** is fixed", "4.3", label="Customer told")
    assert f"{ref} is closed" in spoken(stage.presses("Customer told", news))
    assert labels(card_in(stage.changed(news, f"{ref} is closed"))) == []
    card = stage.changed(card, "Closed: the customer knows")
    assert stage.became(ref, "closed", "told")["close_reason"] == "told"

    assert "**Acknowledged**" in spoken(stage.presses("Reopen", card, KIM, reopen__reason="It is back"))
    assert stage.became(ref, "acknowledged", "reopened")["close_reason"] is None
    stage.changed(card, "**Acknowledged**")


def test_nobody_else_can_press_them(stage: Stage) -> None:
    words = "Mr Ode’s card payment hangs"
    stage.says(words, SAM, CHANNEL, mention=True)
    ref, _ = stage.receipt(CHANNEL, words)
    told = stage.told("Acknowledge", stage.card(ref), KIM)
    assert "that is for them to press" in told
    stage.became(ref, "new", "captured")
