"""Two directories of Microsoft Entra in front of one bot: each sees its own organisation, a third is declined."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import httpx
import pytest
import pytest_asyncio

from bot.app import Golddust
from bot.arrival import Arrival, dealing
from bot.clock import VirtualClock
from bot.server import application
from bot.teams import app
from bot.teams.door import door
from bot.teams.settings import TeamsSettings
from bot.teams.strangers import NOT_SET_UP, decline
from bot.teams.transport import Transport
from bot.tenants import Tenants
from bot.watched import Watched
from complaints.errors import ConfigurationError
from complaints.ticket import State, Ticket
from storage import references, tickets
from storage.database import open_engine, sessions, upgrade
from tests.bot.teams.driver import _furnish, card_in, find_button
from tests.bot.teams.tickets import spoken
from tests.complaints.builders import written
from tests.fakes.teams_activities import Activities
from tests.fakes.teams_connector import FakeTeams
from tests.fakes.teams_credentials import FakeLogin
from tests.fakes.teams_identity import APP, DANA, DANA_DM, OTHER_TENANT, PAYMENTS, SAM, SAM_DM, SECRET, TENANT, Person
from tests.tenants import OURS, THEIRS, folder, rows_of
from tests.world import MONDAY

THIRD = "11111111-bbbb-cccc-dddd-eeeeeeeeeeee"
SAID = "Mrs Ito’s card payment was taken twice"
IN_TEAMS: dict[str, Any] = {
    "teams": {"payments": {"channel": PAYMENTS.id}},
    "people": {key: {"email": f"{key}@example.com"} for key in ("sam", "dana")},
}
ANY = TeamsSettings(app_id=APP, app_password=SECRET, app_type="MultiTenant")


@dataclass
class House:
    """One process, and the fake Teams in which all the directories are."""

    served: dict[str, Golddust]
    teams: FakeTeams
    http: httpx.AsyncClient
    line: Transport

    def of(self, tenant: str) -> Activities:
        """What somebody in a directory may do."""
        says = self.teams.activities
        return Activities(says.service_url, tenant, MONDAY)

    async def post(self, activity: dict[str, Any]) -> httpx.Response:
        headers = {"Authorization": self.teams.header()}
        # Who speaks is a member of the directory that they speak from.
        home = {"tenantId": activity["channelData"]["tenant"]["id"].lower()}
        self.teams.conversations.guests[activity["from"]["id"]] = home
        answer = await self.http.post("/api/messages", json=activity, headers=headers)
        for golddust in self.served.values():
            await golddust.deliverer.deliver_due(MONDAY)
        return answer

    def tickets(self, key: str) -> list[Ticket]:
        return list(self.served[key].read(lambda context: tickets.everything(context.session, context.workspace)))

    def stored(self) -> list[dict[str, Sequence[Any]]]:
        with sessions(next(iter(self.served.values())).engine)() as session:
            return [rows_of(session, key) for key in (OURS, THEIRS)]


@pytest_asyncio.fixture
async def two(sqlite_url: str, tmp_path: Path) -> AsyncIterator[House]:
    engine, clock = open_engine(sqlite_url), VirtualClock(MONDAY)
    upgrade(engine)
    path = folder(tmp_path / "organisations", **IN_TEAMS)
    every = [Golddust(engine, Watched(path / f"{key}.yml"), clock, Random(1)) for key in (OURS, THEIRS)]  # noqa: S311
    async with FakeTeams(at=MONDAY) as teams:
        _furnish(teams)
        settings = ANY.model_copy(update={"openid_metadata_url": teams.metadata_url})
        made = app.join(Tenants(every), settings, credentials=FakeLogin(teams), patience=5.0)
        for golddust, part in made.parts.items():
            part.channel.pace = 0.0
            golddust.connect([part.channel])
        web = application([every[0]], None, door(made.transport))
        transport = httpx.ASGITransport(app=web, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://house.test") as http:
            yield House(dict(zip((OURS, THEIRS), every, strict=True)), teams, http, made.transport)
        await made.transport.close()
        for golddust in every:
            golddust.close()


async def test_a_complaint_is_its_own_organisations_alone(two: House) -> None:
    before = two.stored()[0]
    assert (await two.post(two.of(OTHER_TENANT).message(SAID, SAM, SAM_DM))).status_code == 202
    assert [ticket.verbatim for ticket in two.tickets(THEIRS)] == [SAID]
    assert two.tickets(OURS) == []
    assert two.stored()[0] == before, "no account, reference or notice either"


async def test_a_tenant_is_recognised_however_its_id_is_spelt(two: House) -> None:
    await two.post(two.of(OTHER_TENANT.upper()).message(SAID, SAM, SAM_DM))
    assert len(two.tickets(THEIRS)) == 1


async def test_a_button_acts_on_the_ticket_of_the_presser(two: House) -> None:
    for tenant in (TENANT, OTHER_TENANT):
        await two.post(two.of(tenant).message(SAID, SAM, SAM_DM))
    card = two.teams.said(PAYMENTS)[-1]
    button = find_button(card, "Acknowledge")
    assert button is not None
    press = two.of(OTHER_TENANT).executed(button["verb"], button["data"], card["id"], DANA, PAYMENTS.thread(card["id"]))
    assert (await two.post(press)).status_code == 200
    assert [two.tickets(key)[0].state for key in (OURS, THEIRS)] == [State.NEW, State.ACKNOWLEDGED]


async def test_where_somebody_is_reached_is_known_to_their_organisation_alone(two: House) -> None:
    for tenant in (TENANT, OTHER_TENANT):
        await two.post(two.of(tenant).message(SAID, SAM, SAM_DM))
    said = two.of(TENANT).message("list", DANA, DANA_DM)
    await two.post(said)
    read = "\n".join(spoken(card_in(one)) for one in two.teams.said(DANA_DM))
    assert "C-1" in read
    keys = [golddust.read(lambda context: references.newest(context.session, context.workspace, "teams")) or ""
            for golddust in two.served.values()]  # fmt: skip
    assert (TENANT in keys[0], OTHER_TENANT in keys[0]) == (True, False)
    assert (TENANT in keys[1], OTHER_TENANT in keys[1]) == (False, True)


@pytest.mark.parametrize("who", [SAM, Person("29:eve", "Eve", "eve@third.example", "e")])
async def test_an_unknown_organisation_is_declined_and_nothing_is_stored(two: House, who: Person) -> None:
    before, says = two.stored(), two.of(THIRD)
    assert (await two.post(says.message(SAID, who, SAM_DM))).status_code == 202
    assert [spoken(card_in(one)) for one in two.teams.said(SAM_DM)] == [NOT_SET_UP]
    pressed = await two.post(says.executed("acknowledge", {"ticket": 1, "token": "v1"}, "1", who))
    assert pressed.json()["value"] == NOT_SET_UP
    assert (await two.post(says.installed(who, SAM_DM))).status_code == 202
    assert (await two.post(says.message(SAID, who, PAYMENTS))).status_code == 202
    assert not two.teams.said(PAYMENTS), "nobody asked us anything"
    assert two.stored() == before


async def test_a_registration_for_anybody_needs_a_file_that_says_whom_it_serves(
    sqlite_url: str, tmp_path: Path
) -> None:
    golddust = Golddust(open_engine(sqlite_url), Watched(written(tmp_path / "golddust.yml")), VirtualClock(MONDAY))
    with pytest.raises(ConfigurationError, match=r"golddust\.yml: .* list your directory .*teams_tenants"):
        app.join(Tenants([golddust]), ANY)
    golddust.close()


async def test_what_was_kept_for_an_organisation_that_no_file_names_any_more_stays_in_the_spool(two: House) -> None:
    kept = Arrival("k", MONDAY)
    with dealing(kept):
        assert await decline(two.line, two.of(THIRD).message(SAID, SAM, SAM_DM)) is None
    assert kept.hindered
    assert not two.teams.said(SAM_DM), "nobody waits for an answer"
