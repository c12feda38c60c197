"""A Slack that answers everything and holds to its limits on posting; what it refuses it counts.

https://docs.slack.dev/apis/web-api/rate-limits: one message a second to a conversation, "several hundred messages per
minute" to a workspace, and short bursts above both, of which it gives no figure. Here several hundred are 300, and the
bursts are as short as can be told from a clock that is not quite ours.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web

from bench.captures_host import SLACK

CONVERSATION_RATE, CONVERSATION_BURST = 1.0, 2.0
WORKSPACE_RATE, WORKSPACE_BURST = 5.0, 20.0


@dataclass
class Allowance:
    """So many at once, and so many more each second."""

    rate: float
    burst: float
    left: float
    at: float

    def take(self, now: float) -> float:
        """0.0 where one more may pass, else the seconds until it may."""
        self.left, self.at = min(self.burst, self.left + (now - self.at) * self.rate), now
        if self.left >= 1.0:
            self.left -= 1.0
            return 0.0
        return (1.0 - self.left) / self.rate


@dataclass
class LimitedSlack:
    """What it has taken and refused; with `speed` its seconds are so many times as short as ours."""

    speed: float = 1.0
    posted: dict[str, int] = field(default_factory=dict)
    """Messages by conversation."""
    refused: int = 0
    last: float = 0.0
    """When the last message arrived, by the running loop's clock."""
    url: str = ""
    _conversations: dict[str, Allowance] = field(default_factory=dict)
    _workspace: Allowance | None = None

    @property
    def count(self) -> int:
        """How many messages have been posted."""
        return sum(self.posted.values())

    def wait(self, conversation: str, now: float) -> float:
        """0.0 where a message to a conversation may pass at a moment, in Slack's seconds; else how many it is early."""
        fresh = Allowance(CONVERSATION_RATE, CONVERSATION_BURST, CONVERSATION_BURST, now)
        here = self._conversations.setdefault(conversation, fresh)
        self._workspace = self._workspace or Allowance(WORKSPACE_RATE, WORKSPACE_BURST, WORKSPACE_BURST, now)
        return here.take(now) or self._workspace.take(now)

    async def post(self, request: web.Request) -> web.Response:
        """chat.postMessage."""
        sent = await request.post() if request.content_type != "application/json" else await request.json()
        conversation, now = str(sent["channel"]), asyncio.get_running_loop().time()
        if early := self.wait(conversation, now * self.speed):
            self.refused += 1
            problem = {"ok": False, "error": "ratelimited"}
            return web.json_response(problem, status=429, headers={"Retry-After": str(math.ceil(early))})
        self.posted[conversation] = self.posted.get(conversation, 0) + 1
        self.last = now
        return web.json_response({"ok": True, "channel": conversation, "ts": f"1795600000.{self.count:06d}"})


@asynccontextmanager
async def limited_slack(speed: float = 1.0) -> AsyncIterator[LimitedSlack]:
    """It, serving in the running loop."""
    slack = LimitedSlack(speed)

    async def other(_: web.Request) -> web.Response:
        return web.json_response(SLACK | {"permalink": "https://bank.slack.example/archives/C0COMPLAINTS/p1"})

    app = web.Application()
    app.router.add_post("/api/chat.postMessage", slack.post)
    app.router.add_route("*", "/api/{method}", other)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    slack.url = f"http://127.0.0.1:{runner.addresses[0][1]}/api/"
    try:
        yield slack
    finally:
        await runner.cleanup()
