"""One replica of bench.replicas, a process of its own; its work is to take captures, or to nudge."""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import socket
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Final

import uvicorn

from bench.captures_load import SECRET
from bench.captures_server import TOKEN
from bench.table_of_tickets import NOW
from bot.app import Golddust
from bot.clock import SystemClock, VirtualClock
from bot.collector import seldom
from bot.journal import keep_journal
from bot.server import application, event_loop
from bot.slack import app as slack
from bot.slack import send
from bot.slack.door import door
from bot.watched import Watched
from storage.database import open_engine

WARM_UP: Final = timedelta(days=7)


async def capture(folder: Path, database: str, slack_url: str) -> None:
    """Take Slack's events until SIGTERM; prints the port first."""
    whole = Golddust(open_engine(database), Watched(folder / "golddust.yml"), SystemClock())
    try:
        app = application(
            [whole], door(slack.build(slack.room(whole, send.client(TOKEN, slack_url))), SECRET, whole.clock)
        )
        listener = socket.create_server(("127.0.0.1", 0), backlog=2048)
        config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", server_header=False)
        print(listener.getsockname()[1], flush=True)
        with seldom():
            await uvicorn.Server(config).serve(sockets=[listener])
    finally:
        whole.close()


async def nudge(folder: Path, database: str, slack_url: str) -> None:
    """Print a line when ready, and after one was read run a tick; prints its nudges, and when it began and ended."""
    whole = Golddust(open_engine(database), Watched(folder / "golddust.yml"), VirtualClock(NOW))
    try:
        await whole.nudge(NOW - WARM_UP)  # takes up the file; nothing is due that early
        print("ready", flush=True)
        sys.stdin.readline()
        began = time.monotonic()
        ticked = await whole.nudge(NOW)
        print(json.dumps({"nudges": len(ticked.nudges), "began": began, "ended": time.monotonic()}), flush=True)
    finally:
        whole.close()


WORK = {"captures": capture, "nudges": nudge}


def main() -> None:
    """Do as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work", choices=WORK)
    parser.add_argument("folder", type=Path)
    parser.add_argument("database")
    parser.add_argument("slack_url")
    given = parser.parse_args()
    keep_journal()
    # Uvicorn ends in order and then raises the signal again.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    with asyncio.Runner(loop_factory=event_loop) as runner:
        runner.run(WORK[given.work](given.folder, given.database, given.slack_url))


if __name__ == "__main__":
    main()
