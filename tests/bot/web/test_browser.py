"""The playground in a real browser, as somebody who has never seen it would use it."""

from __future__ import annotations

import os

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.bot.web.browsing import PHONE, ROOT, TWICE, WIDE, button, opened, pane, report
from tests.bot.web.samples import HOSTILE

pytestmark = pytest.mark.browser

PICTURE = ROOT / "docs" / "images" / "playground.png"


def test_a_visitor_takes_a_complaint_from_the_counter_to_the_customer_being_told(page: Page) -> None:
    front, back, lead = pane(page, "Frontline"), pane(page, "Back office"), pane(page, "Manager")
    expect(page.get_by_text("nothing leaves this machine, time is virtual")).to_be_visible()

    front.get_by_label("You are").select_option("Sam Archer")
    report(page, TWICE)
    expect(front).to_contain_text("C-1 is with Dana Whitfield (Payments), she’ll look by 11:00.")
    expect(back.get_by_label("You are")).to_have_value("dana")
    expect(back.get_by_role("article")).to_contain_text(TWICE)
    expect(page.get_by_label("What did the customer complain about?")).to_have_value("")

    button(page, "+1 hour").click()
    expect(back).to_contain_text("C-1 waits for you: 50 %")
    button(page, "+1 hour").click()
    expect(page.get_by_role("group", name="Virtual time")).to_contain_text("11:00")
    expect(lead.get_by_label("You are")).to_have_value("lee")
    expect(lead.get_by_role("article")).to_contain_text("Could you help C-1 along?")
    expect(lead.get_by_role("table")).to_contain_text("remind Dana Whitfield")

    button(back, "Acknowledge C-1").click()
    expect(back).to_contain_text("You acknowledged C-1.")
    expect(front).to_contain_text("Dana Whitfield has seen it")

    button(back, "Resolve C-1").click()
    form = page.get_by_role("dialog", name="Resolve C-1")
    button(form, "Resolve").click()
    done = form.get_by_label("What was done")
    expect(done).to_have_attribute("aria-invalid", "true")
    expect(form.get_by_role("alert").filter(has_text="Say in a few words what was done")).to_be_visible()
    form.get_by_label("Words to tell the customer").fill("You have it back by tomorrow")
    done.fill("Refunded")
    button(form, "Resolve").click()
    expect(form).to_be_hidden()
    expect(front).to_contain_text("You have it back by tomorrow")

    button(front, "Customer told C-1").click()
    expect(front).to_contain_text("C-1 is closed: the customer knows.")
    expect(lead.get_by_role("definition")).to_have_text(["0", "0", "1"])


def test_the_other_buttons_ask_what_they_need_to_know(page: Page) -> None:
    front, back = pane(page, "Frontline"), pane(page, "Back office")
    front.get_by_role("button", name="Taken twice").click()
    page.keyboard.press("Enter")
    button(back, "Blocked C-1").click()
    form = page.get_by_role("dialog")
    form.get_by_label("It waits for").select_option("Another ticket")
    form.get_by_label("Ticket", exact=True).fill("the other one")
    button(form, "Blocked").click()
    expect(form.get_by_role("alert").filter(has_text="is no ticket; write it like C-42")).to_be_visible()
    form.get_by_label("It waits for").select_option("A team")
    form.get_by_label("Team", exact=True).select_option("Operations")
    form.get_by_label("What you need from them").fill("Which account is it?")
    button(form, "Blocked").click()
    expect(back).to_contain_text("Waits for Operations: Which account is it?")

    back.get_by_label("You are").select_option("Ines Duarte")
    button(back, "Unblock C-1").click()
    back.get_by_label("You are").select_option("Payments channel")
    back.get_by_label("Pressing as").select_option("Omar Haddad")
    button(back, "Promise a date C-1").click()
    form.get_by_label("Day").fill("2026-11-01")
    button(form, "Promise").click()
    expect(form.get_by_role("alert").filter(has_text="That moment has passed")).to_be_visible()
    form.get_by_label("Day").fill("2026-11-25")
    form.get_by_label("Reason").fill("a part is missing")
    button(form, "Promise").click()
    expect(front).to_contain_text("promises it by Wed 12:00 (a part is missing)")

    button(back, "Not mine C-1").click()
    button(form, "Pass it on").click()
    expect(form.get_by_role("alert").filter(has_text="Pick whose it is")).to_be_visible()
    form.get_by_label("It belongs to").select_option("Kim Larsen")
    button(form, "Pass it on").click()
    expect(back).to_contain_text("C-1 is with Kim Larsen (Cards) now.")
    button(front, "high").click()
    expect(front).to_contain_text("C-1 is high now.")


def test_words_are_never_more_than_words(page: Page) -> None:
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    report(page, HOSTILE)
    expect(pane(page, "Back office").get_by_role("blockquote")).to_have_text(HOSTILE)
    expect(pane(page, "Frontline").get_by_role("blockquote")).to_have_text(HOSTILE)
    button(page, "Acknowledge C-1").click()
    button(page, "Resolve C-1").click()
    form = page.get_by_role("dialog")
    for label in ("What was done?", "Why did it happen?", "Words to tell the customer"):
        form.get_by_label(label).fill(HOSTILE)
    button(form, "Resolve").click()
    expect(pane(page, "Back office").get_by_role("definition").filter(has_text=HOSTILE)).to_have_count(3)
    assert page.locator("img").count() == 0
    assert dialogs == []


def test_everything_can_be_done_with_the_keyboard(page: Page) -> None:
    page.get_by_label("What did the customer complain about?").focus()
    page.keyboard.type(TWICE)
    page.keyboard.press("Control+Enter")
    card = button(page, "Acknowledge C-1")
    expect(card).to_be_visible()
    reached = tab_round(page)
    wanted = [
        "+1 hour", "+1 day", "Next morning", "Play a day", "Start over", "front-person", "complaint", "Report it",
        "Edit C-1", "Withdraw C-1", "back-person", "back-follow", "Settings", "Acknowledge C-1", "Resolve C-1",
        "Blocked C-1", "Not mine C-1", "Promise a date C-1", "lead-person", "lead-follow",
    ]  # fmt: skip
    assert [name for name in reached if name in wanted] == wanted
    card.focus()
    page.keyboard.press("Enter")
    expect(pane(page, "Frontline")).to_contain_text("has seen it")
    expect(page.locator("[data-thread='back-1']")).to_be_focused()
    page.keyboard.press("Tab")
    expect(button(page, "Resolve C-1")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_label("What was done")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(button(page, "Resolve C-1")).to_be_focused()


def tab_round(page: Page) -> list[str]:
    """What Tab reaches, from the top of the page on: the names of the buttons, the ids of the fields."""
    page.mouse.click(1, 1)
    reached: list[str] = []
    look = """() => { const e = document.activeElement; if (e === document.body) return null;
        const ring = getComputedStyle(e).outlineStyle !== 'none';
        const field = ['SELECT', 'TEXTAREA', 'INPUT'].includes(e.tagName);
        return [field ? e.id : e.getAttribute('aria-label') || e.innerText, ring] }"""
    for _ in range(60):
        page.keyboard.press("Tab")
        found = page.evaluate(look)
        if found is None or found[0] in reached[:1]:
            break
        assert found[1], f"no focus ring on {found[0]}"
        reached.append(found[0])
    return reached


def test_a_phone_shows_everything_without_scrolling_sideways(chromium: Browser, address: str) -> None:
    with opened(chromium, address, PHONE) as page:
        report(page, f"{TWICE} {'W' * 200}")
        expect(button(page, "Acknowledge C-1")).to_be_visible()
        button(page, "+1 day").click()
        expect(pane(page, "Manager").get_by_role("article")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        button(page, "Resolve C-1").first.click()
        expect(page.get_by_role("dialog")).to_be_in_viewport()
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_two_people_see_the_same_playground(chromium: Browser, address: str) -> None:
    with opened(chromium, address, WIDE) as one, opened(chromium, address, PHONE) as two:
        report(one, TWICE)
        expect(pane(two, "Back office").get_by_role("article")).to_contain_text(TWICE)
        button(two, "+1 hour").click()
        expect(one.get_by_role("group", name="Virtual time")).to_contain_text("10:00")


def test_long_words_are_folded_until_somebody_asks_for_all_with_the_keyboard(page: Page) -> None:
    report(page, "The card machine took it twice. " * 180)
    front = pane(page, "Frontline")
    words = front.get_by_role("blockquote")
    expect(words).to_be_visible()
    assert words.evaluate("e => e.clientHeight") < 200
    button(front, "Show all").focus()
    page.keyboard.press("Enter")
    expect(button(front, "Show less")).to_have_attribute("aria-expanded", "true")
    assert words.evaluate("e => e.clientHeight") > 1000


def test_replies_go_from_the_card_to_the_reporter_and_back(page: Page) -> None:
    front, back = pane(page, "Frontline"), pane(page, "Back office")
    report(page, TWICE)
    back.get_by_label("Reply about C-1").fill("Which of her two cards?")
    page.keyboard.press("Enter")
    expect(front).to_contain_text("Which of her two cards?")
    expect(back.get_by_label("Reply about C-1")).to_have_value("")
    front.get_by_label("Reply about C-1").fill("The blue one")
    button(front, "Reply").click()
    expect(back).to_contain_text("The blue one")


def test_starting_over_empties_every_open_page(chromium: Browser, address: str) -> None:
    with opened(chromium, address, WIDE) as one, opened(chromium, address, WIDE) as two:
        report(one, TWICE)
        button(two, "Acknowledge C-1").click()
        expect(pane(two, "Back office")).to_contain_text("You acknowledged C-1.")
        button(one, "+1 day").click()
        expect(one.get_by_role("group", name="Virtual time")).to_contain_text("Tuesday")
        button(one, "Start over").click()
        for page in (one, two):
            expect(page.get_by_role("article")).to_have_count(0)
            expect(page.get_by_role("group", name="Virtual time")).to_contain_text("Monday 23 November")
        expect(pane(two, "Back office")).not_to_contain_text("You acknowledged")
        report(two, TWICE)
        expect(pane(one, "Back office").get_by_role("article")).to_contain_text("C-1")


def test_a_day_starts_playing_and_stops_where_it_is(page: Page) -> None:
    button(page, "Play a day").click()
    expect(page.get_by_text("A customer complains at the counter.")).to_be_visible()
    expect(pane(page, "Back office").get_by_role("article")).to_be_visible(timeout=15_000)
    button(page, "Stop").click()
    expect(button(page, "Play a day")).to_be_visible()
    expect(page.get_by_text("A customer complains at the counter.")).to_be_hidden()


@pytest.mark.parametrize("pace", [0.05])
def test_a_day_plays_to_its_end(page: Page) -> None:
    button(page, "Play a day").click()
    expect(page.get_by_text("One customer told, one promise given")).to_be_visible(timeout=60_000)
    expect(button(page, "Play a day")).to_be_visible()
    expect(pane(page, "Frontline")).to_contain_text("Noor Rahman promises it by Tue 12:00")
    expect(pane(page, "Back office")).to_contain_text("1 ticket waits for you")
    expect(button(pane(page, "Back office"), "Acknowledge C-6").first).to_be_visible()
    expect(pane(page, "Manager")).to_contain_text("Could you help C-3 along?")
    expect(pane(page, "Manager").get_by_role("definition")).to_have_text(["5", "0", "1"])
    if os.environ.get("GOLDDUST_SCREENSHOT") == "1":
        PICTURE.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=PICTURE, animations="disabled")
    button(page, "Dismiss").click()
    expect(page.get_by_text("One customer told, one promise given")).to_be_hidden()
