"""The desk at which one signs in: what all its pages work with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

import structlog
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.clock import Clock
from bot.register.viewer import Viewer
from bot.signin import pages
from bot.signin.accounts import Directory
from bot.signin.openid import NotSignedIn, Provider
from bot.signin.session import Cookies

SIGN_IN, SIGN_OUT = "/sign-in", "/sign-out"

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything that signing in needs; it remembers nothing but what the providers say of themselves."""

    public_url: str
    cookies: Cookies
    directory: Directory
    providers: Sequence[Provider]
    clock: Clock

    async def viewer(self, request: Request) -> Viewer | None:
        """Whoever has signed in, as long as their session is good and the file lists them."""
        session = self.cookies.session.read(request, self.clock.now())
        found = await self.directory.find(session.account) if session is not None else None
        if session is None or found is None or found.person is None:
            return None
        if (found.golddust.organisation.workspace, found.person) != (session.workspace, session.person):
            return None
        return Viewer(found.golddust, found.person)

    def link(self, provider: Provider, wanted: str, words: str | None = None) -> tuple[str, str]:
        """The label and address of the button of a provider, which leads to a path of ours in the end."""
        label = words or f"Sign in with {provider.settings.label}"
        return label, f"{self.public_url}{SIGN_IN}/{provider.settings.name}?{urlencode({'next': wanted})}"

    def to(self, path: str) -> Response:
        """On to a path of ours, under the address at which browsers reach us."""
        return RedirectResponse(self.public_url + path, 303, pages.HEADERS)

    def refused(self, provider: Provider, error: NotSignedIn, wanted: str) -> Response:
        """Why nobody was signed in: on a page for them, and in the log for us."""
        log.warning("nobody was signed in", provider=provider.settings.name, why=error.told)
        return pages.refused(error.why, provider.settings.label, [self.link(provider, wanted)])
