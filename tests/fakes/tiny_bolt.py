"""A tiny app of the real Bolt, to hold payloads and sockets against."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.middleware.request_verification.async_request_verification import AsyncRequestVerification
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.signature import Clock
from slack_sdk.web.async_client import AsyncWebClient

from tests.fakes.slack_identity import BOT_TOKEN, BOT_USER, SIGNING_SECRET, START


def bolt(slack_url: str = "http://127.0.0.1:9/api/") -> AsyncApp:
    """Return a tiny app that needs no auth.test and believes that it is START."""

    async def authorize(**_: object) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id="T0GOLD001", bot_token=BOT_TOKEN, bot_user_id=BOT_USER)

    class Stopped(Clock):
        def now(self) -> float:
            return START.timestamp()

    client = AsyncWebClient(base_url=slack_url)
    app = AsyncApp(client=client, signing_secret=SIGNING_SECRET, authorize=authorize, process_before_response=True)
    for middleware in app._async_middleware_list:
        if isinstance(middleware, AsyncRequestVerification):
            middleware.verifier.clock = Stopped()
    return app


async def dispatched(app: AsyncApp, request: tuple[bytes, dict[str, str]]) -> Any:
    """Return what the app answers to a request of `slack_requests`."""
    body, headers = request
    return await app.async_dispatch(AsyncBoltRequest(body=body.decode(), headers=dict(headers)))
