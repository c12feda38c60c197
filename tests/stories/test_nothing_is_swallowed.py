"""A nudge that could not go out as it was is not lost: neither it nor what was folded into it."""

from __future__ import annotations

from pathlib import Path

from bot.watched import Watched
from complaints import commands
from complaints.notices import Escalation
from tests.complaints.builders import moment, written
from tests.stories.test_steps import items, nudges, told
from tests.world import world

SHORT = {"acknowledge": "4h", "resolve": "8h"}


async def test_what_was_folded_into_a_dropped_message_is_said_after_all(sqlite_url: str, tmp_path: Path) -> None:
    path = written(
        tmp_path / "golddust.yml", policies={"standard": {"clocks": SHORT}}, nudges={"quiet_after_activity": "1m"}
    )
    async with world(sqlite_url, Watched(path)) as w:
        ticket = await w.says("sam", "my card")
        await w.outage(hours=7)
        judged = await w.golddust.nudge(w.now)
        (one,) = judged.nudges
        assert (one.clock, any(step.startswith("resolve.1:80%") for step in one.folded)) == ("acknowledge", True)
        await w.does(commands.Acknowledge, "dana", ticket)
        await w.until(moment("2026-11-23 16:30"))
        assert "resolve.1:80%:remind" in [step for _, _, step in told(nudges(w))]


async def test_who_is_on_no_platform_is_stood_in_for_by_the_next_in_line(database_url: str, watched: Watched) -> None:
    async with world(database_url, watched) as w:
        w.pigeons.refuses = "person:dana"
        await w.says("sam", "my card")
        await w.until(moment("2026-11-23 11:00"))
        (asked,) = [nudge for one in nudges(w) for nudge in items(one)]
        assert isinstance(asked, Escalation)
        assert asked.audience == "person:omar"
        assert "I can’t reach Dana" in asked.because


async def test_an_escalation_that_waits_is_not_sent_to_who_went_away(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as w:
        await w.says("sam", "my card")
        await w.until(moment("2026-11-25 09:29"))
        await w.outage(minutes=1)
        assert {nudge.audience for nudge in (await w.golddust.nudge(w.now)).nudges} >= {"person:omar"}
        w.forget()
        await w.do(commands.GoAway(at=w.now, actor="omar", until=moment("2026-12-24 00:00")))
        await w.until(moment("2026-11-25 12:00"))
        assert w.heard("omar", "escalation", "bundle") == []


async def test_two_days_of_bundles_that_an_outage_held_up_come_as_one(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as w:
        await w.says("sam", "my card")
        await w.until(moment("2026-11-25 09:29"))
        await w.outage(minutes=1)
        await w.golddust.nudge(w.now)
        w.forget()
        await w.outage(days=1, hours=1)
        await w.tick()
        assert len([one for one in nudges(w) if one.to == "person:dana"]) == 1
