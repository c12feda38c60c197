"""The servers of bench.captures, each in a process of its own on one core: Golddust, and what it is held against."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import socket
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import uvicorn
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bench.captures_load import BOT, SECRET, TEAM
from bot.app import Golddust
from bot.clock import SystemClock
from bot.collector import seldom
from bot.journal import keep_journal
from bot.server import application, event_loop
from bot.slack import app as slack
from bot.slack import send
from bot.slack.door import door
from bot.watched import Watched
from storage.database import open_engine, upgrade

TOKEN = "xoxb-bench"  # noqa: S105


@asynccontextmanager
async def golddust(folder: Path, slack_url: str) -> AsyncIterator[Starlette]:
    """The whole product behind Slack, but for delivering."""
    keep_journal()
    engine = open_engine(f"sqlite:///{folder / 'golddust.db'}")
    upgrade(engine)
    whole = Golddust(engine, Watched(folder / "golddust.yml"), SystemClock())
    room = slack.room(whole, send.client(TOKEN, slack_url))
    try:
        with seldom():
            yield application([whole], door(slack.build(room), SECRET, whole.clock))
    finally:
        whole.close()


@asynccontextmanager
async def bolt(folder: Path, slack_url: str) -> AsyncIterator[Starlette]:
    """Bolt, which verifies and answers, and does nothing else."""
    yield _bolt(slack_url, lambda body: None)


@asynccontextmanager
async def bolt_row(folder: Path, slack_url: str) -> AsyncIterator[Starlette]:
    """Bolt, which keeps one durable row for each event, one commit each."""
    connection = sqlite3.connect(folder / "events.db", isolation_level=None)
    for statement in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL"):
        connection.execute(statement)
    connection.execute("CREATE TABLE events (id TEXT PRIMARY KEY, words TEXT NOT NULL)")

    def keep(body: dict[str, object]) -> None:
        event = body["event"]
        words = event["text"] if isinstance(event, dict) else ""
        connection.execute("INSERT INTO events VALUES (?, ?)", (body["event_id"], words))

    yield _bolt(slack_url, keep)
    connection.close()


def _bolt(slack_url: str, heard: Callable[[dict[str, object]], None]) -> Starlette:
    async def authorize(**_: object) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id=TEAM, bot_token=TOKEN, bot_user_id=BOT)

    client = AsyncWebClient(token=TOKEN, base_url=slack_url)
    app = AsyncApp(client=client, signing_secret=SECRET, authorize=authorize, process_before_response=True)

    @app.event("message")
    async def listener(body: dict[str, object]) -> None:
        heard(body)

    handler = AsyncSlackRequestHandler(app)

    async def endpoint(request: Request) -> Response:
        return await handler.handle(request)

    return Starlette(routes=[Route("/slack/events", endpoint, methods=["POST"])])


SERVERS = {"golddust": golddust, "bolt": bolt, "bolt-row": bolt_row}


async def serve(name: str, folder: Path, slack_url: str) -> None:
    """Serve until SIGTERM; prints the port first."""
    async with SERVERS[name](folder, slack_url) as app:
        listener = socket.create_server(("127.0.0.1", 0), backlog=2048)
        config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", server_header=False)
        server = uvicorn.Server(config)
        print(listener.getsockname()[1], flush=True)
        await server.serve(sockets=[listener])


def main() -> None:
    """Serve as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("server", choices=SERVERS)
    parser.add_argument("folder", type=Path)
    parser.add_argument("slack_url")
    parser.add_argument("core", type=int)
    given = parser.parse_args()
    os.sched_setaffinity(0, {given.core})
    # Uvicorn ends in order and then raises the signal again.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    with asyncio.Runner(loop_factory=event_loop) as runner:
        runner.run(serve(given.server, given.folder, given.slack_url))


if __name__ == "__main__":
    main()
