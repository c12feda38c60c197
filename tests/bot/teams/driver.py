"""A whole Golddust behind Teams: signed activities go in as Microsoft sends them, a fake shows what people see."""

from __future__ import annotations

import copy
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import httpx

from bot.app import Golddust
from bot.clock import VirtualClock
from bot.keeper import Keeper
from bot.server import application, unready
from bot.spool import Spool
from bot.teams import app
from bot.teams.door import door
from bot.teams.settings import TeamsSettings
from bot.watched import Watched
from complaints.ticket import Ticket
from handlers.reading import full_record
from storage import outbox, tickets
from storage.database import open_engine, upgrade
from storage.outbox import Parcel
from tests.bot.teams.tickets import check_activity, check_card, labels, pressed, spoken, walk
from tests.fakes.teams_connector import FakeTeams
from tests.fakes.teams_credentials import FakeLogin
from tests.fakes.teams_identity import APP, DANA, DANA_DM, GROUP, PAYMENTS, SAM, SAM_DM, SECRET, TENANT, Person, Place
from tests.world import MONDAY

__all__ = [
    "DANA", "DANA_DM", "GROUP", "LEE", "LEE_DM", "OMAR", "OMAR_DM", "PAT", "PAT_DM", "PAYMENTS", "SAM", "SAM_DM",
    "SHOP", "WATCHED", "Desk", "desk", "organisation_file",
]  # fmt: skip

OMAR = Person("29:omar", "Omar Haddad", "omar@example.com", "d0000000-0000-0000-0000-000000000001")
LEE = Person("29:lee", "Lee Park", "lee@example.com", "d0000000-0000-0000-0000-000000000002")
PAT = Person("29:pat", "Pat Doe", "pat@elsewhere.example", "d0000000-0000-0000-0000-000000000003")
"""Nobody whom the file lists."""
OMAR_DM = Place("a:omar-and-the-bot", "personal")
LEE_DM = Place("a:lee-and-the-bot", "personal")
PAT_DM = Place("a:pat-and-the-bot", "personal")
SHOP = Place("19:shop@thread.tacv2", "channel", "19:team@thread.tacv2", "19:shop@thread.tacv2")
WATCHED = Place("19:watched@thread.tacv2", "channel", "19:team@thread.tacv2", "19:watched@thread.tacv2")
EVERYBODY = (DANA, SAM, OMAR, LEE, PAT)
ALONE = {DANA_DM: DANA, SAM_DM: SAM, OMAR_DM: OMAR, LEE_DM: LEE, PAT_DM: PAT}

Json = dict[str, Any]


def organisation_file(folder: Path, **changes: str) -> Path:
    """The small test organisation as it would be in Teams; `changes` replaces texts in it."""
    text = (Path(__file__).parents[2] / "golddust.yml").read_text().replace("@test.example", "@example.com")
    for old, new in {"C0PAYMENTS": PAYMENTS.id, "C0WATCHED": WATCHED.id, **changes}.items():
        assert old in text, old
        text = text.replace(old, f'"{new}"' if new.startswith("19:") else new)
    file = folder / "golddust-in-teams.yml"
    file.write_text(text)
    return file


class Desk:
    """Where people sit in front of Teams."""

    def __init__(self, golddust: Golddust, clock: VirtualClock, teams: FakeTeams, made: app.Teams, http: Any) -> None:
        self.golddust, self.clock, self.teams, self.made, self.http = golddust, clock, teams, made, http
        self.says_ = teams.activities
        self.delivering = True
        self.keeper: Keeper | None = None

    @property
    def now(self) -> datetime:
        return self.clock.now()

    # -- what happens

    async def post(self, activity: Json) -> httpx.Response:
        """Microsoft posts an activity; what has to go out goes out."""
        answer = await self.http.post("/api/messages", json=activity, headers={"Authorization": self.teams.header()})
        if self.delivering:
            await self.golddust.deliverer.deliver_due(self.now)
        return answer  # type: ignore[no-any-return]

    async def event(self, activity: Json) -> Json:
        """The same for what is no invoke, which must be taken; the activity."""
        answer = await self.post(activity)
        assert answer.status_code == 202, answer.text
        return activity

    async def invoke(self, activity: Json) -> Json:
        """The same for an invoke; the body of the answer."""
        answer = await self.post(activity)
        assert answer.status_code == 200, answer.text
        found: Json = answer.json()
        return found

    async def says(self, words: str, who: Person = SAM, place: Place = SAM_DM, **more: Any) -> Json:
        """Somebody writes a message."""
        return await self.event(self.says_.message(words, who, place, **more))

    async def presses(
        self, label: str, who: Person, message: Json, place: Place, *, into: Json | None = None, **more: Any
    ) -> Json:
        """Somebody presses a button of a message, or of the form within it, with what they typed; the answer."""
        found = find_button(message, label)
        assert found is not None, (label, labels(card_in(message)))
        data = {**copy.deepcopy(found["data"]), **(into or {}), **more.pop("data", {})}
        thread = place.thread(message["thread"] or message["id"]) if place.channel else place
        answer = await self.invoke(self.says_.executed(found["verb"], data, message["id"], who, thread, **more))
        if answer["type"].endswith("card.adaptive"):
            check_card(answer["value"])
        return answer

    async def advance(self, **amount: float) -> None:
        """Let time pass, with a tick at the end of it."""
        self.clock.advance(**amount)
        self.teams.now = self.now
        await self.golddust.tick(self.now)

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

    # -- what is there

    def said(self, place: Place) -> list[Json]:
        """What we have said in a conversation, all of which Teams takes."""
        found = self.teams.said(place)
        for message in found:
            check_activity({key: message[key] for key in ("type", "summary", "attachments")})
        return found

    def last(self, place: Place) -> Json:
        """The newest message of ours in a conversation."""
        return self.said(place)[-1]

    def read(self, place: Place) -> str:
        """Everything of ours that can be read in a conversation."""
        return "\n".join(spoken(card_in(message)) for message in self.said(place))

    def card(self, place: Place = PAYMENTS) -> Json:
        """The newest card of a ticket in a conversation."""
        return next(one for one in reversed(self.said(place)) if spoken(card_in(one)).startswith("C-"))

    def tickets(self) -> list[Ticket]:
        """All tickets there are."""
        return list(self.golddust.read(lambda context: tickets.everything(context.session, context.workspace)))

    def record(self, number: int = 1) -> Json:
        """A ticket with its timeline."""
        return self.golddust.read(lambda context: full_record(context, number))

    def parked(self) -> list[Parcel]:
        """The notices that were given up, the newest first."""
        return self.golddust.read(lambda context: outbox.listed(context.session, context.workspace, ("parked",), 99))


def card_in(message: Json) -> Json:
    """The Adaptive Card of a message."""
    card: Json = message["attachments"][0]["content"]
    return card


def find_button(message: Json, label: str) -> Json | None:
    """The button with this label that sends something; of one that unfolds a form, the button of that form."""
    card = message if message.get("type") == "AdaptiveCard" else card_in(message)
    for action in pressed(card):
        if action["title"] == label:
            inner = [one for one in walk(action.get("card", {})) if one.get("type") == "Action.Execute"]
            return inner[0] if inner else action
    return None


@asynccontextmanager
async def desk(
    database_url: str, file: Path, *, teams: FakeTeams | None = None, spool: Spool | None = None
) -> AsyncIterator[Desk]:
    """Golddust in a fake Teams; with `teams` in one that goes on from before."""
    if teams is None:
        async with FakeTeams(at=MONDAY) as fresh:
            _furnish(fresh)
            async with desk(database_url, file, teams=fresh, spool=spool) as made:
                yield made
        return
    engine = open_engine(database_url)
    upgrade(engine)
    clock = VirtualClock(teams.now)
    golddust = Golddust(engine, Watched(file), clock, Random(1))  # noqa: S311 - the same jitter every time
    settings = TeamsSettings(app_id=APP, app_password=SECRET, tenant=TENANT, openid_metadata_url=teams.metadata_url)
    keeper = Keeper(spool, clock, partial(_answers, golddust)) if spool is not None else None
    made_teams = app.build(golddust, settings, keeper=keeper, credentials=FakeLogin(teams), patience=5.0)
    made_teams.channel.pace = 0.0
    golddust.connect([made_teams.channel])
    web = application([golddust], None, door(made_teams.transport))
    transport = httpx.ASGITransport(app=web, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://golddust.test") as http:
        try:
            there = Desk(golddust, clock, teams, made_teams, http)
            there.keeper = keeper
            yield there
        finally:
            await made_teams.transport.close()
            golddust.close()


async def _answers(golddust: Golddust) -> bool:
    return await unready(golddust) is None


def _furnish(teams: FakeTeams) -> None:
    for place in (PAYMENTS, SHOP, WATCHED, GROUP):
        teams.conversations.add(place, EVERYBODY)
    for place, person in ALONE.items():
        teams.conversations.add(place, [person])
