"""Providers, browsers and other pages that lie: nobody is signed in, and nobody hears a secret."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import structlog.testing

from bot.clock import VirtualClock
from bot.signin.session import BEGUN_GOOD_FOR
from tests.bot.signin.driver import MICROSOFT_CLAIMS, PUBLIC, Browser, browsing, query
from tests.fakes.openid_provider import CLIENT, SECRET, FakeOpenId, signed_with_the_public_key, unsigned
from tests.fakes.teams_identity import OTHER_TENANT, TENANT
from tests.fakes.teams_tokens import SigningKey
from tests.world import MONDAY

NOW = int(MONDAY.timestamp())


async def nobody_is_signed_in(browser: Browser, name: str = "slack") -> str:
    """The page for somebody who comes back, after it is sure that nothing has come of it."""
    page = await browser.signs_in(name)
    assert page.status_code >= 400, "somebody was signed in"
    assert [one for one in page.headers.get_list("set-cookie") if "Max-Age=0" not in one] == []
    assert await browser.sees() == "nobody"
    return page.text


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"}, {"nonce": None}, {"aud": "client-2"}, {"aud": None}, {"aud": [CLIENT, "client-2"]},
        {"aud": [CLIENT, "client-2"], "azp": "client-2"}, {"exp": NOW - 121}, {"exp": None}, {"exp": "tomorrow"},
        {"iat": NOW + 121}, {"iat": None}, {"nbf": NOW + 121}, {"iss": "https://slack.com"}, {"iss": None},
        {"sub": None}, {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}, {"https://slack.com/user_id": None},
        {"https://slack.com/user_id": 5}, {"https://slack.com/team_id": None}, {"https://slack.com/team_id": ""},
    ],
    ids=str,
)  # fmt: skip
async def test_claims_that_are_not_about_this_sign_in_are_refused(
    browser: Browser, slack: FakeOpenId, claims: dict[str, Any]
) -> None:
    slack.lies.changed = claims
    assert "could not be verified" in await nobody_is_signed_in(browser)
    slack.lies.changed = {}
    await browser.signs_in("slack")
    assert await browser.sees() == "dana of ours", "the truth would have been believed"


async def test_a_clock_that_is_two_minutes_off_is_forgiven(browser: Browser, slack: FakeOpenId) -> None:
    slack.lies.changed = {"iat": NOW + 119, "exp": NOW - 119}
    await browser.signs_in("slack")
    assert await browser.sees() == "dana of ours"


@pytest.mark.parametrize("forged", [unsigned, signed_with_the_public_key, lambda _: "x.y.z", lambda _: ""])
async def test_a_token_that_nobody_signed_is_refused(browser: Browser, slack: FakeOpenId, forged: Any) -> None:
    slack.lies.forges = forged
    assert "could not be verified" in await nobody_is_signed_in(browser)


@pytest.mark.parametrize("name", ["openid-1", "openid-2"])
async def test_a_token_of_another_key_is_refused(browser: Browser, slack: FakeOpenId, name: str) -> None:
    stranger = SigningKey("openid-2")
    stranger.kid = name
    slack.lies.signs_with = stranger
    assert "could not be verified" in await nobody_is_signed_in(browser)


async def test_a_new_key_is_fetched_once_a_minute_at_most(
    browser: Browser, slack: FakeOpenId, clock: VirtualClock
) -> None:
    await browser.signs_in("slack")
    slack.lies.signs_with = new = SigningKey("openid-2")
    for _ in range(3):
        await browser.signs_in("slack")
    assert slack.looked == 1
    slack.published.append(new)
    clock.advance(minutes=1)
    browser.http.cookies.clear()
    await browser.signs_in("slack")
    assert await browser.sees() == "dana of ours"
    assert slack.looked == 2


@pytest.mark.parametrize("answer", [{}, {"id_token": None}, {"id_token": ["x"]}])
async def test_an_answer_without_a_token_is_refused(browser: Browser, slack: FakeOpenId, answer: Any) -> None:
    slack.lies.answers = answer
    assert "could not be verified" in await nobody_is_signed_in(browser)


async def test_slacks_own_way_of_refusing_is_understood(browser: Browser, slack: FakeOpenId) -> None:
    slack.lies.answers = {"ok": False, "error": "invalid_code"}
    assert "Slack did not take the sign-in" in await nobody_is_signed_in(browser)


@pytest.mark.parametrize("claims", [{"tid": OTHER_TENANT}, {"tid": None}, {"oid": None}])
async def test_a_token_of_another_directory_is_refused(
    browser: Browser, microsoft: FakeOpenId, claims: dict[str, Any]
) -> None:
    microsoft.lies.changed = claims
    await nobody_is_signed_in(browser, "microsoft")


@pytest.mark.parametrize(
    ("issuer", "key_issuer", "changed"),
    [
        ("https://login.test/{tenantid}/v2.0", None, {"tid": OTHER_TENANT, "iss": f"https://login.test/{TENANT}/v2.0"}),
        ("https://login.test/{tenantid}/v2.0", "https://login.test/9188040d/v2.0", {}),
        ("https://login.test/{tenantid}/v2.0", None, {"iss": "https://login.test/{tenantid}/v2.0"}),
        ("https://login.test/v2.0", None, {}),
    ],
    ids=["another tenant", "a key of private accounts", "the template itself", "an issuer that names no tenant"],
)
async def test_with_any_organisation_the_issuer_has_to_be_the_tenants_own(
    clock: VirtualClock, sqlite_url: str, tmp_path: Path, issuer: str, key_issuer: str | None, changed: dict[str, Any]
) -> None:
    async with FakeOpenId(clock, dict(MICROSOFT_CLAIMS), issuer=issuer) as any_one:
        any_one.key_issuer, any_one.lies.changed = key_issuer, changed
        shared = {"microsoft": any_one.metadata_url, "app_type": "MultiTenant"}
        async with browsing(sqlite_url, tmp_path / "files", clock, **shared) as browser:
            assert "could not be verified" in await nobody_is_signed_in(browser, "microsoft")


async def test_a_code_is_good_once(browser: Browser) -> None:
    back = await browser.provided(await browser.begins("slack"))
    begun = dict(browser.http.cookies)
    await browser.get(back)
    browser.http.cookies.clear()
    replayed = await browser.get(back, headers={"cookie": "; ".join(f"{k}={v}" for k, v in begun.items())})
    assert (replayed.status_code, "did not take the sign-in" in replayed.text) == (400, True)
    again = await browser.get(back)
    assert "belongs to no sign-in" in again.text


async def test_the_way_back_is_for_the_browser_that_began(browser: Browser) -> None:
    back = await browser.provided(await browser.begins("slack"))
    browser.http.cookies.clear()
    page = await browser.get(back)
    assert (page.status_code, "belongs to no sign-in" in page.text) == (400, True)
    await browser.begins("slack")
    assert (await browser.get(back)).status_code == 400, "another sign-in of the same browser"
    assert await browser.sees() == "nobody"


async def test_a_sign_in_with_one_provider_does_not_end_with_another(browser: Browser) -> None:
    said = query(await browser.provided(await browser.begins("slack")))
    page = await browser.get(f"/sign-in/microsoft/callback?{urlencode(said)}")
    assert "belongs to no sign-in" in page.text


async def test_a_sign_in_that_takes_longer_than_ten_minutes_is_over(browser: Browser, clock: VirtualClock) -> None:
    back = await browser.provided(await browser.begins("slack"))
    clock.move_to(clock.now() + BEGUN_GOOD_FOR)
    assert "belongs to no sign-in" in (await browser.get(back)).text


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ({"error": "access_denied"}, "You chose not to sign in with Slack"),
        ({"error": "<script>alert(1)</script>"}, "did not take the sign-in"),
        ({}, "did not take the sign-in"),
        ({"code": "forged"}, "did not take the sign-in"),
    ],
)
async def test_what_comes_in_the_place_of_a_code_is_told_kindly(
    browser: Browser, said: dict[str, str], shown: str
) -> None:
    state = query(await browser.begins("slack", "/register/C-1"))["state"]
    page = await browser.get(f"/sign-in/slack/callback?{urlencode({'state': state, **said})}")
    assert shown in page.text
    assert "<script" not in page.text
    assert f'href="{PUBLIC}/sign-in/slack?next=%2Fregister%2FC-1"' in page.text


async def test_a_session_that_somebody_wrote_themselves_is_none(browser: Browser) -> None:
    await browser.signs_in("slack")
    (cookie,) = [value for value in browser.http.cookies.values() if value]
    begun = (await browser.get("/sign-in/slack", headers={"cookie": ""})).headers["set-cookie"]
    other = begun.partition("=")[2].partition(";")[0]
    body, _, signature = cookie.rpartition(".")
    flipped = ("A" if body[5] != "A" else "B").join((body[:5], body[6:]))
    for forged in (f"{flipped}.{signature}", body, f"{body}.", "", "x", f".{cookie}", other, cookie[:-3]):
        page = await browser.get("/register", headers={"cookie": f"__Host-golddust={forged}"})
        assert page.text == "nobody", forged
    assert (await browser.get("/register", headers={"cookie": f"__Host-golddust={cookie}"})).text == "dana of ours"
    assert (await browser.get("/register", headers={"cookie": f"golddust={cookie}"})).text == "nobody"


async def test_a_provider_that_is_away_is_not_asked_by_everybody(
    browser: Browser, slack: FakeOpenId, clock: VirtualClock
) -> None:
    slack.lies.status = 503
    for _ in range(3):
        page = await browser.get("/sign-in/slack")
        assert (page.status_code, "can’t be reached from here just now" in page.text) == (502, True)
    assert slack.looked == 1
    slack.lies.status = 200
    clock.advance(seconds=5)
    await browser.signs_in("slack")
    assert await browser.sees() == "dana of ours"


async def test_metadata_that_sends_secrets_over_plain_http_is_refused(browser: Browser, slack: FakeOpenId) -> None:
    slack.url, real = "http://slack.example", slack.url
    page = await browser.get("/sign-in/slack")
    slack.url = real
    assert page.status_code == 502


async def test_the_log_holds_no_secret(browser: Browser, slack: FakeOpenId) -> None:
    structlog.reset_defaults()  # a command line before this may have asked for warnings alone
    with structlog.testing.capture_logs() as logs:
        back = await browser.provided(await browser.begins("slack"))
        await browser.get(back)
        await browser.get(back)
        slack.lies.changed = {"nonce": "another"}
        await browser.signs_in("slack")
    told = str(logs)
    assert "somebody signed in" in told
    assert told.count("nobody was signed in") == 2
    for secret in (SECRET, query(back)["code"], query(back)["state"], "access-1", "eyJ"):
        assert secret not in told
