"""The load: Slack's message events, signed beforehand, over connections that stay open, and how long each took."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import itertools
import json
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import cast

CHANNEL, BOT, TEAM, SECRET = "C0COMPLAINTS", "U0GOLDDUST", "T0HARBOUR", "a secret for the bench"
SUBJECTS = ("payment", "card", "login", "loan", "mortgage", "statement", "fee", "address", "transfer", "branch")

_moments = itertools.count()


@dataclass(frozen=True, slots=True)
class Call:
    """One event: its message's timestamp, which no other has, and the request that brings it."""

    message: str
    request: bytes


@dataclass
class Answered:
    """What became of a load: the messages answered with 200, the others' count, seconds of each and of all."""

    messages: list[str] = field(default_factory=list)
    failed: int = 0
    seconds: list[float] = field(default_factory=list)
    took: float = 0.0

    @property
    def rate(self) -> float:
        """Requests answered with 200, per second."""
        return len(self.messages) / self.took

    def percentile(self, share: float) -> float:
        """The seconds within which this share of the requests was answered."""
        return sorted(self.seconds)[min(len(self.seconds) - 1, int(share * len(self.seconds)))]


def calls(count: int, reporters: Sequence[str]) -> list[Call]:
    """So many events, each of a message of its own, signed as of now."""
    return [_call(next(_moments), reporters) for _ in range(count)]


def _call(number: int, reporters: Sequence[str]) -> Call:
    now = int(time.time())
    message = f"{now}.{number:06d}"
    words = f"The {SUBJECTS[number % len(SUBJECTS)]} of customer {number} is wrong again, and they have asked twice."
    said = {"type": "rich_text_section", "elements": [{"type": "text", "text": words}]}
    event = {
        "client_msg_id": f"8f0c1f5e-0000-4000-8000-{number:012d}", "type": "message", "text": words,
        "user": reporters[number % len(reporters)], "ts": message, "team": TEAM, "channel": CHANNEL,
        "blocks": [{"type": "rich_text", "block_id": "b1", "elements": [said]}], "event_ts": message,
        "channel_type": "channel",
    }  # fmt: skip
    payload = {
        "token": "unused", "team_id": TEAM, "api_app_id": "A0GOLDDUST", "event": event, "type": "event_callback",
        "event_id": f"Ev{number:09d}", "event_time": now, "is_ext_shared_channel": False,
        "authorizations": [
            {"enterprise_id": None, "team_id": TEAM, "user_id": BOT, "is_bot": True, "is_enterprise_install": False}
        ],
        "event_context": f"4-{number:060d}",
    }  # fmt: skip
    return Call(message, _request(json.dumps(payload).encode(), now))


def _request(body: bytes, now: int) -> bytes:
    signature = hmac.new(SECRET.encode(), b"v0:%d:%s" % (now, body), hashlib.sha256).hexdigest()
    head = (
        "POST /slack/events HTTP/1.1\r\nHost: bench\r\nUser-Agent: Slackbot 1.0 (+https://api.slack.com/robots)\r\n"
        f"Accept: */*\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        f"X-Slack-Request-Timestamp: {now}\r\nX-Slack-Signature: v0={signature}\r\n\r\n"
    )
    return head.encode() + body


class _Connection(asyncio.Protocol):
    """One connection that stays open; says when its answer is complete, and with which status."""

    transport: asyncio.Transport

    def __init__(self, answered: Callable[[_Connection, int], None]) -> None:
        self._answered = answered
        self._read = b""
        self.message, self.since = "", 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)

    def send(self, call: Call, since: float) -> None:
        """Make a request whose time counts from `since`."""
        self.message, self.since = call.message, since
        self.transport.write(call.request)

    def data_received(self, data: bytes) -> None:
        self._read += data
        head, found, body = self._read.partition(b"\r\n\r\n")
        if found and len(body) >= _length(head):
            self._read = b""
            self._answered(self, int(head[9:12]))


def _length(head: bytes) -> int:
    _, found, rest = head.lower().partition(b"content-length:")
    return int(rest.partition(b"\r\n")[0]) if found else 0


async def at_once(port: int, load: list[Call], connections: int) -> Answered:
    """Make the requests as fast as they are answered, so many at a time."""
    result, waiting, clock = Answered(), iter(load), time.perf_counter
    done, left = asyncio.Event(), len(load)

    def following(connection: _Connection) -> None:
        if (call := next(waiting, None)) is not None:
            connection.send(call, clock())

    def answered(connection: _Connection, status: int) -> None:
        nonlocal left
        left -= 1
        _note(result, connection, status, clock())
        following(connection)
        if not left:
            done.set()

    opened = await _open(port, connections, answered)
    begun = clock()
    for connection in opened:
        following(connection)
    await done.wait()
    result.took = clock() - begun
    _close(opened)
    return result


async def paced(port: int, load: list[Call], rate: float, connections: int = 256) -> Answered:
    """Make so many requests a second, whatever the answers do; what waits for a connection counts as waiting."""
    result, clock, loop = Answered(), time.perf_counter, asyncio.get_running_loop()
    done, left = asyncio.Event(), len(load)
    free: deque[_Connection] = deque()
    queued: deque[tuple[Call, float]] = deque()

    def answered(connection: _Connection, status: int) -> None:
        nonlocal left
        left -= 1
        _note(result, connection, status, clock())
        if queued:
            connection.send(*queued.popleft())
        else:
            free.append(connection)
        if not left:
            done.set()

    def due(call: Call, since: float) -> None:
        if free:
            free.popleft().send(call, since)
        else:
            queued.append((call, since))

    opened = await _open(port, connections, answered)
    free.extend(opened)
    begun, start = clock(), loop.time()
    for place, call in enumerate(load):
        loop.call_at(start + place / rate, due, call, begun + place / rate)
    await done.wait()
    result.took = clock() - begun
    _close(opened)
    return result


def _note(result: Answered, connection: _Connection, status: int, now: float) -> None:
    result.seconds.append(now - connection.since)
    if status == 200:
        result.messages.append(connection.message)
    else:
        result.failed += 1


async def _open(port: int, count: int, answered: Callable[[_Connection, int], None]) -> list[_Connection]:
    loop = asyncio.get_running_loop()
    made = [await loop.create_connection(lambda: _Connection(answered), "127.0.0.1", port) for _ in range(count)]
    return [connection for _, connection in made]


def _close(opened: Sequence[_Connection]) -> None:
    for connection in opened:
        connection.transport.close()
