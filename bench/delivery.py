"""How close delivery comes to Slack's own limits, without meeting them: `python -m bench.delivery`.

So many people get a card each, and so many cards go to one channel, through the real outbox, deliverer and Slack client
to a Slack that holds to its documented limits. With --speed both Slack's clock and ours run so many times as fast,
which leaves Golddust so many times less time for its own work.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

from bench import limited_slack as limits
from bench.limited_slack import LimitedSlack, limited_slack
from bench.table_of_tickets import NOW, document, fill
from bot.app import Golddust
from bot.slack import send
from bot.watched import Watched
from complaints.notices import Card, Notice, person
from storage import outbox
from storage.database import open_engine, upgrade

TARGET = 0.95
GIVEN_UP = 3.0
"""How many times as long as the limit a run may take."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """A run: how many messages, the seconds of Slack's clock that it took and that the limit asks for, and refusals."""

    messages: int
    seconds: float
    limit: float
    of_limit: float
    refused: int
    doubled: int


class FastClock:
    """A clock that begins at NOW and runs so many times as fast as the machine's."""

    def __init__(self, speed: float) -> None:
        self._speed = speed
        self._began = time.monotonic()

    def now(self) -> datetime:
        """The moment it shows."""
        return NOW + timedelta(seconds=(time.monotonic() - self._began) * self._speed)


class FastSlack(send.SlackChannel):
    """The real channel, whose pace keeps up with the clock."""

    pace: float = send.SlackChannel.pace


def to_people(count: int) -> list[Notice]:
    """A card for each of so many owners."""
    return [Card(ticket=number, audience=person(f"owner-{number - 1}")) for number in range(1, count + 1)]


def to_channel(count: int) -> list[Notice]:
    """So many tickets' cards for one team's channel."""
    return [Card(ticket=number, audience="team:team-0") for number in range(1, count + 1)]


def least(notices: Sequence[Notice]) -> float:
    """The seconds that the limits ask for at least: of the workspace, and of the busiest conversation."""
    busiest = max(sum(one.audience == other.audience for other in notices) for one in notices[:1])
    workspace = (len(notices) - limits.WORKSPACE_BURST) / limits.WORKSPACE_RATE
    return max(workspace, (busiest - limits.CONVERSATION_BURST) / limits.CONVERSATION_RATE)


async def delivered(folder: Path, notices: Sequence[Notice], speed: float, replicas: int = 1) -> Delivered:
    """What a run came to; raises SystemExit where notices have not arrived by GIVEN_UP times the limit.

    Replicas are here deliverers of their own on one database, which know nothing of each other.
    """
    folder.mkdir()
    file, limit = folder / "golddust.yml", max(least(notices), 0.001)
    file.write_text(_document(max(10, len(notices))), encoding="utf-8")
    engine = open_engine(f"sqlite:///{folder / 'golddust.db'}")
    upgrade(engine)
    clock = FastClock(speed)
    bots = [Golddust(engine, Watched(file), clock, random.Random(n)) for n in range(replicas)]  # noqa: S311 - jitter
    bot = bots[0]
    try:
        await bot.nudge(NOW)
        fill(engine, bot.organisation, len(notices), due=False)
        async with limited_slack(speed) as slack:
            for one in bots:
                channel = FastSlack(send.client("xoxb-bench", slack.url), clock)
                channel.pace = send.SlackChannel.pace / speed
                one.connect([channel])
            seconds = await _run(bots, slack, notices, clock.now(), GIVEN_UP * limit / speed + 30) * speed
        doubled = slack.count - len(notices)
        return Delivered(len(notices), seconds, limit, limit / seconds, slack.refused, doubled)
    finally:
        for one in bots:
            one.close()


async def _run(
    bots: Sequence[Golddust], slack: LimitedSlack, notices: Sequence[Notice], at: datetime, patience: float
) -> float:
    loop = asyncio.get_running_loop()
    await bots[0].worker.run(lambda context: outbox.put(context.session, context.workspace, notices, at), at)
    began = loop.time()
    delivering = {asyncio.create_task(bot.deliverer.run()) for bot in bots}
    try:
        while slack.count < len(notices):
            if loop.time() - began > patience:
                raise SystemExit(f"{slack.count} of {len(notices)} messages are there, {slack.refused} were refused")
            await asyncio.sleep(0.01)
        await asyncio.gather(*(bot.deliverer.drain(GIVEN_UP) for bot in bots))
    finally:
        # Asked again, because on Python 3.11 asyncio.wait_for swallows a cancellation that comes with its result.
        while any(not one.done() for one in delivering):
            for one in delivering:
                one.cancel()
            await asyncio.wait(delivering, timeout=0.1)
    return slack.last - began


def _document(people: int) -> str:
    """Owners whose Slack ids are known."""
    file = json.loads(document(people))
    for place, key in enumerate(one for one in file["people"] if one != "head"):
        file["people"][key]["slack"] = f"U0OWNER{place:05d}"
    return json.dumps(file)


async def measured(people: int, notices: int, speed: float, replicas: int = 1) -> dict[str, Delivered]:
    """Both runs, one after the other."""
    with tempfile.TemporaryDirectory(prefix="golddust-delivery-") as folder:
        return {
            "people": await delivered(Path(folder) / "people", to_people(people), speed, replicas),
            "channel": await delivered(Path(folder) / "channel", to_channel(notices), speed, replicas),
        }


def main() -> None:
    """Measure and print."""
    asks = argparse.ArgumentParser(description=__doc__)
    asks.add_argument("--people", type=int, default=60)
    asks.add_argument("--notices", type=int, default=20, help="how many go to one channel")
    asks.add_argument("--speed", type=float, default=5.0)
    asks.add_argument("--replicas", type=int, default=1, help="how many deliver")
    asks.add_argument("--json", action="store_true")
    asked = asks.parse_args()
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    found = asyncio.run(measured(asked.people, asked.notices, asked.speed, asked.replicas))
    if asked.json:
        print(json.dumps({name: asdict(one) for name, one in found.items()}))
        return
    for name, one in found.items():
        print(f"{name:8}{one.messages:6,} messages in {one.seconds:7.1f} s, the limit {one.limit:7.1f} s: "
              f"{one.of_limit:.3f} of it, {one.refused} answered with 429")  # fmt: skip


if __name__ == "__main__":
    main()
