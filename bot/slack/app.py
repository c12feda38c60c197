"""The Bolt application: which listener hears what, and what happens when one fails."""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot import arrival
from bot.app import Golddust
from bot.journal import trail
from bot.slack import patience
from bot.slack.apology import apology
from bot.slack.card import SlackMessage
from bot.slack.conversations import Busy, Conversations
from bot.slack.identity import Introduction, NotIntroduced
from bot.slack.listen import Room, respond, with_charts_or_without
from bot.slack.listen_actions import ACTIONS
from bot.slack.listen_commands import COMMANDS
from bot.slack.listen_forms import FORMS
from bot.slack.listen_home import app_home_opened
from bot.slack.listen_mentions import app_mention
from bot.slack.listen_messages import message
from bot.slack.listen_preferences import ACTIONS as CHOICES
from bot.slack.listen_reactions import reaction_added
from bot.slack.listen_shortcuts import SHORTCUTS
from bot.slack.listen_workspace import app_uninstalled, tokens_revoked, user_change
from bot.slack.payloads import Json, by_ourselves
from bot.slack.people import People
from storage.absence import away

LAST_RETRY = 3
"""Slack delivers an event again at once, after a minute and after five, and then no more."""

EVENTS: dict[str, Callable[[Room, Json, bool], Awaitable[object]]] = {
    "message": lambda room, body, last_try: message(room, body, last_try=last_try),
    "app_mention": lambda room, body, last_try: app_mention(room, body, last_try=last_try),
    "reaction_added": lambda room, body, last_try: reaction_added(room, body, last_try=last_try),
    "app_home_opened": lambda room, body, last_try: app_home_opened(room, body),
    "user_change": lambda room, body, last_try: user_change(room, body),
    "tokens_revoked": lambda room, body, last_try: tokens_revoked(room, body),
    "app_uninstalled": lambda room, body, last_try: app_uninstalled(room, body),
}

log = structlog.get_logger()


def room(golddust: Golddust, client: AsyncWebClient) -> Room:
    """The listen room of a workspace."""
    introduction = Introduction(client)
    return Room(golddust, client, introduction, People(golddust, client, introduction), Conversations(client))


class Application(AsyncApp):
    """Bolt's application, and a short way for events, of which there are many."""

    def __init__(self, room: Room, **given: Any) -> None:
        super().__init__(**given)
        self._room, self._failed = room, _failed(room)

    async def async_dispatch(self, req: AsyncBoltRequest) -> BoltResponse:
        """What a request is answered with: an event the same as by Bolt, without what only other requests need."""
        payload: Json = req.body
        if payload.get("type") != "event_callback":
            return await super().async_dispatch(req)
        event = payload["event"]
        heard = EVENTS.get(event["type"])
        if heard is not None and not by_ourselves(event, self._room.introduction.known):
            try:
                await _take_up(self._room, heard, payload, req.headers.get("x-slack-retry-num", ["0"])[0])
            except Exception as error:  # noqa: BLE001 - this is the listener's edge: Slack must have an answer
                return await self._failed(error, payload)
        return BoltResponse(status=200, body="")


def build(room: Room) -> Application:
    """The application with all its listeners; Slack is answered only after what it brought is committed.

    It does not look at signatures: requests over HTTP come through `door`, those over Socket Mode are Slack's own.
    """
    app = Application(
        room,
        logger=_quiet(),
        client=room.client,
        authorize=_authorize(room),
        process_before_response=True,
        request_verification_enabled=False,
        raise_error_for_unhandled_request=True,
    )
    for name, heard in EVENTS.items():
        app.event(name)(_event(room, heard))
    for name, answer in COMMANDS.items():
        app.command(name)(_command(room, answer))
    for name, opened in SHORTCUTS.items():
        app.shortcut(name)(_told(room, opened))
    for name, pressed in {**ACTIONS, **CHOICES}.items():
        app.action(name)(_told(room, pressed))
    for name, handed_in in FORMS.items():
        app.view(name)(_form(room, handed_in))
    # Whatever else we are subscribed to is none of our business, but unanswered it would count as a failure.
    app.event(re.compile(".*"))(_ignored)
    app.error(_failed(room))
    return app


def _quiet() -> logging.Logger:
    """Bolt's logger, of errors only; otherwise it takes the root's level, and prints payloads when that is low."""
    logger = logging.getLogger("slack_bolt")
    logger.setLevel(logging.ERROR)
    return logger


def _event(room: Room, heard: Callable[[Room, Json, bool], Awaitable[object]]) -> Callable[..., Awaitable[None]]:
    async def listener(body: Json, request: AsyncBoltRequest) -> None:
        await _take_up(room, heard, body, request.headers.get("x-slack-retry-num", ["0"])[0])

    return listener


async def _take_up(room: Room, heard: Callable[[Room, Json, bool], Awaitable[object]], body: Json, retry: str) -> None:
    patience.begin()
    await heard(room, body, retry.isdigit() and int(retry) >= LAST_RETRY)


def _command(room: Room, answer: Callable[[Room, Json], Awaitable[Any]]) -> Callable[..., Awaitable[None]]:
    async def listener(body: Json, ack: Callable[..., Awaitable[Any]]) -> None:
        patience.begin()
        said = await answer(room, body)
        if said is None:
            await ack()
        elif said.drawn and body.get("response_url"):
            # An answer in the acknowledgement that Slack refused would be lost; a later one can be sent again.
            await ack()
            room.later(_drawn(str(body["response_url"]), said))
        else:
            said = said.undrawn
            await ack(text=said.text, blocks=said.blocks, response_type="ephemeral")

    return listener


async def _drawn(url: str, said: SlackMessage) -> None:
    await with_charts_or_without(lambda one: respond(url, one), said)


def _told(room: Room, act: Callable[[Room, Json], Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    async def listener(body: Json, ack: Callable[..., Awaitable[Any]]) -> None:
        patience.begin()
        await act(room, body)
        await ack()

    return listener


def _form(room: Room, handed_in: Callable[[Room, Json], Awaitable[Any]]) -> Callable[..., Awaitable[None]]:
    async def listener(body: Json, ack: Callable[..., Awaitable[Any]]) -> None:
        patience.begin()
        answer = await handed_in(room, body)
        await ack(**(answer or {}))

    return listener


async def _ignored() -> None:
    """Nothing to do."""


def _authorize(room: Room) -> Callable[..., Awaitable[AuthorizeResult]]:
    async def authorize() -> AuthorizeResult:
        # Not asked here: a listener that has to know asks, and whoever reports in a sentence need not wait for it.
        found = room.introduction.known
        if found is None:
            return AuthorizeResult(enterprise_id=None, team_id=None, bot_token=room.client.token)
        return AuthorizeResult(
            enterprise_id=found.enterprise, team_id=found.team, bot_id=found.bot, bot_user_id=found.user,
            bot_token=room.client.token,
        )  # fmt: skip

    return authorize


def _failed(room: Room) -> Callable[..., Awaitable[BoltResponse]]:
    async def handler(error: Exception, body: Json) -> BoltResponse:
        kind = str((body.get("event") or {}).get("type") or body.get("type") or body.get("command") or "request")
        if isinstance(error, BoltUnhandledRequestError):
            log.info("nothing listens to this", kind=kind)
            return BoltResponse(status=200, body="")
        here, gone = arrival.here(), away(error)
        if here is not None and (gone or here.replayed):
            # The spool has it: kept or tried again, and nobody need be sorry.
            here.away, here.hindered = gone, not gone and isinstance(error, NotIntroduced | Busy)
            here.failed = "" if gone or here.hindered else type(error).__name__
            log.warning("a listener could not do its work", kind=kind, error=type(error).__name__, where=trail(error))
            return BoltResponse(status=503, body="")
        # Without the message of the error: it may quote what somebody wrote.
        log.error("a listener failed; nothing was changed", kind=kind, error=type(error).__name__, where=trail(error))
        return await apology(room, body, 503 if gone or isinstance(error, NotIntroduced | Busy) else 500)

    return handler
