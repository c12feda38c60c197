"""The dialog of one's own settings, in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.bot.web.browsing import button, pane

pytestmark = pytest.mark.browser


def test_somebody_moves_their_bundle_in_a_dialog(page: Page) -> None:
    back = pane(page, "Back office")
    back.get_by_label("You are").select_option("Dana Whitfield")
    button(back, "Settings").click()
    form = page.get_by_role("dialog", name="Your settings")
    expect(form.get_by_label("When your bundle comes")).to_have_value("09:30")
    form.get_by_label("When your bundle comes").fill("03:00")
    button(form, "Save").click()
    expect(form.get_by_role("alert").filter(has_text="outside your working hours")).to_be_visible()
    form.get_by_label("When your bundle comes").fill("15:00")
    button(form, "Save").click()
    expect(form).to_be_hidden()
    expect(back).to_contain_text("your bundle comes at 15:00")
