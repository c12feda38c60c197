"""The register without signing in, for the playground: seen as a person whom one chooses there."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.app import Golddust
from bot.register.house import HEADERS
from bot.register.pages import pages
from bot.register.viewer import Viewer

COOKIE = "golddust-register-as"


def open_pages(golddust: Callable[[], Golddust]) -> list[Route]:
    """The routes of the register, open to everybody, which it says itself.

    It is seen as the first admin, or as whom `?as=KEY` names.
    """

    async def viewer(request: Request) -> Viewer:
        known = golddust()
        asked = request.cookies.get(COOKIE)
        listed = asked if asked in known.organisation.people else None
        return Viewer(known, listed or known.organisation.organisation.admins[0])

    def people() -> Mapping[str, str]:
        listed = golddust().organisation.people
        return {key: person.name for key, person in listed.items()}

    async def chosen(request: Request) -> Response:
        response = RedirectResponse("/register", 303, dict(HEADERS))
        person = request.query_params.get("as", "")
        if person in golddust().organisation.people:
            response.set_cookie(COOKIE, person, path="/register", httponly=True, samesite="lax")
        return response

    first, *others = pages(viewer, open_to=people)

    async def entered(request: Request) -> Response:
        answer = chosen if "as" in request.query_params else first.endpoint
        response: Response = await answer(request)
        return response

    return [Route(first.path, entered), *others]
