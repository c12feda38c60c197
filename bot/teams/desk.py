"""The buttons on cards: what each sends, and the forms that some of them unfold."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from bot.buttons import Button, Press
from bot.teams import asks, elements
from bot.teams.asks import Asked, Room
from bot.teams.elements import Element
from complaints.organisation import Organisation
from complaints.views import TicketView

ROOMS = (*(Room(words) for words in (6000, 4000, 2500, 1500, 800, 300)), Room(300, 1500), Room(100, 400), Room(20, 0))
"""What is tried in turn until a card is small enough: the words are cut first, then the lists to choose from."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What buttons need: who can be chosen, the submission token of the card, and how much room there is."""

    organisation: Organisation | None = None
    token: str = ""
    room: Room = ROOMS[0]

    def data(self, ticket: TicketView, **more: Any) -> dict[str, Any]:
        """What a press says: about which ticket, and from which card, so that a press sent twice counts once."""
        return {"ticket": ticket.number, "token": self.token or f"v{ticket.version}", **more}


def row(offered: tuple[Button, ...], ticket: TicketView, desk: Desk) -> list[Element]:
    """The buttons of a card; those that ask unfold their form within it."""
    return [_unfolding(one, ticket, desk) if one.asks else _press(one, ticket, desk) for one in offered]


def short_row(offered: tuple[Button, ...], ticket: TicketView, desk: Desk) -> list[Element]:
    """The buttons of one ticket among many; those that ask are answered with the card of their form."""
    made = []
    for one in offered:
        data = desk.data(ticket, form=one.press)
        made.append(elements.execute(one.label, "ask", data) if one.asks else _press(one, ticket, desk))
    return made


def save(form: Press, ticket: TicketView, desk: Desk) -> Element:
    """The button of a form; of an edit it tells what the form was filled in with, as far as it was."""
    words = asks.words_of(ticket) if asks.shows_words(ticket, desk.room) else ""
    before = {"before": {"words": mark(words), "customer": mark(ticket.customer or "")}}
    data = desk.data(ticket, **(before if form == "edit" else {}))
    return elements.execute(asks.SUBMITS[form], form, data, primary=True, inputs=True)


def mark(text: str) -> str:
    """A short mark of a text, by which a change is noticed; spaces and line breaks do not count."""
    return hashlib.sha256("".join(text.split()).encode("utf-8", "replace")).hexdigest()[:16]


def _press(button: Button, ticket: TicketView, desk: Desk) -> Element:
    return elements.execute(button.label, button.press, desk.data(ticket), primary=button.primary)


def _unfolding(button: Button, ticket: TicketView, desk: Desk) -> Element:
    asked = asks.questions(button.press, Asked(ticket, desk.organisation, desk.room))
    return elements.unfolding(button.label, asked, [save(button.press, ticket, desk)])
