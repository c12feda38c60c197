"""Nudges judged, bundled and put in the outbox per second, beside one APScheduler job per ticket in its SQL job store.

`python -m bench.nudges` prints both and their ratio. Each runs alone on a fresh SQLite file with Golddust's settings.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import tempfile
import threading
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from apscheduler.events import EVENT_JOB_EXECUTED
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import func, select

from bench.table_of_tickets import NOW, document, fill
from bot.app import Golddust
from bot.clock import VirtualClock
from bot.collector import seldom
from bot.watched import Watched
from storage import tables
from storage.database import open_engine, upgrade

NUDGES_TO_A_PERSON = 10


@dataclass(frozen=True, slots=True)
class Measured:
    """What a run came to, each a second; `…_cpu` is the processor time of one in microseconds.

    On a busy machine the ratio of the processor times says more than that of the speeds.
    """

    nudges: float
    jobs: float
    ratio: float
    nudge_cpu: float
    job_cpu: float
    load: float


async def golddust(folder: Path, count: int) -> tuple[float, float]:
    """The seconds, and those of the processor, that one tick over so many due tickets takes; every one is nudged."""
    file = folder / "golddust.yml"
    file.write_text(document(max(20, count // NUDGES_TO_A_PERSON // 10 * 10)), encoding="utf-8")
    engine = open_engine(f"sqlite:///{folder / 'nudges.db'}")
    upgrade(engine)
    bot = Golddust(engine, Watched(file), VirtualClock(NOW))
    try:
        await bot.nudge(NOW)  # takes up the file, on the empty table
        fill(engine, bot.organisation, count, due=True)

        began, busy = time.perf_counter(), time.process_time()
        with seldom():
            ticked = await bot.nudge(NOW)
        took = time.perf_counter() - began, time.process_time() - busy
        query = select(func.count()).select_from(tables.outbox).where(tables.outbox.c.kind == "bundle")
        bundles = bot.read(lambda context: context.session.scalar(query))
        if len(ticked.nudges) != count or not bundles:
            raise SystemExit(f"{len(ticked.nudges)} nudges in {bundles} bundles for {count} tickets")
        return took
    finally:
        bot.close()


def jobs(folder: Path, count: int) -> tuple[float, float]:
    """The seconds, and those of the processor, in which APScheduler fires so many due jobs of a ticket each."""
    engine = open_engine(f"sqlite:///{folder / 'jobs.db'}")
    done, left = threading.Event(), [count]

    def fired(_: object) -> None:
        left[0] -= 1
        if not left[0]:
            done.set()

    scheduler = BackgroundScheduler({"apscheduler.job_defaults.misfire_grace_time": None}, timezone="UTC")
    store = SQLAlchemyJobStore(engine=engine)
    scheduler.add_jobstore(store)
    scheduler.add_listener(fired, EVENT_JOB_EXECUTED)
    scheduler.start(paused=True)
    due = datetime.now(UTC) - timedelta(minutes=1)
    for number in range(count):
        scheduler.add_job(nothing, "date", run_date=due, args=[number], id=str(number), misfire_grace_time=None)
    began, busy = time.perf_counter(), time.process_time()
    scheduler.resume()
    done.wait()
    took = time.perf_counter() - began, time.process_time() - busy
    scheduler.shutdown()
    return took


def nothing(number: int) -> int:
    """What a job does for a ticket: nothing, so that only the store is measured."""
    return number


def measure(count: int, peers: int) -> Measured:
    """Both, one after the other, each on a file of its own."""
    with tempfile.TemporaryDirectory(prefix="golddust-nudges-") as folder:
        fired_in, fired_cpu = jobs(Path(folder), peers)
        took, busy = asyncio.run(golddust(Path(folder), count))
    nudges, fired = count / took, peers / fired_in
    cpu = 1e6 * busy / count, 1e6 * fired_cpu / peers
    return Measured(nudges, fired, nudges / fired, *cpu, os.getloadavg()[0])


def main() -> None:
    """Run it as asked on the command line."""
    asks = argparse.ArgumentParser(description=__doc__)
    asks.add_argument("--tickets", type=int, default=10_000)
    asks.add_argument("--jobs", type=int, default=1_000, help="how many jobs APScheduler fires for the comparison")
    asks.add_argument("--json", action="store_true")
    asked = asks.parse_args()
    found = measure(asked.tickets, asked.jobs)
    if asked.json:
        print(json.dumps(asdict(found)))
        return
    print(f"nudges in the outbox       {found.nudges:10,.0f} a second ({found.nudge_cpu:,.0f} µs of processor each)")
    print(f"APScheduler jobs fired     {found.jobs:10,.0f} a second ({found.job_cpu:,.0f} µs of processor each)")
    print(f"ratio                      {found.ratio:10.1f} (load {found.load:.1f})")


if __name__ == "__main__":
    main()
