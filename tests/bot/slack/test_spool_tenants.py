"""Two workspaces that installed the app by OAuth, while the database is away: each gets its own, in order."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
from pydantic import SecretStr

from bot.app import Golddust
from bot.cipher import Cipher, new_key
from bot.clock import VirtualClock
from bot.connections import connect, slack_connected
from bot.keeper import KEPT_REPORT, Keeper
from bot.server import application, unready
from bot.settings import Settings
from bot.slack.access import access
from bot.slack.exchange import Exchange
from bot.slack.listen import Room
from bot.slack.send import SlackChannel, client
from bot.spool import Spool
from bot.tenants import tenants
from storage import tickets
from storage.database import open_engine, upgrade
from storage.gate import Gate
from tests.bot.slack.driver import GENERAL, SAM, WATCHED, Json, _people
from tests.bot.slack.test_tenants import of
from tests.fakes import slack_payloads as payloads
from tests.fakes.slack_api import FakeSlack
from tests.fakes.slack_identity import SIGNING_SECRET, TEAM
from tests.fakes.slack_oauth import CLIENT_ID, CLIENT_SECRET, allow
from tests.tenants import OTHER_TEAM, OURS, THEIRS, folder
from tests.world import MONDAY

KEY = new_key()


class House:
    """The process as `golddust run` puts it together, whose database can go away."""

    def __init__(self, rooms: Iterable[Room], slack: FakeSlack, keeper: Keeper, http: httpx.AsyncClient) -> None:
        self.rooms = {room.golddust.organisation.workspace: room for room in rooms}
        self.slack, self.keeper, self.http = slack, keeper, http
        self.first = next(iter(self.rooms.values())).golddust

    async def command(self, text: str, team: str) -> Json:
        """Somebody types `/complaint …`; what only they see."""
        said = payloads.slash_command(SAM, text, channel=GENERAL, trigger_id=f"{team}.{text}")
        body, headers = payloads.form_request(of(said, team), at=MONDAY)
        found: Json = (await self._post(body, headers)).json()
        return found

    async def event(self, text: str, team: str, ts: str) -> int:
        """Somebody writes into a watched channel; what Slack is answered."""
        said = payloads.message(WATCHED, SAM, text, at=MONDAY, ts=ts) | {"event_id": f"Ev{ts}"}
        body, headers = payloads.event_request(of(said, team), at=MONDAY)
        return (await self._post(body, headers)).status_code

    async def _post(self, body: bytes, headers: dict[str, str]) -> httpx.Response:
        """In a task of its own, as the server has one for each request: which workspace it is of ends with it."""
        return await asyncio.create_task(self.http.post("/slack/events", content=body, headers=headers))

    def words(self, key: str) -> list[str]:
        """What was reported to an organisation, in the order of its tickets."""
        golddust = self.rooms[key].golddust
        found = golddust.read(lambda context: tickets.everything(context.session, context.workspace))
        return [ticket.verbatim for ticket in found]


@asynccontextmanager
async def installed(url: str, path: Path, slack: FakeSlack) -> AsyncIterator[tuple[House, Gate]]:
    """Both have installed the app; then the process starts anew, while the database is away."""
    engine, clock = open_engine(url), VirtualClock(MONDAY)
    upgrade(engine)
    settings = Settings(
        slack_api_url=slack.url, slack_client_id=CLIENT_ID, slack_client_secret=SecretStr(CLIENT_SECRET),
        slack_signing_secret=SecretStr(SIGNING_SECRET), secret_keys=SecretStr(KEY),
    )  # fmt: skip
    way = access(settings, engine, clock)
    assert way.installations is not None
    exchange = Exchange(client("", slack.url), CLIENT_ID, CLIENT_SECRET, None)
    for team in (TEAM, OTHER_TEAM):
        await way.installations.keep(await exchange.granted(allow(slack, team=team), MONDAY))
    gate = Gate(engine)
    engine.dispose()
    served = tenants(folder(path / "organisations"), engine, clock, open_to_install=True)

    async def back() -> bool:
        return await unready(served.first) is None

    spool = Spool(path / "spool", Cipher([KEY]))
    keeper = Keeper(spool, clock, back)
    connected = slack_connected(settings, served, way, keeper)
    for channel in connected.channels.values():
        assert isinstance(channel, SlackChannel)
        channel.pace, channel.together = 0.0, None
    connect(served, [connected.channels])
    transport = httpx.ASGITransport(app=application(tuple(served), connected.door, spool=spool))
    async with httpx.AsyncClient(transport=transport, base_url="http://golddust.test") as http:
        try:
            yield House(connected.rooms, slack, keeper, http), gate
        finally:
            await way.installations.drain()
            served.close()
            spool.close()


async def settled(golddust: Golddust, room: Room) -> None:
    await room.drain()
    await golddust.deliverer.deliver_due(MONDAY)


async def test_each_workspace_gets_what_it_said_in_its_order_and_nothing_of_the_other(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with FakeSlack(at=MONDAY) as slack, installed(sqlite_url, tmp_path, slack) as (house, gate):
        _people(slack)
        sides = ((TEAM, "Our card"), (OTHER_TEAM, "Their card"))
        for number, (team, said) in enumerate(sides):
            assert await house.event(f"{said} 0", team, f"176400000{number}.000100") == 200
        for number in (1, 2):
            for team, said in sides:
                assert (await house.command(f"{said} {number}", team))["text"] == KEPT_REPORT
        assert house.keeper.spool.waiting() == {f"slack:{OURS}": 3, f"slack:{THEIRS}": 3}
        assert (await house.http.get("/readyz")).status_code == 503
        gate.open()
        assert await asyncio.create_task(house.keeper.replay()) == 6
        for room in house.rooms.values():
            await settled(room.golddust, room)
        assert house.words(OURS) == [f"Our card {number}" for number in range(3)]
        assert house.words(THEIRS) == [f"Their card {number}" for number in range(3)]
        said_by = {team: _said(slack, team) for team in (TEAM, OTHER_TEAM)}
        assert "Our card 2" in said_by[TEAM]
        assert "Their card 2" in said_by[OTHER_TEAM]
        assert "Their" not in said_by[TEAM]
        assert "Our" not in said_by[OTHER_TEAM]


def _said(slack: FakeSlack, team: str) -> str:
    """Everything that was said with the tokens of a workspace."""
    tokens = {token for token, (allowed, _) in slack.grants.tokens.items() if allowed.team == team}
    return "\n".join(str(call.args) for call in slack.calls if call.token in tokens)
