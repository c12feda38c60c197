"""A digest as somebody asks for it: how often, when and of which teams, in whatever order they say it."""

from __future__ import annotations

import re
from typing import Final, NamedTuple, cast

from complaints.errors import BadInput
from complaints.preferences import time_typed
from complaints.schedules import SUCH_AS
from complaints.summary import Every

_EVERY: Final = re.compile(r"(?<!\S)(?:(daily|weekly|monthly)|every (day|week|month))(?=[\s,]|$)", re.IGNORECASE)
_AS_SAID: Final = {"day": "daily", "week": "weekly", "month": "monthly"}
_AT: Final = re.compile(
    r"(?<!\S)(?:at (\d\S*(?: ?[ap]m)?)|(\d{1,2}[:.]\d{2}(?: ?[ap]m)?|\d{1,2} ?[ap]m))(?=[\s,]|$)", re.IGNORECASE
)


class Wish(NamedTuple):
    """How often, at which time of day (such as 07:30; empty where none is said) and of which teams, as typed."""

    every: Every = "weekly"
    at: str = ""
    teams: str = ""


def wish(words: str) -> Wish:
    """What somebody wishes for in so many words; raises BadInput for two rhythms, two times or what is no time."""
    every = {(found[1] or _AS_SAID[found[2].lower()]).lower() for found in _EVERY.finditer(words)}
    if len(every) > 1:
        raise BadInput(field="every", reason=f"Daily, weekly or monthly: please say one of them, such as {SUCH_AS}.")
    rest = _EVERY.sub(" ", words)
    times = [found[1] or found[2] for found in _AT.finditer(rest)]
    return Wish(cast(Every, every.pop() if every else "weekly"), _time(times), _teams(_AT.sub(" ", rest)))


def _time(typed: list[str]) -> str:
    if len(typed) > 1:
        raise BadInput(field="at", reason=f"At which of these times: {' or '.join(typed)}? Say it like {SUCH_AS}.")
    found = time_typed(typed[0]) if typed else None
    if typed and found is None:
        raise BadInput(field="at", reason=f"“{typed[0][:40]}” is no time of day; say it like {SUCH_AS}.")
    return f"{found:%H:%M}" if found else ""


def _teams(rest: str) -> str:
    return re.sub(r"^(for|of) (?=\S)", "", " ".join(rest.split()).strip(" ,"), flags=re.IGNORECASE)
