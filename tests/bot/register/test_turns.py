"""Files are made a few at a time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any, cast

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from bot.register.turns import MOST, Turns, in_turn
from bot.register.viewer import Viewer

NOBODY = cast(Viewer, None)


class Kitchen:
    """Makes files that begin at once and end when they are let go."""

    def __init__(self) -> None:
        self.turns, self.begun, self.may_end = Turns(), 0, asyncio.Event()
        made = in_turn(self.answer, self.turns)

        async def endpoint(request: Request) -> Response:
            return await made(request, NOBODY)

        self.app = Starlette(routes=[Route("/file", endpoint)])

    async def answer(self, request: Request, _: Viewer) -> Response:
        if "broken" in request.query_params:
            raise RuntimeError("broken")

        async def parts() -> AsyncIterator[bytes]:
            self.begun += 1
            yield b"one "
            await self.may_end.wait()
            yield b"two"

        return StreamingResponse(parts())


async def test_one_more_than_may_be_made_at_once_is_asked_to_come_again_and_then_gets_it() -> None:
    kitchen = Kitchen()
    async with httpx.AsyncClient(transport=httpx.ASGITransport(kitchen.app), base_url="http://kitchen") as client:
        asked = [asyncio.ensure_future(client.get("/file")) for _ in range(MOST)]
        while kitchen.begun < MOST:
            await asyncio.sleep(0)
        refused = await client.get("/file")
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "10")
        assert "try again in a moment" in refused.text
        kitchen.may_end.set()
        assert {one.text for one in await asyncio.gather(*asked)} == {"one two"}
        assert (await client.get("/file")).status_code == 200
    assert kitchen.turns.taken == 0


async def test_who_goes_away_and_what_breaks_leave_room_for_others() -> None:
    kitchen = Kitchen()

    async def gone(_: Any) -> None:
        raise OSError("the reader went away")

    async def nowhere(_: Any) -> None: ...

    async def nothing() -> Any:
        return {"type": "http.disconnect"}

    scope = {"type": "http", "asgi": {"spec_version": "2.4"}, "method": "GET", "path": "/file", "headers": []}
    with pytest.raises(ClientDisconnect):
        await kitchen.app({**scope, "query_string": b""}, nothing, gone)
    with pytest.raises(RuntimeError, match="broken"):
        await kitchen.app({**scope, "query_string": b"broken"}, nothing, nowhere)
    assert (kitchen.turns.taken, kitchen.begun) == (0, 0)
