"""Takes notices out of the outbox and hands them to the channels, until each has arrived or is parked."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError
from structlog.contextvars import bound_contextvars

from bot.channel import Channel, MayHaveArrived, TryLater, Uncertain, Undeliverable, Unreachable
from bot.clock import Clock, Pacer
from bot.metrics import DELIVERIES
from bot.worker import Worker
from handlers import deliver
from handlers.context import Context
from handlers.deliver import Dispatch, Unwanted
from storage import outbox
from storage.messages import Receipt
from storage.outbox import LEASE

MOST_TRIES = 12
FIRST_WAIT = timedelta(seconds=2)
LONGEST_WAIT = timedelta(hours=1)
SETTLED = timedelta(seconds=30)
"""How long a platform may take over what it was handed: only after that can it be asked whether it has arrived."""
LONGEST_TURN = LEASE / 2
"""How long a notice may wait for its turn once it is claimed, so that nobody else takes it while it is being sent."""
AT_ONCE = 20
IDLE_SECONDS = 1.0
LETTING_GO_SECONDS = 0.75
"""How long the database may take over what is let go of; what it does not get to comes round after its lease."""

log = structlog.get_logger()


class Deliverer:
    """Claims notices that are due and sends each through the channel where its reader is."""

    def __init__(self, worker: Worker, channels: Sequence[Channel], clock: Clock, chance: random.Random) -> None:
        self._worker = worker
        self._channels = channels
        self._pacers = {channel.platform: Pacer(channel.pace, channel.together) for channel in channels}
        self._clock = clock
        self._chance = chance
        self._wake = asyncio.Event()
        self._flying: dict[asyncio.Task[str], Dispatch | Unwanted] = {}
        self._claiming: asyncio.Task[list[Dispatch | Unwanted]] | None = None
        self._handed_over: set[int] = set()
        self._round = asyncio.Lock()

    def wake(self) -> None:
        """Look into the outbox now rather than a moment later."""
        self._wake.set()

    async def deliver_due(self, at: datetime) -> Counter[str]:
        """Send everything that is due as of `at`; how many notices were sent, dropped, postponed and parked.

        Calls at the same time come one after the other, so that after each of them everything has arrived.
        """
        outcomes: Counter[str] = Counter()
        async with self._round:  # else a call would end while what another one claimed is still on its way
            while batch := await self._claim(at, AT_ONCE):
                outcomes.update(await asyncio.gather(*(self._deliver(one, at) for one in batch)))
        return outcomes

    async def run(self) -> None:
        """Deliver for as long as the task lives; an error of ours is logged and the notice comes round again."""
        while True:
            self._wake.clear()
            at = self._clock.now()
            try:
                self._claiming = asyncio.create_task(self._claim(at, AT_ONCE - len(self._flying)))
                # Shielded, so that what is claimed while we are asked to stop is known and can be let go.
                claimed = await asyncio.shield(self._claiming)
            except Exception:
                log.exception("the outbox could not be read")
                claimed = []
            self._claiming = None
            for one in claimed:
                task = asyncio.create_task(self._deliver(one, self._clock.now(), at))
                self._flying[task] = one
                task.add_done_callback(self._landed)
            if not claimed or len(self._flying) >= AT_ONCE:
                # asyncio.wait_for swallows a cancellation that comes together with its result on Python 3.11.
                with suppress(TimeoutError):
                    async with asyncio.timeout(IDLE_SECONDS):
                        await self._wake.wait()

    async def drain(self, seconds: float) -> int:
        """Once `run` has ended: let go of what was claimed and not begun, and let what is being sent arrive.

        What has not been handed to a platform after so many seconds is let go of too, so that others send it at once.
        What a platform has got and not answered stays claimed until its lease is over; how many those are.
        """
        at, begun = self._clock.now(), list(self._flying)
        if self._claiming is not None:
            with suppress(TimeoutError):
                async with asyncio.timeout(LETTING_GO_SECONDS):
                    await self._let_go(await self._claimed_last(self._claiming), at)
        flying = (await asyncio.wait(begun, timeout=seconds))[1] if begun else set()
        idle = {task: one for task in flying if (one := self._flying[task]).parcel.id not in self._handed_over}
        for task in idle:
            task.cancel()
        with suppress(TimeoutError):
            async with asyncio.timeout(LETTING_GO_SECONDS):
                await self._let_go(list(idle.values()), at)
        return len(flying) - len(idle)

    async def _claimed_last(self, claiming: asyncio.Task[list[Dispatch | Unwanted]]) -> list[Dispatch | Unwanted]:
        try:
            return await claiming
        except Exception as error:  # noqa: BLE001 - then nothing was claimed
            log.warning("the outbox could not be read", error=type(error).__name__)
            return []

    async def _let_go(self, claimed: Sequence[Dispatch | Unwanted], at: datetime) -> None:
        """Let others claim these at once; they keep their place and their tries."""

        def work(context: Context) -> None:
            for parcel in (one.parcel for one in claimed):
                why = "Golddust was stopped before it was sent"
                deliver.postponed(context, parcel, parcel.due_at, why, counted=False)

        try:
            await self._worker.run(work, at)
        except SQLAlchemyError as error:
            log.warning("notices come round again when their leases are over", error=type(error).__name__)

    def _landed(self, task: asyncio.Task[str]) -> None:
        self._flying.pop(task)
        if not task.cancelled() and task.exception() is not None:
            # It stays claimed, and comes round again when its lease is over.
            log.error("what became of a notice could not be recorded", error=type(task.exception()).__name__)
        self._wake.set()

    async def _claim(self, at: datetime, limit: int) -> list[Dispatch | Unwanted]:
        if limit <= 0:
            return []

        def work(context: Context) -> list[Dispatch | Unwanted]:
            parcels = outbox.claim(context.session, context.workspace, at, limit)
            return [deliver.prepare(context, parcel) for parcel in parcels]

        return await self._worker.run(work, at)

    async def _deliver(self, one: Dispatch | Unwanted, at: datetime, claimed_at: datetime | None = None) -> str:
        with bound_contextvars(notice=one.parcel.id, ticket=one.parcel.notice.ticket):
            try:
                outcome = await self._deal_with(one, at, claimed_at)
            finally:
                self._handed_over.discard(one.parcel.id)
        DELIVERIES.labels(outcome).inc()
        return outcome

    async def _deal_with(self, one: Dispatch | Unwanted, at: datetime, claimed_at: datetime | None) -> str:
        if isinstance(one, Unwanted):
            await self._worker.run(lambda context: deliver.dropped(context, one.parcel, one.why), at)
            return "dropped"
        if claimed_at is not None and self._clock.now() - claimed_at > LONGEST_TURN:
            # The database took so long over it that somebody else may have it by now.
            slow = TryLater("it took too long to claim", timedelta(seconds=1), counted=False)
            return await self._postpone(one, at, slow)
        return await self._send(one, at)

    async def _send(self, one: Dispatch, at: datetime) -> str:
        try:
            ways = self._ways_to(one)
        except Exception as error:  # noqa: BLE001 - see _broken
            return await self._broken(one, at, error)
        if not ways:
            return await self._pass_on(one, at, f"{one.reader.name} is on no platform that runs here: {_hint(one)}")
        try:
            receipt = await self._first_that_reaches(one, ways, at)
        except Uncertain as reason:
            return await self._leave_open(one, at, str(reason))
        except (Unreachable, Undeliverable) as reason:
            return await self._pass_on(one, at, str(reason))
        except TryLater as reason:
            return await self._postpone(one, at, reason)
        except Exception as error:  # noqa: BLE001 - see _broken
            return await self._broken(one, at, error)
        await self._worker.run(lambda context: deliver.sent(context, one, receipt), at)
        return "sent"

    async def _broken(self, one: Dispatch, at: datetime, error: Exception) -> str:
        """A mistake of ours with one notice, which must not stop the others."""
        log.exception("a notice could not be sent", notice=one.parcel.id, ticket=one.parcel.notice.ticket)
        return await self._park(one, at, f"Golddust could not send it: {type(error).__name__}; see the log")

    async def _first_that_reaches(self, one: Dispatch, ways: list[tuple[Channel, str]], at: datetime) -> Receipt:
        """Where it has arrived; somebody who can't be reached on one platform may be on another."""
        (channel, address), *others = ways
        try:
            return await self._in_turn(one, channel, address, at)
        except Unreachable:
            if not others:
                raise
            return await self._first_that_reaches(one, others, at)

    async def _in_turn(self, one: Dispatch, channel: Channel, address: str, at: datetime) -> Receipt:
        """Where it has arrived; a conversation whose platform asked for a pause waits until it is over."""
        pacer, paced = self._pacers[channel.platform], channel.paced(one, address)
        begun = self._clock.now()
        if paced is not None:
            await pacer.turn(paced)
        if self._clock.now() - begun > LONGEST_TURN:
            raise TryLater("its turn came too late", timedelta(seconds=1), counted=False)
        conversation = paced or f"unpaced {address}"
        held = pacer.held(conversation, at)
        if held is not None:
            raise TryLater("its platform asked for a pause", held - at, counted=False)
        self._handed_over.add(one.parcel.id)
        try:
            return await channel.send(one, address)
        except TryLater as reason:
            if reason.after is not None and reason.holds:
                # What it asks for counts from its answer.
                pacer.hold(conversation, max(at, self._clock.now()) + reason.after)
                pacer.refused()
            raise

    def _ways_to(self, one: Dispatch) -> list[tuple[Channel, str]]:
        """The channels on which the reader is: first that of their card or thread, then the one chosen, then others.

        Somebody who chose none hears where they reported, else in the order of channels.
        """
        known = [(channel, address) for channel in self._channels if (address := channel.address(one.reader))]
        return sorted(known, key=lambda way: way[0].platform != _platform(one))

    async def _postpone(self, one: Dispatch, at: datetime, reason: TryLater) -> str:
        tries, since = one.parcel.attempts, at if isinstance(reason, MayHaveArrived) else None
        if reason.counted and tries >= MOST_TRIES:
            why = f"given up after {tries} tries: {reason}"
            return await (self._leave_open if since else self._park)(one, at, why)
        wait, now = reason.after or self._backoff(tries), max(at, self._clock.now())
        until = now + (max(wait, SETTLED) if since else wait)
        await self._worker.run(
            lambda context: deliver.postponed(
                context, one.parcel, until, str(reason), counted=reason.counted, uncertain_since=since
            ),
            now,
        )
        return "postponed"

    async def _leave_open(self, one: Dispatch, at: datetime, why: str) -> str:
        log.warning("nobody knows whether a notice has arrived", notice=one.parcel.id,
                    ticket=one.parcel.notice.ticket, why=why)  # fmt: skip
        await self._worker.run(lambda context: deliver.uncertain(context, one.parcel, why, at), at)
        return "uncertain"

    async def _pass_on(self, one: Dispatch, at: datetime, why: str) -> str:
        log.warning("a reader can’t be reached", notice=one.parcel.id, ticket=one.parcel.notice.ticket, why=why)
        await self._worker.run(lambda context: deliver.unreachable(context, one.parcel, why), at)
        self.wake()
        return "parked"

    async def _park(self, one: Dispatch, at: datetime, why: str) -> str:
        log.warning("a notice was parked", notice=one.parcel.id, ticket=one.parcel.notice.ticket, why=why)
        await self._worker.run(lambda context: deliver.parked(context, one.parcel, why), at)
        return "parked"

    def _backoff(self, tries: int) -> timedelta:
        """Twice as long each time, up to an hour, with jitter so that not everything comes back at once."""
        wait: timedelta = min(FIRST_WAIT * int(2 ** min(tries - 1, 20)), LONGEST_WAIT)
        return wait * (0.75 + self._chance.random() / 2)


def _platform(one: Dispatch) -> str | None:
    if one.card is not None:
        return one.card.platform
    if one.reader.thread is not None:
        return one.reader.thread.platform
    if one.reader.prefers is not None:
        return one.reader.prefers
    reports = one.ticket is not None and one.reader.person == one.ticket.reporter_key
    return one.ticket.source.platform if one.ticket is not None and reports else None


def _hint(one: Dispatch) -> str:
    if one.reader.person is None:
        return "give the team a `channel` in golddust.yml"
    return "give them a `slack` or `teams` id or an `email` in golddust.yml"
