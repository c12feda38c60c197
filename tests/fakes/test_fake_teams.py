"""The fake Microsoft itself: what it refuses, what it lists, and that it can be used from another process."""

from __future__ import annotations

import aiohttp
import pytest
from aiohttp import web

from tests.fakes.teams_activities import file, image
from tests.fakes.teams_connector import FakeTeams, Json
from tests.fakes.teams_identity import DANA, DANA_DM, GROUP, SAM


async def _ask(
    teams: FakeTeams, method: str, path: str, body: object = None, token: str | None = None
) -> tuple[int, Json]:
    token = teams.tokens.issue(teams.now) if token is None else token
    headers = {"Authorization": f"Bearer {token}"}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.request(method, teams.service_url + path, json=body) as answer,
    ):
        return answer.status, await answer.json()


async def test_without_a_token_of_its_login_the_connector_does_nothing() -> None:
    async with FakeTeams() as teams:
        teams.conversations.add(GROUP, [DANA])
        path = f"v3/conversations/{GROUP.id}/activities"
        status, body = await _ask(teams, "POST", path, {"type": "message"}, token="forged")
        assert (status, body["error"]["code"], teams.said(GROUP)) == (401, "BotNotRegistered", [])


async def test_members_come_in_pages() -> None:
    async with FakeTeams() as teams:
        teams.conversations.add(GROUP, [DANA, SAM])
        path = f"v3/conversations/{GROUP.id}/pagedmembers?pageSize=1"
        _, first = await _ask(teams, "GET", path)
        _, second = await _ask(teams, "GET", f"{path}&continuationToken={first['continuationToken']}")
        assert [member["name"] for page in (first, second) for member in page["members"]] == [DANA.name, SAM.name]
        assert "continuationToken" not in second


async def test_a_message_can_be_taken_away_once() -> None:
    async with FakeTeams() as teams:
        teams.conversations.add(DANA_DM, [DANA])
        path = f"v3/conversations/{DANA_DM.id}/activities"
        _, made = await _ask(teams, "POST", path, {"type": "message", "text": "x"})
        assert (await _ask(teams, "DELETE", f"{path}/{made['id']}"))[0] == 200
        assert teams.said(DANA_DM) == []
        assert (await _ask(teams, "DELETE", f"{path}/{made['id']}"))[1]["error"][
            "code"
        ] == "ActivityNotFoundInConversation"


@pytest.mark.parametrize("body", [{}, {"bot": {"id": "28:x"}}, {"bot": {"id": "28:x"}, "members": [{"id": "29:x"}]}])
async def test_a_conversation_that_is_not_described_is_not_made(body: object) -> None:
    async with FakeTeams() as teams:
        assert (await _ask(teams, "POST", "v3/conversations", body))[0] == 400


async def test_activities_are_posted_to_a_bot_signed() -> None:
    got: list[tuple[str, Json]] = []

    async def hear(request: web.Request) -> web.Response:
        got.append((request.headers["Authorization"], await request.json()))
        return web.Response(status=202, text="thanks")

    app = web.Application()
    app.router.add_post("/api/messages", hear)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        with FakeTeams.in_thread() as teams:
            raw = teams.activities.message("", attachments=[image("https://x/1"), file("https://x/2", "a.pdf")])
            answer = await teams.deliver(f"http://127.0.0.1:{runner.addresses[0][1]}/api/messages", raw)
    finally:
        await runner.cleanup()
    assert answer == (202, "thanks")
    assert got[0][0].startswith("Bearer ")
    assert [one["contentType"] for one in got[0][1]["attachments"]] == [
        "image/*",
        "application/vnd.microsoft.teams.file.download.info",
    ]
