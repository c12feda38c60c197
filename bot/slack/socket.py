"""Socket Mode: Slack's events over a connection that we open, so that no public address is needed."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import structlog
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from bot.requests import answering, is_a
from bot.slack.shape import shaped
from bot.slack.trouble import TROUBLE, code
from complaints.errors import ConfigurationError

LOOK_SECONDS = 15.0
"""How often the watchdog looks."""
PATIENCE = 4
"""After so many looks in a row without a connection, everything about it is built anew."""

_HOPELESS = frozenset({"invalid_auth", "not_authed", "not_allowed_token_type", "token_revoked", "account_inactive"})

log = structlog.get_logger()


class _Answered(AsyncSocketModeHandler):
    async def handle(self, client: Any, req: SocketModeRequest) -> None:
        """Answer what Slack sends, marked and measured like what comes over HTTP."""
        with answering("slack"):
            is_a("command" if req.type == "slash_commands" else req.payload.get("type"))
            payload = shaped(req.payload)
            if payload is None:
                log.warning("what came is no event, command or interaction of Slack’s", kind=str(req.type)[:40])
                # Unanswered, it would come again.
                await client.send_socket_mode_response(SocketModeResponse(envelope_id=req.envelope_id))
                return
            req.payload = payload
            await super().handle(client, req)


class Socket:
    """A Socket Mode connection under a watchdog: the library reconnects by itself, mostly."""

    def __init__(self, app: AsyncApp, app_token: str) -> None:
        self._app = app
        self._token = app_token
        self._handler: AsyncSocketModeHandler | None = None
        self._misses = 0

    async def open(self) -> None:
        """Connect; raises ConfigurationError for a token that Slack does not take."""
        await self._check_token()
        await self._connect()
        log.info("connected to Slack", mode="Socket Mode")

    async def keep(self) -> None:
        """Connect, and look after the connection for as long as the task lives; raises like `open`."""
        await self.open()
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                await self.look()
            except TROUBLE as error:
                log.warning("Slack could not be reached; tried again soon", error=code(error))

    async def look(self) -> bool:
        """Whether the connection stands; one that is dead for good, or has been gone for long, is built anew."""
        if await self._alive():
            self._misses = 0
            return True
        self._misses += 1
        log.warning("there is no connection to Slack at present", looks=self._misses)
        if self._given_up() or self._misses >= PATIENCE:
            log.warning("the connection to Slack is given up; opening another")
            await self.close()
            await self._connect()
            self._misses = 0
        return False

    async def close(self) -> None:
        """Take no more events; what Slack has not been answered it delivers again."""
        handler, self._handler = self._handler, None
        if handler is not None:
            await handler.close_async()  # type: ignore[no-untyped-call]

    async def _connect(self) -> None:
        # Its own logger would print addresses that carry a ticket; the watchdog says what an operator needs.
        silent = logging.getLogger("slack_bolt.silent")
        silent.setLevel(logging.CRITICAL)
        self._handler = _Answered(self._app, self._token, logger=silent)
        await self._handler.connect_async()  # type: ignore[no-untyped-call]

    async def _alive(self) -> bool:
        return self._handler is not None and not self._given_up() and await self._handler.client.is_connected()

    def _given_up(self) -> bool:
        """Whether one of the library's own tasks, without which nothing is received, has ended."""
        if self._handler is None:
            return True
        client = self._handler.client
        tasks = (client.message_receiver, client.message_processor, client.current_session_monitor)
        return any(task is None or task.done() for task in tasks)

    async def _check_token(self) -> None:
        client = self._app.client
        try:
            await client.apps_connections_open(app_token=self._token)
        except TROUBLE as error:
            if code(error) in _HOPELESS:
                how = "create an app-level token with the scope connections:write"
                raise ConfigurationError(
                    problems=f"SLACK_APP_TOKEN: Slack does not take it ({code(error)}); {how}"
                ) from None
            log.warning("Slack could not be reached yet; it is tried again", error=code(error))
