"""The door for requests that Slack makes over HTTP: only genuine, well-formed ones come through to Bolt."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qsl

import structlog
from slack_bolt.adapter.starlette.async_handler import to_starlette_response
from slack_bolt.async_app import AsyncApp
from slack_bolt.response import BoltResponse
from slack_sdk.signature import Clock as SignatureClock
from slack_sdk.signature import SignatureVerifier
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from bot.clock import Clock
from bot.requests import is_a
from bot.slack.brought import Brought
from bot.slack.shape import shaped
from storage.json_text import loaded

Json = dict[str, Any]

_KEPT = ("x-slack-retry-num", "x-slack-retry-reason")

log = structlog.get_logger()


def door(app: AsyncApp, signing_secret: str, clock: Clock) -> Callable[[Request], Awaitable[Response]]:
    """A handler for `POST /slack/events`: 401 for what Slack has not just signed, 400 for what can't be read."""
    verifier = SignatureVerifier(signing_secret, clock=_Seconds(clock))

    async def handle(request: Request) -> Response:
        body = await request.body()
        if _certificate_check(body, request):
            return Response()
        if not _genuine(verifier, body, request):
            return _refused(request, 401, "the signature is wrong or older than five minutes")
        payload = read(body, request.headers.get("content-type", ""))
        if payload is None:
            return _refused(request, 400, "the body is no event, command or interaction of Slack’s")
        is_a(payload.get("type") or "command")
        return _answer(await app.async_dispatch(_for_bolt(payload, request)))

    return handle


def read(body: bytes, content_type: str) -> Json | None:
    """The payload of a request: JSON, a form with a command, or a form with an interaction; None for anything else."""
    try:
        text = body.decode()
        if content_type.startswith("application/json") or text.lstrip().startswith("{"):
            return shaped(loaded(text))
        form = dict(parse_qsl(text, keep_blank_values=True))
        return shaped(json.loads(form["payload"]) if "payload" in form else form)
    except (ValueError, RecursionError):
        return None


def _for_bolt(payload: Json, request: Request) -> Brought:
    # Read already: where Bolt reads a form itself, a command that has “payload” among its words arrives empty.
    return Brought(payload, {name: value for name in _KEPT if (value := request.headers.get(name)) is not None})


def _answer(given: BoltResponse) -> Response:
    return to_starlette_response(given) if given.body or given.status != 200 else Response()


def _certificate_check(body: bytes, request: Request) -> bool:
    """Whether Slack only looks at our certificate (`ssl_check=1`), which it does without a signature."""
    form = request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
    return form and b"ssl_check=1" in body.split(b"&")


def _genuine(verifier: SignatureVerifier, body: bytes, request: Request) -> bool:
    stamp = request.headers.get("x-slack-request-timestamp", "")
    signature = request.headers.get("x-slack-signature", "")
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12 and signature.isascii()):
        return False
    try:
        return verifier.is_valid(body, stamp, signature)
    except UnicodeDecodeError:
        return False


def _refused(request: Request, status: int, why: str) -> Response:
    log.warning("a request was refused", path=request.url.path, status=status, why=why)
    return PlainTextResponse(why + "\n", status_code=status)


class _Seconds(SignatureClock):
    """Our clock in the shape that the verifier asks for."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def now(self) -> float:
        """Seconds since 1970."""
        return self._clock.now().timestamp()
