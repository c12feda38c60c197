"""The charts of the register: pictures in light and dark, what they say in words, and their numbers."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.captions import alt, legend, title
from bot.drawing import svg
from bot.register import asking
from bot.register.house import HEADERS, House, zone_of
from bot.register.numbers import Numbers, numbers
from bot.register.viewer import Viewer
from complaints import scopes
from complaints.charts import Chart
from handlers.charts import NAMES, charts

KEPT: Final = 32
"""Sets of charts that are kept for a while, so that five pictures are one look into the database."""
KEPT_FOR: Final = 15
"""Seconds; by the machine's clock, because that of the playground stands still."""
_PICTURE: Final = {**HEADERS, "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'"}
"""A picture has its colours in itself, and may do nothing."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One chart on the page."""

    name: str
    title: str
    legend: str
    alt: str
    light: str
    dark: str
    numbers: Numbers


@dataclass(slots=True)
class Shelf:
    """The charts that were asked for last, by who may see them, whose they are and when it was."""

    found: OrderedDict[tuple[object, ...], asyncio.Task[Mapping[str, Chart]]] = field(default_factory=OrderedDict)

    async def charts(self, viewer: Viewer, teams: tuple[str, ...]) -> Mapping[str, Chart]:
        """The charts of these teams (none: of all), as of now, with what has come this very moment."""
        golddust, zone = viewer.golddust, zone_of(viewer).key
        end = golddust.clock.now() + timedelta.resolution
        lately = asyncio.get_running_loop().time() // KEPT_FOR
        key = (golddust.organisation.workspace, id(golddust), teams, zone, end.replace(second=0, microsecond=0), lately)
        task = self.found.get(key)
        if task is None or (task.done() and (task.cancelled() or task.exception() is not None)):
            question = partial(charts, teams=teams, end=end, zone=zone)
            task = asyncio.ensure_future(asyncio.to_thread(golddust.read, question))
            self.found[key] = task
            while len(self.found) > KEPT:
                self.found.popitem(last=False)
        # Whoever goes away must not take the charts from those who wait for the same ones.
        return await asyncio.shield(task)


def routes(house: House) -> list[Route]:
    """The page of the charts and its pictures."""
    shelf = Shelf()
    return [
        Route("/register/charts", house.guarded(partial(_page, house, shelf))),
        Route("/register/charts/{name}.svg", house.guarded(partial(_picture, house, shelf))),
    ]


async def _page(house: House, shelf: Shelf, request: Request, viewer: Viewer) -> Response:
    teams = _teams(request, viewer)
    if teams is None:
        return house.missing(request, viewer)
    found = await shelf.charts(viewer, teams)
    organisation = viewer.golddust.organisation
    several = asking.teams(request.query_params, organisation)
    chosen = ",".join(several)
    offered = {key: organisation.name(key) for key in scopes.readable(organisation, viewer.person)}
    offered |= {chosen: " + ".join(map(organisation.name, several))} if len(several) > 1 else {}
    return house.page(
        request, viewer, "charts.html", title=f"Charts: {offered[chosen]}" if chosen else "Charts",
        charts=[_shown(name, found[name], chosen) for name in NAMES], teams=offered, chosen=chosen,
    )  # fmt: skip


async def _picture(house: House, shelf: Shelf, request: Request, viewer: Viewer) -> Response:
    teams, name = _teams(request, viewer), request.path_params["name"]
    if teams is None or name not in NAMES:
        return house.missing(request, viewer)
    chart = (await shelf.charts(viewer, teams))[name]
    drawn = await asyncio.to_thread(svg, chart, "dark" in request.query_params)
    return Response(drawn, media_type="image/svg+xml", headers=_PICTURE)


def _teams(request: Request, viewer: Viewer) -> tuple[str, ...] | None:
    """The teams whose figures are asked for (none: everything), or None where this person may not read them."""
    organisation = viewer.golddust.organisation
    readable, teams = scopes.readable(organisation, viewer.person), asking.teams(request.query_params, organisation)
    if teams:
        return teams if set(teams) <= set(readable) else None
    if organisation.is_admin(viewer.person):
        return ()
    return readable or None


def _shown(name: str, chart: Chart, team: str) -> Shown:
    picture = asking.address({"team": team}, f"/register/charts/{name}.svg")
    dark = f"{picture}{'&' if '?' in picture else '?'}dark=1"
    return Shown(name, title(chart), legend(chart), alt(chart), picture, dark, numbers(chart))
