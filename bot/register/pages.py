"""The routes of the register."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from functools import partial
from typing import TypeVar

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.register import asking, charting, engagement, exporting, risks
from bot.register.house import House, asset, zone_of
from bot.register.timeline import told
from bot.register.turns import in_turn
from bot.register.viewer import Viewer, Viewers
from bot.register.window import window
from complaints.errors import BadInput
from complaints.ticket import number_of
from handlers import register
from handlers.context import Context

Result = TypeVar("Result")


def pages(
    viewers: Viewers, sign_in: Callable[[str], str] | None = None, sign_out: str | None = None,
    open_to: Callable[[], Mapping[str, str]] | None = None,
) -> list[Route]:  # fmt: skip
    """The routes of the register, for whoever `viewers` finds behind a request."""
    house = House(viewers, sign_in, sign_out, open_to)
    return [
        Route("/register", house.guarded(partial(listing, house))),
        Route("/register/assets/{name}", asset),
        *(Route(f"/register.{kind}", house.guarded(in_turn(exporting.answer(kind)))) for kind in exporting.KINDS),
        Route("/register/C-{number}", house.guarded(partial(ticket, house))),
        *charting.routes(house),
        *risks.routes(house),
        *engagement.routes(house),
        Route("/register/{rest:path}", house.guarded(partial(missing, house))),
    ]


async def listing(house: House, request: Request, viewer: Viewer) -> Response:
    """The list of what the address asks for; a sentence and no tickets where it can't be understood."""
    params, zone = asking.given(request.query_params), zone_of(viewer)
    wanted, wrong = None, None
    try:
        wanted = asking.asked(params, viewer.golddust.organisation, zone)
    except BadInput as error:
        wrong = error
    shown = await reading(viewer, lambda context: window(context, viewer, params, wanted, wrong))
    return house.page(
        request, viewer, "register.html", title=shown.title, status=400 if wrong else 200, shown=shown, zone=zone
    )


async def ticket(house: House, request: Request, viewer: Viewer) -> Response:
    """One ticket with its timeline; the same answer for one that is not there and one that may not be seen."""
    number, zone = number_of(request.path_params["number"]), zone_of(viewer)
    if number is None:
        return house.missing(request, viewer)

    def question(context: Context) -> Response:
        found = register.opened(context, viewer.person, number)
        if found is None:
            return house.missing(request, viewer)
        events = told(context, found.record, zone)
        return house.page(
            request, viewer, "ticket.html", title=found.view.ref, opened=found, events=events, zone=zone
        )  # fmt: skip

    return await reading(viewer, question)


async def missing(house: House, request: Request, viewer: Viewer) -> Response:
    """The answer for what is not there."""
    return house.missing(request, viewer)


async def reading(viewer: Viewer, question: Callable[[Context], Result]) -> Result:
    """The answer to a question that changes nothing, found beside the event loop."""
    return await asyncio.to_thread(viewer.golddust.read, question)
