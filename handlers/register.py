"""Reading the register: lists, exports and one ticket, always as somebody and only what they may see."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from complaints.organisation import Organisation
from complaints.register import ALL, Line, Sight, Wanted, sight
from complaints.views import TicketView
from handlers.context import Context
from handlers.reading import full_record
from handlers.viewing import view
from storage import register, tickets
from storage.register import Asked

SIZE = 50
"""Tickets of a page."""
PAGES = 200
"""How far one can turn the pages; who looks for more filters or exports."""
PARTS = 50
"""How many parts of a ticket are shown with it."""
NEWEST = 2_000
"""Tickets whose categories are offered beside those of the file."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A ticket of a list with the names of everybody in it."""

    line: Line
    team: str
    owner: str | None
    holder: str
    reporter: str
    touchpoint: str
    overdue: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of what was asked for: its number from 1, how many pages and tickets there are.

    `many` is true where there are more tickets than were counted.
    """

    tickets: tuple[Listed, ...]
    page: int
    pages: int
    total: int
    many: bool


@dataclass(frozen=True, slots=True)
class Opened:
    """One ticket with all that its page shows."""

    at: datetime
    view: TicketView
    line: Line
    record: Mapping[str, Any]
    parent: Listed | None
    parts: tuple[Listed, ...]


def listing(context: Context, person: str, wanted: Wanted) -> Listing:
    """A page of the tickets that a person asks for and may see; the last one where it is past the end."""
    # One look instead of a count and a page: whatever has to be sorted is read as a whole in any case.
    found = register.numbers(context.session, asking(context, person, wanted), register.MOST_COUNTED + 1)
    many = len(found) > register.MOST_COUNTED
    total = min(len(found), register.MOST_COUNTED)
    pages = min(max(1, -(-total // SIZE)), PAGES)
    number = min(max(wanted.page, 1), pages)
    shown = portion(context, person, found[: register.MOST_COUNTED][(number - 1) * SIZE : number * SIZE])
    return Listing(tuple(shown), number, pages, total, many)


def elsewhere(context: Context, person: str, wanted: Wanted) -> int:
    """How many tickets of whatever state are like what a person asks for; MOST_COUNTED where there are more."""
    asked = asking(context, person, replace(wanted, state=ALL, sort="number"))
    return len(register.numbers(context.session, asked, register.MOST_COUNTED))


def numbers(context: Context, person: str, wanted: Wanted) -> list[int]:
    """The numbers of all the tickets that a person asks for and may see, in their order."""
    return register.numbers(context.session, asking(context, person, wanted))


def portion(context: Context, person: str, wanted: Sequence[int]) -> list[Listed]:
    """The tickets of these numbers that a person may see, in that order."""
    found = register.lines(context.session, context.workspace, sight(context.organisation, person), wanted)
    known = {line.number: line for line in found}
    return named(context, [known[number] for number in wanted if number in known])


def opened(context: Context, person: str, number: int) -> Opened | None:
    """A ticket with its timeline, clocks, parent and parts; None where there is none that this person may see."""
    seen = sight(context.organisation, person)
    found = register.lines(context.session, context.workspace, seen, [number])
    if not found:
        return None
    line, parent = found[0], _parent(context, seen, found[0])
    parts = named(context, register.parts(context.session, context.workspace, seen, number, PARTS))
    shown = view(context, tickets.load(context.session, context.workspace, number))
    return Opened(context.at, shown, line, full_record(context, number), parent, tuple(parts))


def categories(context: Context, person: str) -> list[str]:
    """The categories that can be asked for: those of the file's routes, and of the tickets that a person sees."""
    routed = {route.category for route in context.organisation.routes if route.category}
    seen = sight(context.organisation, person)
    return sorted(routed | set(register.categories(context.session, context.workspace, seen, NEWEST)))


def asking(context: Context, person: str, wanted: Wanted) -> Asked:
    """What a person asks, as it goes into the database with what they may see."""
    organisation = context.organisation
    teams = _places(organisation, organisation.teams) if wanted.sort == "team" else {}
    people = _places(organisation, organisation.people) if wanted.sort in {"owner", "holder"} else {}
    met = organisation.met_at(wanted.touchpoint) if wanted.touchpoint is not None else ()
    return Asked(context.workspace, sight(organisation, person), wanted, context.at, teams, people, met)


def named(context: Context, lines: Sequence[Line]) -> list[Listed]:
    """The lines with names instead of keys, asked for all at once."""
    name = _names(context, (key for line in lines for key in (line.owner, line.holder, line.reporter)))
    return [
        Listed(
            line, context.organisation.name(line.team), name(line.owner) if line.owner else None, name(line.holder),
            name(line.reporter), _touchpoint(context.organisation, line.reporter), line.overdue(context.at),
        )
        for line in lines
    ]  # fmt: skip


def _touchpoint(organisation: Organisation, reporter: str) -> str:
    found = organisation.touchpoint(reporter)
    return organisation.name(found) if found else ""


def _parent(context: Context, seen: Sight, line: Line) -> Listed | None:
    if line.parent is None:
        return None
    found = named(context, register.lines(context.session, context.workspace, seen, [line.parent]))
    return found[0] if found else None


def _names(context: Context, keys: Iterable[str | None]) -> Callable[[str], str]:
    organisation = context.organisation
    unlisted = {key for key in keys if key and key not in organisation.people and key not in organisation.teams}
    known = register.names(context.session, context.workspace, unlisted) if unlisted else {}
    return lambda key: known.get(key) or organisation.name(key)


_MOST_PLACES = 1_000
"""Keys that a database is told the order of; of more their own order has to do."""


def _places(organisation: Organisation, keys: Iterable[str]) -> dict[str, int]:
    known = sorted(keys, key=lambda key: organisation.name(key).casefold())
    return {key: place for place, key in enumerate(known)} if len(known) <= _MOST_PLACES else {}
