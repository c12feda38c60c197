"""The register without signing in, for the playground: seen as a person whom one chooses there."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.app import Golddust
from bot.register.house import HEADERS, Room
from bot.register.pages import pages
from bot.register.viewer import Viewer

COOKIE = "golddust-register-as"
AS = "/register/as"


def open_pages(golddust: Callable[[], Golddust], rooms: tuple[Room, ...] = ()) -> list[Route]:
    """The routes of the register, open to everybody; it says so itself. The first admin is who looks at first."""

    async def viewer(request: Request) -> Viewer:
        known = golddust()
        asked = (request.query_params.get("as"), request.cookies.get(COOKIE))
        found = next((person for person in asked if person in known.organisation.people), None)
        return Viewer(known, found or known.organisation.organisation.admins[0])

    def people() -> Mapping[str, str]:
        listed = golddust().organisation.people
        return {key: person.name for key, person in listed.items()}

    async def chosen(request: Request) -> Response:
        response = RedirectResponse("/register", 303, dict(HEADERS))
        person = request.query_params.get("person", "")
        if person in golddust().organisation.people:
            response.set_cookie(COOKIE, person, path="/register", httponly=True, samesite="lax")
        return response

    return [Route(AS, chosen), *pages(viewer, open_to=people, rooms=rooms)]
