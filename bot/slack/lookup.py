"""Whether a message has arrived: Slack's own history of the conversation, read from the moment of doubt on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.channel import TryLater
from bot.metrics import LOOKUPS
from bot.slack.addresses import Addresses
from bot.slack.faults import code_of, fault_of
from storage.messages import Receipt
from storage.outbox import Parcel

EVENT = "golddust_notice"
SKEW = timedelta(minutes=5)
"""How far this machine's clock may be ahead of Slack's; at that Slack's own requests are refused."""
PAGE = 15
"""Messages that one call may ask for where the app is distributed outside of Slack's Marketplace."""
PAGES_AT_ONCE = 3
"""So that the notice is still ours when it is found: each call may take as long as `TIMEOUT_SECONDS`."""
MOST_PAGES = 40
_MOST = 10_000

log = structlog.get_logger()


@dataclass(slots=True)
class _Place:
    """How far a search has come."""

    oldest: str
    cursor: str = ""
    newest: str = ""
    pages: int = 0


def metadata(parcel: Parcel) -> dict[str, Any]:
    """What every message of ours carries, so that it can be recognised; everybody in the conversation can read it."""
    return {"event_type": EVENT, "event_payload": {"id": _name(parcel)}}


class Lookup:
    """Finds out where a notice is that may have arrived."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._addresses = Addresses(client)
        self._places: dict[tuple[str, str, str | None], _Place] = {}
        self._bot: str | None = None

    async def find(self, parcel: Parcel, address: str, thread: str | None = None) -> Receipt | None:
        """Where an uncertain notice is; None when it has not arrived, or when Slack does not let us look.

        Raises TryLater while it can't be told, and Slack's own errors where there was no answer.
        """
        since = parcel.uncertain_since
        if since is None:
            return None
        try:
            found = await self._search(parcel, since, await self._addresses.conversation(address), thread)
        except SlackApiError as error:
            _not_seen(parcel, error)
            return None
        LOOKUPS.labels("arrived" if found else "not_arrived").inc()
        return found

    async def _search(self, parcel: Parcel, since: datetime, conversation: str, thread: str | None) -> Receipt | None:
        """The message, page by page; what has been seen is not asked for again."""
        key = (_name(parcel), conversation, thread)
        place = self._places.setdefault(key, _Place(f"{(since - SKEW).timestamp():.6f}"))
        for _ in range(PAGES_AT_ONCE):
            answer = await self._page(place, conversation, thread)
            for message in answer.get("messages") or ():
                place.newest = max(place.newest, str(message["ts"]))
                if await self._is(message, parcel):
                    del self._places[key]
                    return Receipt("slack", conversation, str(message["ts"]))
            place.cursor = str((answer.get("response_metadata") or {}).get("next_cursor") or "")
            place.pages += 1
            if not place.cursor or place.pages >= MOST_PAGES:
                self._ended(key, place)
                return None
        raise TryLater("it is being looked for: many messages", timedelta(seconds=1), counted=False, holds=False)

    def _ended(self, key: tuple[str, str, str | None], place: _Place) -> None:
        """Whatever arrives from now on is newer than all that was seen."""
        if place.cursor:
            log.warning("a notice was not among the messages that were looked through", messages=place.pages * PAGE)
        if len(self._places) >= _MOST:
            self._places.clear()
        self._places[key] = _Place(max(place.oldest, place.newest))

    async def _page(self, place: _Place, conversation: str, thread: str | None) -> Mapping[str, Any]:
        wanted: dict[str, Any] = {
            "channel": conversation, "oldest": place.oldest, "limit": PAGE, "include_all_metadata": True,
            "cursor": place.cursor or None,
        }  # fmt: skip
        try:
            if thread is None:
                return (await self._client.conversations_history(**wanted)).data  # type: ignore[return-value]
            return (await self._client.conversations_replies(ts=thread, **wanted)).data  # type: ignore[return-value]
        except SlackApiError as error:
            if code_of(error) == "invalid_cursor" and place.cursor:
                place.cursor, place.pages = "", 0
                raise TryLater("it is being looked for anew", counted=True) from error
            raise

    async def _is(self, message: Mapping[str, Any], parcel: Parcel) -> bool:
        """Whether a message is this notice: its metadata, and our authorship, since any app can write such."""
        said = message.get("metadata") or {}
        if said.get("event_type") != EVENT or (said.get("event_payload") or {}).get("id") != _name(parcel):
            return False
        if self._bot is None:
            self._bot = str((await self._client.auth_test()).get("bot_id") or "")
        return message.get("bot_id") == self._bot or not self._bot


def _name(parcel: Parcel) -> str:
    return f"{parcel.workspace}:{parcel.id}"


def _not_seen(parcel: Parcel, error: SlackApiError) -> None:
    """Raises TryLater where Slack will let us look; where it never will, the notice is sent once more."""
    fault = fault_of(error)
    if isinstance(fault, TryLater):
        why = f"it is being looked for: {fault}"
        raise TryLater(why, fault.after, counted=fault.counted, holds=False) from error
    log.warning("it can’t be seen whether a notice arrived, so it is sent again", notice=parcel.id, why=str(fault))
    LOOKUPS.labels("impossible").inc()
