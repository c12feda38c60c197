"""The door for what Microsoft posts to the bot over HTTP."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.teams.transport import Transport


def door(transport: Transport) -> Callable[[Request], Awaitable[Response]]:
    """A handler for `POST /api/messages`; the transport judges who may come in."""

    async def handle(request: Request) -> Response:
        status, body = await transport.handle(await request.body(), request.headers.get("authorization"))
        return Response(status_code=status) if body is None else JSONResponse(body, status)

    return handle
