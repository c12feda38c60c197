"""A fake Socket Mode server: docs.slack.dev/apis/events-api/using-socket-mode."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from itertools import count

from aiohttp import WSMsgType, web

from tests.fakes.slack_call import Json
from tests.fakes.slack_identity import APP


@dataclass(frozen=True, slots=True)
class Ack:
    """What the app sent back for an envelope; the payload answers a command or a view."""

    envelope_id: str
    payload: Json | None


class FakeSocket:
    """The socket end of the fake platform: sends hello, envelopes and disconnects, collects acks."""

    def __init__(self) -> None:
        self.acks: list[Ack] = []
        self.connections: list[web.WebSocketResponse] = []
        self._tickets: set[str] = set()
        self._ids = count(1)
        self._waiting: dict[str, asyncio.Future[Ack]] = {}
        self._opened = asyncio.Condition()

    def address(self, api_url: str) -> str:
        """Return a WebSocket address that is good for one connection, as `apps.connections.open` gives it."""
        ticket = f"ticket-{next(self._ids)}"
        self._tickets.add(ticket)
        return f"{api_url.replace('http', 'ws', 1).removesuffix('api/')}link/?ticket={ticket}&app_id={APP}"

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Speak with one connected app until it goes."""
        if request.query.get("ticket") not in self._tickets:
            return web.Response(status=404)
        self._tickets.discard(request.query["ticket"])
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await self._greet(socket)
        try:
            async for message in socket:
                if message.type == WSMsgType.TEXT:
                    self._acknowledge(message.json())
        finally:
            self.connections.remove(socket)
        return socket

    async def _greet(self, socket: web.WebSocketResponse) -> None:
        number = len(self.connections) + 1
        hello = {
            "type": "hello",
            "num_connections": number,
            "debug_info": {"host": "applink-fake", "build_number": 1, "approximate_connection_time": 18060},
            "connection_info": {"app_id": APP},
        }
        await socket.send_json(hello)
        async with self._opened:
            self.connections.append(socket)
            self._opened.notify_all()

    def _acknowledge(self, message: Json) -> None:
        ack = Ack(message["envelope_id"], message.get("payload"))
        self.acks.append(ack)
        waiting = self._waiting.pop(ack.envelope_id, None)
        if waiting is not None and not waiting.done():
            waiting.set_result(ack)

    async def connected(self, timeout: float = 10.0) -> web.WebSocketResponse:
        """Wait until an app is connected; return its newest connection."""
        async with asyncio.timeout(timeout), self._opened:
            await self._opened.wait_for(lambda: any(not socket.closed for socket in self.connections))
            return [socket for socket in self.connections if not socket.closed][-1]

    async def deliver(
        self, payload: Json, *, retry_attempt: int = 0, retry_reason: str = "", timeout: float = 10.0
    ) -> Ack:
        """Send a payload of `slack_payloads` in an envelope and wait for its ack; TimeoutError if none comes."""
        socket, envelope = await self.connected(timeout), f"envelope-{next(self._ids)}"
        self._waiting[envelope] = asyncio.get_running_loop().create_future()
        kind = envelope_type(payload)
        message: Json = {
            "envelope_id": envelope,
            "type": kind,
            "payload": payload,
            "accepts_response_payload": kind != "events_api",
        }
        if kind == "events_api":
            message |= {"retry_attempt": retry_attempt, "retry_reason": retry_reason}
        waiting = self._waiting[envelope]
        await socket.send_json(message)
        return await asyncio.wait_for(waiting, timeout)

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Tell the app to reconnect; after `warning` the connection stays, else it is closed."""
        socket = await self.connected()
        await socket.send_json({"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-fake"}})
        if reason != "warning":
            await socket.close()

    async def close(self) -> None:
        """Close every connection."""
        for socket in list(self.connections):
            await socket.close()


def envelope_type(payload: Json) -> str:
    """Return the envelope type that Slack puts around a payload."""
    if payload.get("type") == "event_callback":
        return "events_api"
    return "slash_commands" if "command" in payload else "interactive"
