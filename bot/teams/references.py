"""Where conversations are: what was heard from them is kept, so that the bot can write there after a restart."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Final, Protocol

import structlog

from bot.app import Golddust
from bot.teams.port import Bad, Blocked, Gone, Json, Ref
from bot.teams.settings import TeamsSettings
from storage import references

PLATFORM: Final = "teams"
SERVICE_URL = "https://smba.trafficmanager.net/teams/"
"""Microsoft's address for the whole world, for when nothing has been heard yet (learn.microsoft.com: proactive
messages)."""
REFRESHED = timedelta(hours=1)
"""How long a reference that stays the same is not saved again."""
_MOST = 20_000

log = structlog.get_logger()


class Line(Protocol):
    """What the rooms of Teams need of the way to Microsoft; each raises a Fault."""

    async def send(self, ref: Ref, activity: Json) -> str:
        """Post an activity; its id."""

    async def update(self, ref: Ref, activity_id: str, activity: Json) -> None:
        """Put another activity in the place of one."""

    async def open_dm(self, user_id: str, tenant_id: str, service_url: str) -> Ref:
        """The personal conversation with someone."""

    async def post_channel(
        self, channel_id: str, tenant_id: str, service_url: str, activity: Json, team_id: str | None = None
    ) -> tuple[Ref, str]:
        """Begin a thread in a channel; where it is and the id of its first message."""

    async def member(self, ref: Ref, user_id: str) -> Json:
        """Someone in a conversation."""


class References:
    """The references of one organisation, by the ids of conversations and, of personal ones, of people."""

    def __init__(self, golddust: Golddust, settings: TeamsSettings) -> None:
        self._golddust = golddust
        self._settings = settings
        self._saved: dict[str, tuple[str, datetime]] = {}

    async def keep(self, key: str, ref: Ref) -> None:
        """Save where a conversation is, unless that was done a moment ago."""
        at, text = self._golddust.clock.now(), ref.to_json()
        known = self._saved.get(key)
        if known is not None and known[0] == text and at - known[1] < REFRESHED:
            return
        await self._golddust.worker.run(
            lambda context: references.keep(context.session, context.workspace, PLATFORM, key, text, at), at
        )
        if len(self._saved) >= _MOST:
            self._saved.clear()
        self._saved[key] = text, at

    async def of(self, key: str) -> Ref | None:
        """Where the conversation of a person or with an id is, or None when it is not known."""
        return _read(
            await asyncio.to_thread(
                self._golddust.read,
                lambda context: references.find(context.session, context.workspace, PLATFORM, key),
            )
        )

    async def forget(self, key: str) -> None:
        """Forget a conversation that is gone."""
        self._saved.pop(key, None)
        at = self._golddust.clock.now()
        await self._golddust.worker.run(
            lambda context: references.forget(context.session, context.workspace, PLATFORM, key), at
        )

    async def guess(self, conversation: str, kind: str) -> Ref:
        """Where a conversation must be from which nothing has been heard yet."""
        newest = _read(
            await asyncio.to_thread(
                self._golddust.read, lambda context: references.newest(context.session, context.workspace, PLATFORM)
            )
        )
        channel = conversation if kind == "channel" else None
        if newest is not None:
            return Ref(newest.service_url, newest.tenant, conversation, kind, newest.bot, channel)
        listed = self._golddust.organisation.organisation.teams_tenants
        tenant = listed[0] if listed else self._settings.tenant
        return Ref(SERVICE_URL, tenant, conversation, kind, f"28:{self._settings.app_id}", channel)

    async def personal(self, line: Line, user: str) -> Ref:
        """The conversation with a person alone, opened if it is not known; raises a Fault."""
        known = await self.of(user)
        return known if known is not None else await self._open(line, user)

    async def send(self, line: Line, user: str, activity: Json) -> tuple[Ref, str]:
        """Write to a person alone, in a new conversation where the old one is gone; raises a Fault."""
        ref = await self.personal(line, user)
        try:
            return ref, await line.send(ref, activity)
        except Gone:
            await self.forget(user)
        ref = await self._open(line, user)
        return ref, await line.send(ref, activity)

    async def _open(self, line: Line, user: str) -> Ref:
        near = await self.guess("", "personal")
        try:
            ref = await line.open_dm(user, near.tenant, near.service_url)
        except Bad as error:
            raise Blocked(f"nobody the bot may know: {error}", status=error.status, code=error.code) from error
        await self.keep(user, ref)
        await self.keep(ref.root, ref)
        return ref


def _read(text: str | None) -> Ref | None:
    if text is None:
        return None
    try:
        return Ref.from_json(text)
    except Bad as error:
        log.warning("a stored conversation can’t be read", problem=str(error))
        return None
