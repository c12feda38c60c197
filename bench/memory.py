"""Memory of `golddust run` with many tickets under a steady load, beside its start: `python -m bench.memory`.

The real process, Slack over HTTP, on one core: its resident memory is read when it is ready, and then each second while
so many complaints a second are captured, routed, stored and told to a Slack that holds to its limits.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.captures_host import write_file
from bench.captures_load import Answered, calls, paced
from bench.limited_slack import limited_slack
from bench.quiet_table import fill
from bench.real_process import Real, golddust_run
from bot.server import event_loop

TARGET_RATIO, TARGET_MEGABYTES = 1.5, 200.0
_MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Held:
    """Megabytes held at start, at most and at the end, and what was captured meanwhile."""

    start: float
    most: float
    end: float
    ratio: float
    tickets: int
    captured: int
    rate: float
    load: float


async def held(folder: Path, tickets: int, rate: float, seconds: float) -> Held:
    """What a run came to; raises SystemExit where an event is not answered with 200."""
    reporters = write_file(folder)
    await fill(folder, tickets)
    async with limited_slack() as slack, golddust_run(folder, slack.url) as process:
        figures = [process.resident()]
        watching = asyncio.create_task(_watch(process, figures))
        answered = await paced(process.port, calls(max(1, int(rate * seconds)), reporters), rate)
        figures.append(process.resident())
        watching.cancel()
    _check(answered)
    start, most, end = (one / _MEGABYTE for one in (figures[0], max(figures), figures[-1]))
    captured = len(answered.messages)
    return Held(start, most, end, most / start, tickets, captured, answered.rate, os.getloadavg()[0])


async def _watch(process: Real, figures: list[int]) -> None:
    while True:
        await asyncio.sleep(1)
        figures.append(process.resident())


def _check(answered: Answered) -> None:
    if answered.failed:
        raise SystemExit(f"{answered.failed} events were not answered with 200")


def main() -> None:
    """Measure and print."""
    asks = argparse.ArgumentParser(description=__doc__)
    asks.add_argument("--tickets", type=int, default=1_000)
    asks.add_argument("--rate", type=float, default=20.0, help="captures a second")
    asks.add_argument("--seconds", type=float, default=5.0)
    asks.add_argument("--json", action="store_true")
    asked = asks.parse_args()
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    # Beside the checkout, because a temporary folder may be in memory.
    where = tempfile.TemporaryDirectory(dir=Path.cwd(), prefix=".bench-")
    with where as folder, asyncio.Runner(loop_factory=event_loop) as runner:
        found = runner.run(held(Path(folder), asked.tickets, asked.rate, asked.seconds))
    if asked.json:
        print(json.dumps(asdict(found)))
        return
    print(f"{found.captured:,} captures at {found.rate:.0f}/s into {found.tickets:,} tickets: {found.start:.0f} MB at "
          f"start, {found.most:.0f} MB at most, ratio {found.ratio:.2f} (load {found.load:.1f})")  # fmt: skip


if __name__ == "__main__":
    main()
