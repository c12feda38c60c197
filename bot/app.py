"""The composition root: everything that runs is put together here."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

import structlog
from sqlalchemy import Engine
from structlog.contextvars import get_contextvars

from bot import arrival
from bot.channel import Channel
from bot.clock import Clock
from bot.configuration import Loaded
from bot.deliverer import Deliverer
from bot.metrics import CAPTURES, COMMANDS, CONFIGURATION, NUDGES, ORPHANS
from bot.watched import Refused, Watched
from bot.worker import Worker
from complaints.commands import CaptureComplaint, Command
from complaints.notices import ConfigurationRefused, Digest, Nudge, person
from complaints.organisation import Organisation
from complaints.replies import Captured, Nothing, Reply
from complaints.surges import Usual
from handlers import digest, follow_up, learning, retention, risks, watch
from handlers.context import Context
from handlers.dispatch import REFUSALS, handle, refused, together
from handlers.nudge import PORTION, audit, nudge_due, pending, take_up
from storage import attention, database, follow_ups, outbox, register, seen, tickets
from storage.links import link_all

Result = TypeVar("Result")

EVENTS_REMEMBERED = timedelta(days=30)
"""How long an event's id is kept; platforms repeat an event for minutes, at most for days."""

USUAL_FOR = timedelta(hours=6)
"""How long what is usual is taken for granted before it is learnt anew."""

log = structlog.get_logger()


@dataclass
class Ticked:
    """What one pass of the scheduler did."""

    judged: int = 0
    nudges: list[Nudge] = field(default_factory=list)
    repaired: int = 0
    digests: list[Digest] = field(default_factory=list)
    deliveries: Counter[str] = field(default_factory=Counter)


class Golddust:
    """The running product, whichever channels it has."""

    def __init__(
        self, engine: Engine, watched: Watched, clock: Clock, chance: random.Random | None = None,
        address: str | None = None,
    ) -> None:  # fmt: skip
        self.engine = engine
        self.watched = watched
        self.clock = clock
        self._chance = chance or random.SystemRandom()
        self._reading = database.reading(engine)
        self.address = address
        """At which people's browsers reach us, without a slash at its end."""
        self.worker = Worker(database.sessions(engine), lambda: watched.current, address)
        self.deliverer = Deliverer(self.worker, (), clock, self._chance)
        self._taken_up: str | None = None
        self._usual: tuple[datetime, Usual] | None = None
        self._watched: int | None = None
        CONFIGURATION.labels(self.organisation.workspace).set(1)

    def connect(self, channels: Sequence[Channel]) -> None:
        """Deliver through these channels; where a reader is on several, the first wins."""
        self.deliverer = Deliverer(self.worker, channels, self.clock, self._chance)

    @property
    def organisation(self) -> Organisation:
        """The organisation as it is configured at present."""
        return self.watched.current.organisation

    async def execute(self, command: Command) -> Reply:
        """The answer to a command, once everything it changed is durable."""
        brought = arrival.here()
        if brought is not None:
            command = brought.fitted(command)
        key = brought.once(command) if brought is not None else None
        try:
            reply = await self._handled(command, key)
        except REFUSALS as error:
            reply = refused(error)
        if brought is not None and isinstance(command, CaptureComplaint):
            brought.by_notice = isinstance(reply, Captured) and not (reply.again or command.answered_at_once)
        COMMANDS.labels(type(command).__name__, type(reply).__name__).inc()
        if isinstance(command, CaptureComplaint) and isinstance(reply, Captured) and not reply.again:
            CAPTURES.labels(command.source.platform).inc()
        if "request" in get_contextvars():  # somebody on a platform asked; simulations and the command line are silent
            about = getattr(reply, "ticket", None)
            number = about.number if about is not None else None
            log.info("a command", command=type(command).__name__, reply=type(reply).__name__, ticket=number)
        self.deliverer.wake()
        return reply

    async def _handled(self, command: Command, key: str | None) -> Reply:
        at_once = together(self.organisation, command) if key is None else None
        if at_once is not None:
            return await self.worker.run_among(at_once, command, command.at)
        return await self.worker.run(lambda context: _once(context, command, key), command.at)

    def read(self, question: Callable[[Context], Result], at: datetime | None = None) -> Result:
        """The answer to a question that changes nothing."""
        loaded: Loaded = self.watched.current
        with self._reading() as session:
            moment = at or self.clock.now()
            about = (loaded.organisation, loaded.version, loaded.document)
            return question(Context(session, *about, moment, address=self.address))

    async def nudge(self, at: datetime) -> Ticked:
        """Audit, then judge every ticket that is due as of `at`; the nudges wait in the outbox afterwards.

        Under a file that has changed since, also while nothing ran, every open ticket is judged anew.
        """
        version = self.watched.current.version
        if version != self._taken_up:
            await self.worker.run(lambda context: take_up(context, changed=self._taken_up is not None), at)
            self._taken_up = version
        # Asked beside the worker and at once, because in most passes there is nothing to do.
        glance = self.read(lambda context: (watch.newest(context), watch.unheard(context), pending(context)), at)
        newest, unheard, due = glance
        await self._watch(at, newest, unheard=unheard)
        if not due:
            self.deliverer.wake()
            return Ticked()
        # Asked for together they share a commit.
        repaired, (judged, nudges) = await asyncio.gather(self.worker.run(audit, at), self.worker.run(nudge_due, at))
        ORPHANS.inc(len(repaired))
        ticked = Ticked(judged, list(nudges), len(repaired))
        while judged == PORTION:
            judged, nudges = await self.worker.run(nudge_due, at)
            ticked.judged += judged
            ticked.nudges += nudges
        for nudge in ticked.nudges:
            NUDGES.labels(nudge.kind).inc()
        self.deliverer.wake()
        return ticked

    async def _watch(self, at: datetime, newest: int, *, unheard: bool) -> None:
        """Tell the leads of surges: whether as many as came of late can be chance is asked where anything has come.

        `newest` is the number of the newest ticket, `unheard` whether there is a surge that nobody was told of.
        """
        if newest != self._watched:
            usual = await self._usually(at)
            found = self.read(lambda context: watch.look(context, usual), at)
            if found:
                await self.worker.run(lambda context: watch.note(context, found), at)
                unheard = self.read(watch.unheard, at)
            self._watched = newest
        if unheard:
            for one in await self.worker.run(watch.tell, at):
                log.info("a surge", about=one.about, team=one.team, complaints=one.value)

    async def _usually(self, at: datetime) -> Usual:
        """What usually comes, learnt anew every few hours and beside the worker, because it reads much."""
        if self._usual is None or not timedelta() <= at - self._usual[0] < USUAL_FOR:
            self._usual = at, await asyncio.to_thread(self.read, watch.learn, at)
        return self._usual[1]

    async def tick(self, at: datetime) -> Ticked:
        """One whole pass as of `at`: the file, once a day what the past teaches, nudges, digests, and delivery."""
        await self.reload(at)
        await self.learn(at)
        ticked = await self.nudge(at)
        await self.look_back(at)
        await self.keep_risks(at)
        ticked.digests = await self.digests(at)
        ticked.deliveries = await self.deliverer.deliver_due(at)
        return ticked

    async def reload(self, at: datetime) -> None:
        """Take up a changed file; a broken one is refused, and the admins hear why."""
        change = self.watched.refresh()
        if change is None:
            return
        refused = isinstance(change, Refused)
        CONFIGURATION.labels(self.organisation.workspace).set(0 if refused else 1)
        if isinstance(change, Refused):
            log.error("the changed configuration is refused; the last good one stays", problems=change.problems)
            admins = self.organisation.organisation.admins
            said = [ConfigurationRefused(audience=person(admin), problems=change.problems) for admin in admins]
            await self.worker.run(lambda context: outbox.put(context.session, context.workspace, said, at), at)
        else:
            log.info("the configuration is in force", version=change.version)

    async def learn(self, at: datetime) -> None:
        """Compute anew how long tickets take, and what signals in the last week, where that is older than a day."""
        if not self.read(learning.due, at):
            return
        # Beside the worker, because it reads much and nobody should wait for it.
        found = await asyncio.to_thread(self.read, learning.learned, at)
        noticed = await asyncio.to_thread(self.read, watch.weekly_signals, at)
        await self.worker.run(lambda context: learning.keep(context, found), at)
        await self.worker.run(lambda context: watch.keep_signals(context, noticed), at)

    async def look_back(self, at: datetime) -> None:
        """Look whether causes came back, where an action was done 30 or 90 days ago."""
        # Asked beside the worker, because nearly always there is nothing to do.
        while (due := self.read(_next_look_back, at)) is not None and due <= at:
            found, _ = await self.worker.run(follow_up.look_back, at)
            self.deliverer.wake()
            if not found:
                break

    async def keep_risks(self, at: datetime) -> None:
        """Keep up the risk register, once an hour, and as soon as there is a new problem."""
        if not self.read(risks.due, at):
            return
        # Beside the worker, because it may read three months of complaints.
        found = await asyncio.to_thread(self.read, risks.found, at)
        await self.worker.run(lambda context: risks.keep(context, found), at)

    async def digests(self, at: datetime) -> list[Digest]:
        """Make the digests that are due as of `at`; they wait in the outbox afterwards."""
        told: list[Digest] = []
        # Asked beside the worker, because nearly always there is nothing to do.
        while (due := self.read(digest.next_due_at, at)) is not None and due <= at:
            found, made, problems = await self.worker.run(digest.digest_due, at)
            told += made
            for problem in problems:
                log.error("a digest could not be made and will be tried again", why=problem)
            if not found:
                break
        if told:
            self.deliverer.wake()
        return told

    async def tidy(self, at: datetime) -> None:
        """Drop what is kept only to recognise repetitions, and forget what was kept long enough."""
        await self.worker.run(_forget_the_past, at)
        if await self._forget(retention.forget_closed, retention.PORTION, at):
            await self._purge(at)
        await self._forget(retention.forget_risks, retention.PORTION, at)
        await self._forget(retention.forget_notices, retention.NOTICES, at)
        # What an older replica has written beside this one; nearly always nothing.
        await asyncio.to_thread(link_all, self.engine)

    async def _forget(self, forget: Callable[[Context], int], portion: int, at: datetime) -> int:
        """Forget portion by portion; how much there was."""
        forgotten = some = await self.worker.run(forget, at)
        while some >= portion:
            some = await self.worker.run(forget, at)
            forgotten += some
        return forgotten

    async def _purge(self, at: datetime) -> None:
        """Leave nothing of erased words in the index of words, in portions between which others can write."""
        more = await self.worker.run(lambda context: register.purge(context.session, begin=True), at)
        while more:
            more = await self.worker.run(lambda context: register.purge(context.session, begin=False), at)

    def next_due_at(self) -> datetime | None:
        """When there is something to do next: a nudge to judge, a digest to make or a notice to send."""

        def earliest(context: Context) -> datetime | None:
            nudges = tickets.next_due_at(context.session, context.workspace)
            notices = outbox.next_due_at(context.session, context.workspace)
            unheard = context.at if watch.unheard(context) else None
            moments = (nudges, notices, digest.next_due_at(context), _next_look_back(context), unheard)
            return min((moment for moment in moments if moment is not None), default=None)

        return self.read(earliest)

    def close(self) -> None:
        """Finish what waits for the database, and let go of it."""
        self.worker.close()
        self.engine.dispose()


def _forget_the_past(context: Context) -> None:
    """Drop what only recognises repetitions, and what nudges used of days gone by."""
    before = context.at - EVENTS_REMEMBERED
    seen.forget_events(context.session, context.workspace, before)
    attention.forget_before(context.session, context.workspace, before.date().isoformat())


def _next_look_back(context: Context) -> datetime | None:
    return follow_ups.next_due_at(context.session, context.workspace)


def _once(context: Context, command: Command, key: str | None) -> Reply:
    """The answer to a command; Nothing where the payload that gave it has been dealt with before."""
    if key is not None and not seen.first_time(context.session, context.workspace, key, context.at):
        return Nothing()
    return handle(context, command)
