"""What happens to people and to our own installation."""

from __future__ import annotations

import structlog

from bot.slack.listen import Room
from bot.slack.payloads import Json

log = structlog.get_logger()


async def user_change(room: Room, body: Json) -> None:
    """Take up somebody's new name, address or time zone."""
    profile = body["event"].get("user")
    if isinstance(profile, dict) and profile.get("id"):
        await room.people.changed(profile, room.now())


async def tokens_revoked(room: Room, body: Json) -> None:
    """Say so where an operator sees it; who we are is asked anew."""
    tokens = body["event"].get("tokens") or {}
    if tokens.get("bot"):
        room.introduction.forget()
        log.error("Slack has revoked the bot’s token: reinstall the app and set SLACK_BOT_TOKEN anew")


async def app_uninstalled(room: Room, body: Json) -> None:
    """Say so where an operator sees it; who we are is asked anew."""
    room.introduction.forget()
    log.error("the Slack app has been removed from the workspace: install it again and set SLACK_BOT_TOKEN anew")
