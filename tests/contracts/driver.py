"""What a person does and sees, in words that every channel shares; each channel has its driver."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Awaitable
from contextlib import AbstractAsyncContextManager
from typing import Any, Self

from bot.app import Golddust
from bot.watched import Watched
from complaints.ticket import Ticket, number_of
from handlers.reading import full_record
from storage import tickets


class Driver(ABC):
    """The hands and eyes of everybody in the small test organisation, on one channel.

    People and teams are named by their keys, tickets by their reference, buttons by their label. Forms have the fields
    `done`, `root_cause`, `tell`, `reason`, `words`, `customer`, `until` (a moment, or None) and `whom`: `person:KEY`,
    `team:KEY`, `ticket:REF`, `other:WORDS`, `duplicate:REF`, `unknown`, `nothing` (no complaint), or empty.
    """

    def __init__(self, golddust: Golddust) -> None:
        self.golddust = golddust
        self.errors: dict[str, str] = {}
        """What the form that was handed in last says at its fields."""

    @classmethod
    @abstractmethod
    def open(cls, database_url: str, watched: Watched) -> AbstractAsyncContextManager[Self]:
        """The channel on an empty database, on a Monday morning."""

    # -- what people do

    @abstractmethod
    async def say(self, person: str, words: str) -> None:
        """Somebody tells Golddust something in the way that is most natural here."""

    @abstractmethod
    async def ask(self, person: str, words: str) -> None:
        """Somebody types something that is no complaint."""

    @abstractmethod
    async def deliver_again(self) -> None:
        """The platform delivers once more what was said last."""

    @abstractmethod
    def press(self, person: str, ref: str, label: str) -> Awaitable[None]:
        """Somebody presses a button that is before them now, once this is awaited.

        It is their own newest message about the ticket that has it, else the one in a team's channel.
        """

    @abstractmethod
    async def fill(self, person: str, ref: str, label: str, **fields: Any) -> None:
        """Somebody presses a button that asks for more, fills in its form and hands it in."""

    @abstractmethod
    async def tap(self, person: str, ref: str, severity: str) -> None:
        """Somebody picks another severity with one tap."""

    @abstractmethod
    async def reply(self, person: str, team: str, words: str) -> None:
        """Somebody replies in the thread under the newest card in a team's channel."""

    @abstractmethod
    async def answer(self, person: str, words: str) -> None:
        """Somebody replies to the newest list of tickets in their own conversation with Golddust."""

    @abstractmethod
    async def advance(self, **amount: float) -> None:
        """Time passes; what is due on the way happens at its own time."""

    # -- what people see

    @abstractmethod
    def sees(self, person: str) -> list[str]:
        """What reached this person and nobody else, oldest first, as it reads now."""

    @abstractmethod
    def team_sees(self, team: str) -> list[str]:
        """What stands in a team's channel, oldest first, as it reads now."""

    @abstractmethod
    def buttons(self, who: str, ref: str) -> list[str]:
        """The labels on the newest message about a ticket, in somebody's own or in a team's channel.

        Those that ask whether it was useful to hear are left to `rating`.
        """

    @abstractmethod
    def rating(self, person: str, ref: str) -> list[str]:
        """The labels that ask whether it was useful, on somebody's own newest message about a ticket."""

    @abstractmethod
    def harm(self) -> list[str]:
        """Whatever in all that was ever shown is more than words: people called, markup, links."""

    def error_at(self, field: str) -> str:
        """What the form that was handed in last says at a field; empty where it says nothing."""
        return self.errors.get(field, "")

    # -- what Golddust knows

    def tickets(self) -> list[Ticket]:
        """All tickets there are."""
        return list(self.golddust.read(lambda context: tickets.everything(context.session, context.workspace)))

    def ticket(self, ref: str = "C-1") -> Ticket:
        """The ticket as it is now."""
        return next(ticket for ticket in self.tickets() if ticket.ref == ref)

    def record(self, ref: str = "C-1") -> dict[str, Any]:
        """The ticket as `golddust ticket REF --json` shows it."""
        return self.golddust.read(lambda context: full_record(context, number_of(ref) or 0))
