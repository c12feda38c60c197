"""The HTTP side of `golddust run`: the channels' addresses, health, readiness and metrics."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import cache

import structlog
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.app import Golddust
from handlers.context import Context
from storage.database import head, revision, unreachable

MOST_BYTES = 1_000_000
"""Larger bodies are refused; Slack's own stay far below."""

READY_SECONDS = 5.0

Handler = Callable[[Request], Awaitable[Response]]

log = structlog.get_logger()


def application(golddust: Golddust, slack_handler: Handler | None) -> Starlette:
    """The web application: health, readiness and metrics, and Slack's address where Slack calls us."""

    async def ready(_: Request) -> Response:
        reason = await unready(golddust)
        return PlainTextResponse(reason or "ready\n", status_code=503 if reason else 200)

    routes = [Route("/healthz", _healthy), Route("/readyz", ready), Route("/metrics", _metrics)]
    if slack_handler is not None:
        routes.append(Route("/slack/events", slack_handler, methods=["POST"]))
    app = Starlette(
        routes=routes,
        middleware=[Middleware(BodyLimit, most=MOST_BYTES)],
        exception_handlers={HTTPException: _refused, Exception: _failed},
    )
    app.router.redirect_slashes = False
    return app


async def unready(golddust: Golddust) -> str | None:
    """Why the database can't be worked with, in one line, or None when it answers and is migrated."""

    def at_revision(context: Context) -> str | None:
        return revision(context.session.connection())

    try:
        found = await asyncio.wait_for(asyncio.to_thread(golddust.read, at_revision), READY_SECONDS)
    except TimeoutError:
        return f"the database has not answered for {READY_SECONDS:.0f} seconds\n"
    except SQLAlchemyError as error:
        return unreachable(golddust.engine, error) + "\n"
    if found != _newest():
        return f"the database is at revision {found}, this version needs {_newest()}: run `golddust db upgrade`\n"
    return None


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


async def _refused(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    return _refusal(request.url.path, status)


def _refusal(path: str, status: int) -> Response:
    why = _WHY.get(status, "refused")
    log.warning("a request was refused", path=path[:100], status=status, why=why)
    return PlainTextResponse(why + "\n", status_code=status, headers={"connection": "close"} if status == 413 else None)


async def _failed(request: Request, error: Exception) -> Response:
    # Only the kind of the error: its message may quote what somebody wrote.
    log.error("a request failed", path=request.url.path[:100], error=type(error).__name__)
    return PlainTextResponse("Golddust could not do that; see its log\n", status_code=500)


async def _healthy(_: Request) -> Response:
    return PlainTextResponse("alive\n")


async def _metrics(_: Request) -> Response:
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


@cache
def _newest() -> str | None:
    return head()
