"""The processes that a chaos run starts, kills and starts again."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections import Counter
from pathlib import Path

import httpx

from tests.fakes.slack_identity import BOT_TOKEN, SIGNING_SECRET

TOP = Path(__file__).parents[2]
CONFIG = TOP / "tests" / "golddust.yml"
REPLICAS = 3
PATIENCE = 120.0
EXPECTED = (0, -signal.SIGKILL, -signal.SIGTERM)
"""How a replica ends that was killed, or asked to stop, be it before it listened to that."""


class Replicas:
    """Three of them, each on a port of its own; `ended` counts those that ended unasked, by exit code."""

    def __init__(self, database_url: str, slack_url: str, clock: Path) -> None:
        self._clock = clock
        self._environment = os.environ | {
            "GOLDDUST_CONFIG": str(CONFIG), "GOLDDUST_DATABASE_URL": database_url, "SLACK_API_URL": slack_url,
            "SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_SIGNING_SECRET": SIGNING_SECRET, "PYTHONPATH": str(TOP),
        }  # fmt: skip
        self.ports = [_free_port() for _ in range(REPLICAS)]
        self.ended: Counter[str] = Counter()
        self._processes: dict[int, subprocess.Popen[bytes]] = {}

    def revive(self) -> None:
        """Start every replica that does not run, as systemd does."""
        for port in self.ports:
            known = self._processes.get(port)
            if known is not None and known.poll() is None:
                continue
            if known is not None and known.returncode not in EXPECTED:
                self.ended[f"ended by itself ({known.returncode})"] += 1
            self._processes[port] = self._start(port)

    async def ready(self, least: int = REPLICAS) -> None:
        """Wait until so many are ready; raises TimeoutError, with what they said last, where they never are."""
        try:
            async with asyncio.timeout(PATIENCE), httpx.AsyncClient(timeout=10) as http:
                while sum([await _answers(http, f"http://127.0.0.1:{port}/readyz") for port in self.ports]) < least:
                    self.revive()
                    await asyncio.sleep(0.2)
        except TimeoutError:
            said = [path.read_text()[-1500:] for path in self._clock.parent.glob("replica-*.log")]
            raise TimeoutError(f"{self.ended}\n" + "\n\n".join(said)) from None

    def send(self, port: int, number: signal.Signals) -> None:
        """Send a replica a signal."""
        self._processes[port].send_signal(number)

    def end(self) -> list[int]:
        """Stop the replicas; their exit codes."""
        for process in self._processes.values():
            process.terminate()
        return [process.wait(PATIENCE) for process in self._processes.values()]

    def kill(self) -> None:
        """Let nothing of them be left."""
        for process in self._processes.values():
            process.kill()
            process.wait()

    def _start(self, port: int) -> subprocess.Popen[bytes]:
        with (self._clock.parent / f"replica-{port}.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "tests.chaos.replica", str(self._clock)], cwd=TOP, stdout=log, stderr=log,
                env=self._environment | {"GOLDDUST_PORT": str(port)},
            )  # fmt: skip


async def _answers(http: httpx.AsyncClient, url: str) -> bool:
    try:
        return (await http.get(url)).status_code == 200
    except httpx.HTTPError:
        return False


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
