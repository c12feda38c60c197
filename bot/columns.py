"""Which column of a file holds what, and the complaint in a record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final

from bot.dates import Dates, Moment
from bot.identities import Identities
from bot.records import Record
from complaints.errors import BadInput
from handlers.import_lines import Complaint

ALIASES: Final[Mapping[str, tuple[str, ...]]] = {
    "words": (
        "words", "text", "verbatim", "complaint", "description", "details", "message", "body", "narrative", "subject",
    ),
    "id": ("id", "ref", "key", "number", "ticket", "ticket_no", "ticket_number", "ticket_id", "case_no", "case_number"),
    "captured_at": (
        "captured_at", "date", "created", "created_at", "received_at", "received", "opened", "opened_at", "timestamp",
    ),
    "closed_at": ("closed_at", "closed", "date_closed"),
    "customer": ("customer",),
    "reporter": ("reporter",),
    "team": ("team",),
    "severity": ("severity",),
    "category": ("category",),
}  # fmt: skip
"""The fields of a complaint and the names of columns that are taken for them, the likeliest first."""

_NAMES: Final = frozenset(alias for aliases in ALIASES.values() for alias in aliases)
_HALF_DAY: Final = timedelta(hours=12)


@dataclass(slots=True)
class Columns:
    """Finds the fields of a complaint in a record; `given` says by name what the operator decided."""

    given: Mapping[str, str] = field(default_factory=dict)
    used: dict[str, str] = field(default_factory=dict)
    """The column that was read for each field."""
    met: set[str] = field(default_factory=set)
    """Every column that was met."""

    def of(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The fields that a record has a value for."""
        self.met.update(values)
        names = self._names(values)
        found: dict[str, Any] = {}
        for wanted in ALIASES:
            candidates = self._candidates(wanted, names)
            column = next((name for name in candidates if values.get(name) not in (None, "")), None)
            if column is not None:
                found[wanted] = values[column]
                self.used.setdefault(wanted, column)
        return found

    def looked_under(self, wanted: str, values: Mapping[str, Any]) -> list[str]:
        """The columns of a record that could hold a field."""
        return self._candidates(wanted, self._names(values))

    def _names(self, values: Mapping[str, Any]) -> dict[str, str]:
        return {_plain(name): name for name in list(values)[::-1] if name not in self.given.values()}

    def _candidates(self, wanted: str, names: Mapping[str, str]) -> list[str]:
        if wanted in self.given:
            return [self.given[wanted]]
        return [names[alias] for alias in ALIASES[wanted] if alias in names]

    def knows(self, heading: str) -> bool:
        """Whether a heading is the name of a field, or was named by the operator."""
        return heading in self.given.values() or _plain(heading) in _NAMES

    @property
    def unread(self) -> list[str]:
        """The columns that nothing was read from."""
        return sorted(self.met - set(self.used.values()))

    def must_hold_words(self, headings: Iterable[str]) -> None:
        """Raises BadInput when a table with these headings has no column for the words, or lacks one that was named."""
        names = list(headings)
        for wanted, column in self.given.items():
            if column and column not in names:
                raise BadInput(
                    field="--map", reason=f"--map {wanted}={column}: the file’s columns are {_listed(names)}"
                )
        if not self.given.get("words") and not {_plain(name) for name in names} & set(ALIASES["words"]):
            reason = f"no column is called {' or '.join(ALIASES['words'][:3])}; the file’s are {_listed(names)}"
            raise BadInput(field="--map", reason=f"{reason}. Say which holds the words: --map words=COLUMN")


@dataclass(frozen=True, slots=True)
class Reader:
    """Turns records into complaints."""

    columns: Columns
    dates: Dates
    identities: Identities
    closed: bool = False

    def complaint(self, record: Record, now: datetime) -> Complaint:
        """The complaint in a record; raises BadInput that says why there is none."""
        fields = self.columns.of(record.values)
        # First of all, since a line that is refused today still counts when the next one is told apart from it.
        message, raw = self.identities.of(record, _text(fields, "id"))
        words = fields.get("words")
        if not isinstance(words, str):
            reason = self._no_words(record) if words is None else f"the words are {_kind(words)}, not a text"
            raise BadInput(field="words", reason=reason)
        received, closed = self._moment(fields, "captured_at", now), self._moment(fields, "closed_at", now)
        received, closed = _in_order(received, closed)
        ended = closed.at if closed else now if self.closed else None
        return Complaint(
            line=record.line, message=message, words=words, raw=raw,
            received_at=received.at if received else None, closed_at=ended,
            customer=_text(fields, "customer"), reporter=_text(fields, "reporter"), team=_text(fields, "team"),
            severity=_text(fields, "severity"), category=_text(fields, "category"),
        )  # fmt: skip

    def _no_words(self, record: Record) -> str:
        under = self.columns.looked_under("words", record.values)
        if under:
            return f"no words: there is nothing under {_listed(under)}"
        return f"no words: no column is called {' or '.join(ALIASES['words'][:3])}; see --map words=COLUMN"

    def _moment(self, fields: Mapping[str, Any], name: str, now: datetime) -> Moment | None:
        value = fields.get(name)
        if value is None:
            return None
        if not isinstance(value, str):
            raise BadInput(field=name, reason=f"{name} is {_kind(value)}; write it like 2025-12-31T14:05:00Z")
        if not value.strip():
            return None
        found = self.dates.read(value)
        # Noon of today may be still to come.
        return Moment(now, True) if found.day and now < found.at and found.at - now < _HALF_DAY else found


def _in_order(received: Moment | None, closed: Moment | None) -> tuple[Moment | None, Moment | None]:
    """The two moments, where one is only a day and so, as its noon, may lie on the wrong side of the other."""
    if received and closed and timedelta() < received.at - closed.at < _HALF_DAY:
        if closed.day:
            return received, received
        if received.day:
            return closed, closed
    return received, closed


def _text(fields: Mapping[str, Any], name: str) -> str | None:
    value = fields.get(name)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    if value is not None and not isinstance(value, str):
        raise BadInput(field=name, reason=f"{name} is {_kind(value)}, not a text")
    return (value.strip() or None) if value else None


def _kind(value: object) -> str:
    kinds = {bool: "true or false", int: "a number", float: "a number", list: "a list", dict: "an object"}
    return kinds.get(type(value), "nothing")


@lru_cache(maxsize=1024)
def _plain(name: str) -> str:
    return "_".join(name.replace("-", " ").replace("_", " ").casefold().rstrip(" .:#").split())


def _listed(names: list[str]) -> str:
    return ", ".join(f"“{name}”" for name in names[:20]) + ("…" if len(names) > 20 else "")
