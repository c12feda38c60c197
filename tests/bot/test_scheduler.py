"""The metronome: a few fixed ticks that never die."""

from __future__ import annotations

import structlog.testing
from apscheduler.triggers.interval import IntervalTrigger
from sqlalchemy import text

from bot.scheduler import metronome
from bot.watched import Watched
from tests.complaints.builders import moment
from tests.world import world


async def test_it_has_a_few_fixed_ticks_and_never_one_for_each_ticket(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as w:
        await w.says("sam", "my card")
        jobs = metronome(w.golddust).get_jobs()
        assert {job.id: job.trigger.interval.total_seconds() for job in jobs} == {
            "nudge": 20, "digests": 20, "reload": 5, "tidy": 24 * 3600, "learn": 3600
        }  # fmt: skip
        assert all(isinstance(job.trigger, IntervalTrigger) for job in jobs)


async def test_ticks_that_were_missed_are_made_up_for_once(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as w:
        scheduler = metronome(w.golddust)
        scheduler.start(paused=True)
        for job in scheduler.get_jobs():
            assert (job.coalesce, job.max_instances, job.misfire_grace_time) == (True, 1, None)
        scheduler.shutdown(wait=False)


async def test_a_tick_judges_as_of_the_clock(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as w:
        await w.says("sam", "my card")
        await w.outage(hours=2)
        tick = next(job.func for job in metronome(w.golddust).get_jobs() if job.id == "nudge")
        await tick()
        await w.golddust.deliverer.deliver_due(w.now)
        assert [one.at for one in w.heard("dana", "reminder")] == [moment("2026-11-23 11:00")]


async def test_a_tick_that_fails_is_logged_and_the_next_one_works(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as w:
        await w.says("sam", "my card")
        await w.outage(hours=2)
        tick = next(job.func for job in metronome(w.golddust).get_jobs() if job.id == "nudge")
        rename(w.golddust.engine, "tickets", "hidden")
        with structlog.testing.capture_logs() as logs:
            await tick()
        assert [(line["log_level"], line["tick"]) for line in logs] == [("error", "nudge")]
        rename(w.golddust.engine, "hidden", "tickets")
        await tick()
        await w.golddust.deliverer.deliver_due(w.now)
        assert len(w.heard("dana", "reminder")) == 1


def rename(engine: object, old: str, new: str) -> None:
    """Give a table another name, so that whoever needs it fails."""
    with engine.begin() as connection:
        connection.execute(text(f"ALTER TABLE {old} RENAME TO {new}"))
