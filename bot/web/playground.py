"""The playground itself: one Golddust, a clock that people move, and who is looked at."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.app import Golddust
from bot.buttons import Press
from bot.clock import VirtualClock
from bot.intents import AskDigest, Help, ListMine, ListOpen, OwnSettings
from bot.timetravel import travel
from bot.web import listen, questions, render
from bot.web.board import Board, Post
from bot.web.listen import Answers
from bot.web.looks import Handed, Look
from complaints.calendars import next_open
from complaints.commands import Command, RateNudge
from complaints.errors import BadInput
from complaints.notices import Bundle, Escalation, Reminder, Surge
from complaints.organisation import Organisation
from complaints.replies import Captured, Done, Refused, Reply, Said
from complaints.rights import refusal
from complaints.views import TicketView
from handlers import reading, watch
from handlers.context import Context
from handlers.deliver import bundled
from handlers.viewing import foreseen
from storage import tickets


def morning_after(organisation: Organisation, day: datetime) -> datetime:
    """The next working morning of the organisation after the local day of `day`."""
    calendar = organisation.calendar_of_team(organisation.triage)
    midnight = datetime.combine(day.astimezone(calendar.zone).date() + timedelta(days=1), time(), calendar.zone)
    return next_open(calendar, midnight)


def first_morning(organisation: Organisation, today: datetime) -> datetime:
    """09:00 of the first Monday after today on which the organisation works."""
    zone = ZoneInfo(organisation.organisation.time_zone)
    day = today.astimezone(zone).date()
    day += timedelta(days=7 - day.weekday())
    while True:
        morning = datetime.combine(day, time(9), zone)
        if morning_after(organisation, morning - timedelta(days=1)).astimezone(zone).date() == day:
            return morning.astimezone(UTC)
        day += timedelta(days=7)


class Playground:
    """What everybody who has the page open shares; every change goes through Golddust's commands and outbox."""

    def __init__(
        self, begin: Callable[[], tuple[Golddust, VirtualClock]], board: Board, looks: tuple[Look, ...] = ()
    ) -> None:
        self._begin = begin
        self.looks = looks
        """The other channels as which it can be shown."""
        self.golddust, self.clock = begin()
        self.board = board
        self.beginnings = 1
        """How often it has begun; what a page still says from before is out of date."""
        self.caption = ""
        self.telling = False
        """Whether the story is being told, which then moves everything."""
        self.looks_at: dict[str, str] = {}
        """Whom each pane shows while it follows what happens: `front`, `back`, `lead` -> a person's key."""
        self._messages = itertools.count(1)
        self._moving = asyncio.Lock()

    @property
    def organisation(self) -> Organisation:
        """The organisation as it is configured at present."""
        return self.golddust.organisation

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of the playground's clock."""
        return ZoneInfo(self.organisation.organisation.time_zone)

    @property
    def now(self) -> datetime:
        """The virtual moment in UTC."""
        return self.clock.now()

    async def type(self, person: str, words: str) -> Reply:
        """The answer to what a person typed."""
        self._acts()
        message = f"m{next(self._messages)}"
        try:
            meant = listen.typed(words, person, self.now, self.organisation, message)
        except BadInput as error:
            return Refused(str(error), field=error.field)
        if isinstance(meant, Help | ListOpen | ListMine | AskDigest | OwnSettings):
            return Said(self.golddust.read(lambda context: questions.answer(context, meant, person)))
        return await self.do(meant)

    async def press(self, person: str, press: Press, number: int, answers: Answers) -> Reply:
        """The answer to a button that a person pressed, and what they filled in."""
        try:
            command = listen.pressed(press, number, person, self.now, self.organisation, answers)
        except BadInput as error:
            # Whose it is not learns that, rather than what they should have filled in.
            theirs = self._refusal(person, press, number)
            return Refused(theirs) if theirs else Refused(str(error), field=error.field)
        return await self.do(command)

    async def hand_in(self, look: Look, handed: Handed, number: int) -> Reply:
        """The answer to a form of another channel that a person filled in."""
        try:
            command = look.command(handed, self.organisation)
        except BadInput as error:
            theirs = self._refusal(handed.person, handed.press, number)
            return Refused(theirs) if theirs else Refused(str(error), field=error.field)
        return await self.do(command)

    async def reply(self, person: str, post: Post, words: str) -> Reply:
        """The answer to what a person wrote under a post about a ticket."""
        try:
            command = listen.replied(words, person, self.now, self.organisation, post, f"m{next(self._messages)}")
        except BadInput as error:
            return Refused(str(error), field=error.field)
        reply = await self.do(command)
        if isinstance(reply, Done):
            name = self.organisation.name(person)
            shown = render.reply(reply.ticket, post.shown.side, name, command.words)
            self.board.post(post.conversation, self.now, name, shown)
        return reply

    async def rate(self, person: str, post: Post, useful: bool) -> Reply:
        """The answer to whether a nudge was useful; of a bundle that is said of each nudge in it."""
        notice = post.shown.notice
        nudges = notice.items if isinstance(notice, Bundle) else (notice,)
        votes = [
            RateNudge(at=self.now, actor=person, number=nudge.ticket, useful=useful, step=nudge.step)
            for nudge in nudges if isinstance(nudge, Reminder | Escalation)
        ]  # fmt: skip
        self._acts()
        async with self._moving:
            replies = [await self.golddust.execute(vote) for vote in votes]
        reply = next((one for one in replies if isinstance(one, Said)), replies[0])
        if isinstance(reply, Said):
            self.board.edit(post.id, replace(post.shown, rated=True))
        return reply

    async def start_over(self) -> None:
        """Begin afresh: nothing reported, nothing posted, and the clock at its first morning."""
        async with self._moving:
            self.golddust.close()
            self.golddust, self.clock = self._begin()
            self.beginnings += 1
            self.caption = ""
            self.looks_at.clear()
            self.board.clear()

    def hush(self) -> None:
        """Take down what the story said last."""
        self.caption = ""
        self.board.notify()

    async def correct(self, person: str, number: int, severity: str) -> Reply:
        """The answer to a severity that a person picked."""
        try:
            return await self.do(listen.corrected(severity, number, person, self.now))
        except BadInput as error:
            return Refused(str(error), field=error.field)

    async def do(self, command: Command) -> Reply:
        """The answer to a command, once what it says to whom has arrived on the board."""
        self._acts()
        async with self._moving:
            reply = await self.golddust.execute(command)
            if isinstance(reply, Captured):
                self.looks_at["back"] = reply.ticket.owner_key or f"team:{reply.ticket.team_key}"
            await self.golddust.tick(self.now)
        self._arrived()
        return reply

    async def travel(self, to: datetime) -> None:
        """Move the clock; everything on the way happens at its own time."""
        await self._move(lambda: to)

    async def advance(self, **amount: float) -> None:
        """Move the clock on, for example by `hours=1`."""
        await self._move(lambda: self.now + timedelta(**amount))

    async def next_morning(self) -> None:
        """Move the clock to the next working morning."""
        await self._move(lambda: morning_after(self.organisation, self.now))

    def ticket(self, number: int, person: str) -> TicketView | None:
        """The ticket as it is now, if this person may see it."""

        def question(context: Context) -> TicketView | None:
            found = reading.readable(context, number, person)
            return foreseen(context, found) if found is not None else None

        return self.golddust.read(question)

    async def _move(self, to: Callable[[], datetime]) -> None:
        self._acts()
        async with self._moving:
            # Asked only now, so that two quick presses move the clock twice.
            await travel(self.golddust, self.clock, max(to(), self.now))
        self._arrived()

    def _acts(self) -> None:
        if not self.telling:
            self.caption = ""

    def _refusal(self, person: str, press: Press, number: int) -> str | None:
        def question(context: Context) -> str | None:
            ticket, action = tickets.find(context.session, context.workspace, number), listen.NEEDS.get(press)
            return refusal(context.organisation, ticket, person, action) if ticket and action else None

        return self.golddust.read(question)

    def _arrived(self) -> None:
        for post in self.board.posts():
            if isinstance(post.shown.notice, Bundle):
                self._redraw(post, post.shown.notice)
            elif isinstance(post.shown.notice, Surge):
                self._redraw_surge(post, post.shown.notice)
        escalations = [post for post in self.board.posts() if post.shown.kind in ("escalation", "surge", "digest")]
        if escalations:
            self.looks_at["lead"] = escalations[-1].conversation.removeprefix("person:")
        self.board.notify()

    def _redraw(self, post: Post, notice: Bundle) -> None:
        """Show a bundle with its tickets as they are now, where they have moved."""
        items = self.golddust.read(lambda context: bundled(context, notice))
        if items != post.shown.items:
            zone = self.organisation.zone_of(notice.audience.removeprefix("person:"))
            self.board.edit(post.id, render.listed(notice, items, zone, post.at, rated=post.shown.rated))

    def _redraw_surge(self, post: Post, notice: Surge) -> None:
        """Show what became of a surge to whoever was told of it."""
        surge = self.golddust.read(lambda context: watch.shown(context, notice))
        if surge is not None and post.shown.surge is not None and surge.over != post.shown.surge.over:
            zone = self.organisation.zone_of(notice.audience.removeprefix("person:"))
            self.board.edit(post.id, render.surge(notice, surge, zone, post.at))
