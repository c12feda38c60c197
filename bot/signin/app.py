"""The pages `/sign-in` and `/sign-out`, and who is signed in."""

from __future__ import annotations

from functools import partial
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.clock import Clock
from bot.register.viewer import Viewers
from bot.signin import journey, pages
from bot.signin.accounts import Directory
from bot.signin.csrf import check_csrf, csrf_token
from bot.signin.desk import SIGN_IN, SIGN_OUT, Desk
from bot.signin.openid import Provider
from bot.signin.session import cookies, path_of_ours
from bot.signin.settings import SignInSettings
from bot.teams.wire import Wire
from bot.tenants import Tenants

_SIGNED_OUT = f"{SIGN_IN}?out=1"


def desk(settings: SignInSettings, tenants: Tenants, wire: Wire, clock: Clock) -> Desk:
    """Signing in as the settings say; `wire` is what the providers are asked over."""
    providers = [Provider(one, settings.redirect_url(one.name), wire, clock) for one in settings.providers]
    directory = Directory(tenants, settings.providers)
    return Desk(settings.public_url, cookies(settings.keys, secure=settings.secure), directory, providers, clock)


def viewers(desk: Desk) -> Viewers:
    """Who looks at a page; rights are looked up anew for every request."""
    return desk.viewer


def routes(desk: Desk) -> list[Route]:
    """The pages as the web application serves them."""
    both = [Route(SIGN_IN, partial(_choose, desk)), Route(SIGN_OUT, partial(_leave, desk), methods=["GET", "POST"])]
    return [*both, *(route for one in desk.providers for route in journey.routes(desk, one))]


def sign_in_path(wanted: str) -> str:
    """Where somebody signs in who wanted to see a page of ours: its path and query."""
    return f"{SIGN_IN}?{urlencode({'next': wanted})}"


async def _choose(desk: Desk, request: Request) -> Response:
    """A button for each provider; with one alone, or for somebody who is signed in, on at once."""
    wanted, signed_out = path_of_ours(request.query_params.get("next")), "out" in request.query_params
    if not signed_out and await desk.viewer(request) is not None:
        return desk.to(wanted)
    links = [desk.link(one, wanted) for one in desk.providers]
    if len(links) == 1 and not signed_out:
        return RedirectResponse(links[0][1], 302, pages.HEADERS)
    return pages.choice(links, signed_out=signed_out)


async def _leave(desk: Desk, request: Request) -> Response:
    """Signed out, by a form of ours alone; whoever comes by a link is asked first."""
    if request.method == "POST":
        if not await check_csrf(request):
            return pages.leaving(csrf_token(request), status=403)
        response = desk.to(_SIGNED_OUT)
        desk.cookies.session.drop(response)
        return response
    if await desk.viewer(request) is None:
        return desk.to(_SIGNED_OUT)
    return pages.leaving(csrf_token(request))
