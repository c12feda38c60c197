"""What a tick asks when nothing is due: only indexes answer, however many tickets are open."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import event, text

from bot.app import Golddust
from bot.clock import VirtualClock
from bot.watched import Watched
from handlers.nudge import audit, nudge_due
from storage.database import open_engine, upgrade

NOW = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
LARGE = ("tickets", "timeline", "outbox", "seen", "messages", "attention", "bundles")


async def asked_by_a_tick(url: str, watched: Watched) -> list[tuple[str, Any]]:
    engine = open_engine(url)
    upgrade(engine)
    golddust = Golddust(engine, watched, VirtualClock(NOW))
    asked: list[tuple[str, Any]] = []
    try:
        await golddust.tick(NOW)
        event.listen(engine, "before_cursor_execute", lambda *said: asked.append((said[2], said[3])))
        await golddust.nudge(NOW)
        await golddust.digests(NOW)
        await golddust.deliverer.deliver_due(NOW)
        # A pass asks these only when it has seen that there is something to do.
        await golddust.worker.run(audit, NOW)
        await golddust.worker.run(nudge_due, NOW)
    finally:
        golddust.close()
    return [(said, given) for said, given in asked if said.lstrip().upper().startswith("SELECT")]


async def test_on_sqlite_no_large_table_is_read_from_end_to_end(sqlite_url: str, watched: Watched) -> None:
    asked = await asked_by_a_tick(sqlite_url, watched)
    assert any("tickets_orphaned" in said or "next_nudge_at" in said for said, _ in asked)
    engine = open_engine(sqlite_url)
    with engine.connect() as connection:
        for said, given in asked:
            plan = [row.detail for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {said}", given)]
            read = [line for line in plan if line.startswith("SCAN") and line.split()[1] in LARGE]
            assert not [line for line in read if "USING" not in line or "INDEX" not in line], (said, plan)
            assert not [line for line in plan if "TEMP B-TREE" in line and said.startswith("SELECT tickets")], plan
    engine.dispose()


async def test_on_postgresql_there_is_an_index_for_every_large_table(database_url: str, watched: Watched) -> None:
    if not database_url.startswith("postgresql"):
        return
    asked = await asked_by_a_tick(database_url, watched)
    engine = open_engine(database_url)
    with engine.connect() as connection:
        connection.execute(text("SET enable_seqscan = off"))
        for said, given in asked:
            plan = "\n".join(row[0] for row in connection.exec_driver_sql(f"EXPLAIN {said}", given))
            assert not [table for table in LARGE if f"Seq Scan on {table}" in plan], (said, plan)
    engine.dispose()


async def test_an_idle_pass_writes_nothing_and_locks_nobody_out(sqlite_url: str, watched: Watched) -> None:
    engine = open_engine(sqlite_url)
    upgrade(engine)
    golddust = Golddust(engine, watched, VirtualClock(NOW))
    begun: list[str] = []
    try:
        await golddust.tick(NOW)
        event.listen(engine, "before_cursor_execute", lambda *said: begun.append(said[2]))
        await golddust.nudge(NOW)
        assert "BEGIN" in begun
        assert "BEGIN IMMEDIATE" not in begun
    finally:
        golddust.close()
