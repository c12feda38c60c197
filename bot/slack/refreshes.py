"""Refreshing a token that expires: by one replica alone, because what it is refreshed with is good once.

Two that exchange the same refresh token get different ones, of which one is dead (slackapi/node-slack-sdk#2504). So
whoever refreshes takes a lease in the database first; the others go on with the old token while it is good.
"""

from __future__ import annotations

import asyncio
import secrets
from datetime import timedelta

import structlog

from bot.clock import Clock
from bot.slack.exchange import Exchange, Fresh
from bot.slack.faults import FAILURES, NoToken, code_of
from bot.slack.safe import Safe, Unanswered
from storage.installations import Installation, Place

LEASE = timedelta(seconds=60)
"""How long one replica has to refresh a token, and to save what it got, before another may try."""
LOOKS, LOOK_SECONDS = 40, 0.25
"""How often, and after how long each time, it is looked whether another replica has refreshed a token by now."""
WAITS = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
"""The seconds between two tries to save a refreshed token: Slack gives it out once."""

_HOPELESS = frozenset({
    "invalid_refresh_token", "token_revoked", "token_expired", "invalid_grant", "account_inactive", "invalid_auth",
    "invalid_client_id", "bad_client_secret", "team_access_not_granted", "org_login_required",
})  # fmt: skip

log = structlog.get_logger()


class Refreshes:
    """Refreshes tokens, at most one replica at a time."""

    def __init__(self, safe: Safe, exchange: Exchange, clock: Clock, install_url: str) -> None:
        self._safe, self._exchange, self._clock, self._install_url = safe, exchange, clock, install_url

    async def opened(self, place: Place) -> tuple[Installation, Fresh]:
        """An installation and its tokens; raises NoToken where it was removed."""
        found = await self._safe.opened(place)
        if found is None:
            named = place.team or place.enterprise
            raise NoToken(f"Golddust has been removed from {named} in Slack: install it again, at {self._install_url}")
        return found

    async def refreshed(self, one: Installation, fresh: Fresh, *, wait: bool) -> Fresh:
        """The tokens after a refresh by us, or by another replica that is at it."""
        name, now = secrets.token_hex(16), self._clock.now()
        if not await self._safe.lease(one, name, now, now + LEASE):
            return await self._elsewhere(one.place, fresh, LOOKS if wait else 1)
        try:
            newer = await self._exchange.refreshed(fresh.refresh or "", now)
        except FAILURES as error:
            await self._safe.release(one, name)
            if code_of(error) not in _HOPELESS:
                raise
            found = (await self.opened(one.place))[1]
            if found.token != fresh.token:
                return found  # another replica was faster, after our lease or its own had run out
            named = one.name or one.place.team or one.place.enterprise
            why = f"Slack does not refresh the token of {named} ({code_of(error)})"
            raise NoToken(f"{why}: install the app there again, at {self._install_url}") from error
        if await self._saved(one, name, newer):
            log.info("a token was refreshed", place=one.place, until=newer.expires_at)
            return newer
        return (await self.opened(one.place))[1]  # installed anew meanwhile

    async def _elsewhere(self, place: Place, fresh: Fresh, looks: int) -> Fresh:
        """The tokens that another replica brings; raises TimeoutError where it has brought none yet."""
        for look in range(looks):
            if look:
                await asyncio.sleep(LOOK_SECONDS)
            found = (await self.opened(place))[1]
            if found.token != fresh.token:
                return found
        raise TimeoutError("another replica is refreshing the token")

    async def _saved(self, one: Installation, name: str, fresh: Fresh) -> bool:
        """Keep what a refresh brought, and wait for a database that is away."""
        for seconds in WAITS:
            try:
                return await self._safe.refreshed(one, name, fresh)
            except Unanswered:
                log.warning("a refreshed token could not be saved yet", place=one.place)
                await asyncio.sleep(seconds)
        return await self._safe.refreshed(one, name, fresh)
