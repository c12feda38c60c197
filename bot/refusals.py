"""What the HTTP server refuses, with a line in the log for each."""

from __future__ import annotations

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_BYTES = 1_000_000
"""Larger bodies are refused; Slack's own stay far below."""

log = structlog.get_logger()


class BodyLimit:
    """Refuses a request whose body is too large, by its announced length or as soon as more has arrived."""

    def __init__(self, app: ASGIApp, most: int) -> None:
        self._app = app
        self._most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, counting what it reads."""
        if scope["type"] == "http" and _announced(scope) > self._most:
            response = _refusal(scope["path"], 413)
            await response(scope, receive, send)
            return
        read = 0

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > self._most:
                raise HTTPException(413)
            return message

        await self._app(scope, counted, send)


def _announced(scope: Scope) -> int:
    lengths = [value for name, value in scope["headers"] if name == b"content-length"]
    return int(lengths[0]) if lengths and lengths[0].isdigit() else 0


_WHY = {
    404: "there is nothing at this address",
    405: "this address takes another method",
    413: f"the body is larger than {MOST_BYTES:,} bytes",
}


async def refused(request: Request, error: Exception) -> Response:
    """The answer to a request that Starlette refused."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    return _refusal(request.url.path, status)


def _refusal(path: str, status: int) -> Response:
    why = _WHY.get(status, "refused")
    log.warning("a request was refused", path=path[:100], status=status, why=why)
    return PlainTextResponse(why + "\n", status_code=status, headers={"connection": "close"} if status == 413 else None)


async def failed(request: Request, error: Exception) -> Response:
    """The answer to a request that broke."""
    # Only the kind of the error: its message may quote what somebody wrote.
    number = request.scope.get("state", {}).get("request", "none")
    log.error("a request failed", path=request.url.path[:100], error=type(error).__name__, request=number)
    said = "Golddust could not do that; see its log\n"
    return PlainTextResponse(said, status_code=500, headers={"x-request-id": number})
