"""A browser that signs in, and Golddust with two organisations behind it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.app import Golddust
from bot.cipher import new_key
from bot.clock import Clock
from bot.server import application
from bot.settings import Settings
from bot.signin import app as signin
from bot.signin.csrf import check_csrf, csrf_token
from bot.signin.settings import read_sign_in
from bot.teams.settings import TeamsSettings
from bot.teams.wire import Wire
from bot.tenants import Tenants, tenants
from storage.database import open_engine, upgrade
from tests.fakes.openid_provider import CLIENT, SECRET
from tests.fakes.slack_identity import TEAM
from tests.fakes.teams_identity import DANA, TENANT
from tests.tenants import folder

PUBLIC = "https://golddust.test"
KEY = new_key()
SLACK_CLAIMS: dict[str, str] = {
    "sub": "U0DANA001", "https://slack.com/user_id": "U0DANA001", "https://slack.com/team_id": TEAM,
    "email": "dana@test.example", "name": "Dana",
}  # fmt: skip
"""docs.slack.dev: openid.connect.token."""
MICROSOFT_CLAIMS: dict[str, str] = {
    "sub": "pairwise", "oid": DANA.aad, "tid": TENANT, "ver": "2.0", "name": "Dana Fields",
    "preferred_username": "dana@test.example",
}  # fmt: skip
"""learn.microsoft.com: ID token claims reference."""


@dataclass
class Browser:
    """A browser with its cookies, and what it sees; it goes on by itself only where it is told to."""

    http: httpx.AsyncClient
    served: Tenants

    @property
    def ours(self) -> Golddust:
        """The organisation whose people sign in."""
        return self.served.first

    async def get(self, address: str, **more: Any) -> httpx.Response:
        """One answer."""
        return await self.http.get(address, **more)

    async def begins(self, name: str, wanted: str = "/register") -> str:
        """The provider’s address to which somebody is sent who begins to sign in."""
        begun = await self.get(f"/sign-in/{name}?{urlencode({'next': wanted})}")
        assert begun.status_code == 302, begun.text
        return begun.headers["location"]

    async def provided(self, address: str) -> str:
        """The address of ours to which the provider sends them back."""
        async with httpx.AsyncClient() as elsewhere:
            answer = await elsewhere.get(address)
        assert answer.status_code == 302, answer.text
        return answer.headers["location"]

    async def signs_in(self, name: str, wanted: str = "/register") -> httpx.Response:
        """The answer to somebody who comes back from the provider."""
        return await self.get(await self.provided(await self.begins(name, wanted)))

    async def sees(self) -> str:
        """What a page of ours shows them."""
        return (await self.get("/register")).text


def query(address: str) -> dict[str, str]:
    """The parameters of an address."""
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


@asynccontextmanager
async def site(
    database_url: str, path: Path, clock: Clock, *, slack: str = "", microsoft: str = "", config: Path | None = None,
    public: str = PUBLIC, key: str = KEY, app_type: str = "SingleTenant",
) -> AsyncIterator[tuple[Starlette, Tenants]]:  # fmt: skip
    """Golddust that takes people from these providers, and a page for them."""
    engine = open_engine(database_url)
    upgrade(engine)
    files = config or folder(path, people={"dana": {"teams": DANA.aad}})
    served = tenants(files, engine, clock, open_to_install=True)
    wire = Wire(5.0)
    desk = signin.desk(read_sign_in(*settings(slack, microsoft, public, key, app_type)), served, wire, clock)
    yield application(tuple(served), None, pages=[*signin.routes(desk), *_register(desk)]), served
    await wire.close()
    served.close()


@asynccontextmanager
async def browsing(
    database_url: str, path: Path, clock: Clock, *, public: str = PUBLIC, **given: Any
) -> AsyncIterator[Browser]:
    """A browser at such a Golddust."""
    async with site(database_url, path, clock, public=public, **given) as (app, served):
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=public) as http:
            yield Browser(http, served)


def settings(
    slack: str, microsoft: str, public: str = PUBLIC, key: str = KEY, app_type: str = "SingleTenant"
) -> tuple[Settings, TeamsSettings | None]:
    """The settings for providers whose metadata is at these addresses; for one that is empty, without it."""
    secret = SecretStr(SECRET)
    in_slack = {"slack_client_id": CLIENT, "slack_client_secret": secret, "slack_openid_metadata_url": slack}
    ours = Settings(public_url=public, secret_keys=SecretStr(key), **(in_slack if slack else {}))
    tenant = {} if app_type == "MultiTenant" else {"tenant": TENANT.upper()}
    for_teams = TeamsSettings(
        app_id=CLIENT, app_password=secret, app_type=app_type, sign_in_metadata_url=microsoft, **tenant
    )  # fmt: skip
    return ours, for_teams if microsoft else None


def _register(desk: signin.Desk) -> list[Route]:
    """A page as the register has them, with a form."""
    viewers = signin.viewers(desk)

    async def shown(request: Request) -> Response:
        viewer = await viewers(request)
        if viewer is None:
            return PlainTextResponse("nobody", 401)
        if request.method == "POST":
            return PlainTextResponse("saved" if await check_csrf(request) else "refused")
        of = viewer.golddust.organisation.workspace
        said, headers = f"{viewer.person} of {of}", {"x-token": csrf_token(request)}
        if "text/html" in request.headers.get("accept", ""):
            return HTMLResponse(f"<title>Register</title><h1>{said}</h1><a href='/sign-out'>Sign out</a>", 200, headers)
        return PlainTextResponse(said, headers=headers)

    return [Route("/register", shown, methods=["GET", "POST"])]
