"""The register in a real browser: as a manager, as a member, signed out, on a phone, in the dark, by keyboard alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.bot.web.browsing import PHONE, WIDE

pytestmark = pytest.mark.browser

CONTRAST = """() => {
  const light = (c) => { const [r, g, b] = c.map((v) => { v /= 255; return v <= 0.03928 ? v / 12.92
    : ((v + 0.055) / 1.055) ** 2.4; }); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const parse = (s) => s.match(/[\\d.]+/g).map(Number);
  const ground = (e) => { for (; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor);
    if (c.length === 3 || c[3] > 0) return c.slice(0, 3); } return [255, 255, 255]; };
  const found = [];
  for (const e of document.querySelectorAll('main *, header *')) {
    const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
    if (!own || !e.checkVisibility() || e.closest('.heard, svg, option')) continue;
    const a = light(parse(getComputedStyle(e).color).slice(0, 3)), b = light(ground(e));
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) found.push(`${e.tagName}.${e.className} ${ratio.toFixed(2)}`);
  }
  return found; }"""
"""The texts whose contrast is below that of WCAG AA."""


@contextmanager
def looking(
    chromium: Browser, address: str, person: str | None, size: dict[str, int] = WIDE, *, refused: bool = False,
    **options: Any,
) -> Iterator[Page]:  # fmt: skip
    """A page as a person sees it, which must not complain nor ask another host; `refused`: a page says no."""
    headers = {"x-person": person} if person else {}
    context = chromium.new_context(viewport=size, extra_http_headers=headers, base_url=address, **options)  # type: ignore[arg-type]
    page, complaints, hosts = context.new_page(), list[str](), set[str]()
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: hosts.add(request.url.split("/")[2]))
    yield page
    context.close()
    assert [one for one in complaints if not (refused and "Failed to load resource" in one)] == []
    assert hosts == {address.removeprefix("http://")}


def rows(page: Page) -> Any:
    return page.get_by_role("table").first.locator("tbody tr")


def test_a_manager_filters_searches_sorts_and_opens_a_ticket(chromium: Browser, address: str) -> None:
    with looking(chromium, address, "ines") as page:
        page.goto("/register")
        expect(page.get_by_role("status")).to_have_text("60 tickets")
        expect(rows(page)).to_have_count(50)
        page.get_by_role("link", name="Next page").click()
        expect(rows(page)).to_have_count(10)
        page.get_by_label("Team", exact=True).select_option("App")
        expect(page.get_by_role("status")).to_have_text("12 tickets")
        assert "team=app" in page.url
        assert "customer" not in page.url, "what asks for nothing stays out of the address"
        page.get_by_label("Search in what was said").fill("ito logs")
        page.keyboard.press("Enter")
        expect(page.get_by_role("status")).to_have_text("8 tickets")
        page.get_by_role("link", name="Ticket", exact=False).filter(has_text="Ticket").first.click()
        expect(page.get_by_role("columnheader", name="Ticket")).to_have_attribute("aria-sort", "ascending")
        rows(page).first.get_by_role("link").click()
        expect(page.get_by_role("heading", name="C-2: Mrs Ito")).to_be_visible()
        expect(page.get_by_role("region", name="What has happened")).to_contain_text(
            "Sam said it; it went to Kim (App)"
        )
        expect(page.get_by_role("region", name="Clocks")).to_contain_text("acknowledge")


def test_what_somebody_typed_is_shown_as_they_typed_it(chromium: Browser, address: str) -> None:
    with looking(chromium, address, "ines") as page:
        page.goto("/register?q=fraud")
        expect(rows(page).first).to_contain_text("<b>Angry</b> about a card fraud")


def test_the_charts_come_after_the_page_and_say_what_they_show(chromium: Browser, address: str) -> None:
    with looking(chromium, address, "ines") as page:
        page.goto("/register?team=payments")
        pictures = page.locator("[data-charts] img")
        expect(pictures).to_have_count(5)
        for picture in pictures.all():
            picture.scroll_into_view_if_needed()
            expect(picture).to_have_js_property("complete", True)
            assert picture.evaluate("e => e.naturalWidth") > 0
            assert len(picture.get_attribute("alt") or "") > 30
        page.locator("[data-charts] summary").nth(2).click()
        expect(page.locator("[data-charts] figure").nth(2).get_by_role("table")).to_contain_text("0–3")


def test_a_member_sees_their_team_and_nothing_of_another(chromium: Browser, address: str) -> None:
    with looking(chromium, address, "kim", refused=True) as page:
        page.goto("/register?state=all")
        expect(page.get_by_role("status")).to_have_text("12 tickets")
        expect(page.get_by_label("Team", exact=True).locator("option")).to_have_text(["Any", "App"])
        page.goto("/register/C-1")
        expect(page.get_by_role("heading", name="There is nothing here for you")).to_be_visible()
        expect(page.locator("body")).not_to_contain_text("twice")


def test_who_is_signed_out_is_asked_to_sign_in(chromium: Browser, address: str) -> None:
    with looking(chromium, address, None, refused=True) as page:
        for path in ("/register", "/register/C-1", "/register/charts"):
            page.goto(path)
            expect(page.get_by_role("heading", name="Please sign in")).to_be_visible()
            expect(page.get_by_role("link", name="Sign in")).to_have_attribute("href", f"/sign-in?next={path}")
            expect(page.get_by_role("table")).to_have_count(0)


def test_a_phone_shows_cards_and_never_scrolls_sideways(chromium: Browser, address: str) -> None:
    with looking(chromium, address, "ines", PHONE) as page:
        for path in ("/register", "/register/C-1", "/register/charts"):
            page.goto(path)
            page.wait_for_load_state("networkidle")
            assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path
        page.goto("/register")
        expect(rows(page).first.locator("td").first).to_have_css("display", "block")
        expect(page.get_by_label("Severity", exact=True)).to_be_hidden()
        page.get_by_text("Filters", exact=True).click()
        page.get_by_label("Severity", exact=True).select_option("Critical")
        expect(page.get_by_role("status")).to_have_text("12 tickets")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_can_be_read_in_the_light_and_in_the_dark(chromium: Browser, address: str, scheme: str) -> None:
    with looking(chromium, address, "ines", color_scheme=scheme, refused=True) as page:
        for path in ("/register?state=all", "/register?from=x", "/register/C-1", "/register/charts", "/register/C-999"):
            page.goto(path)
            assert page.evaluate(CONTRAST) == [], path
        dark = page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(21, 19, 15)"
        assert dark == (scheme == "dark")
        page.goto("/register/charts")
        picture = page.locator("picture img").first
        expect(picture).to_have_js_property("complete", True)
        assert picture.evaluate("e => e.currentSrc.includes('dark=1')") == (scheme == "dark")


def test_the_keyboard_alone_is_enough_and_one_sees_where_it_is(chromium: Browser, address: str) -> None:
    with looking(chromium, address, "ines") as page:
        page.goto("/register")
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Skip to the contents")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator("main")).to_be_focused()
        page.keyboard.press("/")
        expect(page.get_by_label("Search in what was said")).to_be_focused()
        page.keyboard.type("refund")
        page.keyboard.press("Enter")
        expect(page.get_by_role("status")).to_have_text("12 tickets")
        page.goto("/register?q=C-3")
        seen = set()
        for _ in range(60):
            page.keyboard.press("Tab")
            ring = page.evaluate(
                "() => { const e = document.activeElement; const s = getComputedStyle(e);"
                " return [e.name || e.innerText || e.id, s.outlineStyle !== 'none' || e.id === 'more'] }"
            )
            assert ring[1], f"no ring on {ring[0]}"
            seen.add(ring[0])
            if ring[0] == "C-3":
                break
        assert {"overdue", "state", "owner", "Show", "C-3"} <= seen
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="C-3")).to_be_visible()


def test_everything_works_without_a_script(chromium: Browser, address: str) -> None:
    with looking(chromium, address, "ines", java_script_enabled=False) as page:
        page.goto("/register")
        page.get_by_label("Severity", exact=True).select_option("Critical")
        page.get_by_role("button", name="Show").click()
        expect(page.get_by_role("status")).to_have_text("12 tickets")
        page.get_by_role("link", name="The charts on a page of their own").click()
        expect(page.locator("figure img")).to_have_count(5)
