"""A changed golddust.yml takes effect at once, for the tickets that are open too."""

from __future__ import annotations

from pathlib import Path

from bot.watched import Watched
from tests.complaints.builders import moment, written
from tests.stories.test_steps import nudges, told
from tests.world import world

SOONER = [{"at": "25%", "remind": "holder"}, {"at": "100%", "remind": "holder"}]


async def test_a_step_that_a_new_file_adds_is_taken_for_open_tickets(database_url: str, tmp_path: Path) -> None:
    path = written(tmp_path / "golddust.yml")
    async with world(database_url, Watched(path)) as w:
        await w.says("sam", "my card")
        await w.until(moment("2026-11-23 09:30"))
        written(path, policies={"standard": {"steps": SOONER}})
        await w.tick()
        await w.until(moment("2026-11-23 10:30"))
        assert told(nudges(w)) == [(moment("2026-11-23 10:00"), "dana", "acknowledge.1:25%:remind")]


async def test_a_file_that_changed_while_golddust_was_down_is_taken_up_as_it_starts(
    database_url: str, tmp_path: Path
) -> None:
    path = written(tmp_path / "golddust.yml")
    async with world(database_url, Watched(path)) as w:
        await w.says("sam", "my card")
    written(path, policies={"standard": {"steps": SOONER}})
    async with world(database_url, Watched(path), moment("2026-11-23 09:31")) as w:
        await w.tick()
        await w.until(moment("2026-11-23 10:30"))
        assert told(nudges(w)) == [(moment("2026-11-23 10:00"), "dana", "acknowledge.1:25%:remind")]


async def test_a_share_below_one_that_was_said_is_not_said_after_it(sqlite_url: str, tmp_path: Path) -> None:
    path = written(tmp_path / "golddust.yml")
    async with world(sqlite_url, Watched(path)) as w:
        await w.says("sam", "my card")
        await w.until(moment("2026-11-23 11:00"))
        written(path, policies={"standard": {"steps": SOONER}})
        await w.tick()
        await w.until(moment("2026-11-23 13:00"))
        assert [step for _, _, step in told(nudges(w))] == ["acknowledge.1:50%:remind", "acknowledge.1:100%:remind"]
