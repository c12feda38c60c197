"""Who looks at a page: whoever signed in, as a person of one organisation."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.requests import Request

from bot.app import Golddust


@dataclass(frozen=True, slots=True)
class Viewer:
    """A person's key in an organisation, and the Golddust that serves it."""

    golddust: Golddust
    person: str


Viewers = Callable[[Request], Awaitable[Viewer | None]]
"""Finds out who asks; None where nobody is signed in."""
