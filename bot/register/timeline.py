"""The timeline of a ticket as its page tells it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from bot.cli.history import sentence
from bot.register.wording import moment
from complaints.lifecycle import GOLDDUST
from handlers.context import Context
from handlers.viewing import name_of

GOLDDUST_SAYS = "Golddust"


class Told(NamedTuple):
    """One event: when it happened, and a sentence that has people's own words in it."""

    at: datetime
    words: str


def told(context: Context, record: Mapping[str, Any], zone: ZoneInfo) -> list[Told]:
    """The events of a ticket as `handlers.reading.full_record` has them, first to last."""
    return list(_told(context, record, zone))


def _told(context: Context, record: Mapping[str, Any], zone: ZoneInfo) -> Iterator[Told]:
    @cache
    def name(key: str) -> str:
        return GOLDDUST_SAYS if key == GOLDDUST else name_of(context, key)

    for event in record["timeline"]:
        words = sentence(event, name, lambda iso: moment(datetime.fromisoformat(iso), zone) if iso else "")
        yield Told(datetime.fromisoformat(event["at"]), words)
