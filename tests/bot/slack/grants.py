"""An installation of the app as its workspaces see it: the two pages, and calls with the tokens that they brought."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http.cookies import SimpleCookie
from urllib.parse import parse_qs, urlsplit

import httpx
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import Engine
from starlette.applications import Starlette

from bot.cipher import Cipher, new_key
from bot.clock import VirtualClock
from bot.slack import send
from bot.slack.client import TenantClient
from bot.slack.exchange import Exchange
from bot.slack.install import Install
from bot.slack.installations import Installations
from bot.slack.installed import InstalledTokens
from bot.slack.safe import Safe
from bot.slack.settings import OAuth
from bot.slack.tokens import Tokens
from storage import database
from storage.installations import Installation, Place, find
from tests.fakes.slack_api import FakeSlack
from tests.fakes.slack_identity import TEAM
from tests.fakes.slack_oauth import CLIENT_ID, CLIENT_SECRET, allow

KEY = new_key()
PUBLIC = "https://golddust.test"


@dataclass(frozen=True)
class Replica:
    """One process of ours."""

    engine: Engine
    slack: FakeSlack
    clock: VirtualClock
    installations: Installations
    http: httpx.AsyncClient

    def tokens(self, *ids: str, before: Tokens | None = None) -> InstalledTokens:
        """The tokens of an organisation that lists these ids."""
        return InstalledTokens(self.installations, lambda: ids, before)

    def client(self, *ids: str) -> AsyncWebClient:
        """The client of an organisation that lists these ids."""
        return TenantClient(self.tokens(*(ids or (TEAM,))), self.slack.url)

    async def begins(self) -> tuple[str, dict[str, str]]:
        """Somebody opens the page for installing; the state and the cookies they get."""
        answer = await self.http.get("/slack/install")
        assert answer.status_code == 302, answer.text
        cookies = {name: one.value for name, one in SimpleCookie(answer.headers["set-cookie"]).items()}
        return parse_qs(urlsplit(answer.headers["location"]).query)["state"][0], cookies

    async def returns(self, cookies: dict[str, str], **said: str) -> httpx.Response:
        """Slack sends somebody back."""
        header = "; ".join(f"{name}={value}" for name, value in cookies.items())
        return await self.http.get("/slack/oauth_redirect", params=said, headers={"cookie": header})

    async def installs(
        self, team: str | None = TEAM, enterprise: str | None = None, *, rotates: bool = True
    ) -> httpx.Response:
        """Somebody installs the app from beginning to end; the page that they see."""
        state, cookies = await self.begins()
        code = allow(self.slack, team=team, enterprise=enterprise, rotates=rotates)
        return await self.returns(cookies, state=state, code=code)

    def row(self, team: str = TEAM, enterprise: str = "") -> Installation | None:
        """What is stored of an installation."""
        with database.reading(self.engine)() as session:
            return find(session, "slack", Place(enterprise, team))

    def passes(self, **amount: float) -> None:
        """Time goes by, here and at Slack’s."""
        self.clock.advance(**amount)
        self.slack.now = self.clock.now()


@asynccontextmanager
async def replica(
    database_url: str, slack: FakeSlack, clock: VirtualClock, keys: tuple[str, ...] = (KEY,)
) -> AsyncIterator[Replica]:
    """A process of ours on a migrated database."""
    engine, cipher = database.open_engine(database_url), Cipher(list(keys))
    database.upgrade(engine)
    oauth = OAuth(CLIENT_ID, CLIENT_SECRET, cipher, PUBLIC)
    exchange = Exchange(send.client("", slack.url), CLIENT_ID, CLIENT_SECRET, oauth.redirect_url)
    installations = Installations(Safe(engine, cipher), exchange, clock, oauth.install_url)
    pages = Install(oauth, ["chat:write", "commands"], slack.url, engine, exchange, installations, clock)
    transport = httpx.ASGITransport(app=Starlette(routes=pages.routes()))
    async with httpx.AsyncClient(transport=transport, base_url=PUBLIC) as http:
        try:
            yield Replica(engine, slack, clock, installations, http)
        finally:
            await installations.drain()
            engine.dispose()
