"""`GET /slack/install` and `GET /slack/oauth_redirect`: how a workspace gets the app.

The steps are those of docs.slack.dev/authentication/installing-with-oauth.

Of Bolt’s flow the parts are used that make addresses and cookies; the whole of it would write codes into the log, tell
nobody what Slack said, and hand tokens about unsealed.
"""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar
from urllib.parse import quote, urljoin

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.oauth import AuthorizeUrlGenerator, OAuthStateUtils
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.clock import Clock
from bot.slack import pages
from bot.slack.exchange import Exchange
from bot.slack.faults import FAILURES, code_of
from bot.slack.installations import Installations
from bot.slack.settings import INSTALL_PATH, REDIRECT_PATH, OAuth
from storage import database, oauth_states

GOOD_FOR = timedelta(minutes=10)
"""How long somebody may take to decide; Slack’s code is good for as long."""

_COOKIES = OAuthStateUtils(cookie_name="golddust-install", expiration_seconds=int(GOOD_FOR.total_seconds()))

Result = TypeVar("Result")

log = structlog.get_logger()


class Install:
    """The two pages."""

    def __init__(
        self, oauth: OAuth, scopes: list[str], api_url: str, engine: Engine, exchange: Exchange,
        installations: Installations, clock: Clock,
    ) -> None:  # fmt: skip
        redirect = quote(oauth.redirect_url, safe="") if oauth.redirect_url else None
        # Beside the Web API, whichever Slack that is: slack.com/api/ and slack.com/oauth/v2/authorize.
        authorize = urljoin(api_url, "../oauth/v2/authorize")
        self._addresses = AuthorizeUrlGenerator(
            client_id=quote(oauth.client_id, safe=""), redirect_uri=redirect, scopes=scopes,
            authorization_url=authorize,
        )  # fmt: skip
        self._install_url = oauth.install_url
        self._sessions = database.sessions(engine)
        self._exchange, self._installations, self._clock = exchange, installations, clock

    def routes(self) -> list[Route]:
        """The two pages as the web application serves them."""
        return [Route(INSTALL_PATH, self.begin), Route(REDIRECT_PATH, self.finish)]

    async def begin(self, _: Request) -> Response:
        """To Slack’s page that asks whether to install, with a state that only this browser has."""
        state, now = secrets.token_urlsafe(32), self._clock.now()
        try:
            await self._write(lambda session: oauth_states.issue(session, _digest(state), now, now + GOOD_FOR))
        except SQLAlchemyError as error:
            log.error("an installation could not be begun", error=type(error).__name__)
            return pages.refused("unreachable", 503, self._install_url)
        response = RedirectResponse(self._addresses.generate(state), 302, pages.HEADERS)
        response.headers.append("set-cookie", _COOKIES.build_set_cookie_for_new_state(state) + "; SameSite=Lax")
        return response

    async def finish(self, request: Request) -> Response:
        """What became of it, on a page; only with the state that was given to this browser, and once."""
        response = await self._finished(request)
        response.headers.append("set-cookie", _COOKIES.build_set_cookie_for_deletion())
        return response

    async def _finished(self, request: Request) -> Response:
        said = request.query_params
        try:
            ours = await self._ours(said.get("state", ""), request)
            if said.get("error"):
                return self._refused(said["error"], 200 if said["error"] == "access_denied" else 400)
            if not ours:
                return self._refused("state", 400)
            if not said.get("code"):
                return self._refused("missing_code", 400)
            grant = await self._exchange.granted(said["code"], self._clock.now())
            await self._installations.keep(grant)
        except SlackApiError as error:
            code = code_of(error)
            return self._refused(code or "unreachable", 400 if code else 502)
        except (*FAILURES, SQLAlchemyError) as error:
            log.error("an installation could not be finished", error=type(error).__name__)
            return self._refused("unreachable", 502)
        log.info("the Slack app was installed", place=grant.place, by=grant.installed_by)
        return pages.installed(grant)

    async def _ours(self, state: str, request: Request) -> bool:
        cookie = request.headers.get("cookie", "")
        if not state or not _COOKIES.is_valid_browser(state, {"cookie": cookie}):
            return False
        now = self._clock.now()
        return await self._write(lambda session: oauth_states.consume(session, _digest(state), now))

    def _refused(self, code: str, status: int) -> Response:
        log.warning("the Slack app was not installed", why=code[:64])
        return pages.refused(code, status, self._install_url)

    async def _write(self, work: Callable[[Session], Result]) -> Result:
        def do() -> Result:
            with self._sessions() as session, session.begin():
                return work(session)

        return await asyncio.to_thread(do)


def _digest(state: str) -> str:
    return hashlib.sha256(state.encode()).hexdigest()
