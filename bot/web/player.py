"""Plays the day on the page, at a pace at which one can read along."""

from __future__ import annotations

import asyncio

from bot.web.day import Teller
from bot.web.playground import Playground
from bot.web.scenes import DAY, EPILOGUE

SECONDS_TO_READ = 1.8
SECONDS_TO_SEE = 2.9


class Player:
    """Starts and stops the one story that everybody who has the page open sees."""

    def __init__(self, playground: Playground) -> None:
        self._playground = playground
        self._task: asyncio.Task[None] | None = None

    @property
    def playing(self) -> bool:
        """Whether the day is being played."""
        return self._task is not None and not self._task.done()

    async def toggle(self) -> None:
        """Start the day, or stop it where it is."""
        if self.playing and self._task is not None:
            self._task.cancel()
            self._say("")
            return
        self._playground.telling = True
        self._task = asyncio.create_task(self._play())
        self._task.add_done_callback(self._ended)

    async def start_over(self) -> None:
        """Stop the day, and begin the playground afresh."""
        if self.playing and self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
        await self._playground.start_over()

    def _ended(self, _: asyncio.Task[None]) -> None:
        self._playground.telling = False
        self._playground.board.notify()

    async def _play(self) -> None:
        self._say("A day begins.")
        teller = Teller(self._playground)
        await teller.begin()
        for scene in DAY:
            self._say(scene.caption)
            await asyncio.sleep(SECONDS_TO_READ)
            await teller.play(scene)
            await asyncio.sleep(SECONDS_TO_SEE)
        self._say(EPILOGUE)

    def _say(self, caption: str) -> None:
        self._playground.caption = caption
        self._playground.board.notify()
