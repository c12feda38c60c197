"""What the list shows around its tickets: the ready views, the choices of the filters, the headings and the pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.register import asking
from bot.register.asking import READY, Params, address
from bot.register.nothing import Nothing, nothing
from bot.register.viewer import Viewer
from complaints.errors import BadInput
from complaints.organisation import Organisation
from complaints.register import ALL, NOBODY, OPEN, Column, Sight, Wanted, sight
from complaints.severity import Severity
from complaints.ticket import Kind, State
from handlers import register
from handlers.context import Context
from handlers.register import Listing
from storage.register import MOST_COUNTED

MOST_OFFERED: Final = 300
"""People who are offered as owners while one types."""

HEADINGS: Final[tuple[tuple[Column, str], ...]] = (
    ("number", "Ticket"), ("severity", "Severity"), ("state", "State"), ("customer", "Customer"),
    ("category", "Category"), ("team", "Team"), ("owner", "Owner"), ("holder", "Whose move"), ("due", "Runs out"),
    ("captured", "Said"),
)  # fmt: skip
_DOWNWARDS: Final = frozenset({"number", "severity", "captured"})
"""What is sorted from its highest first when somebody begins to sort by it."""


@dataclass(frozen=True, slots=True)
class Heading:
    """The heading of a column: the address that sorts by it, and how the list is sorted by it now, if it is."""

    label: str
    address: str
    sorted: str | None


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice of a filter."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Window:
    """Everything that the page of a list shows; `listing` is None where the address can't be understood."""

    title: str
    params: Params
    listing: Listing | None
    at: datetime
    views: tuple[tuple[str, str, bool], ...]
    headings: tuple[Heading, ...]
    choices: Mapping[str, tuple[Choice, ...]]
    owners: tuple[str, ...]
    owner: str
    counted: str
    previous: str | None
    following: str | None
    nothing: Nothing | None
    exports: Mapping[str, str]
    charts: str
    wrong: str
    field: str

    @property
    def filtered(self) -> bool:
        """Whether something else than words, order and page is asked for, in no ready view."""
        return not any(current for *_, current in self.views) and not {"q", "sort", "page"}.issuperset(self.params)


def window(
    context: Context, viewer: Viewer, params: Params, wanted: Wanted | None, wrong: BadInput | None = None
) -> Window:
    """What to show for an address; without `wanted` the sentence that says what is wrong with it."""
    seen = sight(context.organisation, viewer.person)
    found = register.listing(context, viewer.person, wanted) if wanted else None
    here = {name: value for name, value in params.items() if name not in {"page"}}
    ready = next((view.label for view in READY if view.params == here), None)
    return Window(
        title=ready or "Register", params=params, listing=found, at=context.at,
        views=tuple((view.label, view.address, view.label == ready) for view in READY),
        headings=tuple(_headings(params, wanted or Wanted())),
        choices=_choices(context, seen, params),
        owners=tuple(_owners(context.organisation, seen)), owner=_named(context.organisation, params, wanted),
        counted=_counted(found) if found else "",
        previous=address(params, page=str(found.page - 1)) if found and found.page > 1 else None,
        following=address(params, page=str(found.page + 1)) if found and found.page < found.pages else None,
        nothing=nothing(context, viewer.person, params, wanted) if wanted and found and not found.total else None,
        exports={kind: address(params, f"/register.{kind}", page=None) for kind in ("csv", "xlsx")},
        charts=address({"team": params["team"]} if "team" in params else {}, "/register/charts"),
        wrong=str(wrong or ""), field=wrong.field if wrong else "",
    )  # fmt: skip


def _headings(params: Params, wanted: Wanted) -> Iterator[Heading]:
    for column, label in HEADINGS:
        now = wanted.sort == column
        down = not wanted.descending if now else column in _DOWNWARDS
        order = ("descending" if wanted.descending else "ascending") if now else None
        yield Heading(label, address(params, sort=f"-{column}" if down else column, page=None), order)


def _choices(context: Context, seen: Sight, params: Params) -> dict[str, tuple[Choice, ...]]:
    organisation = context.organisation
    teams = {key: team.name for key, team in organisation.teams.items() if seen.everything or key in seen.teams}
    offered = {
        "state": {OPEN: "Open", ALL: "All", **{state.value: state.value.capitalize() for state in State}},
        "kind": {"": "Any", **{kind.value: kind.value.capitalize() for kind in Kind}},
        "team": {"": "Any", **_in_order(teams), **_several(organisation, params)},
        "touchpoint": {"": "Any", **_in_order({key: organisation.name(key) for key in organisation.touchpoints()})},
        "severity": {"": "Any", **{one.value: one.value.capitalize() for one in reversed(Severity)}},
        "category": {"": "Any", **{one: one for one in register.categories(context, seen.person)}},
        "ends": {"": "Any time", "1": "Within a day", **{days: f"Within {days} days" for days in ("7", "14", "30")}},
    }  # fmt: skip
    return {name: tuple(_offered(values, params.get(name, ""), name)) for name, values in offered.items()}


def _in_order(named: Mapping[str, str]) -> dict[str, str]:
    return dict(sorted(named.items(), key=lambda item: item[1].casefold()))


def _several(organisation: Organisation, params: Params) -> dict[str, str]:
    """The teams that are asked for, where there is more than one, as one more choice."""
    found = asking.teams(params, organisation)
    return {params["team"]: " + ".join(map(organisation.name, found))} if len(found) > 1 else {}


def _offered(values: Mapping[str, str], chosen: str, name: str) -> Iterator[Choice]:
    chosen = chosen or (OPEN if name == "state" else "")
    for value, label in values.items():
        yield Choice(value, label, value == chosen)
    if chosen not in values:
        yield Choice(chosen, chosen, True)


def _owners(organisation: Organisation, seen: Sight) -> list[str]:
    teams = [team for key, team in organisation.teams.items() if seen.everything or key in seen.teams]
    names = {organisation.name(member) for team in teams for member in (*team.members, team.lead)}
    return [NOBODY, *sorted(names, key=str.casefold)[:MOST_OFFERED]]


def _named(organisation: Organisation, params: Params, wanted: Wanted | None) -> str:
    """The owner who is asked for, by name."""
    key = wanted.owner if wanted else None
    return organisation.name(key) if key in organisation.people else params.get("owner", "")


def _counted(found: Listing) -> str:
    if found.many:
        return f"more than {MOST_COUNTED:,} tickets"
    return "no tickets" if not found.total else f"{found.total:,} ticket{'' if found.total == 1 else 's'}"
