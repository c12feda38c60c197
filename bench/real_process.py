"""The real `golddust run` in a process of its own on one core: when it is ready, and how much memory it holds."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.captures_load import SECRET

PATIENCE = 60.0
"""Seconds after which a process that is not ready is given up."""
_POLL = 0.01
_CHECKOUT = Path(__file__).parent.parent
_ASKED = b"GET /readyz HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Real:
    """A process that is ready: its port, its id, and the seconds from its start until it was."""

    port: int
    process: int
    ready_after: float

    def resident(self) -> int:
        """The bytes of memory that it holds at this moment."""
        pages = int(Path(f"/proc/{self.process}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")


@asynccontextmanager
async def golddust_run(folder: Path, slack_url: str, core: int = 0) -> AsyncIterator[Real]:
    """The bot in Slack over HTTP, on the golddust.yml and the SQLite file of a folder; it ends in order.

    Its log is left in golddust.log of the folder. Raises SystemExit where it ends or is not ready in time.
    """
    port, began = _free_port(), time.perf_counter()
    with (folder / "golddust.log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "run", cwd=_CHECKOUT, env=_environment(folder, slack_url, port), stdout=log,
            stderr=subprocess.STDOUT,
        )  # fmt: skip
    os.sched_setaffinity(process.pid, {core})
    try:
        while not await _ready(port):
            if process.returncode is not None or time.perf_counter() - began > PATIENCE:
                raise SystemExit("golddust run is not ready:\n" + (folder / "golddust.log").read_text()[-2000:])
            await asyncio.sleep(_POLL)
        yield Real(port, process.pid, time.perf_counter() - began)
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        await process.wait()


def _environment(folder: Path, slack_url: str, port: int) -> Mapping[str, str]:
    return {
        "PATH": os.environ.get("PATH", ""), "HOME": str(folder),
        "GOLDDUST_CONFIG": str(folder / "golddust.yml"), "GOLDDUST_DATABASE_URL": f"sqlite:///{folder / 'golddust.db'}",
        "GOLDDUST_PORT": str(port), "SLACK_BOT_TOKEN": "xoxb-bench", "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_API_URL": slack_url,
    }  # fmt: skip


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


async def _ready(port: int) -> bool:
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    try:
        writer.write(_ASKED)
        return b" 200 " in await reader.readline()
    except OSError:
        return False
    finally:
        writer.close()
