"""Files are made a few at a time, so that chat never waits for them; who comes when all are busy is told so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from bot.register.house import HEADERS, Answer
from bot.register.viewer import Viewer

MOST: Final = 3
"""Files under way at once in a process: half of the threads that chat reads with where there are two cores."""
SOON: Final = 10
"""Seconds after which a program may ask again."""
BUSY: Final = (
    "Other files are being made right now. Please try again in a moment; nothing is wrong with what you asked.\n"
)


@dataclass(slots=True)
class Turns:
    """How many files are under way."""

    taken: int = 0

    def take(self) -> bool:
        """Begin one; False where there are too many."""
        if self.taken >= MOST:
            return False
        self.taken += 1
        return True

    def give_back(self) -> None:
        """End one."""
        self.taken -= 1


_TURNS: Final = Turns()


class Lasting(Response):
    """A response after which something is done, whether it arrived or whoever asked went away."""

    def __init__(self, whole: Response, done: Callable[[], None]) -> None:
        super().__init__(status_code=whole.status_code)
        self._whole, self._done = whole, done

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the response, to its end."""
        try:
            await self._whole(scope, receive, send)
        finally:
            self._done()


def in_turn(answer: Answer, turns: Turns = _TURNS) -> Answer:
    """The answer with a file, or 503 while too many are under way; one lasts until its last byte is sent."""

    async def taking_turns(request: Request, viewer: Viewer) -> Response:
        if not turns.take():
            return Response(BUSY, 503, {**HEADERS, "retry-after": str(SOON)}, "text/plain")
        try:
            return Lasting(await answer(request, viewer), turns.give_back)
        except BaseException:
            turns.give_back()
            raise

    return taking_turns
