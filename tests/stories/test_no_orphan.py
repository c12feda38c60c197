"""Rule 10: every open ticket has a holder and a next nudge that lies ahead."""

from __future__ import annotations

from prometheus_client import REGISTRY
from sqlalchemy import text

from bot.watched import Watched
from complaints import commands
from tests.complaints.builders import MONDAY, moment
from tests.world import World, world


def orphan(w: World, number: int) -> None:
    """Make a ticket forgotten, as only a fault could."""
    with w.golddust.engine.begin() as connection:
        connection.execute(text("UPDATE tickets SET next_nudge_at = NULL WHERE number = :number"), {"number": number})


def counted() -> float:
    """How many orphans the metric has counted."""
    return REGISTRY.get_sample_value("golddust_orphans_total") or 0.0


async def test_the_auditor_finds_a_forgotten_ticket_repairs_it_and_counts_it(
    database_url: str, watched: Watched
) -> None:
    async with world(database_url, watched) as w:
        await w.says("sam", "my card")
        await w.says("sam", "my other card")
        orphan(w, 1)
        before = counted()
        ticked = await w.golddust.tick(w.now)
        assert ticked.repaired == 1
        assert counted() == before + 1
        assert w.ticket(1).next_nudge_at == moment("2026-11-23 11:00")
        assert [event["kind"] for event in w.record(1)["timeline"]] == ["captured", "repaired"]
        assert (await w.golddust.tick(w.now)).repaired == 0


async def test_a_forgotten_ticket_whose_steps_are_overdue_is_nudged_at_once(
    database_url: str, watched: Watched
) -> None:
    async with world(database_url, watched) as w:
        await w.says("sam", "my card")
        orphan(w, 1)
        await w.outage(hours=5)
        await w.tick()
        assert [one.at for one in w.heard("dana", "reminder")] == [moment("2026-11-23 14:00")]


async def test_a_closed_ticket_is_no_orphan(database_url: str, watched: Watched) -> None:
    async with world(database_url, watched) as w:
        ticket = await w.says("sam", "my card")
        await w.does(commands.Withdraw, "sam", ticket)
        assert (await w.golddust.tick(w.now)).repaired == 0
        assert w.ticket().next_nudge_at is None


async def test_each_open_ticket_has_a_next_nudge_ahead_after_every_tick(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as w:
        ticket = await w.says("sam", "my card")
        for _ in range(40):
            await w.advance(hours=7)
            planned = w.ticket().next_nudge_at
            assert planned is not None
            assert planned > w.now
            if w.now > MONDAY.replace(day=26) and w.ticket().acknowledged_at is None:
                await w.does(commands.Acknowledge, "dana", ticket)
