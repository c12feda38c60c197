"""Where a server of bench.captures runs: its folder, its process on one core, and a Slack that answers it."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import yaml

from bench import table_of_tickets
from bench.captures_load import BOT, CHANNEL, TEAM
from bench.year_organisation import company
from bot.configuration import read
from storage.database import open_engine, upgrade

SLACK = {
    "ok": True, "team_id": TEAM, "user_id": BOT, "bot_id": "B0GOLDDUST",
    "channel": {"id": CHANNEL, "name": "complaints"},
}  # fmt: skip
"""What the Slack of the bench answers, whatever it is asked."""


def write_file(folder: Path) -> list[str]:
    """Write the simulated year's golddust.yml, with one channel watched; the Slack ids of those who report."""
    bank = company(1)
    document = yaml.safe_load(bank.document)
    for place, key in enumerate(bank.reporters):
        document["people"][key]["slack"] = f"U0REPORTER{place}"
    document["capture"] = {"watch": [CHANNEL]}
    (folder / "golddust.yml").write_text(yaml.safe_dump(document, sort_keys=False))
    return [document["people"][key]["slack"] for key in bank.reporters]


def fill(folder: Path, count: int) -> None:
    """Put so many tickets into the folder's database before its server starts."""
    engine = open_engine(f"sqlite:///{folder / 'golddust.db'}")
    upgrade(engine)
    table_of_tickets.fill(engine, read(folder / "golddust.yml").organisation, count, due=False)
    engine.dispose()


@asynccontextmanager
async def slack() -> AsyncIterator[str]:
    """The address of a Slack's Web API that knows one workspace, one bot and one channel."""
    body = json.dumps(SLACK).encode()
    head = (
        f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(head.encode() + body)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/api/"


@dataclass(frozen=True, slots=True)
class Served:
    """A server: its port, and its process."""

    port: int
    process: int

    def cpu(self) -> float:
        """The seconds of the core that it has used so far."""
        figures = Path(f"/proc/{self.process}/stat").read_text().rpartition(")")[2].split()
        return (int(figures[11]) + int(figures[12])) / os.sysconf("SC_CLK_TCK")


@asynccontextmanager
async def served(name: str, folder: Path, slack_url: str, core: int) -> AsyncIterator[Served]:
    """A server in a process of its own on this core; on the way out it ends in order."""
    command = [sys.executable, "-m", "bench.captures_server", name, str(folder), slack_url, str(core)]
    process = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE)
    assert process.stdout is not None  # noqa: S101 - asked for
    try:
        yield Served(int(await process.stdout.readline()), process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        await process.wait()
