"""The bot tokens of the installed workspaces: held in memory, and refreshed before they expire."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog

from bot.clock import Clock
from bot.slack.exchange import Exchange, Fresh, Grant
from bot.slack.faults import FAILURES, NoToken, code_of
from bot.slack.refreshes import Refreshes
from bot.slack.safe import Safe, Unanswered
from bot.slack.tokens import place_of
from storage.installations import Place

AHEAD = timedelta(hours=2)
"""So long before it expires a token is refreshed; Slack’s are good for twelve hours."""
AGAIN = timedelta(minutes=1)
"""After so long it is tried again where a refresh brought nothing while the token is still good."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Held:
    """A token, when to look after it again, if ever, and when it expires, if ever."""

    token: str
    look_at: datetime | None
    expires_at: datetime | None


class Installations:
    """What is installed where; one object for the whole process, whichever organisations it serves."""

    def __init__(self, safe: Safe, exchange: Exchange, clock: Clock, install_url: str) -> None:
        self._safe, self._clock, self._install_url = safe, clock, install_url
        self._refreshes = Refreshes(safe, exchange, clock, install_url)
        self._held: dict[Place, _Held] = {}
        self._places: dict[tuple[tuple[str, ...], Place | None], Place] = {}
        self._looking: dict[tuple[Place, str | None], asyncio.Task[_Held]] = {}

    async def keep(self, grant: Grant) -> None:
        """Keep what somebody has just installed, in the place of what was installed there before."""
        await self._safe.keep(grant, self._clock.now())
        self.forget()

    async def removed(self, place: Place, at: datetime) -> bool:
        """Forget the tokens of a place where the app was removed at this moment; False where it is not installed."""
        self.forget()
        return await self._safe.remove(place, at)

    async def uninstalled(self, body: Mapping[str, Any]) -> None:
        """Forget the tokens of the place that Slack’s `app_uninstalled` names.

        Told late, it does not undo that the app was installed again since: it says when it happened.
        """
        place, seconds = place_of(body), body.get("event_time")
        if place is not None:
            at = datetime.fromtimestamp(seconds, UTC) if isinstance(seconds, int) else self._clock.now()
            await self.removed(place, at)

    def forget(self) -> None:
        """Look everything up anew, because something has changed."""
        self._held.clear()
        self.forget_places()

    def forget_places(self) -> None:
        """Look anew for where the app is installed: it may be in another place of the same organisation now."""
        self._places.clear()

    async def place(self, ids: Sequence[str], here: Place | None) -> Place:
        """Where the app is installed in these workspaces and Grids; raises NoToken.

        For a request it is the very workspace that it came from, or its Grid; otherwise the first of `ids`.
        """
        key = (tuple(ids), here)
        if key not in self._places:
            found = _chosen(await self._safe.active(ids), ids, here)
            if found is None:
                named = ", ".join(ids) or "any workspace that golddust.yml lists under organisation.slack_workspaces"
                raise NoToken(f"Golddust is not installed in Slack in {named}: install it, at {self._install_url}")
            self._places[key] = found
        return self._places[key]

    async def token(self, place: Place) -> str:
        """The token of an installation, refreshed in time; raises NoToken, or what kept a refresh from succeeding."""
        held = self._held.get(place)
        if held is None or (held.look_at is not None and held.look_at <= self._clock.now()):
            held = await self._looked_up(place, None)
        return held.token

    async def instead_of(self, place: Place, refused: str) -> str | None:
        """Another token than the one that Slack has refused, refreshed if need be, or None; raises like `token`."""
        held = self._held.get(place)
        if held is None or held.token == refused:
            held = await self._looked_up(place, refused)
        return held.token if held.token != refused else None

    async def drain(self) -> None:
        """Wait for the refreshes that are under way: what they bring would be lost."""
        if self._looking:
            await asyncio.wait(self._looking.values())

    async def _looked_up(self, place: Place, refused: str | None) -> _Held:
        """What is found; those who ask at once share it, and it goes on where one of them waits no longer."""
        key = (place, refused)
        if key not in self._looking:
            self._looking[key] = task = asyncio.create_task(self._look(place, refused))
            task.add_done_callback(lambda done: self._looked(key, done))
        return await asyncio.shield(self._looking[key])

    def _looked(self, key: tuple[Place, str | None], task: asyncio.Task[_Held]) -> None:
        self._looking.pop(key, None)
        if not task.cancelled():
            task.exception()  # so that nothing is said where nobody waits for it any more

    async def _look(self, place: Place, refused: str | None) -> _Held:
        try:
            one, fresh = await self._refreshes.opened(place)
        except NoToken:
            self.forget()
            raise
        except Unanswered as error:
            return self._still_good(place, refused, error)
        now = self._clock.now()
        usable = fresh.token != refused and (fresh.expires_at is None or fresh.expires_at > now)
        if fresh.refresh is None or (usable and not _due(fresh, now)):
            return self._hold(place, fresh)
        try:
            return self._hold(place, await self._refreshes.refreshed(one, fresh, wait=not usable))
        except FAILURES as error:
            if not usable:
                raise
            log.warning("a token was not refreshed yet; it is still good", place=place, error=_told(error))
            self._held[place] = held = _Held(fresh.token, now + AGAIN, fresh.expires_at)
            return held

    def _still_good(self, place: Place, refused: str | None, error: Unanswered) -> _Held:
        """The token that is held while the database is away; raises the error where Slack would not take it."""
        held, now = self._held.get(place), self._clock.now()
        if held is None or held.token == refused or (held.expires_at is not None and held.expires_at <= now):
            raise error
        log.warning("a token could not be looked after; it is still good", place=place, error=_told(error))
        self._held[place] = held = replace(held, look_at=now + AGAIN)
        return held

    def _hold(self, place: Place, fresh: Fresh) -> _Held:
        due = fresh.expires_at - AHEAD if fresh.refresh and fresh.expires_at else None
        self._held[place] = held = _Held(fresh.token, due, fresh.expires_at)
        return held


def _chosen(found: list[Place], ids: Sequence[str], here: Place | None) -> Place | None:
    if here is None:
        return min(found, key=lambda place: min(_order(ids, place.enterprise), _order(ids, place.team)), default=None)
    # Buttons under a message tell the workspace alone, and one that joined a Grid since was installed without it.
    grids = {here.enterprise, ""} if here.enterprise else {place.enterprise for place in found}
    its_own = [place for place in found if here.team and place.team == here.team and place.enterprise in grids]
    its_grid = [place for place in found if here.enterprise and place == Place(here.enterprise, "")]
    return next(iter((*its_own, *its_grid)), None)


def _order(ids: Sequence[str], wanted: str) -> int:
    return ids.index(wanted) if wanted in ids else len(ids)


def _due(fresh: Fresh, now: datetime) -> bool:
    return fresh.expires_at is not None and fresh.expires_at - AHEAD <= now


def _told(error: Exception) -> str:
    return code_of(error) or type(error).__name__
