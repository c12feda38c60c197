"""A bot's line to the fake Microsoft, and what was heard on it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from bot.clock import VirtualClock
from bot.teams.port import Json, Ref
from bot.teams.settings import TeamsSettings
from bot.teams.transport import Transport
from tests.fakes.teams_connector import FakeTeams
from tests.fakes.teams_credentials import FakeLogin
from tests.fakes.teams_identity import APP, BOT, DANA, DANA_DM, GROUP, PAYMENTS, SAM, SECRET, TENANT, Place


@dataclass
class Line:
    """The transport with what it is given: what the bot hears is kept, and `answer` is what the bot says to invokes."""

    teams: FakeTeams
    clock: VirtualClock
    login: FakeLogin
    heard: list[Json] = field(default_factory=list)
    answer: Json | None = None
    problem: Exception | None = None
    transport: Transport = field(init=False)

    async def hear(self, raw: Json) -> Json | None:
        self.heard.append(raw)
        if self.problem is not None:
            raise self.problem
        return self.answer

    async def status(self, raw: Json, header: str | None) -> int:
        """The status that an activity with this header is answered."""
        return (await self.transport.handle(raw, header))[0]

    def ref(self, place: Place = PAYMENTS) -> Ref:
        """The place as the bot remembers it."""
        return Ref(self.teams.service_url, TENANT, place.id, place.kind, BOT, place.channel or None, place.team or None)


@asynccontextmanager
async def line(teams: FakeTeams, *, patience: float = 10.0, login: Any = True, **settings: Any) -> AsyncIterator[Line]:
    """A line that is open while the block runs; `login=None` leaves the transport to get its tokens itself."""
    made = Line(teams, VirtualClock(teams.now), FakeLogin(teams))
    known = {"app_id": APP, "app_password": SECRET, "tenant": TENANT}
    urls = {"login_url": teams.login_url, "openid_metadata_url": teams.metadata_url}
    made.transport = Transport(
        TeamsSettings(**{**known, **urls, **settings}),
        made.hear,
        made.clock,
        credentials=made.login if login else None,
        patience=patience,
    )
    try:
        yield made
    finally:
        await made.transport.close()


def furnish(teams: FakeTeams) -> None:
    """A team's channel, a group chat, and Dana's personal conversation with the bot."""
    teams.conversations.add(PAYMENTS, [DANA, SAM])
    teams.conversations.add(GROUP, [DANA, SAM])
    teams.conversations.add(DANA_DM, [DANA])
