"""A proxy of ours between the playground, which signs nothing, and the bot, which asks for Microsoft's signature."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import aiohttp
from aiohttp import web

from tests.fakes.teams_connector import FakeTeams

PATIENCE = 60.0


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def run(loop: asyncio.AbstractEventLoop, work: Any) -> None:
    """Run until the work is done or cancelled, in a thread that is the loop's own."""
    with suppress(asyncio.CancelledError):
        loop.run_until_complete(work)
    loop.close()


def cancel(loop: asyncio.AbstractEventLoop) -> None:
    """End whatever runs in the loop."""
    for task in asyncio.all_tasks(loop):
        task.cancel()


@contextmanager
def signing(teams: FakeTeams, service_url: str, bot: Callable[[], str]) -> Iterator[str]:
    """A proxy that signs what it passes on to the bot, as Microsoft's channel service does; its address."""
    loop, ready = asyncio.new_event_loop(), threading.Event()
    port = free_port()

    async def passed_on(request: web.Request) -> web.Response:
        header = teams.header(serviceurl=service_url)
        headers = {"Authorization": header, "Content-Type": "application/json"}
        body = await request.read()
        async with aiohttp.ClientSession() as session, session.post(bot(), data=body, headers=headers) as answer:
            kind = answer.content_type
            return web.Response(status=answer.status, body=await answer.read(), content_type=kind)

    async def greeted(_: web.Request) -> web.Response:
        return web.Response()

    async def serve() -> None:
        app = web.Application()
        app.router.add_post("/api/messages", passed_on)
        app.router.add_get("/api/messages", greeted)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        ready.set()
        try:
            await asyncio.Event().wait()
        finally:
            await runner.cleanup()

    thread = threading.Thread(target=lambda: run(loop, serve()), daemon=True)
    thread.start()
    assert ready.wait(PATIENCE)
    try:
        yield f"http://127.0.0.1:{port}/api/messages"
    finally:
        loop.call_soon_threadsafe(cancel, loop)
        thread.join(PATIENCE)
