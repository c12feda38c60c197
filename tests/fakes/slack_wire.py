"""Slack's HTTP: arguments from query, form and JSON alike, answers with their headers, broken connections."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from aiohttp import web

from tests.fakes.slack_call import Json
from tests.fakes.slack_faults import Fault


async def read_args(request: web.Request) -> Json:
    """Return the arguments of a request, whichever of the three places they came in."""
    args: Json = dict(request.query)
    if request.content_type == "application/json":
        body: Any = await request.json()
        args |= body if isinstance(body, dict) else {}
    elif request.can_read_body:
        args |= dict(await request.post())
    return args


def bearer(request: web.Request) -> str:
    """Return the token of the Authorization header, or nothing."""
    return request.headers.get("Authorization", "").removeprefix("Bearer ")


def answered(body: Json, scopes: Iterable[str] | None) -> web.Response:
    """Return the answer of a Web API method; without scopes, that of a response URL."""
    if scopes is not None:
        return web.json_response(body, headers={"x-oauth-scopes": ",".join(scopes)})
    if body["ok"]:
        return web.Response(text="ok", content_type="text/html")
    return web.json_response(body, status=404 if body["error"].endswith("_url") else 400)


def failed(fault: Fault) -> web.Response:
    """Return an HTTP error as Slack's edge sends it: 429 with Retry-After and JSON, others as a page."""
    if fault.status == 429:
        headers = {"Retry-After": str(fault.retry_after)}
        return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)
    return web.Response(status=fault.status, text="<html>Server Error</html>", content_type="text/html")


def broken(request: web.Request) -> web.Response:
    """Break the connection without an answer."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
