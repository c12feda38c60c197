"""A whole Golddust behind Slack: signed payloads go in as Slack sends them, a fake workspace shows what people see."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import httpx
import yaml
from slack_bolt.async_app import AsyncApp

from bot.app import Golddust
from bot.clock import VirtualClock
from bot.keeper import Keeper
from bot.server import application, unready
from bot.slack import app as slack_app
from bot.slack import send
from bot.slack.door import door
from bot.slack.keeping import Keeping, replay_through
from bot.slack.listen import Room
from bot.slack.switchboard import Switchboard
from bot.spool import Spool
from bot.tenants import Tenants
from bot.watched import Watched
from complaints.ticket import Ticket
from handlers.reading import full_record
from storage import tickets
from storage.database import open_engine, upgrade
from tests.fakes import slack_payloads as payloads
from tests.fakes.slack_api import FakeSlack
from tests.fakes.slack_identity import BOT_TOKEN, SIGNING_SECRET
from tests.world import MONDAY

SAM, DANA, OMAR, LEE, INES, KIM = "U0SAM0001", "U0DANA001", "U0OMAR001", "U0LEE0001", "U0INES001", "U0KIM0001"
NOOR, PAT = "U0NOOR001", "U0PAT0001"
"""Noor is listed by her e-mail address only, Pat not at all."""
GENERAL, WATCHED, PAYMENTS = "C0GENERAL", "C0WATCHED", "C0PAYMENTS"
MANIFEST = Path(__file__).parents[3] / "manifest.yml"

Json = dict[str, Any]


def manifest() -> Json:
    """The Slack app as it is shipped."""
    found: Json = yaml.safe_load(MANIFEST.read_text())
    return found


class Desk:
    """Where people sit in front of Slack."""

    def __init__(self, room: Room, clock: VirtualClock, slack: FakeSlack, http: httpx.AsyncClient) -> None:
        self.room, self.golddust, self.clock, self.slack, self.http = room, room.golddust, clock, slack, http
        self.delivering = True
        self.app: AsyncApp | None = None
        self.keeper: Keeper | None = None

    @property
    def now(self) -> datetime:
        return self.clock.now()

    async def send(self, request: tuple[bytes, dict[str, str]]) -> httpx.Response:
        """Slack makes a signed request; what has to go out goes out."""
        body, headers = request
        answer = await self.http.post("/slack/events", content=body, headers=headers)
        await self.room.drain()
        if self.delivering:
            await self.golddust.deliverer.deliver_due(self.now)
        return answer

    async def event(self, payload: Json, *, retry: int = 0) -> int:
        """Slack delivers an event; the status it is answered with."""
        return (await self.send(payloads.event_request(payload, at=self.now, retry=retry))).status_code

    async def form(self, payload: Json) -> Any:
        """Slack delivers a command or an interaction; the JSON it is answered with, or None."""
        answer = await self.send(payloads.form_request(payload, at=self.now))
        assert answer.status_code == 200, answer.text
        return answer.json() if answer.content else None

    async def complains(self, user: str, text: str, channel: str = GENERAL, **more: Any) -> Json:
        """Somebody types `/complaint …`; what only they see."""
        trigger = more.pop("trigger_id", "") or self.slack.trigger(user)
        command = payloads.slash_command(user, text, channel=channel, trigger_id=trigger, **more)
        return await self.form(command) or {}

    async def says(self, channel: str, user: str, said: Any, **more: Any) -> Json:
        """Somebody writes a message, which the workspace keeps; the payload that announced it."""
        text = payloads.slack_text(said)
        ts = self.slack.say(channel, user, text, more.get("thread_ts"), more.pop("files", ()))
        payload = payloads.message(channel, user, said, at=self.now, ts=ts, **more)
        assert await self.event(payload) == 200
        return payload

    async def presses(self, user: str, message: Json, label: str, *, channel: str) -> Any:
        """Somebody presses a button of a message."""
        action = payloads.pressed(message["blocks"], label, at=self.now)
        return await self.acts(user, message, action, channel=channel)

    async def acts(self, user: str, message: Json, action: Json, *, channel: str) -> Any:
        """Somebody uses an element of a message, be it one that the message never had."""
        url = self.slack.response_url(channel, user, message_ts=message["ts"])
        return await self.form(
            payloads.action_on_message(
                user, action, channel, message, trigger_id=self.slack.trigger(user), response_url=url
            )
        )

    async def submits(self, user: str, **values: Any) -> Any:
        """Somebody fills in the form that is open in front of them, and hands it in."""
        view = payloads.filled(self.slack.modals(user)[-1], **values)
        return await self.form(payloads.view_submission(user, view))

    async def opens_home(self, user: str) -> Json:
        """Somebody opens the Home tab; the view they get."""
        assert await self.event(payloads.app_home_opened(user, at=self.now)) == 200
        return self.slack.home(user) or {}

    def break_database(self) -> None:
        """From now on nothing can be saved."""
        self.delivering = False
        with self.golddust.engine.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE outbox RENAME TO lost")

    def mend_database(self) -> None:
        """From now on things can be saved again."""
        self.delivering = True
        with self.golddust.engine.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE lost RENAME TO outbox")

    def card(self, where: str = PAYMENTS) -> Json:
        """The newest message of ours in a channel or in somebody's direct messages, with its blocks."""
        return [message for message in self.slack.messages(where) if message.get("bot_id")][-1]

    def heard(self, user: str) -> str:
        """Everything that only this person sees in channels, oldest first."""
        return "\n".join(shown(whisper) for whisper in self.slack.ephemerals(user))

    def told(self, user: str) -> str:
        """Everything that we wrote to this person directly, oldest first."""
        return "\n".join(shown(message) for message in self.slack.messages(user) if message.get("bot_id"))

    def tickets(self) -> list[Ticket]:
        """All tickets there are."""
        return list(self.golddust.read(lambda context: tickets.everything(context.session, context.workspace)))

    def timeline(self, number: int = 1) -> list[Json]:
        """What has happened to a ticket."""
        record = self.golddust.read(lambda context: full_record(context, number))
        return list(record["timeline"])


def shown(message: Json) -> str:
    """All that a message shows: its text, and the text of its blocks."""
    texts = [message.get("text", "")]
    for block in message.get("blocks", ()):
        parts = [part for part in (block.get("text"), *block.get("elements", ())) if isinstance(part, dict)]
        texts += [
            part["text"]["text"] if isinstance(part.get("text"), dict) else part.get("text", "") for part in parts
        ]
    return "\n".join(texts)


@asynccontextmanager
async def desk(
    database_url: str, watched: Watched, *, scopes: list[str] | None = None, spool: Spool | None = None
) -> AsyncIterator[Desk]:
    """Golddust in a fake workspace, with the scopes that the manifest asks for and not one more; maybe with a spool."""
    engine = open_engine(database_url)
    upgrade(engine)
    clock = VirtualClock(MONDAY)
    golddust = Golddust(engine, watched, clock, Random(1))  # noqa: S311 - the same jitter every time
    granted = scopes if scopes is not None else manifest()["oauth_config"]["scopes"]["bot"]
    async with FakeSlack(scopes=granted, at=MONDAY) as slack:
        _people(slack)
        client = send.client(BOT_TOKEN, slack.url)
        channel = send.SlackChannel(client, clock)
        channel.pace = 0.0
        golddust.connect([channel])
        room = slack_app.room(golddust, client)
        app, keeper = slack_app.build(room), None
        if spool is not None:
            keeper = Keeper(spool, clock, partial(_answers, golddust))
            app = _behind(app, room, keeper)
        web = application([golddust], door(app, SIGNING_SECRET, clock), spool=spool)
        transport = httpx.ASGITransport(app=web, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://golddust.test") as http:
            try:
                made = Desk(room, clock, slack, http)
                made.app, made.keeper = app, keeper
                yield made
            finally:
                await room.drain()
                golddust.close()


def _behind(app: AsyncApp, room: Room, keeper: Keeper) -> AsyncApp:
    board = Switchboard(Tenants([room.golddust]), {room.golddust: Keeping(app, room, keeper)}, room.client)
    keeper.serve("slack", replay_through(board))
    return board


async def _answers(golddust: Golddust) -> bool:
    return await unready(golddust) is None


def _people(slack: FakeSlack) -> None:
    listed = {SAM: "sam", DANA: "dana", OMAR: "omar", LEE: "lee", INES: "ines", KIM: "kim", NOOR: "noor"}
    for user, name in listed.items():
        slack.add_user(user, name, email=f"{name}@test.example", tz="Europe/London")
    slack.add_user(PAT, "pat", real_name="Pat Doe", email="pat@elsewhere.example", tz="Europe/Berlin")
    everybody = [*listed, PAT]
    for channel, name in ((GENERAL, "general"), (WATCHED, "branch-feedback"), (PAYMENTS, "payments")):
        slack.add_channel(channel, name, members=everybody)
    slack.add_channel("C0APP0001", "app", members=everybody)
    slack.add_channel("C0TRIAGE1", "triage", members=everybody)
