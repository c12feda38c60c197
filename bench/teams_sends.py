"""Sends per second into Teams through our transport, beside one new connector per send: `python -m bench.teams_sends`.

Both send the same card from one core to a connector on 127.0.0.1 that only answers, so many at a time, with a token at
hand. The new connector is that of Microsoft's SDK, made for each send as its adapter makes it for each turn. There is
no TLS, which would cost the new connections far more than it costs those that stay open.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import jwt
from botbuilder.schema import Activity, ActivityTypes, Attachment
from botframework.connector.aio import ConnectorClient
from botframework.connector.auth import AppCredentials, PasswordServiceClientCredentialFactory
from pydantic import SecretStr

from bench.answering import arrived, connector
from bot.clock import SystemClock
from bot.teams.port import Json, Ref
from bot.teams.settings import TeamsSettings
from bot.teams.transport import Transport

TARGET = 4.0
AT_ONCE = 20
APP, TENANT = "11111111-2222-3333-4444-555555555555", "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"
CONVERSATION = "a:somebody-and-the-bot"
CARD: Final[Json] = {
    "type": "AdaptiveCard", "version": "1.4",
    "body": [{"type": "TextBlock", "text": f"Line {number} of the complaint", "wrap": True} for number in range(12)],
    "actions": [{"type": "Action.Execute", "title": verb, "verb": verb} for verb in ("acknowledge", "resolve")],
}  # fmt: skip
_ADAPTIVE: Final = "application/vnd.microsoft.card.adaptive"
_TOKEN: Final = jwt.encode({"exp": datetime.now(UTC) + timedelta(days=1)}, "a secret that is long enough for the bench")


@dataclass(frozen=True, slots=True)
class Sent:
    """Sends a second and connections used, of our transport and of a new connector each, and their ratio."""

    ours: float
    peer: float
    ratio: float
    connections: int
    peer_connections: int
    load: float


class Credentials(AppCredentials):  # type: ignore[misc]
    """Credentials whose token is at hand."""

    def get_access_token(self, force_refresh: bool = False) -> str:
        """The token."""
        return _TOKEN


class Login(PasswordServiceClientCredentialFactory):  # type: ignore[misc]
    """Stands in for Microsoft's login."""

    async def create_credentials(self, *_: object) -> AppCredentials:
        """Credentials as the SDK makes them, but for the way to the login."""
        return Credentials(APP)


async def ours(count: int, core: int) -> tuple[float, int]:
    """Sends a second through the transport, and the connections that they took."""
    settings = TeamsSettings(app_id=APP, app_password=SecretStr("a secret"), tenant=TENANT, unauthenticated=False)
    async with connector(core) as url:
        transport = Transport(settings, _nothing, SystemClock(), credentials=Login(APP, "a secret", TENANT))
        ref = Ref(url, TENANT, CONVERSATION, "personal", f"28:{APP}")
        card = {"type": "message", "attachments": [{"contentType": _ADAPTIVE, "content": CARD}]}
        try:
            return await _measured(lambda: transport.send(ref, dict(card)), count, url)
        finally:
            await transport.close()


async def peers(count: int, core: int) -> tuple[float, int]:
    """The same through a connector of the SDK that is new for each send."""
    login = Login(APP, "a secret", TENANT)

    async with connector(core) as url:

        async def send() -> Any:
            activity = Activity(
                type=ActivityTypes.message, attachments=[Attachment(content_type=_ADAPTIVE, content=CARD)]
            )
            fresh = ConnectorClient(await login.create_credentials(APP), base_url=url)
            return (await fresh.conversations.send_to_conversation(CONVERSATION, activity)).id

        return await _measured(send, count, url)


async def _measured(send: Callable[[], Awaitable[Any]], count: int, url: str) -> tuple[float, int]:
    await send()
    began = time.perf_counter()
    turns = iter(range(count))

    async def sender() -> None:
        for _ in turns:
            if not await send():
                raise SystemExit("a send was answered without an id")

    await asyncio.gather(*(sender() for _ in range(AT_ONCE)))
    took = time.perf_counter() - began
    there, connections = await arrived(url)
    if there != count + 1:
        raise SystemExit(f"{count + 1} activities were sent, {there} have arrived")
    return count / took, connections


async def _nothing(activity: Json) -> Json | None:
    return None


async def measured(count: int, peer_count: int) -> Sent:
    """Both, one after the other, the connector on a core of its own where there is one."""
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(cores)})
    try:
        peer, many = await peers(peer_count, min(cores))
        fast, few = await ours(count, min(cores))
    finally:
        os.sched_setaffinity(0, cores)
    return Sent(fast, peer, fast / peer, few, many, os.getloadavg()[0])


def main() -> None:
    """Measure and print."""
    asks = argparse.ArgumentParser(description=__doc__)
    asks.add_argument("--sends", type=int, default=500)
    asks.add_argument("--peers", type=int, default=100, help="how many sends with a new connector each")
    asks.add_argument("--json", action="store_true")
    asked = asks.parse_args()
    found = asyncio.run(measured(asked.sends, asked.peers))
    if asked.json:
        print(json.dumps(asdict(found)))
        return
    print(f"through the transport        {found.ours:8,.0f} sends/s over {found.connections} connections")
    print(f"a new connector per send     {found.peer:8,.0f} sends/s over {found.peer_connections} connections")
    print(f"ratio                        {found.ratio:8.1f} (load {found.load:.1f})")


if __name__ == "__main__":
    main()
