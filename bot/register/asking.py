"""The address of a view: what its parameters ask for, and the address that asks for something else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final, TypeVar, get_args
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from complaints.errors import BadInput
from complaints.organisation import Organisation
from complaints.register import ALL, NOBODY, OPEN, Column, Wanted
from complaints.severity import Severity
from complaints.ticket import Kind, State
from complaints.words import storable

Params = Mapping[str, str]
Member = TypeVar("Member", bound=StrEnum)

LONGEST: Final = 200
"""Characters of anything that is typed."""
MOST_OF_TEAMS: Final = 1000
"""Characters of the teams that a digest is about."""
MOST_DAYS: Final = 3650
COLUMNS: Final[tuple[Column, ...]] = get_args(Column)
NAMES: Final = (
    "q", "state", "overdue", "kind", "team", "touchpoint", "owner", "category", "severity", "customer", "from", "to",
    "ends", "mine", "sort", "page",
)  # fmt: skip
"""The parameters that there are, in the order in which addresses have them."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A view that is ready made."""

    label: str
    params: Params

    @property
    def address(self) -> str:
        """The address of the view."""
        return address(self.params)


READY: Final = (
    Ready("Open", {}),
    Ready("Overdue", {"overdue": "1", "sort": "due"}),
    Ready("Runs out this week", {"ends": "7", "sort": "due"}),
    Ready("Nobody owns it", {"owner": NOBODY}),
    Ready("Mine", {"mine": "1", "sort": "due"}),
    Ready("Problems", {"kind": "problem"}),
    Ready("Actions", {"kind": "action", "sort": "due"}),
    Ready("All", {"state": ALL}),
)
"""The views that everybody has at hand."""


def address(params: Params, path: str = "/register", **other: str | None) -> str:
    """The address of a view, changed in some of its parameters; None takes one away."""
    merged = {**params, **other}
    kept = [(name, value) for name in NAMES if (value := merged.get(name))]
    return f"{path}?{urlencode(kept)}" if kept else path


def given(params: Mapping[str, str]) -> dict[str, str]:
    """The parameters that say something, tidied; those that there are not are left out."""
    return {name: value for name in NAMES if (value := storable(params.get(name, "")).strip())}


def asked(params: Params, organisation: Organisation, zone: ZoneInfo) -> Wanted:
    """What an address asks for; raises BadInput with a sentence for what can't be understood."""
    for name, value in params.items():
        longest = MOST_OF_TEAMS if name == "team" else LONGEST
        if len(value) > longest:
            raise BadInput(field=name, reason=f"“{name}” is longer than {longest} characters; please say it shorter.")
    if "q" in params and not any(one.isalnum() for one in params["q"]):
        raise BadInput(field="q", reason=f"There is no word or number in “{_short(params['q'])}” to search for.")
    sort = params.get("sort", "-number")
    first, last = (_day(params, name, zone) for name in ("from", "to"))
    if first and last and first > last:
        raise BadInput(field="to", reason="The last day is before the first one; swap “from” and “to”.")
    return Wanted(
        words=params.get("q", ""),
        state=_one_of(params, "state", (OPEN, ALL, *(state.value for state in State)), OPEN),
        overdue=_flag(params, "overdue"),
        kind=_member(params, "kind", Kind),
        teams=teams(params, organisation),
        touchpoint=_touchpoint(params, organisation),
        owner=_owner(params, organisation),
        category=params.get("category"),
        severity=_member(params, "severity", Severity),
        customer=params.get("customer"),
        captured_from=first,
        captured_before=_next_day(last, zone) if last else None,
        ends=_number(params, "ends", 0, MOST_DAYS),
        mine=_flag(params, "mine"),
        sort=_column(sort.removeprefix("-")),
        descending=sort.startswith("-"),
        page=_number(params, "page", 1, 1_000_000) or 1,
    )


def _one_of(params: Params, name: str, known: tuple[str, ...], default: str) -> str:
    value = params.get(name, default)
    if value not in known:
        raise BadInput(field=name, reason=f"“{name}” can’t be “{_short(value)}”; there are {', '.join(known)}.")
    return value


def _member(params: Params, name: str, kind: type[Member]) -> Member | None:
    value = params.get(name)
    return kind(_one_of(params, name, tuple(kind), "")) if value is not None else None


def _column(name: str) -> Column:
    found = next((one for one in COLUMNS if one == name), None)
    if found is None:
        raise BadInput(field="sort", reason=f"I can’t sort by “{_short(name)}”; there are {', '.join(COLUMNS)}.")
    return found


def _flag(params: Params, name: str) -> bool:
    return _one_of(params, name, ("0", "1"), "0") == "1"


def _number(params: Params, name: str, least: int, most: int) -> int | None:
    value = params.get(name)
    if value is None:
        return None
    if not (value.isascii() and value.isdigit() and least <= int(value[:9]) <= most and len(value) <= 9):
        raise BadInput(field=name, reason=f"“{name}” must be a number from {least} to {most}, not “{_short(value)}”.")
    return int(value)


def _day(params: Params, name: str, zone: ZoneInfo) -> datetime | None:
    value = params.get(name)
    if value is None:
        return None
    try:
        found = date.fromisoformat(value)
        if not 1970 <= found.year <= 2999:
            raise ValueError(value)
    except ValueError:
        raise BadInput(
            field=name, reason=f"“{name}” must be a day such as 2026-11-23, not “{_short(value)}”."
        ) from None
    return datetime(found.year, found.month, found.day, tzinfo=zone)


def _next_day(day: datetime, zone: ZoneInfo) -> datetime:
    following = day.date() + timedelta(days=1)
    return datetime(following.year, following.month, following.day, tzinfo=zone)


def teams(params: Params, organisation: Organisation) -> tuple[str, ...]:
    """The keys of the teams that are asked for, which commas part; keys and names are understood."""
    value = params.get("team", "")
    whole = _key(value, organisation.teams)
    several = [whole] if whole else [one.strip() for one in value.split(",") if one.strip()]
    return tuple(dict.fromkeys(_key(one, organisation.teams) or one for one in several))


def _touchpoint(params: Params, organisation: Organisation) -> str | None:
    value = params.get("touchpoint")
    return None if value is None else _key(value, organisation.teams) or value


def _owner(params: Params, organisation: Organisation) -> str | None:
    """The key of the owner: keys, names and e-mail addresses are understood, and “nobody”."""
    value = params.get("owner")
    if value is None or value.casefold() == NOBODY:
        return NOBODY if value else None
    return organisation.with_email(value) or _key(value, organisation.people) or value


def _key(typed: str, listed: Mapping[str, Any]) -> str | None:
    if typed in listed:
        return typed
    return next((key for key, one in listed.items() if one.name.casefold() == typed.casefold()), None)


def _short(value: str) -> str:
    return value if len(value) <= 40 else f"{value[:39]}…"
