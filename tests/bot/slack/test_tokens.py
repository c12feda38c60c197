"""Which token a call is made with: refreshed in time, once among all replicas, and never that of somebody else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from slack_sdk.errors import SlackApiError

from bot.channel import Undeliverable
from bot.cipher import new_key
from bot.clock import VirtualClock
from bot.slack.faults import NoToken, fault_of
from bot.slack.safe import Unanswered
from bot.slack.tokens import FixedToken, arrived, place_of
from storage.installations import Place
from tests.bot.slack.grants import Replica, replica
from tests.fakes import slack_payloads as payloads
from tests.fakes.slack_api import FakeSlack
from tests.fakes.slack_identity import BOT_TOKEN, TEAM
from tests.world import MONDAY


@pytest.fixture
async def here(sqlite_url: str) -> AsyncIterator[Replica]:
    async with FakeSlack(at=MONDAY) as slack, replica(sqlite_url, slack, VirtualClock(MONDAY)) as one:
        yield one


@asynccontextmanager
async def two_replicas(database_url: str) -> AsyncIterator[tuple[Replica, Replica]]:
    clock = VirtualClock(MONDAY)
    async with (
        FakeSlack(at=MONDAY) as slack,
        replica(database_url, slack, clock) as one,
        replica(database_url, slack, clock) as other,
    ):
        yield one, other


def refreshes(slack: FakeSlack) -> int:
    """How often a refresh token was exchanged, or tried to be."""
    return sum(call.text("grant_type") == "refresh_token" for call in slack.called("oauth.v2.access"))


async def test_a_token_is_read_once_and_then_held(here: Replica) -> None:
    await here.installs()
    client = here.client()
    first = await client.auth_test()
    with here.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE installations")
    assert (await client.auth_test())["bot_id"] == first["bot_id"]


async def test_a_token_is_refreshed_two_hours_before_it_expires_also_when_nothing_came_in(here: Replica) -> None:
    await here.installs()
    client = here.client()
    here.passes(hours=9, minutes=59)
    await client.auth_test()
    assert refreshes(here.slack) == 0
    here.passes(minutes=1)
    await client.auth_test()
    await client.auth_test()
    assert refreshes(here.slack) == 1
    found = here.row()
    assert found is not None
    assert found.sealed is not None
    assert found.sealed.expires_at == here.clock.now() + timedelta(hours=12)


async def test_a_token_that_expired_over_the_weekend_is_refreshed_by_the_first_send(here: Replica) -> None:
    await here.installs()
    here.passes(hours=60)
    assert (await here.client().auth_test())["ok"]
    assert refreshes(here.slack) == 1


async def test_without_rotation_a_token_stays_as_it_is(here: Replica) -> None:
    await here.installs(rotates=False)
    here.passes(days=400)
    assert (await here.client().auth_test())["ok"]
    assert refreshes(here.slack) == 0


async def test_calls_at_the_same_moment_share_one_refresh(here: Replica) -> None:
    await here.installs()
    here.passes(hours=11)
    client = here.client()
    await asyncio.gather(*(client.auth_test() for _ in range(10)))
    assert refreshes(here.slack) == 1


@pytest.mark.parametrize("hours", [11, 13])
async def test_two_replicas_refresh_once_whether_the_old_token_is_still_good_or_not(
    database_url: str, hours: int
) -> None:
    async with two_replicas(database_url) as (one, other):
        await one.installs()
        one.slack.fail_next("oauth.v2.access", "late", seconds=0.3)
        one.passes(hours=hours)
        answers = await asyncio.gather(one.client().auth_test(), other.client().auth_test())
        assert [answer["ok"] for answer in answers] == [True, True]
        assert refreshes(one.slack) == 1
        one.passes(minutes=2)
        await asyncio.gather(one.client().auth_test(), other.client().auth_test())
        assert refreshes(one.slack) == 1
        assert {call.token for call in one.slack.called("auth.test")[-2:]} == {list(one.slack.grants.tokens)[-1]}


async def test_whoever_waits_no_longer_does_not_stop_the_refresh(here: Replica) -> None:
    await here.installs()
    here.slack.fail_next("oauth.v2.access", "late", seconds=0.3)
    here.passes(hours=13)
    asking = asyncio.create_task(here.client().auth_test())
    await here.slack.until(lambda: refreshes(here.slack))
    asking.cancel()
    await here.installations.drain()
    assert (await here.client().auth_test())["ok"]
    assert refreshes(here.slack) == 1


async def test_a_refresh_that_fails_leaves_the_old_token_in_use_and_is_tried_again(here: Replica) -> None:
    await here.installs()
    here.passes(hours=11)
    here.slack.fail_next("oauth.v2.access", status=500)
    client = here.client()
    await client.auth_test()
    await client.auth_test()
    assert refreshes(here.slack) == 1
    here.passes(minutes=1)
    await client.auth_test()
    assert refreshes(here.slack) == 2
    assert here.slack.called("auth.test")[-1].token == list(here.slack.grants.tokens)[-1]


async def test_an_expired_token_whose_refresh_fails_is_worth_another_try_later(here: Replica) -> None:
    await here.installs()
    here.passes(hours=13)
    here.slack.fail_next("oauth.v2.access", status=500)
    with pytest.raises(SlackApiError):
        await here.client().auth_test()
    assert (await here.client().auth_test())["ok"]


async def test_a_refresh_token_that_is_worth_nothing_asks_to_install_again(here: Replica) -> None:
    await here.installs()
    here.slack.grants.refreshes.clear()
    here.passes(hours=13)
    with pytest.raises(NoToken, match=r"invalid_refresh_token.*https://golddust.test/slack/install"):
        await here.client().auth_test()


async def test_a_token_that_slack_refuses_is_read_again_and_the_call_made_once_more(sqlite_url: str) -> None:
    async with two_replicas(sqlite_url) as (one, other):
        await one.installs(rotates=False)
        client = one.client()
        await client.auth_test()
        one.slack.grants.revoke_all()
        await other.installs(rotates=False)
        assert (await client.auth_test())["ok"]


async def test_a_replica_that_was_overtaken_takes_what_the_other_one_got(sqlite_url: str) -> None:
    async with two_replicas(sqlite_url) as (one, other):
        await one.installs()
        one.passes(hours=13)
        one.slack.fail_next("oauth.v2.access", "late", seconds=0.5)
        slow = asyncio.create_task(one.client().auth_test())
        await one.slack.until(lambda: refreshes(one.slack))
        with one.engine.begin() as connection:
            connection.exec_driver_sql("UPDATE installations SET leased_until = '2020-01-01 00:00:00'")
        with pytest.raises(NoToken, match="invalid_refresh_token"):
            await other.client().auth_test()
        assert (await slow)["ok"]
        assert (await other.client().auth_test())["ok"]


async def test_a_token_that_expires_earlier_than_announced_is_refreshed_at_once(here: Replica) -> None:
    await here.installs()
    client = here.client()
    await client.auth_test()
    here.slack.now += timedelta(hours=13)
    assert (await client.auth_test())["ok"]
    assert refreshes(here.slack) == 1


async def test_a_token_that_is_refused_for_good_raises_what_slack_said(here: Replica) -> None:
    await here.installs(rotates=False)
    here.slack.grants.revoke_all()
    with pytest.raises(SlackApiError, match="invalid_auth"):
        await here.client().auth_test()
    assert len(here.slack.called("auth.test")) == 2  # one of them while installing


async def test_once_it_is_removed_nothing_is_sent_and_the_reason_says_where_to_install(here: Replica) -> None:
    await here.installs()
    tokens = here.tokens(TEAM)
    await tokens.token()
    await tokens.uninstalled(payloads.app_uninstalled(at=here.clock.now()))
    with pytest.raises(NoToken, match=r"install it, at https://golddust.test/slack/install") as raised:
        await tokens.token()
    assert isinstance(fault_of(raised.value), Undeliverable)
    found = here.row()
    assert found is not None
    assert (found.removed_at, found.sealed) == (MONDAY, None)


async def test_word_of_a_removal_that_comes_late_does_not_undo_a_new_installation(here: Replica) -> None:
    await here.installs()
    said = payloads.app_uninstalled(at=here.clock.now())
    here.passes(minutes=3)
    await here.installs()
    await here.tokens(TEAM).uninstalled(said)
    assert (await here.client().auth_test())["ok"]


async def test_an_organisation_calls_with_the_token_of_its_own_workspace_only(here: Replica) -> None:
    await here.installs(team="T0ONE0001")
    await here.installs(team="T0TWO0001")
    assert (await here.client("T0ONE0001").auth_test())["team_id"] == "T0ONE0001"
    assert (await here.client("T0TWO0001").auth_test())["team_id"] == "T0TWO0001"
    for ids in ((), ("T0ELSE001",)):
        with pytest.raises(NoToken, match="not installed"):
            await here.tokens(*ids).token()


async def test_a_request_is_answered_with_the_token_of_the_workspace_that_it_came_from(here: Replica) -> None:
    await here.installs(team="T0ONE0001")
    await here.installs(team="T0TWO0001", enterprise="E0GRID001")
    client = here.client("T0ONE0001", "T0TWO0001")

    async def asked_from(place: Place) -> str:
        arrived(place)
        return str((await client.auth_test())["team_id"])

    assert (await client.auth_test())["team_id"] == "T0ONE0001"
    for place in (Place("E0GRID001", "T0TWO0001"), Place("", "T0ONE0001")):
        assert await asyncio.create_task(asked_from(place)) == place.team
    with pytest.raises(NoToken):
        await asyncio.create_task(asked_from(Place("", "T0ELSE001")))


async def test_in_a_grid_the_token_of_the_whole_serves_its_workspaces(here: Replica) -> None:
    await here.installs(team=None, enterprise="E0GRID001")

    async def asked() -> str:
        arrived(Place("E0GRID001", "T0ONE0001"))
        return await here.tokens("E0GRID001").token()

    assert await asyncio.create_task(asked()) in here.slack.grants.tokens


async def test_the_token_of_the_environment_serves_until_the_workspace_has_installed(here: Replica) -> None:
    tokens = here.tokens(TEAM, before=FixedToken(BOT_TOKEN))
    assert await tokens.token() == BOT_TOKEN
    await here.installs()
    assert await tokens.token() in here.slack.grants.tokens


async def test_tokens_under_a_lost_key_are_told_apart_from_a_fault_of_slacks(sqlite_url: str) -> None:
    clock = VirtualClock(MONDAY)
    async with FakeSlack(at=MONDAY) as slack:
        async with replica(sqlite_url, slack, clock) as before:
            await before.installs()
        async with replica(sqlite_url, slack, clock, (new_key(),)) as after:
            with pytest.raises(NoToken, match="GOLDDUST_SECRET_KEYS"):
                await after.client().auth_test()


@pytest.mark.parametrize(
    ("payload", "place"),
    [
        ({"team_id": "T1", "authorizations": [{"enterprise_id": None, "team_id": "T2"}]}, Place("", "T2")),
        ({"team_id": "T1", "enterprise_id": "E1", "command": "/complaint"}, Place("E1", "T1")),
        ({"team": None, "enterprise": {"id": "E1"}, "is_enterprise_install": True}, Place("E1", "")),
        ({"team_id": "T1", "enterprise_id": "E1", "is_enterprise_install": "true"}, Place("E1", "")),
        ({"team": {"id": "T1"}, "enterprise": None, "is_enterprise_install": False}, Place("", "T1")),
        ({"team_id": "E1", "authorizations": []}, Place("E1", "")),
        ({"type": "ssl_check"}, None),
    ],
)
def test_the_place_of_a_payload_is_found_in_each_of_its_shapes(payload: dict[str, object], place: Place | None) -> None:
    assert place_of(payload) == place


async def test_while_the_database_is_away_a_token_is_used_for_as_long_as_it_is_good(here: Replica) -> None:
    await here.installs()
    client = here.client()
    await client.auth_test()
    with here.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE installations")
    here.passes(hours=11)
    assert (await client.auth_test())["ok"]
    here.passes(hours=2)
    with pytest.raises(Unanswered):
        await client.auth_test()
