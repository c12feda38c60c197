"""The installed tokens on their way into the database and out of it: sealed there, open here."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.cipher import Cipher
from bot.slack.exchange import Fresh, Grant
from bot.slack.faults import NoToken
from complaints.errors import ConfigurationError
from storage import database
from storage import installations as stored
from storage.installations import Installation, Place, Sealed

PLATFORM = "slack"

Result = TypeVar("Result")


class Unanswered(OSError):
    """The database does not answer, so that nothing is known of the tokens at present."""


class Safe:
    """Keeps installations; every method raises Unanswered where the database can't be reached."""

    def __init__(self, engine: Engine, cipher: Cipher) -> None:
        self._writing, self._reading = database.sessions(engine), database.reading(engine)
        self._cipher = cipher

    async def keep(self, grant: Grant, at: datetime) -> None:
        """Keep what somebody has just installed, in the place of what was installed there before."""
        one = Installation(
            PLATFORM, grant.place, grant.name, grant.app, grant.bot, grant.bot_user, grant.scopes,
            self._sealed(grant.fresh), grant.installed_by, at,
        )  # fmt: skip
        await self._write(lambda session: stored.put(session, one))

    async def active(self, ids: Sequence[str]) -> list[Place]:
        """Where the app is installed in these workspaces and Grids, whole Grids and the newest first."""
        found = await self._read(lambda session: stored.active(session, PLATFORM, ids))
        return [one.place for one in found]

    async def opened(self, place: Place) -> tuple[Installation, Fresh] | None:
        """An installation and its tokens, or None where it was removed; raises NoToken where no key opens them."""
        one = await self._read(lambda session: stored.find(session, PLATFORM, place))
        if one is None or one.sealed is None:
            return None
        try:
            refresh = self._cipher.open(one.sealed.refresh) if one.sealed.refresh else None
            return one, Fresh(self._cipher.open(one.sealed.token), refresh, one.sealed.expires_at)
        except ConfigurationError as error:
            raise NoToken(str(error)) from None

    async def lease(self, one: Installation, name: str, at: datetime, until: datetime) -> bool:
        """Take the right to refresh these very tokens; False where they have changed or somebody else is at it."""
        return await self._write(lambda session: stored.lease(session, one, name, at, until))

    async def release(self, one: Installation, name: str) -> None:
        """Give the right back."""
        await self._write(lambda session: stored.release(session, one, name))

    async def refreshed(self, one: Installation, name: str, fresh: Fresh) -> bool:
        """Keep what a refresh brought; False where the app was installed anew or removed meanwhile."""
        sealed = self._sealed(fresh)
        return await self._write(lambda session: stored.refreshed(session, one, name, sealed))

    async def remove(self, place: Place, at: datetime) -> bool:
        """Forget the tokens of a place; False where the app is not installed there, or only since."""
        if await self._write(lambda session: stored.remove(session, PLATFORM, place, at)):
            return True
        # Installed before the workspace became part of a Grid.
        alone = Place("", place.team)
        return any(alone) and await self._write(lambda session: stored.remove(session, PLATFORM, alone, at))

    def _sealed(self, fresh: Fresh) -> Sealed:
        refresh = self._cipher.seal(fresh.refresh) if fresh.refresh else None
        return Sealed(self._cipher.seal(fresh.token), refresh, fresh.expires_at)

    async def _read(self, question: Callable[[Session], Result]) -> Result:
        def ask() -> Result:
            with self._reading() as session:
                return question(session)

        return await _answered(ask)

    async def _write(self, work: Callable[[Session], Result]) -> Result:
        def do() -> Result:
            with self._writing() as session, session.begin():
                return work(session)

        return await _answered(do)


async def _answered(work: Callable[[], Result]) -> Result:
    # Beside the worker: it belongs to one organisation, and a token to none.
    try:
        return await asyncio.to_thread(work)
    except SQLAlchemyError as error:
        raise Unanswered("the database does not answer") from error
