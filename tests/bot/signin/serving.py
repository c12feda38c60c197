"""Golddust at an address of this machine, and providers that others wrote, for browsers."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn
from oidc_provider_mock import User, run_server_in_thread

from bot.clock import SystemClock
from tests.bot.signin.driver import MICROSOFT_CLAIMS, SLACK_CLAIMS, site

STRANGER = "U0STRANGE"


@dataclass(frozen=True, slots=True)
class Providers:
    """Where the two say how one signs in with them, and under which name Dana does."""

    slack: str
    microsoft: str
    dana: dict[str, str]


@contextmanager
def providers() -> Iterator[Providers]:
    """A Slack and a Microsoft, as oidc-provider-mock plays them, with Dana and somebody whom no file lists."""
    claims = {"slack": (SLACK_CLAIMS, "https://slack.com/user_id"), "microsoft": (MICROSOFT_CLAIMS, "oid")}
    users = {name: [_user(said, str(said[claim]), claim), _user(said, STRANGER, claim)]
             for name, (said, claim) in claims.items()}  # fmt: skip
    with (
        run_server_in_thread(user_claims=users["slack"], require_nonce=True) as slack,
        run_server_in_thread(user_claims=users["microsoft"], require_nonce=True) as microsoft,
    ):
        where = [f"http://localhost:{one.server_port}/.well-known/openid-configuration" for one in (slack, microsoft)]
        yield Providers(*where, {name: users[name][0].sub for name in users})


@contextmanager
def serving(database_url: str, path: Path, **given: Any) -> Iterator[str]:
    """The address of Golddust as a test’s browser reaches it, from a thread of its own."""
    listener = socket.create_server(("127.0.0.1", 0))
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    made: list[uvicorn.Server] = []
    ready = threading.Event()

    async def serve() -> None:
        async with site(database_url, path, SystemClock(), public=address, **given) as (app, _):
            made.append(uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off")))
            ready.set()
            await made[0].serve(sockets=[listener])

    thread = threading.Thread(target=lambda: asyncio.run(serve()), name="golddust", daemon=True)
    thread.start()
    assert ready.wait(30), "Golddust did not start"
    try:
        yield address
    finally:
        made[0].should_exit = True
        thread.join()


def _user(claims: dict[str, str], user: str, claim: str) -> User:
    return User(sub=user, claims={**{name: said for name, said in claims.items() if name != "sub"}, claim: user})
