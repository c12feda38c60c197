"""The composition root: commands are answered, ticks tick, files are taken up."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

from prometheus_client import REGISTRY

from bot.watched import Watched
from complaints import commands
from complaints.replies import Refused, Reply
from handlers.dispatch import HANDLERS
from storage import attention, seen
from storage.attention import Day
from storage.versions import document_of
from tests.complaints.builders import moment, written
from tests.world import MONDAY, world


def test_every_command_has_a_handler() -> None:
    kinds = {kind for kind in vars(commands).values() if isinstance(kind, type) and issubclass(kind, commands.Command)}
    assert set(HANDLERS) == kinds - {commands.Command, commands.OnTicket}


def counted(command: str, reply: str) -> float:
    return sample("golddust_commands_total", command=command, reply=reply)


def sample(name: str, **labels: str) -> float:
    """What a metric stands at."""
    return REGISTRY.get_sample_value(name, labels) or 0.0


async def test_a_refusal_is_an_answer_and_counted_as_one(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as w:
        before = counted("Acknowledge", "Refused")
        reply: Reply = await w.golddust.execute(commands.Acknowledge(at=w.now, actor="dana", number=1))
        assert isinstance(reply, Refused)
        assert counted("Acknowledge", "Refused") == before + 1


async def test_a_dry_look_changes_nothing(database_url: str, watched: Watched) -> None:
    async with world(database_url, watched) as w:
        await w.says("sam", "my card")
        before = w.ticket()
        shown = w.golddust.read(lambda context: context.at, MONDAY + timedelta(days=9))
        assert shown == MONDAY + timedelta(days=9)
        assert w.ticket() == before


async def test_there_is_nothing_to_do_before_the_first_ticket_and_then_its_first_step(
    sqlite_url: str, watched: Watched
) -> None:
    async with world(sqlite_url, watched) as w:
        assert w.golddust.next_due_at() is None
        await w.says("sam", "my card")
        assert w.golddust.next_due_at() == moment("2026-11-23 11:00")


async def test_more_tickets_than_fit_one_transaction_are_all_judged(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as w:
        said = [
            commands.CaptureComplaint(
                at=w.now, actor="sam", words="card", source=commands.Source("pigeon", "w", "C1", str(number))
            )
            for number in range(205)
        ]
        await asyncio.gather(*(w.golddust.execute(command) for command in said))
        ticked = await w.golddust.nudge(moment("2026-11-23 11:00"))
        assert (ticked.judged, len(ticked.nudges)) == (205, 205)
        assert (await w.golddust.nudge(moment("2026-11-23 11:00"))).judged == 0


async def test_a_changed_file_is_in_force_for_the_next_complaint_and_its_version_is_kept(
    database_url: str, tmp_path: Path
) -> None:
    path = written(tmp_path / "golddust.yml")
    async with world(database_url, Watched(path)) as w:
        first = await w.says("sam", "my card")
        written(path, teams={"payments": {"owner": "omar"}})
        await w.tick()
        second = await w.says("sam", "my card")
        assert (first.owner, second.owner) == ("dana", "omar")
        assert first.policy_version != second.policy_version
        for ticket in (first, second):
            document = w.golddust.read(lambda c, t=ticket: document_of(c.session, c.workspace, t.policy_version))
            assert document is not None
            assert f'"owner":"{ticket.owner}"' in document


async def test_a_broken_file_is_refused_and_a_mended_one_taken_up(tmp_path: Path, sqlite_url: str) -> None:
    path = written(tmp_path / "golddust.yml")
    async with world(sqlite_url, Watched(path)) as w:
        path.write_text("nonsense: [", encoding="utf-8")
        await w.tick()
        assert sample("golddust_configuration_good", workspace="main") == 0
        assert (await w.says("sam", "my card")).owner == "dana"
        written(path, teams={"payments": {"owner": "omar"}})
        await w.tick()
        assert sample("golddust_configuration_good", workspace="main") == 1
        assert (await w.says("sam", "my card")).owner == "omar"


async def test_tidying_drops_old_events_only(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as w:
        note = lambda c: seen.first_time(c.session, c.workspace, "event", c.at)  # noqa: E731
        await w.golddust.worker.run(note, w.now)
        await w.golddust.tidy(w.now + timedelta(days=30))
        assert not await w.golddust.worker.run(note, w.now)
        await w.golddust.tidy(w.now + timedelta(days=30, seconds=1))
        assert await w.golddust.worker.run(note, w.now)


async def test_tidying_drops_what_nudges_used_of_days_long_gone(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as w:
        day = w.now.date().isoformat()
        free = lambda c: attention.lock(c.session, c.workspace, {"dana": day})["dana"] == Day(0, None)  # noqa: E731
        use = lambda c: free(c) and attention.keep(c.session, c.workspace, [("dana", day, Day(1, None))])  # noqa: E731
        await w.golddust.worker.run(use, w.now)
        await w.golddust.tidy(w.now + timedelta(days=30))
        assert not await w.golddust.worker.run(free, w.now)
        await w.golddust.tidy(w.now + timedelta(days=31))
        assert await w.golddust.worker.run(free, w.now)
