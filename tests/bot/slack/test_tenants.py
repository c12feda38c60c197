"""Two Slack workspaces in front of one process: each sees its own organisation, a third sees nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
import structlog.testing

from bot.app import Golddust
from bot.clock import VirtualClock
from bot.keeper import Keeper
from bot.server import application
from bot.slack import app as slack_app
from bot.slack import send
from bot.slack.door import door
from bot.slack.keeping import replay_through
from bot.slack.listen import Room
from bot.slack.socket import Socket
from bot.slack.switchboard import NOT_SET_UP, Switchboard
from bot.spool import Spool
from bot.tenants import tenants
from complaints.ticket import State, Ticket
from storage import tickets
from storage.database import open_engine, upgrade
from tests.bot.slack.driver import DANA, GENERAL, PAYMENTS, SAM, WATCHED, Json, _people, shown
from tests.fakes import slack_payloads as payloads
from tests.fakes.slack_api import FakeSlack
from tests.fakes.slack_identity import APP_TOKEN, BOT_TOKEN, SIGNING_SECRET, TEAM
from tests.tenants import OTHER_TEAM, OURS, THEIRS, folder
from tests.world import MONDAY

GRID, THIRD = "E0GRID001", "T0THIRD01"
SAID = "Mrs Ito’s card payment was taken twice"


@dataclass
class House:
    """One process, and the two workspaces in front of it."""

    rooms: dict[str, Room]
    slacks: dict[str, FakeSlack]
    board: Switchboard
    http: httpx.AsyncClient
    clock: VirtualClock

    async def send(self, request: tuple[bytes, dict[str, str]]) -> httpx.Response:
        """Slack makes a signed request; what has to go out goes out."""
        body, headers = request
        answer = await self.http.post("/slack/events", content=body, headers=headers)
        for room in self.rooms.values():
            await room.drain()
            await room.golddust.deliverer.deliver_due(self.clock.now())
        return answer

    async def form(self, payload: Json) -> Json:
        answer = await self.send(payloads.form_request(payload, at=self.clock.now()))
        assert answer.status_code == 200
        return answer.json() if answer.content else {}

    async def event(self, payload: Json) -> int:
        return (await self.send(payloads.event_request(payload, at=self.clock.now()))).status_code

    def tickets(self, key: str) -> list[Ticket]:
        golddust = self.rooms[key].golddust
        return list(golddust.read(lambda context: tickets.everything(context.session, context.workspace)))

    def posted(self, key: str, where: str = PAYMENTS) -> list[Json]:
        return [message for message in self.slacks[key].messages(where) if message.get("bot_id")]


@asynccontextmanager
async def house(url: str, path: Path) -> AsyncIterator[House]:
    """The process as `golddust run` puts it together, but for its clock and for a Slack of each one's own."""
    engine = open_engine(url)
    upgrade(engine)
    clock = VirtualClock(MONDAY)
    served = tenants(path, engine, clock)
    async with AsyncExitStack() as opened:
        slacks = {key: await opened.enter_async_context(FakeSlack(at=MONDAY)) for key in (OURS, THEIRS)}
        rooms: dict[Golddust, Room] = {}
        for golddust in served:
            slack = slacks[golddust.organisation.workspace]
            _people(slack)
            client = send.client(BOT_TOKEN, slack.url)
            channel = send.SlackChannel(client, clock)
            channel.pace = 0.0
            golddust.connect([channel])
            rooms[golddust] = slack_app.room(golddust, client)
        apps = {golddust: slack_app.build(room) for golddust, room in rooms.items()}
        board = Switchboard(served, apps, send.client("", slacks[OURS].url))
        web = application([served.first], door(board, SIGNING_SECRET, clock))
        transport = httpx.ASGITransport(app=web, raise_app_exceptions=False)
        http = await opened.enter_async_context(httpx.AsyncClient(transport=transport, base_url="http://house.test"))
        named = {golddust.organisation.workspace: room for golddust, room in rooms.items()}
        try:
            yield House(named, slacks, board, http, clock)
        finally:
            served.close()


@pytest_asyncio.fixture
async def two(sqlite_url: str, tmp_path: Path) -> AsyncIterator[House]:
    async with house(sqlite_url, folder(tmp_path / "organisations")) as found:
        yield found


def of(payload: Json, team: str | None, enterprise: str | None = None) -> Json:
    """The payload as it comes from another workspace; without a team from an installation on a whole Grid."""
    whole = team is None
    if "command" in payload:
        more = {"enterprise_id": enterprise} if enterprise else {}
        return {**payload, "team_id": team or enterprise, "is_enterprise_install": str(whole).lower(), **more}
    if payload.get("type") == "event_callback":
        there = {"enterprise_id": enterprise, "team_id": team, "is_enterprise_install": whole}
        return {**payload, **there, "authorizations": [{**payload["authorizations"][0], **there}]}
    return {
        **payload, "team": {"id": team, "domain": "other"} if team else None, "is_enterprise_install": whole,
        "enterprise": {"id": enterprise, "name": "grid"} if enterprise else None,
        "user": {**payload["user"], "team_id": team or THIRD},
    }  # fmt: skip


def command(text: str = SAID, user: str = SAM) -> Json:
    return payloads.slash_command(user, text, channel=GENERAL)


async def test_a_complaint_is_its_own_workspaces_alone(two: House) -> None:
    answer = await two.form(of(command(), OTHER_TEAM))
    assert "*C-1* is with Dana (Payments)" in shown(answer)
    assert [ticket.verbatim for ticket in two.tickets(THEIRS)] == [SAID]
    assert two.tickets(OURS) == []
    assert two.posted(THEIRS)
    assert not two.posted(OURS)
    assert not [call for call in two.slacks[OURS].calls if call.method.startswith("chat.")]


async def test_each_counts_its_own_tickets_and_lists_no_others(two: House) -> None:
    await two.form(of(command("Their card payment"), OTHER_TEAM))
    await two.form(of(command("Our card payment"), TEAM))
    assert [ticket.ref for key in (OURS, THEIRS) for ticket in two.tickets(key)] == ["C-1", "C-1"]
    listed = shown(await two.form(of(command("list", DANA), TEAM)))
    assert "Our card" in listed
    assert "Their card" not in listed


async def test_events_are_told_apart_by_the_installation_that_they_are_for(two: House) -> None:
    said = payloads.message(WATCHED, SAM, SAID, at=MONDAY, ts="1764000000.000100")
    assert await two.event(of(said, OTHER_TEAM)) == 200
    shared = of({**said, "event_id": "Ev0SHARED"}, TEAM)
    assert await two.event({**shared, "team_id": OTHER_TEAM}) == 200
    assert [len(two.tickets(key)) for key in (OURS, THEIRS)] == [1, 1], "the authorization says whose it is"


async def test_the_same_event_id_may_come_for_both(two: House) -> None:
    said = {**payloads.message(WATCHED, SAM, SAID, at=MONDAY, ts="1764000000.000100"), "event_id": "Ev0SAME"}
    for team in (TEAM, OTHER_TEAM, TEAM):
        assert await two.event(of(said, team)) == 200
    assert [len(two.tickets(key)) for key in (OURS, THEIRS)] == [1, 1]


async def test_a_button_works_where_its_card_is(two: House) -> None:
    await two.form(of(command("Their card payment"), OTHER_TEAM))
    await two.form(of(command("Our card payment"), TEAM))
    (card,) = two.posted(THEIRS)
    press = payloads.pressed(card["blocks"], "Acknowledge", at=MONDAY)
    theirs = {**card, "bot_profile": {**card["bot_profile"], "team_id": OTHER_TEAM}}
    await two.form(of(payloads.action_on_message(DANA, press, PAYMENTS, theirs), OTHER_TEAM))
    assert [two.tickets(key)[0].state for key in (OURS, THEIRS)] == [State.NEW, State.ACKNOWLEDGED]


async def test_a_press_from_another_workspace_acts_on_the_card_that_was_pressed(two: House) -> None:
    await two.form(of(command("Their card payment"), OTHER_TEAM))
    await two.form(of(command("Our card payment"), TEAM))
    (card,) = two.posted(OURS)
    press = payloads.pressed(card["blocks"], "Acknowledge", at=MONDAY)
    await two.form(of(payloads.action_on_message(DANA, press, PAYMENTS, card), OTHER_TEAM, "E0OTHER01"))
    assert two.tickets(THEIRS)[0].state is State.NEW


async def test_forms_and_shortcuts_belong_to_the_workspace_in_which_they_are_opened(two: House) -> None:
    trigger = two.slacks[THEIRS].trigger(SAM)
    await two.form(of(payloads.global_shortcut(SAM, "report_complaint", at=MONDAY, trigger_id=trigger), OTHER_TEAM))
    assert not two.slacks[OURS].modals(SAM)
    view = payloads.filled(two.slacks[THEIRS].modals(SAM)[-1], words=SAID)
    await two.form(of(payloads.view_submission(SAM, {**view, "app_installed_team_id": OTHER_TEAM}), OTHER_TEAM))
    assert [len(two.tickets(key)) for key in (OURS, THEIRS)] == [0, 1]


async def test_an_unknown_workspace_is_told_so_and_nothing_is_stored(two: House) -> None:
    with structlog.testing.capture_logs() as logs:
        answer = await two.form(of(command(), THIRD))
        assert await two.event(of(payloads.message(WATCHED, SAM, SAID, at=MONDAY, ts="1.2"), THIRD)) == 200
        assert await two.form(of(payloads.global_shortcut(SAM, "report_complaint", at=MONDAY), THIRD)) == {}
    assert answer == {"response_type": "ephemeral", "text": NOT_SET_UP.format(id=THIRD)}
    assert [len(two.tickets(key)) for key in (OURS, THEIRS)] == [0, 0]
    assert [line["team"] for line in logs if "left alone" in line["event"]] == [THIRD] * 3
    assert SAID not in str(logs)
    assert not two.slacks[OURS].calls
    assert not two.slacks[THEIRS].calls


@pytest.mark.parametrize("payload", [command(), payloads.message(WATCHED, SAM, SAID, at=MONDAY, ts="1764000000.0001")])
async def test_a_grid_stands_for_all_of_its_workspaces(payload: Json, sqlite_url: str, tmp_path: Path) -> None:
    path = folder(tmp_path / "organisations")
    file = path / f"{THEIRS}.yml"
    file.write_text(file.read_text().replace(OTHER_TEAM, GRID))
    async with house(sqlite_url, path) as two:
        for number, team in enumerate((None, THIRD, TEAM)):
            one: Json = {**payload, "trigger_id": str(number), "event_id": f"Ev{number}"}
            if "event" in one:
                one["event"] = {**one["event"], "ts": f"176400000{number}.000100"}
            await (two.event if "event" in one else two.form)(of(one, team, GRID))
        assert [len(two.tickets(key)) for key in (OURS, THEIRS)] == [1, 2], "a workspace that is listed goes before"


async def test_an_interaction_of_a_grid_may_name_no_team(sqlite_url: str, tmp_path: Path) -> None:
    path = folder(tmp_path / "organisations")
    file = path / f"{THEIRS}.yml"
    file.write_text(file.read_text().replace(OTHER_TEAM, GRID))
    async with house(sqlite_url, path) as two:
        trigger = two.slacks[THEIRS].trigger(SAM)
        await two.form(of(payloads.global_shortcut(SAM, "report_complaint", at=MONDAY, trigger_id=trigger), None, GRID))
        assert two.slacks[THEIRS].modals(SAM)
        assert not two.slacks[OURS].modals(SAM)


async def test_slacks_handshake_is_answered_whoever_is_there(two: House) -> None:
    answer = await two.send(payloads.event_request(payloads.url_verification("hello"), at=MONDAY))
    assert "hello" in answer.text


async def test_socket_mode_tells_them_apart_too(two: House) -> None:
    slack, connection = two.slacks[OURS], Socket(two.board, APP_TOKEN)
    await connection.open()
    try:
        ack: Any = await slack.socket.deliver(of(command(), OTHER_TEAM), timeout=20)
        assert "*C-1*" in shown(ack.payload or {})
        ack = await slack.socket.deliver(of(command(), THIRD), timeout=20)
        assert "isn’t set up" in shown(ack.payload or {})
    finally:
        await connection.close()
    assert [len(two.tickets(key)) for key in (OURS, THEIRS)] == [0, 1]


async def test_a_request_that_nobody_signed_reaches_nobody(two: House) -> None:
    body, headers = payloads.form_request(of(command(), OTHER_TEAM), at=MONDAY)
    answer = await two.http.post("/slack/events", content=body.replace(b"T0OTHER01", b"T0GOLD001"), headers=headers)
    assert answer.status_code == 401
    assert [len(two.tickets(key)) for key in (OURS, THEIRS)] == [0, 0]


async def test_what_was_kept_for_a_workspace_that_no_file_names_any_more_stays_in_the_spool(
    two: House, tmp_path: Path
) -> None:
    async def back() -> bool:
        return True

    spool = Spool(tmp_path / "spool")
    keeper = Keeper(spool, two.clock, back)
    keeper.serve("slack", replay_through(two.board))
    assert await keeper.keep("k", "slack http: /complaint", f"slack:{THEIRS}", lambda: of(command(), THIRD), {})
    assert await keeper.replay() == 0
    assert [entry.key for entry in spool.listed()] == ["k"]
    spool.close()
