"""Slack's blocks, as the playground draws them."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.slack import blocks, modals
from bot.web.blockkit import Scene, draw
from bot.web.mrkdwn import Reading
from tests.bot.web.samples import HOSTILE, NOW, TICKET
from tests.bot.web.seen import Seen, seen
from tests.complaints.builders import organisation

READING = Reading(ZoneInfo("Europe/London"), NOW)


def drawn(*shown: dict[str, Any], **scene: Any) -> Seen:
    return seen(draw(shown, Scene(READING, "back-1", **scene)))


def test_a_header_a_paragraph_small_print_and_a_line_look_like_themselves() -> None:
    found = drawn(
        blocks.header("C-1"), blocks.section_mrkdwn("*bold*"), blocks.context("small"), blocks.divider()
    )  # fmt: skip
    assert {"h4", "b", "hr"} <= found.names
    assert found.having("class") == ["headline", "section", "main", "words", "context"]
    assert found.words == "C-1boldsmall"


def test_fields_stand_side_by_side() -> None:
    found = drawn({"type": "section", "fields": [blocks.mrkdwn("*one*"), blocks.plain_text("*two*", 9)]})
    assert "fields" in found.having("class")
    assert found.words == "one*two*"


def test_buttons_say_what_they_send_and_how_much_they_matter() -> None:
    found = drawn(blocks.actions([
        blocks.button("told", "Customer told", "1", "primary"), blocks.button("withdraw", "Withdraw", "1", "danger"),
        blocks.button("edit", "Edit", "1"),
    ]))  # fmt: skip
    assert found.having("data-verb") == ["told", "withdraw", "edit"]
    assert found.having("data-value") == ["1", "1", "1"]
    assert found.having("class") == ["actions", "button primary", "button danger", "button"]


@pytest.mark.parametrize(
    "block",
    [
        {"type": "video", "title": HOSTILE},
        {"type": HOSTILE},
        {"type": "actions", "elements": [{"type": "overflow"}]},
        {"type": "input", "block_id": "x", "label": blocks.plain_text("x", 9), "element": {"type": "file_input"}},
    ],
)
def test_what_is_not_known_leaves_a_mark_that_says_so(block: dict[str, Any]) -> None:
    found = drawn(block)
    assert "Slack shows a block of the type" in found.words
    assert found.inert


def test_a_picture_is_described_and_not_fetched() -> None:
    found = drawn({"type": "image", "image_url": "https://example.com/a.png", "alt_text": "a receipt"})
    assert "a receipt" in found.words
    assert found.inert
    assert found.having("src") == []


@pytest.mark.parametrize("make", [blocks.section_plain, blocks.section_mrkdwn, blocks.header, blocks.context])
def test_hostile_words_are_shown_and_do_nothing(make: Any) -> None:
    found = drawn(make(HOSTILE + "<javascript:alert(1)|press>"))
    assert found.inert
    assert "<script>alert(" in found.words


def test_a_form_asks_with_its_labels_keeps_what_was_typed_and_says_what_is_wrong() -> None:
    form = modals.blocked_form(TICKET, organisation())
    scene = {"people": (("rui", HOSTILE),), "typed": {"ticket": HOSTILE}, "errors": {"ticket": "No such ticket"}}
    found = drawn(*form["blocks"], **scene)
    assert found.having("name") == ["colleague", "team", "ticket", "other", "why"]
    assert found.having("value")[-2:] == [HOSTILE, ""]
    assert "No such ticket" in found.words
    assert found.having("aria-invalid") == ["true"]
    assert HOSTILE in found.words
    assert found.inert


def test_every_form_of_ours_is_drawn_without_a_gap() -> None:
    teams = organisation()
    made = [
        modals.resolve_form(TICKET), modals.blocked_form(TICKET, teams), modals.not_mine_form(TICKET, teams),
        modals.promise_form(TICKET), modals.reopen_form(TICKET), modals.edit_form(TICKET),
    ]  # fmt: skip
    for form in made:
        found = drawn(*form["blocks"])
        assert "Slack shows" not in found.words
        assert set(found.having("for")) <= set(found.having("id"))
