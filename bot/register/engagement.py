"""Engagement by function as a page: in the order of the file, without a person's figure."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.register.house import House
from bot.register.viewer import Viewer
from complaints.cases import Window
from handlers import engagement

PLACE: Final = "/register/engagement"
SPANS: Final = (28, 91, 365)
"""Over so many days it can be looked at."""


def routes(house: House) -> list[Route]:
    """The page."""
    return [Route(PLACE, house.guarded(lambda request, viewer: _page(house, request, viewer)))]


async def _page(house: House, request: Request, viewer: Viewer) -> Response:
    asked, now = request.query_params.get("days", ""), viewer.golddust.clock.now()
    days = next((span for span in SPANS if str(span) == asked), SPANS[0])
    window = Window(now - timedelta(days=days), now)
    shown, answers = await asyncio.to_thread(
        viewer.golddust.read, lambda context: engagement.seen(context, viewer.person, window)
    )
    return house.page(
        request, viewer, "engagement.html", title="Engagement", shown=shown, answers=answers, days=days, spans=SPANS,
        name_of=viewer.golddust.organisation.name,
    )  # fmt: skip
