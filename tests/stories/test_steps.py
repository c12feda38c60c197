"""Rule 3: steps as the clocks run, the ladder, and never at night unless it is critical."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from bot.watched import Watched
from complaints import commands
from complaints.notices import Bundle, Escalation, Nudge, Reminder
from complaints.severity import Severity
from tests.complaints.builders import moment, written
from tests.world import Delivered, World, world


def told(found: list[Delivered]) -> list[tuple[datetime, str, str]]:
    """When, whom, and the step of the clock."""
    return [(one.at, one.to.removeprefix("person:"), item.step) for one in found for item in items(one)]


def items(one: Delivered) -> tuple[Nudge, ...]:
    """The nudges in one message."""
    notice = one.dispatch.notice
    if isinstance(notice, Bundle):
        return notice.items
    return (notice,) if isinstance(notice, Reminder | Escalation) else ()


def nudges(w: World) -> list[Delivered]:
    return [one for one in w.pigeons.delivered if items(one)]


async def test_a_ticket_nobody_touches_climbs_from_the_owner_to_the_deputy_to_the_manager(
    database_url: str, watched: Watched
) -> None:
    async with world(database_url, watched) as w:
        ticket = await w.says("sam", "my card")
        await w.does(commands.Acknowledge, "dana", ticket)
        await w.until(moment("2026-12-09 17:00"))
        assert told(nudges(w)) == [
            (moment("2026-11-26 09:00"), "dana", "resolve.1:100%:remind"),
            (moment("2026-11-27 09:30"), "dana", "resolve.1:+1d:remind"),
            (moment("2026-11-27 09:30"), "omar", "resolve.1:+1d:deputy"),
            (moment("2026-11-30 09:30"), "dana", "resolve.1:+2d:remind"),
            (moment("2026-11-30 09:30"), "ines", "resolve.1:+2d:manager"),
            (moment("2026-12-02 09:30"), "dana", "resolve.1:+4d:remind"),
            (moment("2026-12-09 09:30"), "dana", "resolve.1:again-1:remind"),
        ]
        asked = [one.dispatch.notice.asked for one in nudges(w) if isinstance(one.dispatch.notice, Escalation)]
        assert asked == [("Dana",), ("Dana", "Omar")]


async def test_the_timeline_says_who_was_nudged_and_why(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as w:
        await w.says("sam", "my card")
        await w.until(moment("2026-11-25 17:00"))
        assert [(event["kind"], event["data"]["to"]) for event in w.record()["timeline"][1:]] == [
            ("reminded", "dana"),
            ("reminded", "dana"),
            ("reminded", "dana"),
            ("reminded", "dana"),
            ("escalated", "omar"),
            ("reminded", "dana"),
        ]
        assert w.record()["timeline"][1]["data"]["because"] == "50 % of the time to acknowledge it has passed"


@pytest.mark.parametrize(
    ("said_at", "first"),
    [
        ("2026-11-23 16:00", "2026-11-24 10:00"),  # over night
        ("2026-11-27 16:00", "2026-11-30 10:00"),  # over the weekend
        ("2026-12-24 16:00", "2026-12-29 10:00"),  # over Christmas and the bank holiday after it
        ("2026-11-28 13:00", "2026-11-30 11:00"),  # said on a Saturday
    ],
)
async def test_nobody_is_nudged_at_night_on_a_weekend_or_on_a_holiday(
    sqlite_url: str, watched: Watched, said_at: str, first: str
) -> None:
    async with world(sqlite_url, watched, moment(said_at)) as w:
        await w.says("sam", "my card")
        await w.advance(days=14)
        assert nudges(w)[0].at == moment(first)
        for one in nudges(w):
            local = one.at.astimezone(w.golddust.organisation.zone_of("dana"))
            assert local.weekday() < 5
            assert 9 <= local.hour < 17
            assert f"{local:%m-%d}" not in {"12-25", "12-28", "01-01"}


async def test_a_reminder_that_could_not_be_sent_in_the_evening_waits_for_the_morning(
    database_url: str, watched: Watched
) -> None:
    async with world(database_url, watched) as w:
        await w.says("sam", "my card")
        await w.outage(hours=7, minutes=59)
        await w.golddust.nudge(w.now)  # at 16:59 it is put in the outbox, and then Golddust goes down
        await w.outage(hours=10)
        await w.tick()
        assert nudges(w) == []
        await w.until(moment("2026-11-24 09:30"))
        assert [(one.at, one.to) for one in nudges(w)] == [(moment("2026-11-24 09:30"), "person:dana")]


async def test_a_critical_ticket_is_nudged_in_minutes_at_night_and_never_a_third_time_the_same_day(
    database_url: str, tmp_path: Path
) -> None:
    clocks = {"acknowledge": {"normal": "4h", "critical": "10m calendar"}}
    path = written(tmp_path / "golddust.yml", policies={"standard": {"clocks": clocks}})
    async with world(database_url, Watched(path), moment("2026-11-29 02:00")) as w:
        ticket = await w.says("sam", "It is fraud!")
        assert ticket.severity is Severity.CRITICAL
        await w.until(moment("2026-11-29 02:15"))
        assert told(nudges(w)) == [
            (moment("2026-11-29 02:05"), "dana", "acknowledge.1:50%:remind"),
            (moment("2026-11-29 02:08"), "dana", "acknowledge.1:80%:remind"),
            (moment("2026-11-29 02:10"), "omar", "acknowledge.1:100%:remind:instead"),
        ]
        (asked,) = items(nudges(w)[-1])
        assert asked.because == (
            "I have interrupted Dana enough today, and the time to acknowledge it has run out"
        )  # fmt: skip


async def test_a_severity_corrected_to_critical_moves_the_clock_and_repeats_nothing(
    database_url: str, tmp_path: Path
) -> None:
    clocks = {"acknowledge": {"normal": "4h", "critical": "1h"}, "resolve": "30d"}
    path = written(tmp_path / "golddust.yml", policies={"standard": {"clocks": clocks}})
    async with world(database_url, Watched(path)) as w:
        ticket = await w.says("sam", "my card")
        await w.advance(minutes=20)
        await w.does(commands.CorrectSeverity, "sam", ticket, severity=Severity.CRITICAL)
        await w.until(moment("2026-11-23 10:00"))
        assert told(nudges(w)) == [
            (moment("2026-11-23 09:30"), "dana", "acknowledge.1:50%:remind"),
            (moment("2026-11-23 09:48"), "dana", "acknowledge.1:80%:remind"),
            (moment("2026-11-23 10:00"), "dana", "acknowledge.1:100%:remind"),
        ], "the third in the bundle of the day, which had nothing in it at 09:30"
        await w.does(commands.CorrectSeverity, "sam", ticket, severity=Severity.NORMAL)
        w.forget()
        await w.until(moment("2026-11-23 16:00"))
        assert nudges(w) == []


async def test_an_edit_resets_nothing(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as w:
        ticket = await w.says("sam", "my card")
        await w.until(moment("2026-11-23 10:59"))
        await w.does(commands.EditWords, "sam", ticket, words="my card, as I said")
        await w.until(moment("2026-11-23 12:12"))
        assert [one.at for one in nudges(w)] == [moment("2026-11-23 11:00"), moment("2026-11-23 12:12")]
        assert (w.ticket().verbatim, w.ticket().words) == ("my card", "my card, as I said")


async def test_blocked_time_is_given_back_over_a_weekend(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched, moment("2026-11-27 15:00")) as w:
        ticket = await w.says("sam", "my card")
        before = ticket.clock("resolve")
        assert before is not None
        assert before.due_at == moment("2026-12-02 15:00")
        await w.does(commands.Block, "dana", ticket, blocked=commands.Blocked("person", "kim"))
        await w.until(moment("2026-11-30 11:00"))
        await w.does(commands.Unblock, "kim", ticket)
        clock = w.ticket().clock("resolve")
        assert clock is not None
        assert clock.due_at == moment("2026-12-03 11:00")


async def test_a_broken_promise_is_counted_and_nudged_at_once(database_url: str, watched: Watched) -> None:
    async with world(database_url, watched) as w:
        ticket = await w.says("sam", "my card")
        await w.does(commands.MakePromise, "dana", ticket, until=moment("2026-12-01 12:00"), reason="parts")
        await w.until(moment("2026-12-01 11:59"))
        assert nudges(w) == [], "quiet until then"
        await w.until(moment("2026-12-01 12:00"))
        assert told(nudges(w)) == [(moment("2026-12-01 12:00"), "dana", "promise.1:100%:remind")]
        assert (w.ticket().broken_promises, w.ticket().promise) == (1, None)
        assert w.record()["timeline"][-2]["kind"] == "promise broken"
