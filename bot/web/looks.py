"""How the playground can be shown: as itself, or as another channel would show the same notices."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol
from zoneinfo import ZoneInfo

from bot.bundles import Items
from bot.buttons import Press
from complaints.commands import Command
from complaints.notices import Notice
from complaints.organisation import Organisation
from complaints.views import SurgeView, TicketView

Payload = dict[str, Any]

OWN = "golddust"
COOKIE = "golddust_look"
"""In which a browser remembers how it was last shown."""


@dataclass(frozen=True, slots=True)
class Handed:
    """A form that was handed in: of which button, by whom (in which zone) and when, and what is in it.

    `form` is the form as it was shown, `data` what came back: by block_id in Slack, by input id in Teams.
    """

    press: Press
    person: str
    zone: ZoneInfo
    at: datetime
    form: Payload
    data: Mapping[str, Any]


class Drawing(Protocol):
    """What a channel sends for a notice about a ticket, or about several (`items`), to a reader.

    `rated` says of a nudge that its reader has told whether it was useful; `surge` is what a surge comes to.
    """

    def __call__(
        self, notice: Notice, ticket: TicketView | None, reader: str | None, organisation: Organisation,
        items: Items = (), *, rated: bool = False, surge: SurgeView | None = None,
    ) -> Payload:  # fmt: skip
        """The blocks or the card, with what else belongs to the message."""


@dataclass(frozen=True, slots=True)
class Look:
    """A channel's own way to show notices, given by whoever knows that channel.

    `message` is what it sends for a notice (about a ticket, to a reader). `form` is a button's form, `command` the
    command of one that was handed in (or BadInput), and `field` the input at which it shows what is wrong with a field.
    """

    name: str
    label: str
    draws: Literal["blocks", "card"]
    message: Drawing
    form: Callable[[Press, TicketView, Organisation, Mapping[str, str], Mapping[str, Any]], Payload]
    command: Callable[[Handed, Organisation], Command]
    field: Callable[[Handed, str], str]


class Showing:
    """How one open page is shown at present; `look` is None for the playground's own way.

    `native` says that Microsoft's renderer is there to draw Adaptive Cards.
    """

    def __init__(self, look: Look | None, native: bool = False) -> None:
        self.look = look
        self.native = native


def chosen(looks: tuple[Look, ...], name: str | None) -> Look | None:
    """The look of this name, or None for the playground's own."""
    return next((look for look in looks if look.name == name), None)
