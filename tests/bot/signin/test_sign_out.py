"""Signing out, and forms: only by a page of ours."""

from __future__ import annotations

import re

import pytest

from tests.bot.signin.driver import PUBLIC, Browser


async def token(browser: Browser) -> str:
    """What a page of ours puts into its forms."""
    return (await browser.get("/register")).headers["x-token"]


async def test_signing_out_takes_a_form_of_ours(browser: Browser) -> None:
    await browser.signs_in("slack")
    page = await browser.get("/sign-out")
    assert await browser.sees() == "dana of ours", "a link alone does nothing"
    (found,) = re.findall(r'name="csrf" value="([0-9a-f]{64})"', page.text)
    left = await browser.http.post("/sign-out", data={"csrf": found})
    assert (left.status_code, left.headers["location"]) == (303, f"{PUBLIC}/sign-in?out=1")
    assert await browser.sees() == "nobody"
    assert "You are signed out" in (await browser.get("/sign-in?out=1")).text


async def test_whoever_is_not_signed_in_need_not_sign_out(browser: Browser) -> None:
    assert (await browser.get("/sign-out")).headers["location"] == f"{PUBLIC}/sign-in?out=1"


@pytest.mark.parametrize("given", [{}, {"csrf": ""}, {"csrf": "0" * 64}, {"csrf": "é"}])
async def test_another_pages_form_signs_nobody_out(browser: Browser, given: dict[str, str]) -> None:
    await browser.signs_in("slack")
    assert (await browser.http.post("/sign-out", data=given)).status_code == 403
    assert await browser.sees() == "dana of ours"


async def test_a_form_is_taken_with_the_token_of_its_session_alone(browser: Browser) -> None:
    await browser.signs_in("slack")
    old = await token(browser)
    await browser.signs_in("slack")
    assert old != await token(browser), "each session has another"
    for given, said in ((old, "refused"), (await token(browser), "saved")):
        assert (await browser.http.post("/register", data={"csrf": given})).text == said


@pytest.mark.parametrize(
    ("site", "said"),
    [("same-origin", "saved"), ("same-site", "refused"), ("cross-site", "refused"), ("none", "refused")],
)
async def test_a_browser_that_says_where_the_form_was_is_believed(browser: Browser, site: str, said: str) -> None:
    await browser.signs_in("slack")
    data, headers = {"csrf": await token(browser)}, {"sec-fetch-site": site}
    assert (await browser.http.post("/register", data=data, headers=headers)).text == said


async def test_a_file_is_no_token(browser: Browser) -> None:
    await browser.signs_in("slack")
    files = {"csrf": ("csrf", (await token(browser)).encode())}
    assert (await browser.http.post("/register", files=files)).text == "refused"
