"""Serves a register of a few tickets to whom the header X-Person names: `python -m tests.bot.register.serving URL`."""

from __future__ import annotations

import asyncio
import socket
import sys
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request

from bot.register.pages import pages
from bot.register.viewer import Viewer
from bot.watched import Watched
from complaints import commands
from tests.world import world

SAID = (
    "The card payment was taken twice", "The app logs me out every time", "A refund is missing for weeks",
    "<b>Angry</b> about a card fraud", "The opening hours are wrong",
)  # fmt: skip
FILE = Path(__file__).parents[2] / "golddust.yml"


async def serve(url: str) -> None:
    """Serve until the process ends; the first line printed is the address."""
    async with world(url, Watched(FILE)) as w:
        for place in range(60):
            await w.says("sam", SAID[place % len(SAID)], customer="Mrs Ito" if place % 3 else None)
        await w.advance(hours=5)
        await w.does(commands.Acknowledge, "dana", w.ticket(1))

        async def viewers(request: Request) -> Viewer | None:
            person = request.headers.get("x-person")
            return Viewer(w.golddust, person) if person else None

        app = Starlette(routes=pages(viewers, lambda wanted: f"/sign-in?next={wanted}", "/sign-out"))
        with socket.create_server(("127.0.0.1", 0)) as listener:
            sys.stdout.write(f"http://127.0.0.1:{listener.getsockname()[1]}\n")
            sys.stdout.flush()
            await uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off")).serve(sockets=[listener])


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1]))
