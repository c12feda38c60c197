"""Digests that come by themselves in Microsoft's own Agents Playground: asked for in chat, or listed in the file."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from complaints.schedules import MORNING, Schedule, time_of_day
from tests.bot.teams.driver import SAM, card_in
from tests.bot.teams.tickets import labels, spoken
from tests.teams_playground.playground import ALONE, CHANNEL
from tests.teams_playground.stage import Stage, now

LONDON = ZoneInfo("Europe/London")


def next_monday() -> datetime:
    """When the next weekly digest is due."""
    return Schedule("weekly", 0, time_of_day(MORNING), LONDON).following(now())


def test_a_digest_is_answered_at_once_and_alone(stage: Stage) -> None:
    shown = stage.answer("digest now", "Payments, week to", conversation=ALONE, written_in=CHANNEL)
    assert "received" in spoken(card_in(shown))
    stage.answer("digest now everything", "Digests of everything are for admins; ask Ines.")
    said = [spoken(card_in(one)) for one in stage.play.messages(CHANNEL)]
    assert [text for text in said if "Payments, week to" in text] == []


def test_digests_come_to_whoever_asked_in_chat_and_to_the_channel_that_the_file_lists(stage: Stage) -> None:
    """Both are sent by a process that has heard nothing of the conversations itself."""
    words = "Mrs Ito’s card payment was taken twice"
    stage.says(words, SAM, CHANNEL, mention=True)
    stage.receipt(CHANNEL, words)
    stage.answer("digest subscribe", "You get a digest of Payments every Monday at 08:30", "digest unsubscribe")
    monday = next_monday()
    end = f"{monday.astimezone(LONDON):%a %-d %b} 08:30"
    stage.stop()

    stage.golddust("tick")  # takes up what the file lists, in case the bot has not yet
    stage.golddust("tick", "--at", (monday + timedelta(minutes=1)).isoformat())
    own = stage.shown(ALONE, f"Payments, week to {end}", "1 received, 0 closed, 1 open (0 before)")
    assert labels(card_in(own)) == []
    assert "because Golddust was not running" not in spoken(card_in(own))
    friday = monday.astimezone(LONDON) - timedelta(days=3)
    stage.shown(CHANNEL, f"Payments, {friday:%a %-d %b} 08:30 to {end}")

    stage.start()
    stage.answer("digest unsubscribe", "You get no more digests.")
    stage.stop()
    stage.golddust("tick", "--at", (monday + timedelta(days=7, minutes=1)).isoformat())
    later = monday.astimezone(LONDON) + timedelta(days=7)
    stage.shown(CHANNEL, "Payments, Fri", f" to {later:%a %-d %b} 08:30")
    stage.start()
    # What is said now is said after all that the tick sent.
    stage.answer("digest unsubscribe", "You have not asked for a digest, so there is none to end.")
    read = [spoken(card_in(one)) for one in stage.play.messages(ALONE)]
    assert [text for text in read if f"week to {later:%a %-d %b}" in text] == []
