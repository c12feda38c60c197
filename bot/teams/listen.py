"""The listen room: what every listener works with, and the ways in which a person is answered."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import structlog

from bot import guests
from bot.app import Golddust
from bot.arrival import moment
from bot.teams.activities import Speaker, id_of
from bot.teams.elements import Activity
from bot.teams.port import Fault, Json, Ref, inside
from bot.teams.references import PLATFORM, Line, References
from bot.teams.render import said
from bot.teams.roster import Roster, Who
from complaints.replies import Said
from complaints.ticket import Source
from handlers.context import Context
from handlers.nudged import Nudged, nudged_at
from storage import messages, tickets
from storage.messages import Posted

Result = TypeVar("Result")

SECONDS = 4.0
"""How long one call to Microsoft may take while a person waits; Teams gives us ten to fifteen in all."""

SORRY = "I could not save that; nothing has been changed. Please try again in a minute."
NOT_PRIVATELY = "I can’t write to you alone yet: add me in Teams (Apps → Golddust → Add), then ask me there."

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Heard:
    """An activity of a person: as it came, who it comes from, where, and when we heard it."""

    raw: Json
    speaker: Speaker
    ref: Ref
    at: datetime

    @property
    def id(self) -> str:
        """The id of the message."""
        return id_of(self.raw)


@dataclass(frozen=True, slots=True)
class Room:
    """Golddust, the way to Microsoft, and what is known of people and conversations."""

    golddust: Golddust
    line: Line
    references: References
    roster: Roster
    app_id: str

    def now(self) -> datetime:
        """The present moment; for what had to wait in the spool, when it came."""
        return moment(self.golddust.clock.now())

    async def who(self, heard: Heard) -> Who:
        """The person whom an activity comes from."""
        return await self.roster.who(heard.speaker, heard.ref, heard.at)

    def turned_away(self, who: Who, *, reporting: bool = False) -> str | None:
        """What a guest hears, in one line; None for a colleague, and for a guest who may report."""
        organisation = self.golddust.organisation
        if not who.outsider or (reporting and guests.may_report(organisation)):
            return None
        return guests.turned_away(organisation)

    async def read(self, question: Callable[[Context], Result]) -> Result:
        """The answer to a question that changes nothing, asked beside the event loop."""
        return await asyncio.to_thread(self.golddust.read, question, self.now())

    async def has_ticket(self, conversation: str, message: str) -> bool:
        """Whether the thread under a message is about a ticket, or about several."""

        def question(context: Context) -> bool:
            where = (context.session, context.workspace, PLATFORM, conversation, message)
            asked = (messages.posted_at, messages.bundle_at, tickets.said_under)
            return any(found(*where) is not None for found in asked)

        return await self.read(question)

    async def posted(self, conversation: str, message: str) -> Posted | None:
        """What we posted there about a ticket, or None."""

        def question(context: Context) -> Posted | None:
            return messages.posted_at(context.session, context.workspace, PLATFORM, conversation, message)

        return await self.read(question)

    async def nudged_at(self, conversation: str, message: str) -> Nudged | None:
        """The nudge, or the bundle of them, that a message shows, as it is now, or None where it shows none."""
        return await self.read(lambda context: nudged_at(context, PLATFORM, conversation, message))

    # -- answering; the command is committed by then, so that a failure to answer must not undo it

    async def answer(self, heard: Heard, shown: Activity) -> bool:
        """Say something where somebody spoke: in the thread of a channel, or in the chat; whether it arrived."""
        begins = inside(heard.raw, "type") == "message" and not heard.ref.thread
        ref = heard.ref.under(heard.id) if begins else heard.ref
        return await tolerated(self.line.send(ref, shown))

    async def tell(self, who: Who, shown: Activity) -> bool:
        """Write to a person alone; whether it arrived."""
        return await tolerated(self.references.send(self.line, who.user, shown))

    async def answer_alone(self, heard: Heard, who: Who, shown: Activity) -> None:
        """Say something that only one person should see; in a chat with others it is told them alone."""
        if heard.ref.kind == "personal":
            await self.answer(heard, shown)
        elif not await self.tell(who, shown):
            await self.answer(heard, sentence(NOT_PRIVATELY))

    def source(
        self, ref: Ref, message: str, *, permalink: str | None = None, thread: str | None = None, private: bool = False
    ) -> Source:
        """The place of a message."""
        return Source(PLATFORM, ref.tenant, ref.root, message, permalink, private, thread)


async def tolerated(call: Awaitable[Any]) -> bool:
    """Whether a call to Microsoft went well; a failure is logged and costs nobody their complaint."""
    try:
        await asyncio.wait_for(call, SECONDS)
    except (Fault, TimeoutError, OSError) as error:
        log.warning("an answer did not arrive", error=type(error).__name__)
        return False
    return True


def sentence(words: str) -> Activity:
    """A message of one sentence of ours."""
    return said(Said(words))
