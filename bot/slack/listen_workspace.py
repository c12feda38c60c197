"""What happens to people and to our own installation."""

from __future__ import annotations

import structlog

from bot.slack.client import tokens_of
from bot.slack.listen import Room
from bot.slack.payloads import Json
from bot.slack.tokens import place_of

_SET = "SLACK_BOT_TOKEN, unless it is installed through Golddust"

log = structlog.get_logger()


async def user_change(room: Room, body: Json) -> None:
    """Take up somebody's new name, address or time zone."""
    profile = body["event"].get("user")
    if isinstance(profile, dict) and profile.get("id"):
        await room.people.changed(profile, room.now())


async def tokens_revoked(room: Room, body: Json) -> None:
    """Say so where an operator sees it; who we are, and with which token, is asked anew."""
    tokens = body["event"].get("tokens") or {}
    if tokens.get("bot"):
        room.introduction.forget()
        if (held := tokens_of(room.client)) is not None:
            held.doubt()
        log.error("Slack has revoked the bot’s token: install the app again", place=place_of(body), set=_SET)


async def app_uninstalled(room: Room, body: Json) -> None:
    """Forget the token and say so where an operator sees it; the tickets stay."""
    room.introduction.forget()
    if (held := tokens_of(room.client)) is not None:
        await held.uninstalled(body)
    log.error("the Slack app has been removed from the workspace: install it again", place=place_of(body), set=_SET)
