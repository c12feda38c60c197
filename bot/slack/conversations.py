"""What a conversation is called."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import datetime, timedelta

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.patience import left
from bot.slack.trouble import TROUBLE, code, passing

SECONDS = 1.0
REMEMBERED = timedelta(hours=1)

_MOST = 10_000

log = structlog.get_logger()


class Busy(Exception):
    """Slack can't say at present; the event is best delivered again."""


class Conversations:
    """Asks Slack for names and remembers them for a while; a failure is no answer and is asked again."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._names: dict[str, tuple[str, datetime]] = {}

    async def names(self, conversation: str, at: datetime) -> tuple[str, ...]:
        """The conversation's id and, where it has one that Slack tells, its name with and without `#`."""
        try:
            return await self._names_of(conversation, at)
        except TROUBLE as error:
            log.warning("a conversation's name could not be read", conversation=conversation, error=code(error))
            return (conversation,)

    async def watched(self, conversation: str, watch: Iterable[str], at: datetime, *, last_try: bool = False) -> bool:
        """Whether the conversation is one of those that the file lists by id or by name.

        Raises Busy where that hangs on its name and Slack does not say it just now, unless this is the last try: then,
        and where Slack will never say it, it is not.
        """
        listed = {entry.lstrip("#").casefold() for entry in watch}
        if not listed or conversation.casefold() in listed:
            return bool(listed)
        if all(_is_id(entry) for entry in watch):
            return False
        try:
            return any(name.casefold() in listed for name in await self._names_of(conversation, at))
        except TROUBLE as error:
            if passing(error) and not last_try:
                raise Busy(code(error)) from None
            log.error(
                "a message was left alone: Slack does not say what its channel is called, and one is watched by name; "
                "list channel ids in golddust.yml instead",
                conversation=conversation, error=code(error),
            )  # fmt: skip
            return False

    async def _names_of(self, conversation: str, at: datetime) -> tuple[str, ...]:
        name = await self._name(conversation, at) if conversation[:1] in "CG" else ""
        return (conversation, name, f"#{name}") if name else (conversation,)

    async def _name(self, conversation: str, at: datetime) -> str:
        known = self._names.get(conversation)
        if known is not None and at < known[1]:
            return known[0]
        client = self._client
        answer = await asyncio.wait_for(client.conversations_info(channel=conversation), left(SECONDS))
        name = str((answer.get("channel") or {}).get("name") or "")
        if len(self._names) >= _MOST:
            self._names.clear()
        self._names[conversation] = (name, at + REMEMBERED)
        return name


def _is_id(entry: str) -> bool:
    """Whether this is an id, of Slack or of another platform, and so no name to look up."""
    return entry.startswith("19:") or (len(entry) >= 8 and entry[0] in "CG" and entry.isalnum() and entry.isupper())
