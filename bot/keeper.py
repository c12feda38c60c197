"""Keeps what the platforms bring while the database is away, and deals with it once it is back, in order and once."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog

from bot.arrival import Arrival, dealing
from bot.clock import Clock
from bot.metrics import SPOOL
from bot.spool import Entry, Spool, SpoolFailed

PAUSE_SECONDS = 2.0
"""How long after a pass over what waits the next one is."""

KEPT_REPORT = (
    "Your report is safe. I can’t file it just yet; its number follows as soon as I can, and you need not "
    "send it again."
)
KEPT = "I’ve noted what you asked for, and will do it as soon as I can reach my records again; you need not ask again."
AWAY = "I can’t reach my records just now, so please try this again in a few minutes. What you reported before is safe."

Json = dict[str, Any]
Replay = Callable[[Json, Mapping[str, str]], Awaitable[object]]
"""Deals with a payload of a platform as it did when it came; what it finds out about it stands in the arrival."""

log = structlog.get_logger()


class Keeper:
    """One spool for all platforms and organisations of a process.

    `back` tells whether the database can be worked with.
    """

    def __init__(self, spool: Spool, clock: Clock, back: Callable[[], Awaitable[bool]]) -> None:
        self.spool = spool
        self.clock = clock
        self._back = back
        self._replays: dict[str, Replay] = {}
        self._waiting = spool.waiting()
        self._writing: Counter[str] = Counter()
        self._written = 0
        self._hindered: set[str] = set()
        self._count()

    def serve(self, platform: str, replay: Replay) -> None:
        """Let what a platform brought be dealt with in this way."""
        self._replays[platform] = replay

    def queues(self, lane: str) -> bool:
        """Whether something of an organisation waits that was there first.

        What waits for its platform and no longer for the database keeps nobody waiting.
        """
        return self._waiting[lane] + self._writing[lane] > 0 and lane not in self._hindered

    async def keep(
        self, key: str, kind: str, lane: str, payload: Callable[[], Json], headers: Mapping[str, str]
    ) -> bool:
        """Whether a payload is safe now; where the spool can't be written it is not.

        `payload` makes it as it may lie on the disk, beside the event loop because masking can take its time.
        """
        arrived, also = self.clock.now(), json.dumps(dict(headers))

        def put() -> None:
            self.spool.put(key, kind, lane, arrived, json.dumps(payload()), also)

        self._writing[lane] += 1
        try:
            await asyncio.to_thread(put)
        except SpoolFailed as error:
            log.error("the spool can’t be written; the platform is asked to send it again", kind=kind, error=str(error))
            return False
        finally:
            self._writing[lane] -= 1
        self._written += 1
        self._waiting[lane] += 1
        self._count()
        log.warning("the database is away; what came is kept in the spool", kind=kind, lane=lane)
        return True

    async def run(self) -> None:
        """Deal with what waits, whenever the database is there, for as long as the task lives."""
        while True:
            try:
                await self.replay()
            except SpoolFailed as error:
                log.error("the spool can’t be read; tried again soon", error=str(error))
            await asyncio.sleep(PAUSE_SECONDS)

    async def replay(self) -> int:
        """Deal once with everything that waits, oldest first, until the database is away again; how many are done."""
        self._hindered, done, after = set(), 0, 0
        await self._look()
        if not self._waiting or not await asyncio.to_thread(self.spool.take_turn) or not await self._back():
            return 0
        while (entry := await asyncio.to_thread(self.spool.next, after)) is not None:
            after = entry.id
            if entry.lane in self._hindered:
                continue
            outcome = await self._deal(entry)
            if outcome.away:
                break
            if outcome.hindered:
                self._hindered.add(entry.lane)
            done += not (outcome.hindered or outcome.failed)
        await self._look()
        if done:
            log.info("the database is back; what was kept is dealt with", entries=done)
        return done

    async def _deal(self, entry: Entry) -> Arrival:
        arrival = Arrival(entry.key, entry.arrived)
        replay = self._replays.get(entry.lane.partition(":")[0])
        with dealing(arrival):
            try:
                if replay is None:
                    arrival.hindered = True  # a platform that is not set up any more, or not now
                else:
                    await replay(json.loads(self.spool.payload(entry)), json.loads(entry.headers))
            except Exception as error:  # noqa: BLE001 - whatever it is must not stop the others
                arrival.failed = type(error).__name__
        if arrival.away or arrival.hindered:
            return arrival
        if not arrival.failed:
            await asyncio.to_thread(self.spool.remove, entry.id)
        elif await asyncio.to_thread(self.spool.failed, entry, arrival.failed):
            log.error("an entry of the spool is set aside as poisoned; `golddust spool list` shows it",
                      entry=entry.id, kind=entry.kind, error=arrival.failed)  # fmt: skip
        else:
            # Before what came after it, as long as there is hope.
            arrival.hindered = True
        return arrival

    async def _look(self) -> None:
        found, written = Counter[str](), -1
        # What was kept while the spool was read is not among what was read.
        while written != self._written:
            written = self._written
            found = await asyncio.to_thread(self.spool.waiting)
        self._waiting = found
        SPOOL.labels("poisoned").set(await asyncio.to_thread(self.spool.poisoned))
        self._count()

    def _count(self) -> None:
        SPOOL.labels("waiting").set(self._waiting.total())
