"""Who looks at a page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.requests import Request

from bot.app import Golddust


@dataclass(frozen=True, slots=True)
class Viewer:
    """A person, by their key, in the organisation that they are of."""

    golddust: Golddust
    person: str


Viewers = Callable[[Request], Awaitable[Viewer | None]]
"""Who looks, told by a request; None: nobody is signed in."""
