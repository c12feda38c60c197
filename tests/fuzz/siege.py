"""A house under siege: one Golddust that takes case after case, and has to stand after all of them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from hypothesis import strategies as st

from tests.fuzz.hostile import Json, changed, changes
from tests.fuzz.house import unharmed

LOOK_EVERY = 50
"""Cases after which a proper complaint must come through."""
PATIENCE = 60
"""Seconds in which a case must end, so that one that never does is told."""

Desk = TypeVar("Desk")


@dataclass(slots=True)
class Siege(Generic[Desk]):
    """The desk, the documented payloads by their names, and how to bring a proper complaint, which becomes a ticket."""

    runner: asyncio.Runner
    desk: Desk
    payloads: dict[str, Json]
    proper: Callable[[Desk, str], Coroutine[Any, Any, None]]
    cases: int = 0

    def take(self, case: str, attack: Callable[[], Awaitable[None]]) -> None:
        """One case; now and then the proof that the house stands."""
        self.runner.run(self._take(case, attack))

    def stands(self) -> None:
        """Fail unless a proper complaint is taken."""
        self.runner.run(self.proper(self.desk, f"after {self.cases} cases the till eats coins"))

    def drawn(self, data: st.DataObject) -> tuple[str, Json]:
        """A documented payload after some changes, and its name."""
        name = data.draw(st.sampled_from(sorted(self.payloads)))
        return name, changed(self.payloads[name], data.draw(st.lists(changes, min_size=1, max_size=3)))

    async def _take(self, case: str, attack: Callable[[], Awaitable[None]]) -> None:
        async with asyncio.timeout(PATIENCE):
            with unharmed(case):
                await attack()
            self.cases += 1
            if self.cases % LOOK_EVERY == 0:
                await self.proper(self.desk, f"the till of shop {self.cases} eats coins")
