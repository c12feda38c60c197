"""Signing in with an OpenID provider that others wrote (oidc-provider-mock), over real HTTP."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.bot.signin.driver import query
from tests.bot.signin.serving import STRANGER, Providers, providers, serving

ROOT = Path(__file__).parents[3]


@pytest.fixture
def provided(monkeypatch: pytest.MonkeyPatch) -> Iterator[Providers]:
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")  # the provider’s own look at whether it has https
    with providers() as both:
        yield both


@pytest.fixture
def browser(provided: Providers, sqlite_url: str, tmp_path: Path) -> Iterator[httpx.Client]:
    both = {"slack": provided.slack, "microsoft": provided.microsoft}
    with serving(sqlite_url, tmp_path / "files", **both) as address, httpx.Client(base_url=address) as client:
        yield client


def signs_in(browser: httpx.Client, name: str, user: str) -> httpx.Response:
    """The page in the end for somebody who chooses this user on the provider’s page."""
    begun = browser.get(f"/sign-in/{name}", params={"next": "/register?team=app"})
    agreed = httpx.post(begun.headers["location"], data={"sub": user})
    return browser.get(agreed.headers["location"])


@pytest.mark.parametrize("name", ["slack", "microsoft"])
def test_a_person_signs_in_and_out(browser: httpx.Client, provided: Providers, name: str) -> None:
    back = signs_in(browser, name, provided.dana[name])
    assert back.headers["location"] == str(browser.base_url.join("/register?team=app"))
    assert browser.get("/register").text == "dana of ours"
    token = browser.get("/register").headers["x-token"]
    assert browser.post("/sign-out", data={"csrf": token}).status_code == 303
    assert browser.get("/register").text == "nobody"


@pytest.mark.parametrize("name", ["slack", "microsoft"])
def test_somebody_whom_no_file_lists_hears_whom_to_ask(browser: httpx.Client, name: str) -> None:
    page = signs_in(browser, name, STRANGER)
    assert (page.status_code, "please ask Ines of Test Bank" in page.text) == (403, True)
    assert browser.get("/register").text == "nobody"


def test_a_code_that_was_used_is_refused_by_the_provider(browser: httpx.Client, provided: Providers) -> None:
    begun = browser.get("/sign-in/slack")
    agreed = httpx.post(begun.headers["location"], data={"sub": provided.dana["slack"]}).headers["location"]
    browser.get(agreed)
    browser.cookies.clear()
    again = browser.get("/sign-in/slack")
    state = query(again.headers["location"])["state"]
    replayed = browser.get("/sign-in/slack/callback", params={"state": state, "code": query(agreed)["code"]})
    assert (replayed.status_code, "did not take the sign-in" in replayed.text) == (400, True)


def test_nothing_that_we_use_of_authlib_is_on_its_way_out() -> None:
    command = [sys.executable, "-W", "error", "-c", "import bot.signin.app"]
    assert subprocess.run(command, capture_output=True, text=True, cwd=ROOT).stderr == ""
