"""Microsoft's public keys, fetched beside the event loop, never more often than needed and never without a timeout."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot.clock import Clock
from bot.teams.port import Json

_FRESH = timedelta(hours=24)
"""Microsoft asks to fetch the keys again at least once a day."""
_BETWEEN = timedelta(minutes=5)
"""The least time between two fetches: tokens with invented key ids must not become requests to Microsoft."""
_AGAIN = timedelta(seconds=10)
"""The same while there are no keys at all."""

log = structlog.get_logger()


class KeysUnavailable(Exception):
    """Microsoft’s public keys could not be fetched yet, so nothing can be told from anything."""


class SigningKeys:
    """The keys at an OpenID metadata address."""

    def __init__(self, url: str, clock: Clock, fetch: Callable[[str], Awaitable[Json]]) -> None:
        self._url = url
        self._clock = clock
        self._fetch = fetch
        self._keys: list[Json] = []
        self._fetched: datetime | None = None
        self._tried: datetime | None = None
        self._one = asyncio.Lock()

    async def current(self, wanted: str | None = None) -> list[Json]:
        """The keys, fetched if they are old or the wanted one is unknown; raises KeysUnavailable if there are none."""
        if self._due(wanted):
            async with self._one:
                if self._due(wanted):
                    await self._refresh()
        if not self._keys:
            raise KeysUnavailable
        return self._keys

    def _due(self, wanted: str | None) -> bool:
        now = self._clock.now()
        if self._tried is not None and now - self._tried < (_BETWEEN if self._keys else _AGAIN):
            return False
        known = wanted is None or any(key["kid"] == wanted for key in self._keys)
        return self._fetched is None or now - self._fetched >= _FRESH or not known

    async def _refresh(self) -> None:
        self._tried = self._clock.now()
        try:
            metadata = await self._fetch(self._url)
            keys = _usable((await self._fetch(metadata["jwks_uri"])).get("keys"))
        except (OSError, TimeoutError, ValueError, KeyError, TypeError) as error:
            log.warning("teams keys not fetched", url=self._url, problem=repr(error)[:200])
            return
        self._keys, self._fetched = keys, self._tried


def _usable(keys: Any) -> list[Json]:
    if not isinstance(keys, list):
        raise ValueError("the document has no list of keys")
    return [key for key in keys if isinstance(key, dict) and isinstance(key.get("kid"), str)]
