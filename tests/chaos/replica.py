"""One replica: `golddust run` as it is, with a clock that runs faster and waits that are shorter by as much."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from bot import deliverer, running, scheduler
from bot.server import event_loop
from bot.settings import read_settings
from bot.slack import send
from complaints.errors import GolddustError
from tests.chaos.clock import RATE, SharedClock


def main(clock: str) -> None:
    """Run until SIGTERM; the clock is the file that tells it."""
    send.TIMEOUT_SECONDS = round(send.TIMEOUT_SECONDS / RATE)
    send.SlackChannel.pace /= RATE
    deliverer.IDLE_SECONDS /= RATE
    scheduler.NUDGE_SECONDS = scheduler.DIGEST_SECONDS = round(scheduler.NUDGE_SECONDS / RATE)
    with asyncio.Runner(loop_factory=event_loop) as runner:
        runner.run(running.run(read_settings(), SharedClock(Path(clock))))


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except GolddustError as error:
        sys.exit(f"error: {error}")
