"""The bot's own token for the connector: one for all sends, until it is about to expire or is refused."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from bot.clock import Clock

_MARGIN = timedelta(minutes=5)
"""A token this close to its end is not used any more, because clocks differ and a send takes its time."""


@dataclass(frozen=True, slots=True)
class Held:
    """A token and when it expires; None when it does not say, which counts as at once."""

    text: str
    until: datetime | None


Obtain: TypeAlias = Callable[[bool], Awaitable[Held]]
"""Gets a token, and a really new one if the argument is True; raises Auth or Unreachable."""


class Token:
    """The token, shared by everything that sends at the same time."""

    def __init__(self, obtain: Obtain, clock: Clock) -> None:
        self._obtain = obtain
        self._clock = clock
        self._held: Held | None = None
        self._one = asyncio.Lock()

    async def current(self) -> str:
        """A token that is valid now."""
        async with self._one:
            if self._held is None or not self._valid(self._held):
                self._held = await self._obtain(False)
            return self._held.text

    async def instead_of(self, refused: str) -> str:
        """Another token than the one that was refused; those who come together get the same new one."""
        async with self._one:
            if self._held is None or self._held.text == refused:
                self._held = await self._obtain(True)
            return self._held.text

    def _valid(self, held: Held) -> bool:
        return held.until is not None and self._clock.now() < held.until - _MARGIN
