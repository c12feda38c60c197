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


def monday_morning() -> datetime:
    """When the next weekly digest is due."""
    return Schedule("weekly", 0, time_of_day(MORNING), LONDON).following(now())


def test_digests_come_to_whoever_asked_in_chat_and_to_the_channel_that_the_file_lists(stage: Stage) -> None:
    """Both are sent by a process that has heard nothing of the conversations itself."""
    words = "Mrs Ito’s card payment was taken twice"
    stage.says(words, SAM, CHANNEL, mention=True)
    ref, _ = stage.receipt(CHANNEL, words)
    stage.answer("digest subscribe", "You get a digest of Payments every Monday at 08:30", "digest unsubscribe")
    monday = monday_morning()
    end = f"{monday.astimezone(LONDON):%a %-d %b} 08:30"
    stage.stop()

    told = stage.golddust("tick", "--at", (monday + timedelta(minutes=1)).isoformat())["digests"]
    assert sorted((one["to"], one["every"]) for one in told) == [("person:dana", "weekly"), ("team:payments", "daily")]
    own = stage.shown(ALONE, f"Payments, week to {end}", "1 received, 0 closed, 1 open (0 before)")
    assert labels(card_in(own)) == []
    assert "late" not in spoken(card_in(own))
    stage.shown(CHANNEL, f"Payments, day to {end}")

    stage.start()
    stage.answer("digest unsubscribe", "You get no more digests.")
    stage.stop()
    later = stage.golddust("tick", "--at", (monday + timedelta(days=7, minutes=1)).isoformat())["digests"]
    assert [one["to"] for one in later] == ["team:payments"]
    stage.start()


def test_a_digest_is_answered_at_once_and_alone(stage: Stage) -> None:
    channel = [one["messageId"] for one in stage.play.messages(CHANNEL)]
    shown = stage.answer("digest now", "Payments, week to", conversation=ALONE, written_in=CHANNEL)
    assert "received" in spoken(card_in(shown))
    assert [one["messageId"] for one in stage.play.messages(CHANNEL)] == channel
    stage.answer("digest now everything", "Digests of everything are for admins; ask Ines.")
