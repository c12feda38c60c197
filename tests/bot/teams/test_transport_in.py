"""Activities in: only genuine ones of the configured organisation reach the bot, and as they came."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import jwt
import pytest
import pytest_asyncio

from bot.clock import SystemClock
from tests.bot.teams.lines import Line, furnish, line
from tests.fakes.teams_connector import FakeTeams
from tests.fakes.teams_identity import APP, DANA_DM, GROUP, ISSUER, OTHER_TENANT, PAYMENTS, TENANT, Place
from tests.fakes.teams_tokens import SigningKey

HOUR = timedelta(hours=1)


@pytest_asyncio.fixture
async def bot() -> AsyncIterator[Line]:
    async with FakeTeams() as teams, line(teams) as made:
        furnish(teams)
        yield made


def _says(bot: Line) -> dict[str, Any]:
    return bot.teams.activities.message("the card reader is broken", mention=True)


async def test_a_message_reaches_the_bot_as_it_came(bot: Line) -> None:
    raw = _says(bot)
    assert await bot.transport.handle(json.dumps(raw).encode(), bot.teams.header()) == (202, None)
    assert bot.heard == [raw]


async def test_what_the_models_of_the_sdk_lose_is_kept(bot: Line) -> None:
    raw = bot.teams.activities.executed("resolve", {"ticket": 7}, "1", trigger="automatic")
    await bot.transport.handle(raw, bot.teams.header())
    assert bot.heard[0]["conversation"]["tenantId"] == TENANT
    assert bot.heard[0]["entities"][0]["timezone"] == "Europe/London"
    assert bot.heard[0]["value"]["trigger"] == "automatic"


@pytest.mark.parametrize("place", [PAYMENTS, GROUP, DANA_DM])
async def test_every_kind_of_activity_is_accepted(bot: Line, place: Place) -> None:
    says = bot.teams.activities
    message = says.message("hello", place=place)
    several = [
        message,
        says.edited(message, "bye"),
        says.deleted(message),
        says.reacted("like", message),
        says.installed(place=place),
        says.members(place=place),
        {**message, "type": "somethingNew"},
    ]
    assert [await bot.status(raw, bot.teams.header()) for raw in several] == [202] * len(several)
    assert bot.heard == several


async def test_an_invoke_is_answered_with_the_body_that_the_bot_gives(bot: Line) -> None:
    bot.answer = {
        "statusCode": 200,
        "type": "application/vnd.microsoft.card.adaptive",
        "value": {"type": "AdaptiveCard"},
    }
    raw = bot.teams.activities.executed("acknowledge", {}, "1")
    assert await bot.transport.handle(raw, bot.teams.header()) == (200, bot.answer)


async def test_an_invoke_without_an_answer_is_a_success_with_nothing_in_it(bot: Line) -> None:
    for raw in (bot.teams.activities.fetch_task("report"), bot.teams.activities.submit_action("report", {"a": "b"})):
        assert await bot.transport.handle(raw, bot.teams.header()) == (200, {})


@pytest.mark.parametrize("kind", ["message", "invoke"])
async def test_a_failure_of_the_bot_is_a_500_so_that_teams_sends_it_again(bot: Line, kind: str) -> None:
    bot.problem = RuntimeError("the database is away")
    raw = _says(bot) if kind == "message" else bot.teams.activities.executed("resolve", {}, "1")
    assert await bot.transport.handle(raw, bot.teams.header()) == (500, None)


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"\xff\xfe", b"[]", b"null", b'"text"', b"{}", b'{"type": 7}', b"[" * 100_000, b'{"type": "message"}'],
)
async def test_a_body_that_is_no_activity_is_a_400(bot: Line, body: bytes) -> None:
    assert await bot.transport.handle(body, bot.teams.header()) == (400, None)
    assert bot.heard == []


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Bearer x",
        "Bearer a.b.c",
        "Bearer a b",
        "Basic Z29sZDpkdXN0",
        "Bearer \x00\xff",
        "Bearer " + "x" * 100_000,
        "Bearer " + jwt.encode({"iss": ISSUER, "aud": APP}, "", algorithm="none"),
        "Bearer " + jwt.encode({"iss": ISSUER, "aud": APP}, "k" * 32, algorithm="HS256"),
        "Bearer " + jwt.encode({"iss": ISSUER, "aud": APP}, "", algorithm="none", headers={"kid": "key-1"}),
        "Bearer " + jwt.encode({"iss": ISSUER, "aud": APP}, "k" * 32, algorithm="HS256", headers={"kid": "key-1"}),
        "Bearer eyJhbGciOiJSUzI1NiIsImtpZCI6WzFdfQ.eyJpc3MiOlsieCJdLCJhdWQiOnt9fQ.AAAA",
    ],
)
async def test_a_header_that_is_no_token_of_microsofts_is_a_401(bot: Line, header: str | None) -> None:
    assert await bot.status(_says(bot), header) == 401
    assert bot.heard == []


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "22222222-0000-0000-0000-000000000000"},
        {"aud": None},
        {"iss": "https://login.example.com"},
        {"iss": None},
        {"iss": "https://sts.windows.net/d6d49420-f39b-4df7-a1dc-d59a935871db/", "ver": "1.0", "appid": APP},
        {"ver": "1.0", "appid": "another-bot"},
        {"serviceurl": "https://evil.example.com/"},
        {"serviceurl": None},
        {"exp": None},
    ],
)
async def test_a_token_that_is_not_for_this_request_is_a_401(bot: Line, claims: dict[str, Any]) -> None:
    assert await bot.status(_says(bot), bot.teams.header(**claims)) == 401
    assert bot.heard == []


async def test_a_header_longer_than_any_of_microsofts_is_not_even_read(bot: Line) -> None:
    assert await bot.status(_says(bot), bot.teams.header(padding="x" * 16_384)) == 401


async def test_a_token_is_good_only_in_its_time(bot: Line) -> None:
    now = SystemClock().now()
    for at in (now - 2 * HOUR, now + HOUR):
        assert await bot.status(_says(bot), bot.teams.header(at=at)) == 401
    assert await bot.status(_says(bot), bot.teams.header(at=now - HOUR / 2)) == 202


async def test_a_key_must_be_published_be_the_signer_and_speak_for_teams(bot: Line) -> None:
    bot.teams.keys.append(SigningKey("key-of-another-channel", ("webchat",)))
    assert await bot.status(_says(bot), bot.teams.header(key=SigningKey("unknown"))) == 401
    assert await bot.status(_says(bot), bot.teams.header(key=SigningKey("thief"), kid="key-1")) == 401
    assert await bot.status(_says(bot), bot.teams.header(key=bot.teams.keys[1])) == 401
    assert bot.heard == []


async def test_the_service_address_must_be_the_one_that_was_signed(bot: Line) -> None:
    raw = {**_says(bot), "serviceUrl": "https://evil.example.com/"}
    assert await bot.status(raw, bot.teams.header()) == 401


async def test_a_genuine_activity_of_another_organisation_or_channel_is_a_403(bot: Line) -> None:
    raw = _says(bot)
    elsewhere = {"channelData": {"tenant": {"id": OTHER_TENANT}}}
    nowhere = {"channelData": {}, "conversation": {"id": "19:x"}}
    for changed in (elsewhere, nowhere, {"channelId": "webchat"}):
        assert await bot.status({**raw, **changed}, bot.teams.header()) == 403
    assert bot.heard == []


async def test_a_new_key_of_microsofts_is_found_but_invented_ones_are_not_looked_for_each_time(bot: Line) -> None:
    assert await bot.status(_says(bot), bot.teams.header()) == 202
    bot.clock.advance(minutes=6)
    bot.teams.keys.append(SigningKey("key-2"))
    assert await bot.status(_says(bot), bot.teams.header(key=bot.teams.keys[1])) == 202
    assert len(bot.teams.called("keys")) == 2
    for number in range(20):
        assert await bot.status(_says(bot), bot.teams.header(kid=f"invented-{number}")) == 401
    assert len(bot.teams.called("keys")) == 2


async def test_the_keys_are_fetched_once_before_the_first_activity_and_again_after_a_day(bot: Line) -> None:
    await bot.transport.prepare()
    assert len(bot.teams.called("keys")) == 1
    await asyncio.gather(*(bot.status(_says(bot), bot.teams.header()) for _ in range(10)))
    assert len(bot.teams.called("keys")) == 1
    bot.clock.advance(hours=25)
    await asyncio.gather(*(bot.status(_says(bot), bot.teams.header()) for _ in range(10)))
    assert len(bot.teams.called("keys")) == 2


async def test_old_keys_serve_while_new_ones_can_not_be_had(bot: Line) -> None:
    await bot.transport.prepare()
    bot.clock.advance(hours=25)
    bot.teams.fail_next("metadata", status=503, html=True)
    assert await bot.status(_says(bot), bot.teams.header()) == 202


@pytest.mark.parametrize("fault", [{"status": 500, "html": True}, {"trouble": "reset", "times": 2}, {"status": 404}])
async def test_without_any_keys_teams_is_asked_to_come_back(bot: Line, fault: dict[str, Any]) -> None:
    bot.teams.fail_next("keys", **fault)
    await bot.transport.prepare()
    assert await bot.status(_says(bot), bot.teams.header()) == 503
    bot.clock.advance(seconds=11)
    assert await bot.status(_says(bot), bot.teams.header()) == 202


async def test_keys_that_never_come_hold_up_nobody_else() -> None:
    async with FakeTeams() as teams, line(teams, patience=0.3) as bot:
        furnish(teams)
        teams.fail_next("metadata", "late")
        waiting = asyncio.create_task(bot.status(_says(bot), teams.header()))
        await teams.until(lambda: teams.called("metadata"))
        await bot.transport.send(bot.ref(), {"text": "meanwhile"})
        assert not waiting.done()
        assert await waiting == 503


async def test_in_the_agents_playground_no_header_is_needed() -> None:
    async with FakeTeams(open_to_all=True) as teams, line(teams, login=None, unauthenticated=True, app_id="") as bot:
        furnish(teams)
        raw = {**_says(bot), "channelId": "emulator"}
        assert await bot.transport.handle(raw, None) == (202, None)
        assert await bot.transport.handle(raw, "Bearer whatever") == (202, None)
        bot.answer = {"statusCode": 200}
        assert await bot.transport.handle(teams.activities.executed("resolve", {}, "1"), None) == (200, bot.answer)
        await bot.transport.open_dm("29:dana", TENANT, teams.service_url)
        assert teams.called("create")[0].body["bot"]["id"] == raw["recipient"]["id"]
        assert teams.called("create")[0].token == ""
