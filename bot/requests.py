"""The requests of the platforms, as operators see them: each has an id that is in every line of the log about it,
and a time that it took to be answered."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from time import perf_counter

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bind_contextvars, reset_contextvars

from bot.metrics import REQUESTS

HEADER = "x-request-id"
PLATFORMS = {"/slack/events": "slack", "/api/messages": "teams"}

KINDS = frozenset({
    "event_callback", "command", "block_actions", "message_action", "shortcut", "view_submission", "view_closed",
    "block_suggestion", "message", "invoke", "messageReaction", "conversationUpdate", "installationUpdate",
})  # fmt: skip
"""What platforms send; everything else is `other`, so that nobody can make up kinds without end."""

_SANE = re.compile(r"[A-Za-z0-9._-]{1,64}")


@dataclass(slots=True)
class _Kind:
    name: str = "other"


_kind: ContextVar[_Kind | None] = ContextVar("kind of request", default=None)


def is_a(kind: object) -> None:
    """Say of which kind the request is that is being answered."""
    current = _kind.get()
    if current is not None and isinstance(kind, str) and kind in KINDS:
        current.name = kind


@contextmanager
def answering(platform: str, request: str | None = None) -> Iterator[str]:
    """Measure the time until the block is left, and mark what is logged meanwhile; gives the request's id."""
    request, kind = request or secrets.token_hex(6), _Kind()
    token, marks, began = _kind.set(kind), bind_contextvars(request=request), perf_counter()
    try:
        yield request
    finally:
        REQUESTS.labels(platform, kind.name).observe(perf_counter() - began)
        reset_contextvars(**marks)
        _kind.reset(token)


class Answered:
    """Marks and measures the requests of the platforms; an id that a proxy gave one is kept, if it is a sane one."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; the answer carries its id."""
        platform = PLATFORMS.get(scope.get("path", ""))
        if scope["type"] != "http" or platform is None:
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get(HEADER, "")
        with answering(platform, given if _SANE.fullmatch(given) else None) as request:
            scope.setdefault("state", {})["request"] = request

            async def marked(message: Message) -> None:
                if message["type"] == "http.response.start":
                    message["headers"] = [*message["headers"], (HEADER.encode(), request.encode())]
                await send(message)

            await self._app(scope, receive, marked)
