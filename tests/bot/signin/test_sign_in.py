"""Signing in with a provider that tells the truth: who one is, where one gets, and for how long."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from bot.cipher import new_key
from bot.clock import VirtualClock
from complaints.commands import KnowAccount
from tests.bot.signin.driver import KEY, MICROSOFT_CLAIMS, PUBLIC, Browser, browsing, query
from tests.complaints.builders import written
from tests.fakes.openid_provider import CLIENT, FakeOpenId
from tests.fakes.slack_identity import TEAM
from tests.fakes.teams_identity import DANA, OTHER_TENANT, SAM
from tests.tenants import OTHER_TEAM
from tests.world import MONDAY


def changed(browser: Browser, old: str, new: str) -> None:
    """Let the organisation’s file say something else from now on."""
    file = browser.ours.watched.path
    said = file.read_text()
    assert old in said
    file.write_text(said.replace(old, new))
    browser.ours.watched.refresh()


@pytest.mark.parametrize("name", ["slack", "microsoft"])
async def test_whoever_signs_in_gets_where_they_wanted_to_go_and_is_known_there(browser: Browser, name: str) -> None:
    assert await browser.sees() == "nobody"
    back = await browser.signs_in(name, "/register?team=payments&sort=age")
    assert (back.status_code, back.headers["location"]) == (303, f"{PUBLIC}/register?team=payments&sort=age")
    assert await browser.sees() == "dana of ours"


async def test_the_page_has_a_button_for_each_provider_and_keeps_where_one_wants_to_go(browser: Browser) -> None:
    page = await browser.get("/sign-in?next=/register/C-1")
    for label, name in (("Slack", "slack"), ("Microsoft", "microsoft")):
        assert f'href="{PUBLIC}/sign-in/{name}?next=%2Fregister%2FC-1">Sign in with {label}</a>' in page.text
    assert page.headers["cache-control"] == "no-store"
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    assert "unsafe" not in page.headers["content-security-policy"]
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["x-content-type-options"] == "nosniff"


async def test_with_one_provider_it_goes_on_at_once_but_not_after_signing_out(
    slack: FakeOpenId, clock: VirtualClock, sqlite_url: str, tmp_path: Path
) -> None:
    async with browsing(sqlite_url, tmp_path / "files", clock, slack=slack.metadata_url) as browser:
        page = await browser.get("/sign-in?next=/register/C-1")
        assert page.headers["location"] == f"{PUBLIC}/sign-in/slack?next=%2Fregister%2FC-1"
        assert "You are signed out" in (await browser.get("/sign-in?out=1")).text
        assert (await browser.get("/sign-in/microsoft")).status_code == 404


async def test_whoever_is_signed_in_already_is_not_asked_again(browser: Browser) -> None:
    await browser.signs_in("slack")
    assert (await browser.get("/sign-in?next=/register/C-1")).headers["location"] == f"{PUBLIC}/register/C-1"


async def test_what_is_asked_of_slack_and_of_microsoft(browser: Browser) -> None:
    asked = query(await browser.begins("slack"))
    assert (asked["client_id"], asked["redirect_uri"]) == (CLIENT, f"{PUBLIC}/sign-in/slack/callback")
    assert (asked["response_type"], asked["scope"]) == ("code", "openid profile")
    assert min(len(asked["state"]), len(asked["nonce"])) >= 32
    assert "code_challenge" not in asked, "Slack takes one only of apps that gave up their secret"
    again = query(await browser.begins("microsoft"))
    assert (again["code_challenge_method"], len(again["code_challenge"])) == ("S256", 43)
    assert {again["state"], again["nonce"]}.isdisjoint({asked["state"], asked["nonce"]})


async def test_slack_gets_a_challenge_where_it_says_that_it_takes_one(browser: Browser, slack: FakeOpenId) -> None:
    slack.challenges = True
    assert "code_challenge" in query(await browser.begins("slack"))
    await browser.signs_in("slack")
    assert await browser.sees() == "dana of ours"


async def test_the_cookies_are_for_this_host_over_https_and_for_no_script(browser: Browser) -> None:
    begun = await browser.get("/sign-in/slack")
    back = await browser.get(await browser.provided(begun.headers["location"]))
    kept = [one for one in back.headers.get_list("set-cookie") if "Max-Age=0" not in one]
    assert len(kept) == 1
    for cookie in (begun.headers["set-cookie"], kept[0]):
        assert cookie.startswith("__Host-golddust")
        for part in ("HttpOnly", "Secure", "SameSite=lax", "Path=/"):
            assert part in cookie
        assert "Domain" not in cookie


async def test_a_session_is_good_for_eight_hours(browser: Browser, clock: VirtualClock) -> None:
    await browser.signs_in("slack")
    clock.advance(hours=7, minutes=59)
    assert await browser.sees() == "dana of ours"
    clock.advance(minutes=1)
    assert await browser.sees() == "nobody"


async def test_whoever_has_left_the_file_is_signed_out_at_once(browser: Browser) -> None:
    await browser.signs_in("slack")
    changed(browser, "U0DANA001", "U0OTHER99")
    assert await browser.sees() == "nobody"


async def test_a_workspace_that_the_file_lists_no_more_signs_its_people_out(browser: Browser) -> None:
    await browser.signs_in("slack")
    changed(browser, TEAM, "T0ELSE001")
    assert await browser.sees() == "nobody"


async def test_an_account_that_another_person_has_now_does_not_see_what_they_see(browser: Browser) -> None:
    await browser.signs_in("slack")
    changed(browser, "U0DANA001", "U0OTHER99")
    changed(browser, "U0INES001", "U0DANA001")
    assert await browser.sees() == "nobody"


async def test_the_same_id_in_another_workspace_is_somebody_else(browser: Browser, slack: FakeOpenId) -> None:
    slack.claims["https://slack.com/team_id"] = OTHER_TEAM
    await browser.signs_in("slack")
    assert await browser.sees() == "dana of theirs"


async def test_a_workspace_of_a_grid_is_found_by_the_grid(
    slack: FakeOpenId, clock: VirtualClock, sqlite_url: str, tmp_path: Path
) -> None:
    file = written(tmp_path / "grid.yml", organisation={"slack_workspaces": ["E0GRID001"]})
    slack.claims |= {"https://slack.com/team_id": "T0ANY0001", "https://slack.com/enterprise_id": "E0GRID001"}
    async with browsing(sqlite_url, tmp_path, clock, slack=slack.metadata_url, config=file) as browser:
        await browser.signs_in("slack")
        assert await browser.sees() == "dana of main"


async def test_somebody_whom_the_file_lists_by_address_is_known_once_they_were_seen_in_chat(
    browser: Browser, slack: FakeOpenId
) -> None:
    slack.claims |= {"https://slack.com/user_id": "U0NOOR001", "email": "noor@test.example"}
    page = await browser.signs_in("slack")
    assert page.status_code == 403
    assert "please ask Ines of Test Bank to add you" in page.text
    assert "write to Golddust in Slack once" in page.text
    await browser.ours.execute(
        KnowAccount(
            at=MONDAY,
            actor="noor",
            platform="slack",
            user="U0NOOR001",
            name="Noor",
            email="noor@test.example",
            zone=None,
        )
    )
    await browser.signs_in("slack")
    assert await browser.sees() == "noor of ours"


@pytest.mark.parametrize("name", ["slack", "microsoft"])
async def test_an_address_in_a_token_makes_nobody_somebody(
    browser: Browser, slack: FakeOpenId, microsoft: FakeOpenId, name: str
) -> None:
    address = {"email": "ines@test.example", "email_verified": True, "preferred_username": "ines@test.example"}
    slack.claims |= {"https://slack.com/user_id": "U0STRANGE", **address}
    microsoft.claims |= {"oid": SAM.aad, **address}
    assert (await browser.signs_in(name)).status_code == 403
    assert await browser.sees() == "nobody"


async def test_a_guest_whom_chat_turned_away_is_turned_away_here(browser: Browser, slack: FakeOpenId) -> None:
    slack.claims |= {"https://slack.com/user_id": "U0GUEST01", "email": "ines@test.example"}
    await browser.ours.execute(
        KnowAccount(
            at=MONDAY, actor="slack:U0GUEST01", platform="slack", user="U0GUEST01", name="Guest", email=None, zone=None
        )
    )
    assert (await browser.signs_in("slack")).status_code == 403
    assert await browser.sees() == "nobody"


@pytest.mark.parametrize(
    ("name", "claims", "said"),
    [
        ("slack", {"https://slack.com/team_id": "T0STRANGE"}, "Slack workspace"),
        ("microsoft", {"tid": OTHER_TENANT}, "Microsoft organisation"),
    ],
)
async def test_people_of_other_organisations_are_told_that_it_is_not_set_up_for_them(
    browser: Browser, slack: FakeOpenId, microsoft: FakeOpenId, name: str, claims: dict[str, Any], said: str
) -> None:
    (slack if name == "slack" else microsoft).claims |= claims
    page = await browser.signs_in(name)
    assert page.status_code == 403
    assert f"isn’t set up for the {said}" in page.text
    assert "Test Bank" not in page.text
    assert await browser.sees() == "nobody"


async def test_a_file_that_is_alone_and_lists_no_workspace_lets_nobody_in_with_slack(
    slack: FakeOpenId, clock: VirtualClock, sqlite_url: str, tmp_path: Path
) -> None:
    file = written(tmp_path / "alone.yml")
    async with browsing(sqlite_url, tmp_path, clock, slack=slack.metadata_url, config=file) as browser:
        assert "isn’t set up" in (await browser.signs_in("slack")).text


async def test_any_organisation_may_sign_in_with_microsoft_if_its_file_lists_the_directory(
    clock: VirtualClock, sqlite_url: str, tmp_path: Path
) -> None:
    login = "https://login.microsoftonline.com/{tenantid}/v2.0"
    async with FakeOpenId(clock, dict(MICROSOFT_CLAIMS), issuer=login) as any_one:
        any_one.key_issuer = login
        shared = {"microsoft": any_one.metadata_url, "app_type": "MultiTenant"}
        async with browsing(sqlite_url, tmp_path / "files", clock, **shared) as browser:
            await browser.signs_in("microsoft")
            assert await browser.sees() == "dana of ours"
            any_one.claims["tid"] = OTHER_TENANT
            await browser.signs_in("microsoft")
            assert await browser.sees() == "dana of theirs"
            any_one.claims["tid"] = "00000000-0000-0000-0000-000000000000"
            assert "isn’t set up" in (await browser.signs_in("microsoft")).text


async def test_without_directories_in_the_files_nobody_of_any_organisation_gets_in(
    clock: VirtualClock, sqlite_url: str, tmp_path: Path
) -> None:
    file = written(tmp_path / "alone.yml", people={"dana": {"teams": DANA.aad}})
    async with FakeOpenId(clock, dict(MICROSOFT_CLAIMS), issuer="https://login.test/{tenantid}/v2.0") as any_one:
        shared = {"microsoft": any_one.metadata_url, "app_type": "MultiTenant", "config": file}
        async with browsing(sqlite_url, tmp_path, clock, **shared) as browser:
            assert "isn’t set up" in (await browser.signs_in("microsoft")).text


async def test_whoever_signed_in_with_what_one_signs_in_with_no_more_is_signed_out(
    browser: Browser, slack: FakeOpenId, clock: VirtualClock, sqlite_url: str, tmp_path: Path
) -> None:
    await browser.signs_in("microsoft")
    async with browsing(sqlite_url, tmp_path / "files", clock, slack=slack.metadata_url) as later:
        later.http.cookies = browser.http.cookies
        assert await later.sees() == "nobody"


async def test_replicas_share_nothing_but_the_key(
    slack: FakeOpenId, clock: VirtualClock, sqlite_url: str, tmp_path: Path
) -> None:
    first = {"clock": clock, "slack": slack.metadata_url}
    async with (
        browsing(sqlite_url, tmp_path / "files", **first, key=KEY) as one,
        browsing(sqlite_url, tmp_path / "files", **first, key=f"{new_key()},{KEY}") as other,
        browsing(sqlite_url, tmp_path / "files", **first, key=new_key()) as stranger,
    ):
        back = await one.provided(await one.begins("slack"))
        other.http.cookies = one.http.cookies
        await other.get(back)
        assert await other.sees() == "dana of ours"
        stranger.http.cookies = one.http.cookies = other.http.cookies
        assert await stranger.sees() == "nobody"


@pytest.mark.parametrize(
    "wanted",
    ["https://evil.test/", "//evil.test", "/\\evil.test", "/\t/evil.test", "evil", "", "/a b", "/é", f"/{'x' * 1500}"],
)
async def test_one_gets_only_to_pages_of_ours(browser: Browser, wanted: str) -> None:
    back = await browser.signs_in("slack", wanted)
    assert back.headers["location"] == f"{PUBLIC}/register"
    assert urlsplit(back.headers["location"]).netloc == "golddust.test"


async def test_on_this_machine_http_will_do(
    slack: FakeOpenId, clock: VirtualClock, sqlite_url: str, tmp_path: Path
) -> None:
    here = {"slack": slack.metadata_url, "public": "http://127.0.0.1:3000"}
    async with browsing(sqlite_url, tmp_path / "files", clock, **here) as browser:
        await browser.signs_in("slack")
        assert await browser.sees() == "dana of ours"


async def test_what_a_provider_says_of_itself_is_asked_once_a_day(
    browser: Browser, slack: FakeOpenId, clock: VirtualClock
) -> None:
    await browser.signs_in("slack")
    await browser.signs_in("slack")
    assert slack.looked == 1
    clock.advance(hours=24)
    await browser.signs_in("slack")
    assert slack.looked == 2
