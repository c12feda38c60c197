"""To a provider, and back from it."""

from __future__ import annotations

from functools import partial
from hmac import compare_digest

import structlog
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.signin import pages
from bot.signin.accounts import Known, account_of
from bot.signin.desk import SIGN_IN, Desk
from bot.signin.openid import NotSignedIn, Provider
from bot.signin.session import AFTERWARDS, Account, Begun, Session, path_of_ours
from bot.signin.settings import CALLBACK

log = structlog.get_logger()


def routes(desk: Desk, provider: Provider) -> list[Route]:
    """The two pages of a provider."""
    name = provider.settings.name
    return [
        Route(f"{SIGN_IN}/{name}", partial(_begin, desk, provider)),
        Route(CALLBACK.format(name=name), partial(_finish, desk, provider)),
    ]


async def _begin(desk: Desk, provider: Provider, request: Request) -> Response:
    """To the provider, with a state that only this browser has."""
    begun = Begun(provider.settings.name, path_of_ours(request.query_params.get("next")))
    try:
        address = await provider.address(begun)
    except NotSignedIn as error:
        return desk.refused(provider, error, begun.next)
    response = RedirectResponse(address, 302, pages.HEADERS)
    desk.cookies.begun.keep(response, begun, desk.clock.now())
    return response


async def _finish(desk: Desk, provider: Provider, request: Request) -> Response:
    """Whoever comes back is signed in, or hears why not; either way this sign-in is over."""
    begun = desk.cookies.begun.read(request, desk.clock.now())
    try:
        response = await _finished(desk, provider, begun, request)
    except NotSignedIn as error:
        response = desk.refused(provider, error, begun.next if begun else AFTERWARDS)
    desk.cookies.begun.drop(response)
    return response


async def _finished(desk: Desk, provider: Provider, begun: Begun | None, request: Request) -> Response:
    """The page after a sign-in; raises NotSignedIn."""
    mine, code = _ours(provider, begun, request)
    account = account_of(provider.settings, await provider.claims(mine, code))
    try:
        found = await desk.directory.find(account)
    except SQLAlchemyError as error:
        raise NotSignedIn("away", f"the database is away: {type(error).__name__}") from None
    if found is None:
        raise NotSignedIn("stranger", f"no file lists {account.place[:64]}")
    return _welcomed(desk, provider, mine, account, found)


def _ours(provider: Provider, begun: Begun | None, request: Request) -> tuple[Begun, str]:
    """The sign-in that has begun in this very browser, and the code for it; raises NotSignedIn."""
    said = request.query_params
    if begun is None or begun.provider != provider.settings.name:
        raise NotSignedIn("state", "no sign-in has begun in this browser")
    if not compare_digest(said.get("state", "").encode(), begun.state.encode()):
        raise NotSignedIn("state", "the state is another one")
    if error := said.get("error"):
        raise NotSignedIn("denied" if error == "access_denied" else "refused", f"the provider says {error[:60]}")
    if not said.get("code"):
        raise NotSignedIn("refused", "no code came")
    return begun, said["code"]


def _welcomed(desk: Desk, provider: Provider, begun: Begun, account: Account, found: Known) -> Response:
    """On to where they wanted to go, with a session; for somebody whom the file does not list, whom to ask."""
    organisation = found.golddust.organisation
    about, platform = organisation.organisation, account.platform
    if found.person is None:
        log.warning("nobody was signed in", provider=provider.settings.name, why="the file does not list them",
                    workspace=about.id, user=account.user[:64])  # fmt: skip
        links = [desk.link(provider, begun.next, "Try again")]
        return pages.unknown(provider.settings.label, about.name, organisation.name(about.admins[0]), links)
    log.info("somebody signed in", platform=platform, workspace=about.id, person=found.person)
    response = desk.to(begun.next)
    desk.cookies.session.keep(response, Session(about.id, found.person, account), desk.clock.now())
    return response
