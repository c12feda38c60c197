"""A bundle on the page: what it comes to, an entry for each ticket with its buttons, and a foot. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from bot import bundles
from bot.bundles import Items
from bot.buttons import Button
from bot.phrases import Ink
from complaints.notices import Bundle, Escalation, Foretold, Nudge, Reminder
from complaints.views import TicketView
from handlers.nudged import rateable

_TYPED = re.compile(r"`(?:/complaint )?([^`]+)`")

WORDS = 120
NAME = 80


@dataclass(frozen=True, slots=True)
class Entry:
    """One ticket of a bundle: what it needs as HTML, what to know as plain text, and what can be pressed about it."""

    number: int
    ref: str
    html: str
    plain: str
    known: str
    offers: tuple[Button, ...]


def entries(bundle: Bundle, items: Items, html: Ink, plain: Ink) -> tuple[Entry, ...]:
    """The tickets of a bundle, what runs out first on top."""
    reader = bundle.audience.removeprefix("person:")
    return tuple(_entry(nudge, ticket, reader, html, plain) for nudge, ticket in items)


def foot(bundle: Bundle, items: Items, ink: Ink) -> str:
    """Why these come together and how to go on; here commands are typed without a slash."""
    return _TYPED.sub(r"“\1”", bundles.foot(bundle, items, ink))


def side(bundle: Bundle) -> Literal["reporter", "owner", "lead"]:
    """In which pane it is read: with those who lead or report where all of it is theirs, else with those who own."""
    if all(isinstance(item, Escalation) for item in bundle.items):
        return "lead"
    told = all(isinstance(item, Reminder) and item.clock == "tell" for item in bundle.items)
    return "reporter" if told else "owner"


def asks(bundle: Bundle) -> bool:
    """Whether its reader is asked if it was useful."""
    return any(rateable(item) for item in bundle.items)


def _entry(nudge: Nudge, ticket: TicketView, reader: str, html: Ink, plain: Ink) -> Entry:
    said = " ".join((ticket.words or ticket.verbatim).split())
    words = f"“{_cut(said, WORDS)}”" if said else "(no words, only files)"
    if isinstance(nudge, Foretold):
        nudge = replace(nudge, waits_for=_cut(nudge.waits_for, NAME))
    shown = replace(ticket, holder=_cut(ticket.holder, NAME))
    return Entry(
        ticket.number, ticket.ref, bundles.line(nudge, shown, reader, html, html.escape(words)),
        bundles.line(nudge, shown, reader, plain, words),
        "" if bundles.answered(nudge, ticket, reader) else bundles.known(ticket, reader),
        bundles.offered(nudge, ticket, reader),
    )  # fmt: skip


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
