"""What people do meanwhile: complaints, with Slack's repetitions, and presses of buttons."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx

from tests.chaos.clock import SharedClock
from tests.chaos.fake_slack import Front
from tests.fakes import slack_payloads as payloads
from tests.fakes.slack_call import Json
from tests.fakes.slack_forms import elements

PEOPLE = ("U0SAM0001", "U0DANA001", "U0OMAR001", "U0LEE0001", "U0INES001", "U0KIM0001")
WATCHED = "C0WATCHED"
AGAIN = (timedelta(0), timedelta(minutes=1), timedelta(minutes=5))
"""When Slack repeats an event that was not answered with 200; after that it gives up."""
ANSWER_SECONDS = 3.0
AT_ONCE = ("acknowledge", "unblock", "told", "withdraw")
FORMS: dict[str, Json] = {
    "resolve": {"done": "Refunded it"},
    "blocked": {"colleague": "U0LEE0001", "why": "Needs the key"},
    "promise": {"date": "2027-06-01"},
    "not_mine": {"colleague": "U0KIM0001"},
    "reopen": {"reason": "It is not"},
}
SUBJECTS = ("The card payment failed", "The app logs me out", "Nobody answers the door", "It was fraud with my card")


@dataclass(slots=True)
class Sent:
    """An event as Slack keeps it until it is answered."""

    label: str
    payload: Json
    due: datetime
    tries: int = 0
    acknowledged: bool = False
    flying: bool = False

    @property
    def over(self) -> bool:
        """Whether Slack will not send it again."""
        return self.acknowledged or self.tries > len(AGAIN)


class Load:
    """The senders of events and presses; `answers` counts what they were answered with."""

    def __init__(self, urls: list[str], front: Front, clock: SharedClock, chance: random.Random) -> None:
        self._urls, self._front, self._clock, self._chance = urls, front, clock, chance
        self._http = httpx.AsyncClient(timeout=ANSWER_SECONDS, limits=httpx.Limits(max_keepalive_connections=0))
        self.events: list[Sent] = []
        self.answers: Counter[str] = Counter()
        self._flying: set[asyncio.Task[Any]] = set()

    def complain(self) -> None:
        """Somebody writes a complaint in the watched channel or to the bot; at times Slack announces it twice."""
        label = f"case-{len(self.events):05d}-"
        user, words = self._chance.choice(PEOPLE), f"{self._chance.choice(SUBJECTS)}, {label}"
        channel = WATCHED if self._chance.random() < 0.7 else "D" + user[1:]
        ts = self._front.say(channel, user, words)
        now = self._clock.now()
        event = Sent(label, payloads.message(channel, user, words, at=now, ts=ts), now)
        self.events.append(event)
        if self._chance.random() < 0.1:
            self._fly(self._deliver(event))
        self.repeat()

    def repeat(self) -> None:
        """What is due is sent, for the first time or again."""
        now = self._clock.now()
        for event in self.events:
            if not (event.over or event.flying) and event.due <= now:
                event.flying = True
                self._fly(self._deliver(event, counted=True))

    def press(self) -> None:
        """Somebody presses a button of one of the last messages."""
        found = [(place, one) for place, said in self._front.messages().items() for one in said[-3:] if _buttons(one)]
        if found:
            place, message = self._chance.choice(found)
            user = message["user"] if place == "whispers" else self._chance.choice(PEOPLE)
            user = f"U{place[1:]}" if place.startswith("D") else user
            self._fly(self._press(user, message.get("channel", place), message))

    async def settled(self) -> None:
        """Wait until everything that was sent has been answered, or was not."""
        while self._flying:
            await asyncio.wait(self._flying)

    @property
    def unanswered(self) -> bool:
        """Whether Slack still has something to repeat."""
        return any(not event.over for event in self.events)

    def _fly(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self._flying.add(task)
        task.add_done_callback(self._flying.discard)

    async def _deliver(self, event: Sent, *, counted: bool = False) -> None:
        request = payloads.event_request(event.payload, at=self._clock.now(), retry=event.tries)
        status = await self._post("event", request)
        event.acknowledged = event.acknowledged or status == 200
        if counted:
            if event.tries < len(AGAIN):
                event.due = self._clock.now() + AGAIN[event.tries]
            event.tries, event.flying = event.tries + 1, False

    async def _press(self, user: str, channel: str, message: Json) -> None:
        action = self._chance.choice(_buttons(message))
        trigger, url = self._front.hand(user, channel, message["ts"])
        pressed = payloads.pressed([{"type": "actions", "elements": [action]}], action["text"]["text"],
                                   at=self._clock.now())  # fmt: skip
        body = payloads.action_on_message(user, pressed, channel, message, trigger_id=trigger, response_url=url)
        status = await self._post("press", payloads.form_request(body, at=self._clock.now()))
        if status == 200 and action["action_id"] in FORMS:
            await self._hand_in(user, action["action_id"])

    async def _hand_in(self, user: str, form: str) -> None:
        opened = [view for view in self._front.modals(user) if view["callback_id"] == form]
        if opened:
            view = payloads.filled(opened[-1], **FORMS[form])
            body = payloads.view_submission(user, view)
            await self._post("form", payloads.form_request(body, at=self._clock.now()))

    async def _post(self, kind: str, request: tuple[bytes, dict[str, str]]) -> int:
        """The status of the answer, or 0; as a load balancer does, go on to the next where nobody takes the call."""
        body, headers = request
        for url in self._chance.sample(self._urls, len(self._urls)):
            try:
                status = (await self._http.post(url, content=body, headers=headers)).status_code
            except httpx.ConnectError:
                continue
            except httpx.HTTPError as error:
                late = isinstance(error, httpx.TimeoutException)
                self.answers[f"{kind}: {'no answer in time' if late else 'broke off'}"] += 1
                return 0
            self.answers[f"{kind}: {status}"] += 1
            return status
        self.answers[f"{kind}: nobody there"] += 1
        return 0


def _buttons(message: Json) -> list[Json]:
    found = [element for _, element in elements(message.get("blocks") or [])]
    return [one for one in found if one["type"] == "button" and one["action_id"] in {*AT_ONCE, *FORMS}]
