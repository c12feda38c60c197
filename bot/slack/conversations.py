"""What a conversation is called."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import datetime, timedelta

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.trouble import TROUBLE, code

SECONDS = 1.0
REMEMBERED = timedelta(hours=1)
ASKED_AGAIN = timedelta(minutes=5)
"""How long a failure is taken for an answer, so that a chatty channel does not use up the rate limit."""

_MOST = 10_000

log = structlog.get_logger()


class Conversations:
    """Asks Slack for names and remembers them for a while."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._names: dict[str, tuple[str | None, datetime]] = {}

    async def names(self, conversation: str, at: datetime) -> tuple[str, ...]:
        """The conversation's id and, where it has one that Slack tells, its name with and without `#`."""
        name = await self._name(conversation, at) if conversation[:1] in "CG" else None
        return (conversation, name, f"#{name}") if name else (conversation,)

    async def watched(self, conversation: str, watch: Iterable[str], at: datetime) -> bool:
        """Whether the conversation is one of those that the file lists by id or by name."""
        listed = {entry.lstrip("#").casefold() for entry in watch}
        if not listed or conversation.casefold() in listed:
            return bool(listed)
        if all(_is_id(entry) for entry in watch):
            return False
        return any(name.casefold() in listed for name in await self.names(conversation, at))

    async def _name(self, conversation: str, at: datetime) -> str | None:
        known = self._names.get(conversation)
        if known is not None and at < known[1]:
            return known[0]
        name = await self._ask(conversation)
        if len(self._names) >= _MOST:
            self._names.clear()
        self._names[conversation] = (name, at + (REMEMBERED if name else ASKED_AGAIN))
        return name

    async def _ask(self, conversation: str) -> str | None:
        client = self._client
        try:
            answer = await asyncio.wait_for(client.conversations_info(channel=conversation), SECONDS)
        except TROUBLE as error:
            log.warning("a conversation's name could not be read", conversation=conversation, error=code(error))
            return None
        return str((answer.get("channel") or {}).get("name") or "") or None


def _is_id(entry: str) -> bool:
    """Whether this is an id, of Slack or of another platform, and so no name to look up."""
    return entry.startswith("19:") or (len(entry) >= 8 and entry[0] in "CG" and entry.isalnum() and entry.isupper())
