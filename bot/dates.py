"""Dates as other tools and spreadsheets write them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from complaints.errors import BadInput

NOON: Final = time(12)
"""A day without its hour counts as its noon: then it is the same day in the organisation and, nearly always, in UTC."""

_LONGEST_DAY: Final = len("2025-12-31")
_SLASHED: Final = re.compile(
    r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})(?:,?[ T]+(\d{1,2}):(\d{2})(?::(\d{2}))?(?: ?([AaPp])\.?[Mm]\.?)?)?"
)


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment in UTC; `day` when only the day was given."""

    at: datetime
    day: bool = False


@dataclass(frozen=True, slots=True)
class Dates:
    """Reads dates: ISO 8601 always, and `dmy`, `mdy` or a strptime pattern when the operator says so.

    A time without an offset is the organisation's local time.
    """

    zone: ZoneInfo
    form: str | None = None

    def read(self, text: str) -> Moment:
        """The moment in a text; raises BadInput that says what is allowed."""
        stripped = text.strip()
        found = self._given_form(stripped) or _iso(stripped)
        if found is None:
            raise BadInput(field="date", reason=self._refusal(stripped))
        try:
            return Moment(self._in_utc(found[0]), found[1])
        except OverflowError:
            raise BadInput(field="date", reason=self._refusal(stripped)) from None

    def _in_utc(self, found: datetime) -> datetime:
        return (found if found.tzinfo else found.replace(tzinfo=self.zone)).astimezone(UTC)

    def _given_form(self, text: str) -> tuple[datetime, bool] | None:
        if self.form is None:
            return None
        if self.form in {"dmy", "mdy"}:
            return _slashed(text, self.form)
        try:
            found = datetime.strptime(text, self.form)  # noqa: DTZ007 - the zone is added by `_in_utc`
        except ValueError:
            return None
        hours = any(mark in self.form for mark in ("%H", "%I", "%X", "%c", "%T"))
        return (found, False) if hours else (datetime.combine(found, NOON), True)

    def _refusal(self, text: str) -> str:
        shown = f"“{text[:40]}”"
        forms = ("dmy", "mdy") if self.form is None else ()
        fitting = {form: found for form in forms if (found := _slashed(text, form))}
        if len(set(fitting.values())) == 2:
            return f"{shown} can be read in two ways; say --date-format dmy or --date-format mdy"
        if fitting:
            which = " or ".join(f"--date-format {form}" for form in fitting)
            return f"{shown} is not written like 2025-12-31; {which} would read it"
        form = f" or as --date-format {self.form} says" if self.form else ""
        return f"{shown} is no date; write it like 2025-12-31 or 2025-12-31T14:05:00Z{form}"


def _iso(text: str) -> tuple[datetime, bool] | None:
    try:
        found = datetime.fromisoformat(text.removesuffix(" UTC") + "Z" if text.endswith(" UTC") else text)
    except ValueError:
        return None
    return (datetime.combine(found, NOON), True) if len(text) <= _LONGEST_DAY else (found, False)


def _century(year: int) -> int:
    """The century of a year of two digits, as POSIX and strptime have it: 69 is 1969, 68 is 2068."""
    return 1900 if year >= 69 else 2000


def _slashed(text: str, form: str) -> tuple[datetime, bool] | None:
    found = _SLASHED.fullmatch(text)
    if found is None:
        return None
    first, second, year = (int(part) for part in found.groups()[:3])
    year += _century(year) if len(found[3]) == 2 else 0
    day, month = (first, second) if form == "dmy" else (second, first)
    hour, minute, seconds, half = found.groups()[3:]
    try:
        if hour is None:
            return datetime.combine(datetime(year, month, day), NOON), True  # noqa: DTZ001 - see `_in_utc`
        clock = int(hour) if half is None else int(hour) % 12 + 12 * (half in "Pp")
        return datetime(year, month, day, clock, int(minute), int(seconds or 0)), False  # noqa: DTZ001
    except ValueError:
        return None
