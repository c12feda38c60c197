"""A fake Slack in a process of its own, which does to calls what a network and a platform do on a bad day."""

from __future__ import annotations

import asyncio
import multiprocessing
import random
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import timedelta
from multiprocessing.managers import BaseManager
from pathlib import Path

import yaml
from aiohttp import web

from tests.chaos.clock import SharedClock
from tests.fakes.slack_api import FakeSlack
from tests.fakes.slack_call import Call, Json
from tests.fakes.slack_faults import Fault, Faults
from tests.fakes.slack_surfaces import Trigger

LATE_SECONDS = 1.5
"""Longer than a replica waits for an answer."""
ON_A_BAD_DAY: dict[str, tuple[int, Fault | None]] = {
    "answered": (74, None),
    "429": (4, Fault(status=429, retry_after=5)),
    "500 before": (4, Fault(status=500)),
    "500 after": (4, Fault(trouble="failed")),
    "late": (3, Fault(trouble="late", seconds=LATE_SECONDS)),
    "reset before": (3, Fault(trouble="reset")),
    "reset after": (3, Fault(trouble="cut")),
    "never": (2, Fault(trouble="timeout")),
    "garbled": (1, Fault(trouble="garbled")),
    "internal_error": (2, Fault(error="internal_error")),
}
"""How often each happens, of a hundred calls."""
TARDY = 0.03


class RandomFaults(Faults):
    """A fault at random for each call, until told to stop."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self.bad_day = True
        self.met: Counter[str] = Counter()
        self._chance = random.Random(seed)  # noqa: S311 - so that it can be played again

    def take(self, method: str) -> Fault | None:
        """The fault that this call meets, if any."""
        (name,) = self._chance.choices([*ON_A_BAD_DAY], [weight for weight, _ in ON_A_BAD_DAY.values()])
        name = name if self.bad_day else "answered"
        self.met[name] += 1
        return ON_A_BAD_DAY[name][1]

    def tardy(self) -> bool:
        """Whether a call is carried out only when whoever made it has given it up."""
        tardy = self.bad_day and self._chance.random() < TARDY
        self.met["carried out late"] += tardy
        return tardy


class BadSlack(FakeSlack):
    """A workspace with the people and channels of a file, on the shared clock."""

    def __init__(self, clock: SharedClock, config: Path, seed: int) -> None:
        super().__init__(at=clock.now())
        self._clock = clock
        self.faults = RandomFaults(seed)
        self._faults = self.faults
        self.pending = 0
        document = yaml.safe_load(config.read_text())
        people = [one["slack"] for one in document["people"].values() if "slack" in one]
        for user in people:
            self.add_user(user)
            self.dm(user)
        for team in document["teams"].values():
            if "channel" in team:
                self.add_channel(team["channel"], members=people)
        for channel in document["capture"]["watch"]:
            self.add_channel(channel, members=people)

    def trigger(self, user: str = "") -> str:
        """A trigger that lives longer by as much as the clock is faster than people are."""
        key = super().trigger(user)
        self.triggers[key] = Trigger(user, self.now + timedelta(minutes=2))
        return key

    async def _answer(
        self, request: web.Request, call: Call, carry_out: Callable[[Call], Json], scopes: Iterable[str] | None
    ) -> web.StreamResponse:
        if self.faults.tardy():
            self.pending += 1
            await asyncio.sleep(LATE_SECONDS)
            self.pending -= 1
        self.now = self._clock.now()
        return await super()._answer(request, call, carry_out, scopes)


class Front:
    """What the run asks of the fake from its own process."""

    def __init__(self, clock: str, config: str, seed: int) -> None:
        self._clock = SharedClock(Path(clock))
        self._slack = BadSlack(self._clock, Path(config), seed)
        loop = asyncio.new_event_loop()
        threading.Thread(target=loop.run_forever, daemon=True).start()
        asyncio.run_coroutine_threadsafe(self._slack.__aenter__(), loop).result()

    def url(self) -> str:
        """For SLACK_API_URL."""
        return self._slack.url

    def heal(self) -> None:
        """From now on every call is answered."""
        self._slack.faults.bad_day = False

    def met(self) -> dict[str, int]:
        """How many calls met which fate, and how many of each method there were."""
        return dict(self._slack.faults.met) | Counter(call.method for call in self._slack.calls)

    def idle(self) -> bool:
        """Whether nothing is left that will be carried out late."""
        return self._slack.pending == 0

    def say(self, channel: str, user: str, words: str) -> str:
        """Somebody writes a message; its number."""
        self._slack.now = self._clock.now()
        return self._slack.say(channel, user, words)

    def messages(self) -> dict[str, list[Json]]:
        """The bot's messages by conversation; what only one person sees is under `whispers`."""
        with self._slack.changed:
            ours = {key: [one for one in self._slack.messages(key) if "bot_id" in one] for key in self._slack.channels}
            return ours | {"whispers": list(self._slack.whispers)}

    def hand(self, user: str, channel: str, message: str) -> tuple[str, str]:
        """The trigger and the response URL of a press."""
        self._slack.now = self._clock.now()
        return self._slack.trigger(user), self._slack.response_url(channel, user, message_ts=message)

    def modals(self, user: str) -> list[Json]:
        """The forms opened for somebody, oldest first."""
        with self._slack.changed:
            return list(self._slack.modals(user))


class Apart(BaseManager):
    """The process in which the fake lives."""


Apart.register("Front", Front)


def apart() -> Apart:
    """The process, not started yet; a killed replica takes nothing of it along."""
    return Apart(ctx=multiprocessing.get_context("spawn"))
