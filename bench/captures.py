"""How many complaints a second Golddust takes from Slack: `python -m bench.captures`.

Each request is one signed message event of a watched channel over HTTP, answered once ticket, timeline, notices and
next nudge are durable (SQLite, synchronous=FULL), by one process on one core. In the same run the same requests go to
Bolt that only verifies and answers, and to Bolt that keeps one durable row for each event.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sqlite3
import tempfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from bench.captures_host import fill, served, slack, write_file
from bench.captures_load import CHANNEL, Answered, at_once, calls, paced
from bot.server import event_loop

CONCURRENCY = 64
GROWN = (10_000, 1_000_000)


@dataclass(frozen=True, slots=True)
class Measured:
    """What became of so many requests at once, the core's seconds for each of them, and of so many at a rate."""

    at_once: Answered
    cpu: float
    paced: Answered | None


async def measured(requests: int, rounds: int, folder: Path) -> dict[str, Any]:
    """Requests per second of each server, round by round, and how long answers take at half of ours."""
    found: dict[str, list[Measured]] = {name: [] for name in ("golddust", "bolt", "bolt-row")}
    async with slack() as slack_url:
        for number in range(rounds):
            for name, so_far in found.items():
                so_far.append(await run(name, requests, folder / f"{name}-{number}", slack_url))
        half = median(one.at_once.rate for one in found["golddust"]) / 2
        steady = (await run("golddust", 1, folder / "steady", slack_url, rate=half, at_rate=requests)).paced
    assert steady is not None  # noqa: S101 - asked for
    ours, bolt, row = (median(one.at_once.rate for one in of) for of in found.values())
    cpu = {name: 1e6 * median(one.cpu for one in of) for name, of in found.items()}
    return {
        "golddust": ours, "bolt": bolt, "bolt_row": row, "of_bolt": ours / bolt, "of_bolt_row": ours / row,
        "half_load": half, "p50_ms": 1e3 * steady.percentile(0.5), "p99_ms": 1e3 * steady.percentile(0.99),
        "cpu_us": cpu, "rounds": {name: [one.at_once.rate for one in of] for name, of in found.items()},
    }  # fmt: skip


async def grown(requests: int, folder: Path) -> dict[str, Any]:
    """Captures per second, and the core's microseconds for each, with few and with many tickets in the table."""
    async with slack() as slack_url:
        found = {
            count: await run("golddust", requests, folder / f"{count}", slack_url, tickets=count) for count in GROWN
        }
    few, many = found.values()
    return {
        "tickets": list(found), "rates": [one.at_once.rate for one in found.values()],
        "cpu_us": [1e6 * one.cpu for one in found.values()], "slower": few.at_once.rate / many.at_once.rate,
        "slower_cpu": many.cpu / few.cpu,
    }  # fmt: skip


async def run(
    name: str, requests: int, folder: Path, slack_url: str, *, rate: float = 0.0, at_rate: int = 0, tickets: int = 0
) -> Measured:
    """Load a server that is new; raises where a request is not answered with 200, is lost or doubled."""
    folder.mkdir()
    reporters = write_file(folder)
    if tickets:
        fill(folder, tickets)
    async with served(name, folder, slack_url, core=0) as server:
        # The first alone, while Slack is asked who we are.
        warm = [await at_once(server.port, calls(many, reporters), many) for many in (1, CONCURRENCY, 4 * CONCURRENCY)]
        load, before = calls(requests, reporters), server.cpu()
        parts = [*warm, await at_once(server.port, load, CONCURRENCY)]
        cpu = (server.cpu() - before) / requests
        if rate:
            parts.append(await paced(server.port, calls(at_rate, reporters), rate))
    if name == "golddust":
        check(folder / "golddust.db", [message for part in parts for message in part.messages])
    if failed := sum(part.failed for part in parts):
        raise SystemExit(f"{name}: {failed} requests were not answered with 200")
    return Measured(parts[3], cpu, parts[4] if rate else None)


def check(database: Path, answered: list[str]) -> None:
    """Nothing; raises where an answered event is not exactly one whole ticket that somebody will be nudged about."""
    with closing(sqlite3.connect(database)) as connection:
        said = connection.execute(
            "SELECT source_message, count(*), min(next_nudge_at), "
            "(SELECT count(*) FROM timeline WHERE ticket = number), "
            "(SELECT count(*) FROM outbox WHERE outbox.ticket = number) FROM tickets "
            "WHERE source_conversation = ? GROUP BY source_message",
            (CHANNEL,),
        ).fetchall()
    whole = {message for message, count, nudge, events, notices in said if count == 1 and nudge and events and notices}
    if len(said) != len(whole) or whole != set(answered) or len(answered) != len(set(answered)):
        raise SystemExit(f"{len(answered)} events were answered, {len(said)} are tickets, {len(whole)} of them whole")


def printed(found: dict[str, Any]) -> str:
    """The figures, a line each."""
    rates = {
        "golddust": ("Golddust", "golddust", ""),
        "bolt": ("Bolt, verifies and answers", "bolt", f"Golddust is {found['of_bolt']:.2f} of it"),
        "bolt_row": ("Bolt, a row and a commit", "bolt-row", f"Golddust is {found['of_bolt_row']:.2f} of it"),
    }
    lines = [
        f"{title:28}{found[key]:8,.0f} requests/s{found['cpu_us'][name]:8,.0f} µs of the core each   {ratio}"
        for key, (title, name, ratio) in rates.items()
    ]
    within = f"half within {found['p50_ms']:.0f} ms, 99 of 100 within {found['p99_ms']:.0f} ms"
    return "\n".join((*lines, f"Golddust at {found['half_load']:,.0f} requests/s answers {within}"))


def printed_grown(found: dict[str, Any]) -> str:
    """The figures with few and many tickets, a line each."""
    each = zip(found["tickets"], found["rates"], found["cpu_us"], strict=True)
    lines = [
        f"{count:10,} tickets {rate:8,.0f} captures/s {cpu:8,.0f} µs of the core each" for count, rate, cpu in each
    ]
    return "\n".join((*lines, f"with many a capture takes {found['slower']:.2f} × as long"))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=5_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--grown", action="store_true", help="hold 1,000,000 tickets in the table against 10,000")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    # Beside the checkout, because a temporary folder may be in memory.
    where = tempfile.TemporaryDirectory(dir=Path.cwd(), prefix=".bench-")
    with where as folder, asyncio.Runner(loop_factory=event_loop) as runner:
        if given.grown:
            found = runner.run(grown(given.requests, Path(folder)))
        else:
            found = runner.run(measured(given.requests, given.rounds, Path(folder)))
    told = printed_grown if given.grown else printed
    print(json.dumps(found) if given.json else told(found))


if __name__ == "__main__":
    main()
