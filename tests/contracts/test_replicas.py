"""Replicas: any number of Golddusts on one PostgreSQL do everything once, without a leader."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, inspect, select, text

from bot.watched import Watched
from complaints import commands
from complaints.ticket import Source
from handlers import learning
from storage.database import head, open_engine, revision
from storage.tables import alarms, digests, forecasts, metadata, outbox, subscriptions, tickets, timeline
from tests.conftest import fresh_postgresql
from tests.world import MONDAY, World, world

TOP = Path(__file__).parents[2]
REPLICAS = 3
START = """
import sys
from storage.database import open_engine, upgrade
print("here", flush=True)
sys.stdin.readline()
upgrade(open_engine(sys.argv[1]))
"""


@pytest.fixture
def postgresql_url(postgresql: Any) -> str:
    return fresh_postgresql(postgresql)


@asynccontextmanager
async def replicas(url: str, watched: Watched, start: datetime = MONDAY) -> AsyncIterator[list[World]]:
    """Three Golddusts on one database, each with its own connections, worker, deliverer and clock."""
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(world(url, watched, start)) for _ in range(REPLICAS)]


def test_three_processes_that_start_at_once_on_an_empty_database_take_turns(postgresql_url: str) -> None:
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", START, postgresql_url], cwd=TOP, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )
        for _ in range(REPLICAS)
    ]  # fmt: skip
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "here\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    ended = [(process.communicate(timeout=120)[1], process.returncode) for process in processes]
    assert [code for _, code in ended] == [0] * REPLICAS, ended
    engine = open_engine(postgresql_url)
    with engine.connect() as connection:
        assert revision(connection) == head()
        assert set(inspect(connection).get_table_names()) == {*metadata.tables, "alembic_version"}
    engine.dispose()


async def test_each_due_ticket_is_nudged_once_and_each_notice_arrives_once(
    postgresql_url: str, watched: Watched
) -> None:
    async with replicas(postgresql_url, watched) as all_of_them:
        first = all_of_them[0]
        for number in range(40):
            await first.says("sam", f"card {number}")
        for w in all_of_them:
            w.forget()
            await w.outage(hours=2)
        ticked = await asyncio.gather(*(w.golddust.nudge(w.now) for w in all_of_them))
        assert sum(len(one.nudges) for one in ticked) == 40
        await asyncio.gather(*(w.golddust.deliverer.deliver_due(w.now) for w in all_of_them))
        with first.golddust.engine.connect() as connection:
            kinds = timeline.c.kind.in_(("reminded", "escalated"))
            told = Counter(connection.scalars(select(timeline.c.ticket).where(kinds)).all())
            states = dict(connection.execute(select(outbox.c.state, func.count()).group_by(outbox.c.state)).all())
            attempts = connection.scalar(select(func.max(outbox.c.attempts)))
        assert set(told.values()) == {1}
        assert len(told) == 40
        assert set(states) <= {"sent", "dropped"}
        assert attempts == 1
        arrived = Counter(one.dispatch.parcel.id for w in all_of_them for one in w.pigeons.delivered)
        assert set(arrived.values()) == {1}
        assert sum(arrived.values()) > 0


async def test_forgotten_tickets_are_repaired_once(postgresql_url: str, watched: Watched) -> None:
    async with replicas(postgresql_url, watched) as all_of_them:
        first = all_of_them[0]
        for number in range(12):
            await first.says("sam", f"card {number}")
        with first.golddust.engine.begin() as connection:
            connection.execute(text("UPDATE tickets SET next_nudge_at = NULL"))
        await asyncio.gather(*(w.golddust.nudge(w.now) for w in all_of_them), return_exceptions=True)
        with first.golddust.engine.connect() as connection:
            repaired = connection.scalars(select(timeline.c.ticket).where(timeline.c.kind == "repaired")).all()
            assert sorted(repaired) == list(range(1, 13))
            forgotten = select(func.count()).select_from(tickets).where(tickets.c.next_nudge_at.is_(None))
            assert connection.scalar(forgotten) == 0


async def test_a_digest_is_made_once(postgresql_url: str, tmp_path: Path) -> None:
    from tests.complaints.builders import written

    file = written(tmp_path / "golddust.yml", digests=[{"to": "ines", "every": "daily", "at": "08:00"}])
    async with replicas(postgresql_url, Watched(file)) as all_of_them:
        await asyncio.gather(*(w.golddust.digests(w.now) for w in all_of_them))
        for w in all_of_them:
            await w.outage(hours=24)
        made = await asyncio.gather(*(w.golddust.digests(w.now) for w in all_of_them))
        assert sum(len(one) for one in made) == 1
        with all_of_them[0].golddust.engine.connect() as connection:
            assert connection.scalar(select(func.count(digests.c.window_end.distinct()))) == 1
            assert connection.scalar(select(func.count()).select_from(subscriptions)) == 1


async def test_what_the_past_teaches_is_kept_once_and_is_not_due_again(postgresql_url: str, watched: Watched) -> None:
    async with replicas(postgresql_url, watched) as all_of_them:
        await asyncio.gather(*(w.golddust.learn(w.now) for w in all_of_them))
        assert [w.golddust.read(learning.due) for w in all_of_them] == [False] * REPLICAS
        with all_of_them[0].golddust.engine.connect() as connection:
            assert connection.scalar(select(func.count()).select_from(forecasts)) == 1


async def test_a_new_file_is_taken_up_and_old_events_are_forgotten_side_by_side(
    postgresql_url: str, watched: Watched
) -> None:
    async with replicas(postgresql_url, watched) as all_of_them:
        await asyncio.gather(*(w.golddust.nudge(w.now) for w in all_of_them))
        await asyncio.gather(*(w.golddust.tidy(w.now) for w in all_of_them))
        with all_of_them[0].golddust.engine.connect() as connection:
            assert connection.scalar(text("SELECT count(*) FROM policy_versions")) == 1


async def test_a_surge_is_told_once_and_joined_once(postgresql_url: str, watched: Watched) -> None:
    async with replicas(postgresql_url, watched, MONDAY - timedelta(weeks=6)) as all_of_them:
        first = all_of_them[0]
        await first.does(commands.Withdraw, "sam", await first.says("sam", "the app is slow"))
        for w in all_of_them:
            await w.outage(weeks=6)
        for number in range(4):
            source = Source("pigeon", "w", "person:sam", f"surge {number}")
            said = commands.CaptureComplaint(at=first.now, actor="sam", words=f"my card {number}", source=source)
            await all_of_them[number % REPLICAS].golddust.execute(said)
        await asyncio.gather(*(w.golddust.nudge(w.now) for w in all_of_them))
        await asyncio.gather(*(w.golddust.deliverer.deliver_due(w.now) for w in all_of_them))
        assert len([one for w in all_of_them for one in w.heard("lee", "surge")]) == 1
        pressed = [commands.JoinAlike(at=first.now, actor="lee", number=number) for number in (2, 3, 5)]
        async with asyncio.timeout(60):
            replies = await asyncio.gather(
                *(w.golddust.execute(press) for w, press in zip(all_of_them, pressed, strict=True))
            )
        assert sorted(type(one).__name__ for one in replies) == ["Done", "Refused", "Refused"]
        assert [first.ticket(number).parent for number in range(2, 6)] == [6] * 4
        with first.golddust.engine.connect() as connection:
            assert connection.scalars(select(alarms.c.problem)).all() == [6]
            assert connection.scalars(select(tickets.c.number).where(tickets.c.kind == "problem")).all() == [6]
            joined = connection.scalars(select(timeline.c.ticket).where(timeline.c.kind == "joined")).all()
        assert sorted(joined) == [2, 3, 4, 5]
