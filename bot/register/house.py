"""The house that every page stands in: who looks, the templates, and the headers that keep browsers strict."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bot.colours import COLOURS
from bot.register import wording
from bot.register.viewer import Viewer, Viewers

Answer = Callable[[Request, Viewer], Awaitable[Response]]
"""Answers a request of somebody who is signed in."""

HEADERS: Mapping[str, str] = {
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cache-control": "no-store",
}
"""What goes with every page: nothing runs that is not ours, nothing is kept, no address is told to others."""

_KINDS = {
    "register.css": "text/css",
    "learning.css": "text/css",
    "register.js": "text/javascript",
    "nugget.svg": "image/svg+xml",
}
_FOR_GOOD = {"cache-control": "public, max-age=31536000, immutable", "x-content-type-options": "nosniff"}


@dataclass(frozen=True, slots=True)
class Place:
    """One place of the house in the navigation."""

    address: str
    label: str


PLACES = (
    Place("/register", "Register"),
    Place("/register/charts", "Charts"),
    Place("/register/risks", "Risks"),
    Place("/register/engagement", "Engagement"),
)
"""What the navigation of every page shows, in order."""


@dataclass(frozen=True, slots=True)
class House:
    """How the pages are reached.

    `sign_in` makes the address at which people sign in who wanted to see a page (its path and query), and `sign_out`
    is that at which they leave, if there are such;
    `open_to` says, for pages that are open, as whom they can be seen: keys and names.
    """

    viewers: Viewers
    sign_in: Callable[[str], str] | None = None
    sign_out: str | None = None
    open_to: Callable[[], Mapping[str, str]] | None = None

    def guarded(self, answer: Answer) -> Callable[[Request], Awaitable[Response]]:
        """The endpoint that lets in who is signed in, and asks anybody else to."""

        async def endpoint(request: Request) -> Response:
            viewer = await self.viewers(request)
            if viewer is None:
                wanted = f"{request.url.path}?{request.url.query}" if request.url.query else request.url.path
                sign_in = self.sign_in(wanted) if self.sign_in else None
                return self.page(request, None, "signed_out.html", status=401, title="Sign in", sign_in=sign_in)
            return await answer(request, viewer)

        return endpoint

    def page(
        self, request: Request, viewer: Viewer | None, template: str, *, title: str, status: int = 200, **values: Any
    ) -> HTMLResponse:
        """A page from a template; whatever people typed is escaped."""
        words = _templates().get_template(template).render(
            title=title, house=self, places=PLACES, here=request.url.path, viewer=viewer,
            name=viewer.golddust.organisation.name(viewer.person) if viewer else "", **values,
        )  # fmt: skip
        return HTMLResponse(words, status_code=status, headers=dict(HEADERS))

    def missing(self, request: Request, viewer: Viewer) -> HTMLResponse:
        """The answer for what is not there, and for what this person may not see."""
        return self.page(request, viewer, "missing.html", status=404, title="Not found")


def zone_of(viewer: Viewer) -> ZoneInfo:
    """The time zone in which somebody reads times."""
    return viewer.golddust.organisation.zone_of(viewer.person)


async def asset(request: Request) -> Response:
    """A style sheet or script; its address changes with its contents."""
    name = request.path_params["name"]
    if name not in _KINDS:
        return Response(status_code=404)
    return Response(_text(name), media_type=_KINDS[name], headers=_FOR_GOOD)


@cache
def _templates() -> Environment:
    made = Environment(
        loader=PackageLoader("bot.register"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    made.globals.update(asset=_address)
    made.filters.update(wording.FILTERS)
    return made


def _address(name: str) -> Markup:
    return Markup(f"/register/assets/{name}?v={hashlib.sha256(_text(name).encode()).hexdigest()[:12]}")  # noqa: S704


@cache
def _text(name: str) -> str:
    text = (resources.files("bot.register") / name).read_text(encoding="utf-8")
    return COLOURS + text if name == "register.css" else text
