"""Nudges that come by themselves in Microsoft's own Agents Playground, over a restart of the bot."""

from __future__ import annotations

from datetime import datetime, timedelta

from tests.bot.teams.driver import SAM, card_in
from tests.bot.teams.tickets import labels, spoken
from tests.teams_playground.playground import ALONE, CHANNEL
from tests.teams_playground.stage import Stage, now


def an_afternoon() -> datetime:
    """A moment of a working day, long after a clock of four hours has run out."""
    day = next(day for day in (now() + timedelta(days=2 + n) for n in range(4)) if day.weekday() < 5)
    return day.replace(hour=15, minute=0)


def test_a_nudge_finds_its_reader_while_the_bot_is_down_and_is_answered_when_it_is_up_again(stage: Stage) -> None:
    """What was heard before the restart says where everybody is: Dana's chat can't be opened under her directory id."""
    words = "Mrs Ito’s card payment was taken twice"
    stage.says(words, SAM, CHANNEL, mention=True)
    ref, _ = stage.receipt(CHANNEL, words)
    card, own = stage.card(ref), stage.card(ref, ALONE)
    stage.stop()

    ticked = stage.golddust("tick", "--at", an_afternoon().isoformat())
    assert "dana" in [nudge["to"] for nudge in ticked["nudges"] if nudge["ref"] == ref]
    nudge = stage.shown(ALONE, f"**{ref}** waits for you", words, label="Acknowledge")

    stage.start()
    assert f"You acknowledged {ref}" in spoken(stage.presses("Acknowledge", nudge))
    for message in (card, own):
        assert labels(card_in(stage.changed(message, "**Acknowledged**")))[0] == "Resolve"
    stage.became(ref, "acknowledged", "acknowledged")


def test_after_a_restart_news_still_find_their_way(stage: Stage) -> None:
    """The new process has heard nothing from Dana's chat when she gets the card of another's complaint there."""
    stage.stop()
    stage.start()
    words = "Mr Roy’s card payment failed"
    stage.says(words, SAM, CHANNEL, mention=True)
    ref, _ = stage.receipt(CHANNEL, words)
    assert "reported by Sam" in spoken(card_in(stage.card(ref, ALONE)))
