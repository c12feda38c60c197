"""Signing in and out in a real browser, by keyboard, on a phone and in the dark."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.bot.signin.serving import STRANGER, Providers, providers, serving
from tests.bot.web.browsing import PHONE
from tests.bot.web.conftest import chromium

__all__ = ["chromium"]

pytestmark = pytest.mark.browser


@pytest.fixture
def provided(monkeypatch: pytest.MonkeyPatch) -> Iterator[Providers]:
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")
    with providers() as both:
        yield both


@pytest.fixture
def address(provided: Providers, sqlite_url: str, tmp_path: Path) -> Iterator[str]:
    with serving(sqlite_url, tmp_path / "files", slack=provided.slack, microsoft=provided.microsoft) as here:
        yield here


@pytest.fixture
def page(chromium: Browser, address: str) -> Iterator[Page]:
    """A phone in dark mode whose console stays silent on our pages, with nothing kept from before."""
    complaints: list[str] = []
    context = chromium.new_context(viewport=PHONE, color_scheme="dark")  # type: ignore[arg-type]
    page = context.new_page()

    def heard(text: str, source: str) -> None:
        if source.startswith(address) and not text.startswith("Failed to load resource"):  # says only the status
            complaints.append(text)

    page.on("console", lambda said: heard(said.text, said.location["url"]) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert complaints == []


@pytest.mark.parametrize(("label", "name"), [("Slack", "slack"), ("Microsoft", "microsoft")])
def test_a_person_signs_in_sees_a_page_and_signs_out(
    page: Page, address: str, provided: Providers, label: str, name: str
) -> None:
    page.goto(f"{address}/sign-in?next=/register")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.get_by_role("link", name=f"Sign in with {label}").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name=provided.dana[name]).click()
    expect(page.get_by_role("heading", name="dana of ours")).to_be_visible()
    assert page.url == f"{address}/register"
    assert page.evaluate("document.cookie") == "", "no script can read the session"

    page.get_by_role("link", name="Sign out").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()
    page.goto(f"{address}/register")
    expect(page.get_by_text("nobody")).to_be_visible()


def test_whoever_is_not_listed_or_does_not_want_to_hears_it_kindly(page: Page, address: str) -> None:
    page.goto(f"{address}/sign-in/slack")
    page.get_by_role("button", name=STRANGER).click()
    expect(page.get_by_text("please ask Ines of Test Bank to add you")).to_be_visible()
    page.get_by_role("link", name="Try again").click()
    page.get_by_role("button", name="Deny").click()
    expect(page.get_by_role("heading", name="You are not signed in")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_the_page_is_dark_where_the_phone_is(page: Page, address: str) -> None:
    page.goto(f"{address}/sign-in")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(21, 19, 15)"
    sizes = [box["height"] for one in page.get_by_role("link").all() if (box := one.bounding_box())]
    assert min(sizes) >= 44, "a thumb finds it"


def test_another_sites_form_signs_nobody_out(page: Page, address: str, provided: Providers) -> None:
    page.goto(f"{address}/sign-in/slack")
    page.get_by_role("button", name=provided.dana["slack"]).click()
    expect(page.get_by_role("heading", name="dana of ours")).to_be_visible()
    page.goto(provided.slack)
    page.set_content(f"<form method='post' action='{address}/sign-out'><button>Win a prize</button></form>")
    page.get_by_role("button", name="Win a prize").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    page.goto(f"{address}/register")
    expect(page.get_by_role("heading", name="dana of ours")).to_be_visible()
