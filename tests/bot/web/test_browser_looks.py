"""The playground as Slack and as Teams would show it, in a real browser."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from bot.bundles import THANKS
from tests.bot.web.browsing import NOWHERE, PHONE, ROOT, TWICE, WIDE, button, opened, pane, report, served
from tests.bot.web.samples import HOSTILE

pytestmark = pytest.mark.browser

PACKAGE = re.findall(r"adaptivecards@[0-9.]+", (ROOT / "Makefile").read_text(encoding="utf-8"))[0]
NARROW = {"width": 600, "height": 900}
LABELS = ["Acknowledge", "Resolve", "Blocked", "Not mine", "Promise a date"]


@pytest.fixture(scope="module")
def native(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Microsoft's renderer of Adaptive Cards, from npm, installed for this run."""
    folder, npm = tmp_path_factory.mktemp("adaptivecards"), shutil.which("npm")
    command = [npm or "npm", "install", "--silent", "--no-audit", "--no-fund", "--legacy-peer-deps", PACKAGE]
    (folder / "package.json").write_text('{"private": true}')
    try:
        subprocess.run(command, cwd=folder, check=True, timeout=300, capture_output=True)
    except (OSError, subprocess.SubprocessError) as error:
        assert os.environ.get("CI") != "true", f"in CI Microsoft's renderer must be there: {error!r}"
        pytest.skip(f"npm can’t install Microsoft's renderer here: {error!r}")
    return folder / "node_modules" / "adaptivecards" / "dist" / "adaptivecards.min.js"


@pytest.fixture(params=["by this page", "by Microsoft’s own renderer"])
def teams(request: pytest.FixtureRequest, tmp_path: Path, chromium: Browser) -> Iterator[Page]:
    """A page shown as Teams, with the cards drawn by this or that."""
    renderer = NOWHERE if request.param == "by this page" else request.getfixturevalue("native")
    with served(tmp_path, renderer=renderer) as address, opened(chromium, address, WIDE) as page:
        shown_as(page, "Teams")
        expect(page.get_by_text(f"The very cards that Teams gets, drawn {request.param}")).to_be_visible()
        yield page


def shown_as(page: Page, look: str) -> None:
    page.get_by_role("radio", name=look, exact=True).check()


def messages(page: Page) -> Locator:
    """The messages in the back office's newest thread: first the card."""
    return pane(page, "Back office").get_by_role("article").first.locator(".drawn")


def buttons(message: Locator) -> list[str]:
    return [name.strip() for name in message.get_by_role("button").all_inner_texts()]


def words(message: Locator) -> str:
    return " ".join(message.inner_text().split())


def test_slack_shows_the_card_and_its_buttons_do_what_they_say(page: Page) -> None:
    shown_as(page, "Slack")
    report(page, TWICE)
    front, card = pane(page, "Frontline"), messages(page).first
    expect(card.get_by_role("heading")).to_have_text("C-1 · Payments · Normal")
    expect(card).to_contain_text(TWICE)
    expect(card).to_contain_text("Acknowledge by today at 11:00 · Resolve by Nov 25, 2026 at 09:00")
    expect(front).to_contain_text("C-1 is with Dana Whitfield (Payments), she’ll look by today at 11:00.")
    assert buttons(card) == LABELS
    button(front, "High").click()
    expect(card.get_by_role("heading")).to_contain_text("High")
    button(card, "Acknowledge").click()
    expect(card).to_contain_text("Acknowledged")
    expect(button(card, "Acknowledge")).to_have_count(0)
    expect(front).to_contain_text("Dana Whitfield has seen it")


def test_slacks_forms_say_what_is_wrong_where_it_is_and_keep_what_was_typed(page: Page) -> None:
    shown_as(page, "Slack")
    report(page, TWICE)
    card, form = messages(page).first, page.get_by_role("dialog")
    button(card, "Blocked").click()
    expect(form.get_by_role("heading")).to_have_text("C-1 is blocked")
    expect(form.get_by_label("A colleague")).to_be_focused()
    form.get_by_label("Another ticket").fill("the other one")
    form.get_by_label("What do you need from them?").fill(HOSTILE)
    button(form, "Save").click()
    expect(form.get_by_role("alert").filter(has_text="is no ticket; write it like C-42")).to_be_visible()
    expect(form.get_by_label("Another ticket")).to_be_focused()
    expect(form.get_by_label("Another ticket")).to_have_value("the other one")
    form.get_by_label("Another ticket").fill("")
    form.get_by_label("A team").select_option("Operations")
    button(form, "Save").click()
    expect(form).to_be_hidden()
    expect(card).to_contain_text("Waits for Operations")
    expect(card).to_contain_text("onerror=alert(1)")
    button(card, "Promise a date").click()
    form.get_by_label("Done by").fill("2026-11-25")
    button(form, "Promise").click()
    expect(card).to_contain_text("Promised")


def test_teams_shows_the_card_and_its_buttons_do_what_they_say(teams: Page) -> None:
    report(teams, TWICE)
    front, card = pane(teams, "Frontline"), messages(teams).first
    expect(card).to_contain_text("C-1 · Payments · Normal")
    expect(card).to_contain_text(TWICE)
    expect(card).to_contain_text("Acknowledge by Mon, Nov 23, 2026 at 11:00")
    assert buttons(card) == LABELS
    button(front, "High").click()
    expect(card).to_contain_text("High")
    button(card, "Acknowledge").click()
    expect(card).to_contain_text("Acknowledged")
    expect(button(card, "Acknowledge")).to_have_count(0)
    expect(front).to_contain_text("Dana Whitfield has seen it")


def test_teams_forms_unfold_in_the_card_and_say_what_is_wrong_where_it_is(teams: Page) -> None:
    report(teams, TWICE)
    card = messages(teams).first
    button(card, "Resolve").first.click()
    card.get_by_label("Words to tell the customer").fill("You have it back by tomorrow")
    button(card, "Resolve").last.click()
    expect(card).to_contain_text("Say in a few words what was done.")
    button(card, "Promise a date").click()
    card.get_by_label("Done by").fill("2026-11-01")
    button(card, "Promise").click()
    expect(card).to_contain_text("That moment has passed")
    expect(card.get_by_label("Done by")).to_have_value("2026-11-01")
    button(card, "Cancel").click()
    button(card, "Resolve").first.click()
    card.get_by_label("What was done?").fill(HOSTILE)
    button(card, "Resolve").last.click()
    expect(card).to_contain_text("Resolved")
    expect(card).to_contain_text(HOSTILE)


def test_both_renderers_draw_the_same_words_and_the_same_buttons(
    chromium: Browser, tmp_path: Path, native: Path
) -> None:
    drawn = []
    for renderer in (NOWHERE, native):
        with served(tmp_path, renderer=renderer) as address, opened(chromium, address, WIDE) as page:
            shown_as(page, "Teams")
            report(page, f"{TWICE} **and** {HOSTILE}")
            expect(messages(page).first).to_contain_text(TWICE)
            button(page, "+1 hour").click()
            button(page, "+1 hour").click()
            expect(pane(page, "Manager")).to_contain_text("Could you help C-1 along?")
            found = page.locator(".drawn.teams:visible").all()
            seen = [(words(one), buttons(one)) for one in found]
            button(messages(page).first, "Not mine").click()
            expect(button(messages(page).first, "Pass it on")).to_be_visible()
            labels = messages(page).first.locator("label:visible").all_inner_texts()
            drawn.append((seen, [label.strip() for label in labels if label.strip()]))
    ours, theirs = drawn
    assert len(ours[0]) == 4
    assert ours[0] == theirs[0]
    assert {"A colleague’s", "A team’s", "I don’t know"} <= set(ours[1]) & set(theirs[1])


def test_what_teams_keeps_behind_more_options_can_be_pressed_by_mouse_and_by_keyboard(teams: Page) -> None:
    report(teams, TWICE)
    expect(messages(teams).first).to_contain_text(TWICE)
    button(teams, "+1 hour").click()
    button(teams, "+1 hour").click()
    expect(pane(teams, "Manager")).to_contain_text("Could you help C-1 along?")
    useful = teams.get_by_role("button", name="Useful", exact=True).or_(
        teams.get_by_role("menuitem", name="Useful", exact=True)
    )
    for name, by_keyboard in (("Manager", True), ("Back office", False)):
        nudge = pane(teams, name).locator(".drawn:visible").filter(has=button(teams, "More options"))
        more = button(nudge, "More options")
        expect(useful).to_have_count(0)
        more.focus()
        teams.keyboard.press("Enter")
        expect(useful).to_be_focused()
        teams.keyboard.press("Escape")
        expect(useful).to_have_count(0)
        expect(more).to_be_focused()
        teams.keyboard.press("Enter")
        expect(useful).to_be_focused()
        if by_keyboard:
            teams.keyboard.press("Enter")
        else:
            useful.click()
        expect(pane(teams, name)).to_contain_text(THANKS)
        expect(nudge).to_have_count(0)


def test_words_are_never_more_than_words(teams: Page) -> None:
    said = f"{HOSTILE} <!channel> [press](javascript:alert(1)) {{{{DATE(2026-11-23T09:00:00Z)}}}}"
    dialogs: list[str] = []
    teams.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    report(teams, said)
    for look in ("Teams", "Slack"):
        shown_as(teams, look)
        expect(messages(teams).first).to_contain_text(said)
        expect(pane(teams, "Frontline").locator(".drawn").first).to_contain_text(said)
        assert teams.locator("article :is(img, script, a)").count() == 0
    assert dialogs == []


def test_a_browser_remembers_how_it_was_shown_and_another_is_asked_itself(chromium: Browser, address: str) -> None:
    with opened(chromium, address, WIDE) as page:
        report(page, TWICE)
        expect(button(page, "Acknowledge C-1")).to_be_visible()
        page.get_by_role("radio", name="Golddust").focus()
        page.keyboard.press("ArrowRight")
        expect(page.get_by_role("radio", name="Slack")).to_be_checked()
        expect(button(page, "Acknowledge C-1")).to_be_hidden()
        expect(messages(page).first).to_contain_text("C-1 · Payments")
        page.reload()
        expect(page.get_by_role("radio", name="Slack")).to_be_checked()
        expect(messages(page).first).to_contain_text("C-1 · Payments")
        with opened(chromium, address, WIDE) as other:
            expect(other.get_by_role("radio", name="Golddust")).to_be_checked()
            expect(button(other, "Acknowledge C-1")).to_be_visible()
        shown_as(page, "Golddust")
        button(page, "Acknowledge C-1").click()
        expect(pane(page, "Frontline")).to_contain_text("has seen it")


@pytest.mark.parametrize("size", [NARROW, PHONE], ids=["600 wide", "a phone"])
def test_every_look_fits_a_narrow_page(chromium: Browser, address: str, size: dict[str, int]) -> None:
    with opened(chromium, address, size) as page:
        report(page, f"{TWICE} {'W' * 200}")
        for look in ("Slack", "Teams", "Golddust"):
            shown_as(page, look)
            expect(pane(page, "Back office").get_by_role("article")).to_contain_text("WWWW")
            assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


def test_a_reply_in_the_thread_is_a_message_like_any_other(page: Page) -> None:
    shown_as(page, "Slack")
    report(page, TWICE)
    back = pane(page, "Back office")
    back.get_by_label("Reply about C-1").fill("Which of her *two* cards?")
    page.keyboard.press("Enter")
    expect(messages(page).last).to_have_text("Which of her *two* cards?")
    expect(pane(page, "Frontline")).to_contain_text("Which of her *two* cards?")
