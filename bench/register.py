"""How fast the register answers: `python -m bench.register`.

Each request goes through the whole web application over ASGI, on SQLite, as an admin who sees every ticket and as
somebody who sees those of one team of ten: the list as it comes up first, each filter, each order, searches, a ticket.
Figures are milliseconds; p95 of so many requests each.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import httpx
from sqlalchemy import text
from starlette.applications import Starlette
from starlette.requests import Request

from bench.table_of_tickets import NOW, document, fill
from bot.app import Golddust
from bot.clock import VirtualClock
from bot.register.pages import pages
from bot.register.viewer import Viewer
from bot.watched import Watched
from storage.database import open_engine, upgrade

SIZES: Final = (10_000, 100_000, 1_000_000)
FIRST: Final = "first paint"
ASKED: Final = {
    FIRST: "",
    "all": "?state=all",
    "overdue": "?overdue=1&sort=due",
    "runs out this week": "?ends=7&sort=due",
    "nobody owns it": "?owner=nobody",
    "mine": "?mine=1&sort=due",
    "problems": "?kind=problem",
    "state": "?state=blocked",
    "team": "?team=team-3",
    "owner": "?owner=owner-33",
    "category": "?category=fees",
    "severity": "?severity=critical",
    "customer": "?customer=Bakery+77",
    "captured from and to": "?from=2026-11-01&to=2026-11-10",
    "sorted by severity": "?sort=-severity",
    "sorted by customer": "?sort=customer",
    "sorted by owner": "?sort=owner",
    "sorted by when said": "?sort=-captured",
    "one word that all have": "?q=miller",
    "two words": "?q=cheque+queue",
    "a beginning of a word": "?q=stat",
    "nothing is found": "?q=zanzibar&state=all",
    "a ticket by number": "?q=C-377&state=all",
    "a word in a team": "?q=fee&team=team-3&severity=high",
    "page 100": "?page=100",
}
READERS: Final = {"an admin": "head", "a reader of one team": "owner-33"}
"""Who looks: somebody who sees every ticket, and somebody who sees one in ten of them."""
TARGET_FIRST, TARGET_FILTER = 1000.0, 300.0
HELD_TO: Final = 100_000
"""Tickets up to which the targets have to be reached; beyond, a quarter of the questions are asked."""


@contextmanager
def filled(folder: Path, count: int) -> Iterator[Golddust]:
    """A Golddust over so many tickets that differ in what can be filtered."""
    path = folder / "golddust.yml"
    path.write_text(document(100))
    engine = open_engine(f"sqlite:///{folder / 'golddust.db'}")
    upgrade(engine)
    watched = Watched(path)
    fill(engine, watched.current.organisation, count, due=False)
    with engine.begin() as connection:
        connection.execute(text(_VARIED))
        connection.execute(text("ANALYZE"))
    golddust = Golddust(engine, watched, VirtualClock(NOW), random.Random(1))  # noqa: S311 - a benchmark
    try:
        yield golddust
    finally:
        golddust.close()


_VARIED: Final = """
UPDATE tickets SET
    severity = CASE number % 20 WHEN 0 THEN 'critical' WHEN 1 THEN 'high' WHEN 2 THEN 'high' WHEN 3 THEN 'low'
                                ELSE 'normal' END,
    category = CASE number % 5 WHEN 0 THEN 'fees' WHEN 1 THEN 'cards' WHEN 2 THEN 'app' ELSE NULL END,
    owner = CASE number % 50 WHEN 7 THEN NULL ELSE owner END,
    kind = CASE number % 1000 WHEN 9 THEN 'problem' ELSE 'complaint' END,
    state = CASE WHEN number % 3 = 0 THEN 'closed' WHEN number % 40 = 1 THEN 'blocked' ELSE state END,
    customer = 'Bakery ' || (number * 7919 % 20000),
    captured_at = datetime(captured_at, '-' || (number * 104729 % 2000) || ' hours') || '.000000',
    words = 'Mrs Miller says: ' || (SELECT group_concat(word, ' ') FROM (
        SELECT CASE (number * 31 + place * 17) % 11 WHEN 0 THEN 'refund' WHEN 1 THEN 'card' WHEN 2 THEN 'machine'
            WHEN 3 THEN 'twice' WHEN 4 THEN 'login' WHEN 5 THEN 'statement' WHEN 6 THEN 'branch' WHEN 7 THEN 'queue'
            WHEN 8 THEN 'fee' WHEN 9 THEN 'letter' ELSE 'cheque' END AS word
        FROM (SELECT 1 AS place UNION SELECT 2 UNION SELECT 3 UNION SELECT 5 UNION SELECT 8)))
WHERE 1
"""


def percentile(found: Sequence[float], part: float) -> float:
    """The value that so large a part of the values does not exceed."""
    return sorted(found)[min(len(found) - 1, int(part * len(found)))]


async def measured(golddust: Golddust, times: int, reader: str) -> dict[str, float]:
    """Milliseconds, p95, of each thing that can be asked, as one of the readers."""

    async def viewers(_: Request) -> Viewer:
        return Viewer(golddust, READERS[reader])

    app = Starlette(routes=pages(viewers))
    found: dict[str, float] = {}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://bench") as client:
        for what, query in ASKED.items():
            found[what] = await _p95(client, f"/register{query}", times)
        found["one ticket"] = await _p95(client, "/register/C-37", times)
    return found


async def _p95(client: httpx.AsyncClient, address: str, times: int) -> float:
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        answer = await client.get(address)
        taken.append(1e3 * (time.perf_counter() - began))
        if answer.status_code != 200:
            raise SystemExit(f"{address}: {answer.status_code}")
    return percentile(taken, 0.95)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tickets", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    results: list[dict[str, Any]] = []
    for count in given.tickets:
        with tempfile.TemporaryDirectory(dir=Path.cwd(), prefix=".bench-") as folder:
            began = time.perf_counter()
            times = given.times if count <= HELD_TO else max(1, given.times // 4)
            with filled(Path(folder), count) as golddust:
                if not given.json:
                    print(f"{count:,} tickets (filled in {time.perf_counter() - began:.0f} s)", flush=True)
                for reader in READERS:
                    found = asyncio.run(measured(golddust, times, reader))
                    results.append({"tickets": count, "reader": reader, "ms": found})
                    if not given.json:
                        print(f"  as {reader}:", *_lines(found), sep="\n  ", flush=True)
    if given.json:
        print(json.dumps(results))


def _lines(found: Mapping[str, float]) -> Iterator[str]:
    return (f"{what:28}{ms:9,.1f} ms" for what, ms in found.items())


if __name__ == "__main__":
    main()
