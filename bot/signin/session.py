"""What a browser keeps of us: who has signed in, and a sign-in that has begun."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from starlette.requests import Request
from starlette.responses import Response

from bot.signin.csrf import SESSION_COOKIES
from bot.signin.seals import Seal
from bot.signin.settings import Platform

SESSION_GOOD_FOR = timedelta(hours=8)
BEGUN_GOOD_FOR = timedelta(minutes=10)
"""How long somebody may take to sign in."""

AFTERWARDS = "/register"
"""Where somebody gets who has not said where to."""

LONGEST_PATH = 1500
"""A longer one is dropped: a browser keeps no cookie of more than 4,096 bytes."""

Kept = TypeVar("Kept")


@dataclass(frozen=True, slots=True)
class Account:
    """An account that a provider vouches for.

    `place` is the workspace or directory (tenant), `grid` its Enterprise Grid in Slack.
    """

    platform: Platform
    user: str
    place: str
    grid: str | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who has signed in; `id` makes each session another."""

    workspace: str
    person: str
    account: Account
    id: str = field(default_factory=lambda: secrets.token_urlsafe(16))


@dataclass(frozen=True, slots=True)
class Begun:
    """A sign-in that has begun with a provider; it ends in the same browser, or nowhere."""

    provider: str
    next: str
    state: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    nonce: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))


class Cookie(Generic[Kept]):
    """A signed cookie that no script can read and no other page makes the browser send, except by following a link."""

    def __init__(self, name: str, seal: Seal[Kept], good_for: timedelta, *, secure: bool) -> None:
        self._name, self._seal, self._secure = name, seal, secure
        self._seconds = int(good_for.total_seconds())

    def read(self, request: Request, at: datetime) -> Kept | None:
        """What the browser has kept, or None."""
        written = request.cookies.get(self._name)
        return self._seal.opened(written, at) if written else None

    def keep(self, response: Response, value: Kept, at: datetime) -> None:
        """Let the browser keep something."""
        self._set(response, self._seal.closed(value, at), self._seconds)

    def drop(self, response: Response) -> None:
        """Let the browser forget it."""
        self._set(response, "", 0)

    def _set(self, response: Response, value: str, seconds: int) -> None:
        response.set_cookie(
            self._name, value, max_age=seconds, path="/", secure=self._secure, httponly=True, samesite="lax"
        )


@dataclass(frozen=True, slots=True)
class Cookies:
    """The two of them."""

    session: Cookie[Session]
    begun: Cookie[Begun]


def cookies(keys: Sequence[bytes], *, secure: bool) -> Cookies:
    """The cookies of an installation; under https no other host of the same domain can set them."""
    name = SESSION_COOKIES[0 if secure else 1]
    session, begun = Seal(Session, keys, SESSION_GOOD_FOR), Seal(Begun, keys, BEGUN_GOOD_FOR)
    return Cookies(
        Cookie(name, session, SESSION_GOOD_FOR, secure=secure),
        Cookie(f"{name}-sign-in", begun, BEGUN_GOOD_FOR, secure=secure),
    )


def path_of_ours(written: str | None, otherwise: str = AFTERWARDS) -> str:
    """Where to go afterwards: a path of ours, and nothing that a browser could take for another host."""
    path = written or ""
    safe = path.startswith("/") and not path.startswith("//") and "\\" not in path and len(path) <= LONGEST_PATH
    # Browsers drop tabs and line breaks out of an address, so that “/⇥/elsewhere” would be another host.
    return path if safe and path.isascii() and path.isprintable() and " " not in path else otherwise
