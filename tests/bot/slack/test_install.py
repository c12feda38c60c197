"""Installing the app: the two pages, the state that guards them, and what is stored."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.clock import VirtualClock
from bot.slack.install import GOOD_FOR
from storage.installations import Place
from tests.bot.slack.grants import Replica, replica
from tests.fakes.slack_api import FakeSlack
from tests.fakes.slack_identity import BOT, BOT_USER, TEAM
from tests.fakes.slack_oauth import allow
from tests.world import MONDAY


@pytest.fixture
async def here(sqlite_url: str) -> AsyncIterator[Replica]:
    async with FakeSlack(at=MONDAY) as slack, replica(sqlite_url, slack, VirtualClock(MONDAY)) as one:
        yield one


async def test_slack_is_asked_for_the_scopes_and_sends_people_back_here(here: Replica) -> None:
    answer = await here.http.get("/slack/install")
    address = urlsplit(answer.headers["location"])
    asked = parse_qs(address.query)
    assert (address.path, asked["scope"]) == ("/oauth/v2/authorize", ["chat:write,commands"])
    assert asked["redirect_uri"] == ["https://golddust.test/slack/oauth_redirect"]
    assert len(asked["state"][0]) >= 32
    for part in ("HttpOnly", "Secure", "SameSite=Lax", asked["state"][0]):
        assert part in answer.headers["set-cookie"]


async def test_whoever_installs_is_told_what_to_do_next(here: Replica) -> None:
    page = await here.installs()
    assert page.status_code == 200
    for said in (f"<code>{TEAM}</code>", "slack_workspaces", "/invite @Golddust", "golddust outbox retry --all"):
        assert said in page.text
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "no-referrer"
    found = here.row()
    assert found is not None
    assert (found.bot, found.bot_user, found.installed_by) == (BOT, BOT_USER, "U0SAM0001")
    assert (await here.client().auth_test())["ok"]


async def test_no_token_is_readable_in_the_database(here: Replica, tmp_path: Path) -> None:
    await here.installs()
    tokens = [*here.slack.grants.tokens, *here.slack.grants.refreshes]
    assert len(tokens) == 2
    here.engine.dispose()
    written = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"installations" in written
    assert [token for token in tokens if token.encode() in written] == []


async def test_a_state_is_stored_only_as_its_hash(here: Replica, tmp_path: Path) -> None:
    state, _ = await here.begins()
    here.engine.dispose()
    assert state.encode() not in b"".join(path.read_bytes() for path in tmp_path.iterdir())


async def test_a_forged_state_is_refused(here: Replica) -> None:
    _, cookies = await here.begins()
    name = next(iter(cookies))
    page = await here.returns({name: "forged"}, state="forged", code=allow(here.slack))
    assert page.status_code == 400
    assert "begun in this browser" in page.text
    assert (here.row(), here.slack.called("oauth.v2.access")) == (None, [])


async def test_the_state_of_another_browser_is_refused_and_stays_good_in_its_own(here: Replica) -> None:
    state, cookies = await here.begins()
    code = allow(here.slack)
    assert (await here.returns({}, state=state, code=code)).status_code == 400
    assert here.slack.called("oauth.v2.access") == []
    assert (await here.returns(cookies, state=state, code=code)).status_code == 200


async def test_a_state_is_good_once(here: Replica) -> None:
    state, cookies = await here.begins()
    assert (await here.returns(cookies, state=state, code=allow(here.slack))).status_code == 200
    again = await here.returns(cookies, state=state, code=allow(here.slack))
    assert again.status_code == 400
    assert len(here.slack.called("oauth.v2.access")) == 1


async def test_a_state_is_good_for_ten_minutes(here: Replica) -> None:
    state, cookies = await here.begins()
    here.passes(seconds=GOOD_FOR.total_seconds() + 1)
    assert (await here.returns(cookies, state=state, code=allow(here.slack))).status_code == 400
    assert here.row() is None


async def test_whoever_cancels_reads_that_nothing_was_changed(here: Replica) -> None:
    state, cookies = await here.begins()
    page = await here.returns(cookies, state=state, error="access_denied")
    assert (page.status_code, here.row()) == (200, None)
    assert "You chose not to install" in page.text


@pytest.mark.parametrize(
    ("code", "said"), [("", "sent no code"), ("wrong", "does not know this code"), ("used", "taken this code already")]
)
async def test_a_code_that_is_worth_nothing_gets_a_clear_page(here: Replica, code: str, said: str) -> None:
    here.slack.grants.used.add("used")
    state, cookies = await here.begins()
    page = await here.returns(cookies, state=state, code=code)
    assert (page.status_code, here.row()) == (400, None)
    assert said in page.text
    assert 'href="https://golddust.test/slack/install"' in page.text


async def test_an_address_that_slack_does_not_know_is_told_to_the_operator(here: Replica) -> None:
    here.slack.grants.redirects = {"https://elsewhere.test/slack/oauth_redirect"}
    page = await here.installs()
    assert page.status_code == 400
    assert "GOLDDUST_PUBLIC_URL" in page.text


async def test_where_slack_cannot_be_reached_the_page_says_to_wait(here: Replica) -> None:
    here.slack.fail_next("oauth.v2.access", "reset")
    page = await here.installs()
    assert page.status_code == 502
    assert "could not reach Slack" in page.text


async def test_what_comes_along_in_the_address_is_never_markup(here: Replica) -> None:
    page = await here.returns({}, error="<script>alert(1)</script>")
    assert "<script>" not in page.text
    assert "alert" not in page.text


async def test_installing_again_puts_the_new_token_in_the_place_of_the_old(here: Replica) -> None:
    await here.installs()
    client = here.client()
    await client.auth_test()
    here.passes(hours=1)
    await here.installs()
    here.slack.calls.clear()
    await client.auth_test()
    newest = list(here.slack.grants.tokens)[-1]
    assert [call.token for call in here.slack.called("auth.test")] == [newest]


async def test_a_whole_grid_is_stored_under_its_enterprise(here: Replica) -> None:
    page = await here.installs(team=None, enterprise="E0GRID001")
    assert "<code>E0GRID001</code>" in page.text
    assert here.row(team="", enterprise="E0GRID001") is not None
    answer = await here.client("E0GRID001").auth_test()
    assert answer["enterprise_id"] == "E0GRID001"


async def test_one_workspace_of_a_grid_is_stored_under_both_ids(here: Replica) -> None:
    await here.installs(team="T0ONE0001", enterprise="E0GRID001")
    place = here.row(team="T0ONE0001", enterprise="E0GRID001")
    assert place is not None
    assert place.place == Place("E0GRID001", "T0ONE0001")
    assert (await here.client("T0ONE0001").auth_test())["team_id"] == "T0ONE0001"
