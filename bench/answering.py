"""A Bot Connector that only answers, in a process of its own: `python -m bench.answering CORE` prints its port.

Every POST is answered with 201 and an id of its own, over connections that stay open; a GET tells how many there were,
and over how many connections.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import cast

import aiohttp


@dataclass
class _Told:
    posts: int = 0
    connections: set[int] = field(default_factory=set)


class _Answering(asyncio.Protocol):
    def __init__(self, told: _Told) -> None:
        self._told = told
        self._read = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._place = self._transport.get_extra_info("peername")[1]

    def data_received(self, data: bytes) -> None:
        self._read += data
        head, found, body = self._read.partition(b"\r\n\r\n")
        if found and len(body) >= _length(head):
            self._read = b""
            self._answer(posted=head.startswith(b"POST"))

    def _answer(self, *, posted: bool) -> None:
        told = self._told
        if posted:
            told.posts += 1
            told.connections.add(self._place)
            body = json.dumps({"id": f"1:{told.posts}"}).encode()
        else:
            body = json.dumps({"posts": told.posts, "connections": len(told.connections)}).encode()
        head = f"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        self._transport.write(head.encode() + body)


def _length(head: bytes) -> int:
    _, found, rest = head.lower().partition(b"content-length:")
    return int(rest.partition(b"\r\n")[0]) if found else 0


async def serve() -> None:
    """Serve until the process is ended; prints the port first."""
    told = _Told()
    server = await asyncio.get_running_loop().create_server(lambda: _Answering(told), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


@asynccontextmanager
async def connector(core: int) -> AsyncIterator[str]:
    """The address of such a process on this core, which ends with the block."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.answering", str(core), stdout=subprocess.PIPE
    )
    assert process.stdout is not None  # noqa: S101 - asked for
    try:
        yield f"http://127.0.0.1:{int(await process.stdout.readline())}/"
    finally:
        process.terminate()
        await process.wait()


async def arrived(url: str) -> tuple[int, int]:
    """How many activities a connector has been sent, and over how many connections."""
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        told = await answer.json(content_type=None)
    return int(told["posts"]), int(told["connections"])


if __name__ == "__main__":
    os.sched_setaffinity(0, {int(sys.argv[1])})
    asyncio.run(serve())
