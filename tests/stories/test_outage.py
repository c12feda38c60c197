"""Rule 11: after an outage missed nudges collapse, and a step is judged again just before it is sent."""

from __future__ import annotations

from pathlib import Path

from bot.watched import Watched
from complaints import commands
from complaints.severity import Severity
from storage import outbox
from storage.outbox import Parcel
from tests.complaints.builders import moment, written
from tests.stories.test_steps import nudges, told
from tests.world import World, world


def dropped(w: World) -> list[Parcel]:
    return w.golddust.read(lambda context: outbox.listed(context.session, context.workspace, ["dropped"], 99))


async def test_an_outage_collapses_missed_nudges_into_one_that_says_so(database_url: str, watched: Watched) -> None:
    async with world(database_url, watched) as w:
        await w.says("sam", "my card")
        await w.outage(days=2, hours=1)
        await w.tick()
        reminders = w.heard("dana", "reminder")
        assert len(reminders) == 1
        notice = reminders[0].dispatch.notice
        assert notice.due_since == moment("2026-11-23 11:00")
        assert notice.missed > 0


async def test_after_an_outage_the_ladder_is_not_jumped(database_url: str, watched: Watched) -> None:
    async with world(database_url, watched) as w:
        ticket = await w.says("sam", "my card")
        await w.does(commands.Acknowledge, "dana", ticket)
        await w.outage(days=14, hours=1)
        await w.tick()
        assert [one.to for one in nudges(w) if one.kind == "escalation"] == ["person:omar"]
        w.forget()
        await w.advance(hours=47, minutes=29)
        assert [one.to for one in nudges(w) if one.kind == "escalation"] == []
        await w.advance(minutes=1)
        assert [one.to for one in nudges(w) if one.kind == "escalation"] == ["person:ines"]


async def test_after_an_outage_of_months_nothing_is_made_up_for_day_by_day(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as w:
        ticket = await w.says("sam", "my card")
        await w.does(commands.Acknowledge, "dana", ticket)
        await w.outage(days=98, hours=1)
        await w.tick()
        (missed,) = w.heard("dana", "reminder")
        assert missed.dispatch.notice.due_since == moment("2026-11-24 13:00")
        w.forget()
        await w.until(moment("2027-03-04 17:00"))
        assert w.heard("dana", "reminder") == []


async def test_golddust_started_again_goes_on_where_it_was(database_url: str, watched: Watched) -> None:
    async with world(database_url, watched) as w:
        await w.says("sam", "my card")
        await w.until(moment("2026-11-23 11:30"))
        assert len(nudges(w)) == 1
    async with world(database_url, watched, moment("2026-11-23 11:31")) as w:
        await w.until(moment("2026-11-23 12:30"))
        assert told(nudges(w)) == [(moment("2026-11-23 12:12"), "dana", "acknowledge.1:80%:remind")]


async def waiting_reminder(w: World) -> None:
    """Let a reminder be judged and put in the outbox, but not delivered yet."""
    await w.outage(hours=2)
    assert len((await w.golddust.nudge(w.now)).nudges) == 1


async def test_a_nudge_that_waits_is_dropped_when_the_ticket_was_resolved_meanwhile(
    database_url: str, watched: Watched
) -> None:
    async with world(database_url, watched) as w:
        ticket = await w.says("sam", "my card")
        await waiting_reminder(w)
        await w.does(commands.Resolve, "dana", ticket, done="Refunded")
        assert nudges(w) == []
        assert [parcel.problem for parcel in dropped(w)] == ["the clock to acknowledge is no longer running"]


async def test_a_nudge_that_waits_is_dropped_when_the_ticket_was_closed_meanwhile(
    sqlite_url: str, watched: Watched
) -> None:
    async with world(sqlite_url, watched) as w:
        ticket = await w.says("sam", "my card")
        await waiting_reminder(w)
        await w.does(commands.Withdraw, "sam", ticket)
        assert nudges(w) == []
        assert [parcel.problem for parcel in dropped(w)] == ["C-1 is closed"]


async def test_a_nudge_that_waits_while_its_reader_goes_away_reaches_the_deputy_instead(
    database_url: str, watched: Watched
) -> None:
    async with world(database_url, watched) as w:
        await w.says("sam", "my card")
        await waiting_reminder(w)
        await w.do(commands.GoAway(at=w.now, actor="dana", until=moment("2026-12-01 00:00")))
        await w.advance(minutes=1)
        assert told(nudges(w)) == [(moment("2026-11-23 11:00"), "omar", "acknowledge.1:50%:remind")]
        assert [parcel.problem for parcel in dropped(w)] == ["somebody else holds it now"]


async def test_a_step_that_a_block_overtook_comes_when_its_time_has_come_again(sqlite_url: str, tmp_path: Path) -> None:
    path = written(tmp_path / "golddust.yml", nudges={"quiet_after_activity": "1m"})
    async with world(sqlite_url, Watched(path)) as w:
        ticket = await w.says("sam", "my card")
        await w.does(commands.Acknowledge, "dana", ticket)
        await w.until(moment("2026-11-25 09:29"))
        await w.outage(minutes=1)
        await w.golddust.nudge(w.now)
        await w.does(commands.Block, "dana", ticket, blocked=commands.Blocked("person", "kim"))
        assert w.heard("dana", "reminder") == []
        await w.does(commands.Unblock, "kim", ticket)
        await w.advance(minutes=1)
        assert [step for _, _, step in told(w.heard("dana", "reminder"))] == ["resolve.1:50%:remind"]


async def test_after_closing_nothing_is_ever_sent(database_url: str, watched: Watched) -> None:
    async with world(database_url, watched) as w:
        ticket = await w.says("sam", "my card")
        await w.until(moment("2026-11-26 17:00"))
        await w.does(commands.Dismiss, "dana", ticket, reason="a compliment")
        assert w.ticket().next_nudge_at is None
        w.forget()
        await w.advance(days=400)
        assert w.pigeons.delivered == []


async def test_a_severity_corrected_while_a_nudge_waits_keeps_it_from_saying_what_is_not_so(
    database_url: str, tmp_path: Path
) -> None:
    clocks = {"acknowledge": {"low": "2d", "normal": "4h"}, "resolve": "30d"}
    path = written(tmp_path / "golddust.yml", policies={"standard": {"clocks": clocks}})
    async with world(database_url, Watched(path)) as w:
        ticket = await w.says("sam", "my card")
        await waiting_reminder(w)
        await w.does(commands.CorrectSeverity, "sam", ticket, severity=Severity.LOW)
        assert nudges(w) == []
        assert [parcel.problem for parcel in dropped(w)] == ["the clock to acknowledge was moved"]
        await w.until(moment("2026-11-24 09:00"))
        assert told(nudges(w)) == [(moment("2026-11-24 09:00"), "dana", "acknowledge.1:50%:remind")]
