"""Who Golddust is in Slack, asked once."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.patience import left
from bot.slack.trouble import TROUBLE, code

SECONDS = 2.5
"""How long Slack may take to say who we are; the listener that asks must answer within three seconds."""


@dataclass(frozen=True, slots=True)
class Identity:
    """The bot's user and the workspace that it is installed in."""

    team: str
    user: str
    bot: str
    enterprise: str | None


class NotIntroduced(Exception):
    """Slack did not say who we are, so that nothing can be listened to yet."""


class Introduction:
    """Asks Slack who we are (`auth.test`), keeps the answer, and asks again after a failure."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._known: Identity | None = None
        self._asking: asyncio.Task[Identity] | None = None

    async def identity(self) -> Identity:
        """Who we are; raises NotIntroduced when Slack does not say."""
        if self._known is not None:
            return self._known
        # Whoever comes while the question is open waits for the same answer.
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._ask())
        try:
            self._known = await asyncio.wait_for(asyncio.shield(self._asking), left(SECONDS))
        except TROUBLE as error:
            raise NotIntroduced(code(error)) from error
        return self._known

    @property
    def known(self) -> Identity | None:
        """Who we are, if Slack has said so already."""
        return self._known

    def forget(self) -> None:
        """Ask again next time, because the token has been revoked or the app removed."""
        self._known = None

    async def _ask(self) -> Identity:
        client = self._client
        # A little less than those who wait have, so that who comes next asks anew instead of joining what hangs.
        answer = await asyncio.wait_for(client.auth_test(), 0.9 * SECONDS)
        return Identity(
            str(answer.get("team_id") or ""),
            str(answer.get("user_id") or ""),
            str(answer.get("bot_id") or ""),
            answer.get("enterprise_id"),
        )
