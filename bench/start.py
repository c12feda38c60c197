"""How long `golddust run` takes from its start until it is ready: `python -m bench.start`.

The real process, Slack over HTTP, on one core and a SQLite file with open tickets, is started several times; ready is
when /readyz first answers 200. The median is printed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from bench.captures_host import slack, write_file
from bench.quiet_table import fill
from bench.real_process import golddust_run

TARGET_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Started:
    """Seconds from start to ready: the median, and each."""

    seconds: float
    each: list[float]
    tickets: int
    load: float


async def started(folder: Path, tickets: int, times: int) -> Started:
    """How long each of so many starts took, after one that is not counted: it brings the files into memory."""
    write_file(folder)
    await fill(folder, tickets)
    each = []
    async with slack() as slack_url:
        for _ in range(1 + times):
            async with golddust_run(folder, slack_url) as process:
                each.append(process.ready_after)
    return Started(median(each[1:]), each[1:], tickets, os.getloadavg()[0])


def main() -> None:
    """Measure and print."""
    asks = argparse.ArgumentParser(description=__doc__)
    asks.add_argument("--tickets", type=int, default=100)
    asks.add_argument("--times", type=int, default=1)
    asks.add_argument("--json", action="store_true")
    asked = asks.parse_args()
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    with tempfile.TemporaryDirectory(prefix="golddust-start-") as folder:
        found = asyncio.run(started(Path(folder), asked.tickets, asked.times))
    if asked.json:
        print(json.dumps(asdict(found)))
        return
    print(f"start to ready with {found.tickets:,} tickets {found.seconds:.2f} s, median of {len(found.each)} "
          f"(load {found.load:.1f})")  # fmt: skip


if __name__ == "__main__":
    main()
