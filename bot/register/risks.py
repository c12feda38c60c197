"""The risk register as pages: the list with its matrix, one risk with its form, and files."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.register.house import HEADERS, Answer, House, zone_of
from bot.register.sheets import KINDS, sheet
from bot.register.turns import in_turn
from bot.register.viewer import Viewer
from bot.signin.csrf import check_csrf, csrf_token
from complaints import scopes
from complaints.errors import BadInput, NotAllowed
from complaints.risks import EDITABLE, Matrix, Risk, matrix, may_read
from complaints.ticket import number_of
from handlers import risks
from handlers.context import Context
from storage import risks as stored

PLACE: Final = "/register/risks"
_HEADINGS: Final = (
    "risk", "exposure", "likelihood", "impact", "trend", "state", "team", "owner", "mitigation", "next look", "source",
)  # fmt: skip
_KEYS: Final[Mapping[str, Callable[[Risk], Any]]] = {
    "exposure": lambda one: (-one.exposure, one.number), "risk": lambda one: one.title.casefold(),
    "trend": lambda one: ("rising", "steady", "falling").index(one.trend), "state": lambda one: one.state,
    "next": lambda one: one.next_look, "owner": lambda one: one.owner or "", "team": lambda one: one.team,
    "likelihood": lambda one: -one.likelihood, "impact": lambda one: -one.impact,
}  # fmt: skip
Result = TypeVar("Result")
ERASED: Final = "The words are erased."
OTHER_PAGE: Final = "This form was not sent from a page of ours, or it is too old; please try again."


@dataclass(frozen=True, slots=True)
class Window:
    """What the list shows: the risks that were asked for, and the matrix of all that are not closed."""

    risks: tuple[Risk, ...]
    matrix: Matrix
    params: Mapping[str, str]
    teams: Mapping[str, str]
    may_add: bool

    def address(self, **changes: str) -> str:
        """The address of this list with something changed; what is empty is left out."""
        return _address(PLACE, {**self.params, **changes})

    def exports(self, kind: str) -> str:
        """The address of the same list as a file."""
        return _address(f"{PLACE}.{kind}", self.params)


def routes(house: House) -> list[Route]:
    """The pages of the risk register."""
    return [
        Route(PLACE, house.guarded(lambda request, viewer: _listing(house, request, viewer))),
        *(Route(f"{PLACE}.{kind}", house.guarded(in_turn(_exported(kind)))) for kind in KINDS),
        Route(f"{PLACE}/new", house.guarded(lambda request, viewer: _new(house, request, viewer)),
              methods=["GET", "POST"]),
        Route(f"{PLACE}/R-{{number}}", house.guarded(lambda request, viewer: _one(house, request, viewer)),
              methods=["GET", "POST"]),
    ]  # fmt: skip


async def _listing(house: House, request: Request, viewer: Viewer) -> Response:
    shown = await _window(request, viewer)
    return house.page(request, viewer, "risks.html", title="Risks", shown=shown, name_of=_names(viewer))


def _exported(kind: str) -> Answer:
    async def answer(request: Request, viewer: Viewer) -> Response:
        shown, name = await _window(request, viewer), _names(viewer)
        rows = [
            (f"{one.ref} {one.title}", one.exposure, one.likelihood, one.impact, one.trend, one.state, name(one.team),
             name(one.owner) if one.owner else "", one.mitigation, one.next_look, one.source)
            for one in shown.risks
        ]  # fmt: skip
        return await asyncio.to_thread(sheet, kind, "risks", _HEADINGS, rows, viewer.golddust.clock.now())

    return answer


async def _one(house: House, request: Request, viewer: Viewer) -> Response:
    number = number_of(request.path_params["number"])
    risk = await _find(viewer, number) if number is not None else None
    if risk is None:
        return house.missing(request, viewer)
    if request.method == "GET":
        return _form(house, request, viewer, risk)
    return await _handed_in(house, request, viewer, risk)


async def _handed_in(house: House, request: Request, viewer: Viewer, risk: Risk) -> Response:
    if not await check_csrf(request):
        return _form(house, request, viewer, risk, wrong=OTHER_PAGE, status=403)
    typed = await _typed(request)
    version = number_of(typed.get("version", "")) or 0
    now = viewer.golddust.clock.now()
    try:
        await viewer.golddust.worker.run(
            lambda context: risks.edit(context, risk.number, viewer.person, typed, version), now
        )
    except NotAllowed as error:
        return _form(house, request, viewer, risk, wrong=str(error), status=403)
    except BadInput as error:
        now_so = await _find(viewer, risk.number) or risk
        typed = {} if now_so.version != version else typed
        return _form(house, request, viewer, now_so, typed, str(error), error.field, 400)
    return RedirectResponse(f"{PLACE}/{risk.ref}", 303, HEADERS)


async def _new(house: House, request: Request, viewer: Viewer) -> Response:
    teams = _editable(viewer)
    if not teams:
        return house.missing(request, viewer)
    if request.method == "GET":
        return _form(house, request, viewer, None)
    if not await check_csrf(request):
        return _form(house, request, viewer, None, wrong=OTHER_PAGE, status=403)
    typed = await _typed(request)
    now, team = viewer.golddust.clock.now(), typed.get("team", "")
    try:
        made = await viewer.golddust.worker.run(lambda context: risks.add(context, viewer.person, team, typed), now)
    except NotAllowed as error:
        return _form(house, request, viewer, None, typed, str(error), status=403)
    except BadInput as error:
        return _form(house, request, viewer, None, typed, str(error), error.field, 400)
    return RedirectResponse(f"{PLACE}/{made.ref}", 303, HEADERS)


def _form(
    house: House, request: Request, viewer: Viewer, risk: Risk | None, typed: Mapping[str, str] | None = None,
    wrong: str = "", field: str = "", status: int = 200,
) -> Response:  # fmt: skip
    """The page of a risk (or of a new one), with what was typed and what is wrong with it."""
    organisation = viewer.golddust.organisation
    values = {name: _said(getattr(risk, name)) for name in EDITABLE} if risk else {"likelihood": "3", "impact": "3"}
    mitigation = number_of(risk.mitigation) if risk and risk.mitigation.upper().startswith("C-") else None
    return house.page(
        request, viewer, "risk.html", title=f"{risk.ref}: {risk.title or ERASED}" if risk else "A new risk",
        status=status, risk=risk, values={**values, **(typed or {})}, wrong=wrong, field=field,
        csrf=csrf_token(request), may_edit=risk is None or scopes.leads(organisation, risk.team, viewer.person),
        people={key: person.name for key, person in organisation.people.items()}, teams=_editable(viewer),
        name_of=_names(viewer), zone=zone_of(viewer), action=f"C-{mitigation}" if mitigation else "",
    )  # fmt: skip


async def _window(request: Request, viewer: Viewer) -> Window:
    organisation = viewer.golddust.organisation
    params = {name: request.query_params.get(name, "") for name in ("team", "state", "cell", "sort")}
    seen = await _reading(viewer, lambda context: risks.readable(context, viewer.person))
    teams = {key: organisation.name(key) for key in dict.fromkeys(one.team for one in seen)}
    of_team = [one for one in seen if params["team"] in {"", one.team}]
    wanted = [one for one in of_team if _is_wanted(one, params)]
    key = _KEYS.get(params["sort"], _KEYS["exposure"])
    return Window(tuple(sorted(wanted, key=key)), matrix(of_team), params, teams, bool(_editable(viewer)))


def _is_wanted(risk: Risk, params: Mapping[str, str]) -> bool:
    if params["state"] in {"open", "watched", "closed"}:
        stands = risk.state == params["state"]
    else:
        stands = params["state"] == "all" or risk.state != "closed"
    return stands and params["cell"] in {"", f"{risk.likelihood}x{risk.impact}"}


async def _find(viewer: Viewer, number: int) -> Risk | None:
    def question(context: Context) -> Risk | None:
        risk = stored.find(context.session, context.workspace, number)
        theirs = risk is not None and may_read(context.organisation, risk.team, viewer.person)
        return risk if theirs else None

    return await _reading(viewer, question)


async def _typed(request: Request) -> dict[str, str]:
    """What was filled in, by field; files are nobody's business here."""
    form = await request.form()
    return {name: value for name, value in form.items() if isinstance(value, str)}


def _editable(viewer: Viewer) -> dict[str, str]:
    """The teams for which somebody may note a risk: keys and names, in the order of the file."""
    organisation = viewer.golddust.organisation
    owning: Sequence[str] = [key for key, team in organisation.teams.items() if team.owns]
    return {key: organisation.name(key) for key in owning if scopes.leads(organisation, key, viewer.person)}


def _names(viewer: Viewer) -> Callable[[str | None], str]:
    organisation = viewer.golddust.organisation
    return lambda key: "Golddust" if key == "golddust" else organisation.name(key)


async def _reading(viewer: Viewer, question: Callable[[Context], Result]) -> Result:
    return await asyncio.to_thread(viewer.golddust.read, question)


def _said(value: object) -> str:
    return "" if value is None else str(value)


def _address(path: str, params: Mapping[str, str]) -> str:
    asked = urlencode({name: value for name, value in params.items() if value})
    return f"{path}?{asked}" if asked else path
