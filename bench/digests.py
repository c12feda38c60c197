"""The figures of a digest, and the charts of the page, over many tickets of three years: `python -m bench.digests`.

One in fifty tickets is open still, whatever its age; the others were closed after three days. Each runs on a fresh
SQLite file; the least of several runs is told, in seconds and in those of the processor.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Engine, text

from bench.table_of_tickets import NOW, document, fill
from bot.app import Golddust
from bot.clock import VirtualClock
from bot.watched import Watched
from complaints.cases import Window
from complaints.digest import Scope
from handlers.charts import charts
from handlers.context import Context
from handlers.digest import summary
from storage.database import open_engine, upgrade

TARGET_SECONDS = 1.0
"""Of the processor, for the figures of a digest over 100,000 tickets."""
JUDGED_AT = 100_000
PEOPLE = 200
YEARS = 3
ZONE = "Europe/London"
_SPREAD: Final = """
UPDATE tickets SET captured_at = datetime(:now, '-' || ((number * 7919) % :minutes) || ' minutes') || '.000000',
  category = 'category ' || (number % 17 % 7), customer = 'customer ' || (number % 5000);
"""
_CLOSED: Final = """
UPDATE tickets SET state = 'closed', close_reason = 'told', next_nudge_at = NULL,
  acknowledged_at = datetime(captured_at, '+20 minutes') || '.000000',
  resolved_at = datetime(captured_at, '+2 days') || '.000000',
  told_at = datetime(captured_at, '+3 days') || '.000000', closed_at = datetime(captured_at, '+3 days') || '.000000'
WHERE number % 50 != 0 AND captured_at < datetime(:now, '-3 days');
"""


@dataclass(frozen=True, slots=True)
class Measured:
    """The seconds that a digest's figures and the page's charts took, and those of the processor."""

    tickets: int
    received: int
    open: int
    digest: float
    digest_cpu: float
    charts: float
    charts_cpu: float
    load: float


def age(engine: Engine) -> None:
    """Spread the tickets over the years, and close most of them."""
    with engine.begin() as connection:
        given = {"now": f"{NOW:%Y-%m-%d %H:%M:%S}", "minutes": YEARS * 365 * 24 * 60}
        connection.execute(text(_SPREAD), given)
        connection.execute(text(_CLOSED), given)
        connection.execute(text("ANALYZE"))


def measure(count: int, times: int) -> Measured:
    """Both, each as often as is asked for, on a file of their own."""
    with tempfile.TemporaryDirectory(prefix="golddust-digests-") as folder:
        file = Path(folder) / "golddust.yml"
        file.write_text(document(PEOPLE), encoding="utf-8")
        engine = open_engine(f"sqlite:///{Path(folder) / 'digests.db'}")
        upgrade(engine)
        bot = Golddust(engine, Watched(file), VirtualClock(NOW))
        try:
            fill(engine, bot.organisation, count, due=False)
            age(engine)
            window, scope = Window(NOW - timedelta(days=7), NOW), Scope((), "weekly", ZONE)
            told, *digest = least(bot, lambda context: summary(context, scope, window), times)
            _, *drawn = least(bot, lambda context: charts(context, (), NOW), times)
            figures = told.figures
            return Measured(count, figures.received, figures.closing, *digest, *drawn, os.getloadavg()[0])
        finally:
            bot.close()


def least(bot: Golddust, question: Callable[[Context], Any], times: int) -> tuple[Any, float, float]:
    """The answer, and the least seconds, of the clock and of the processor, in which it came."""
    took: list[tuple[float, float]] = []
    for _ in range(times):
        began, busy = time.perf_counter(), time.process_time()
        answer = bot.read(question, NOW)
        took.append((time.perf_counter() - began, time.process_time() - busy))
    return answer, min(wall for wall, _ in took), min(cpu for _, cpu in took)


def told(found: Sequence[Measured]) -> str:
    """The figures as a table."""
    lines = ["   tickets   received   open      digest (of the processor)      charts (of the processor)"]
    lines += [
        f"{one.tickets:10,} {one.received:10,} {one.open:6,} {one.digest:9.2f} s ({one.digest_cpu:.2f} s) "
        f"{one.charts:19.2f} s ({one.charts_cpu:.2f} s)"
        for one in found
    ]
    return "\n".join(lines)


def main() -> None:
    """Run it as asked on the command line."""
    asks = argparse.ArgumentParser(description=__doc__)
    asks.add_argument("--tickets", type=int, nargs="+", default=[10_000, 100_000])
    asks.add_argument("--times", type=int, default=3)
    asks.add_argument("--json", action="store_true")
    asked = asks.parse_args()
    found = [measure(count, asked.times) for count in asked.tickets]
    print(json.dumps([asdict(one) for one in found]) if asked.json else told(found))


if __name__ == "__main__":
    main()
