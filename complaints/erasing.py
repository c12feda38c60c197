"""What is left of events and tickets once words, or a person, are forgotten; the chain stays whole."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

from complaints.chain import Entry
from complaints.lifecycle import GOLDDUST, Event
from complaints.ticket import Ticket

STAYS: Final = frozenset(
    {"team", "owner", "from", "to", "step", "by", "vote", "asked", "severity", "duplicate_of", "until", "closed_at",
     "received_at", "line", "action", "days", "back", "before", "uncertain", "how"}
)  # fmt: skip
"""What of an event is a date, a figure or the key of a person or team; everything else may hold a customer's words."""

Left = Callable[[Event], Event]


def worn(entries: Sequence[Entry], left: Left) -> list[Entry]:
    """The entries that hold something to erase, as they are once it is."""
    after = (replace(entry, event=left(entry.event)) for entry in entries)
    return [new for old, new in zip(entries, after, strict=True) if new.event != old.event]


def without_words(event: Event) -> Event:
    """What is left of an event once its words are erased."""
    stays = STAYS | {"reason"} if event.kind == "closed" and "why" in event.data else STAYS
    if event.kind == "erased":
        return event
    return replace(event, data={key: value for key, value in event.data.items() if key in stays})


@dataclass(frozen=True)
class Forgotten:
    """A person who is to be forgotten: their keys, the names they were known by, and what stands in their place."""

    keys: frozenset[str]
    names: tuple[str, ...]
    instead: str

    def event(self, event: Event) -> Event:
        """What is left of an event once the person is forgotten; what others wrote of them stays."""
        if event.kind == "erased":
            return event
        said = self.said if event.actor == GOLDDUST else self.key
        data = {key: said(value) if isinstance(value, str) else value for key, value in event.data.items()}
        return replace(event, actor=self.key(event.actor), data=data)

    def ticket(self, ticket: Ticket) -> Ticket:
        """The ticket without the person."""
        return replace(
            ticket, owner=self._or_none(ticket.owner), holder=self.key(ticket.holder),
            reporter=self.key(ticket.reporter), acknowledged_by=self._or_none(ticket.acknowledged_by),
            resolved_by=self._or_none(ticket.resolved_by), closed_by=self._or_none(ticket.closed_by),
            blocked=replace(ticket.blocked, what=self.key(ticket.blocked.what)) if ticket.blocked else None,
            taken=tuple(replace(step, to=self.key(step.to)) for step in ticket.taken),
            reasons=tuple(self.said(reason) for reason in ticket.reasons),
            source=replace(ticket.source, conversation=self.key(ticket.source.conversation)),
        )  # fmt: skip

    def key(self, text: str) -> str:
        """What stands in the place of a key, with its `person:` where it has one; other text stays as it is."""
        prefix, colon, rest = text.partition(":")
        if colon and prefix == "person" and rest in self.keys:
            return f"person:{self.instead}"
        return self.instead if text in self.keys else text

    def said(self, text: str) -> str:
        """A text of ours without the person's keys and names."""
        return self._names.sub(self.instead, self.key(text)) if self.names else self.key(text)

    def mentioned(self, value: object) -> bool:
        """Whether a stored value, however nested, is or holds one of the person's keys or names."""
        if isinstance(value, str):
            return self.said(value) != value
        if isinstance(value, Mapping):
            return any(self.mentioned(part) for part in (*value, *value.values()))
        return isinstance(value, Sequence) and any(self.mentioned(part) for part in value)

    def configuration(self, document: dict[str, Any]) -> dict[str, Any]:
        """An older golddust.yml without the person: their key and entry become what stands in their place."""
        people = {
            self.key(key): {"name": self.instead} if key in self.keys else self._parts(about)
            for key, about in (document.get("people") or {}).items()
        }
        return {**{part: self._parts(value) for part, value in document.items() if part != "people"}, "people": people}

    def _parts(self, value: Any, of: str = "") -> Any:
        if isinstance(value, dict):
            return {key: self._parts(part, str(key)) for key, part in value.items()}
        if isinstance(value, list):
            return [self._parts(part, of) for part in value]
        return self.key(value) if isinstance(value, str) and of in _PEOPLE else value

    def _or_none(self, key: str | None) -> str | None:
        return None if key is None else self.key(key)

    @cached_property
    def _names(self) -> re.Pattern[str]:
        longest_first = sorted(self.names, key=len, reverse=True)
        return re.compile("|".join(rf"(?<!\w){re.escape(name)}(?!\w)" for name in longest_first))


_PEOPLE: Final = frozenset({"admins", "manager", "deputy", "lead", "members", "owner", "people", "to"})
"""The keys of golddust.yml under which people are named."""


def mentions(said: Sequence[object], name: str) -> bool:
    """Whether any of these texts has the name as whole words in it, in capitals or not."""
    pattern = re.compile(rf"(?<!\w){re.escape(name.casefold())}(?!\w)")
    return any(pattern.search(text.casefold()) for text in said if isinstance(text, str))
