"""Adaptive Cards, as the playground draws them itself."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.teams import elements
from bot.web.adaptive import draw
from tests.bot.web.samples import HOSTILE
from tests.bot.web.seen import Seen, seen


def drawn(*body: dict[str, Any], actions: tuple[dict[str, Any], ...] = ()) -> Seen:
    return seen(draw({"type": "AdaptiveCard", "body": list(body), "actions": list(actions)}, "back-1"))


def test_text_keeps_its_weight_its_size_and_its_colour() -> None:
    found = drawn(elements.heading("C-1"), elements.small("small"), elements.fault("wrong"))
    looks = found.having("class")
    assert "text size-medium weight-bolder style-heading" in looks
    assert "text size-small subtle" in looks
    assert "text color-attention" in looks


def test_runs_show_characters_as_they_are() -> None:
    found = drawn(elements.words("**not bold** [a](https://b)"))
    assert found.words == "**not bold** [a](https://b)"
    assert found.names <= {"div", "p", "span"}


def test_facts_columns_and_containers_hold_what_is_in_them() -> None:
    found = drawn(
        {"type": "FactSet", "facts": [{"title": "Owner", "value": "**Dana**"}]},
        {"type": "ColumnSet", "columns": [{"type": "Column", "width": "auto", "items": elements.sentences("left")}]},
        elements.group(elements.sentences("inside")),
    )
    assert found.words == "OwnerDanaleftinside"
    assert {"dl", "dt", "dd"} <= found.names
    assert "column width-auto" in found.having("class")
    assert any("line" in looks.split() for looks in found.having("class"))


def test_a_button_sends_its_verb_and_its_data() -> None:
    found = drawn(actions=(elements.execute("Acknowledge", "acknowledge", {"ticket": 1, "x": HOSTILE}, primary=True),))
    assert found.having("data-verb") == ["acknowledge"]
    assert json.loads(found.having("data-data")[0]) == {"ticket": 1, "x": HOSTILE}
    assert found.having("data-inputs") == []
    assert "button style-positive" in found.having("class")


def test_a_form_unfolds_below_the_row_and_sends_its_inputs() -> None:
    asked = elements.text_input("resolve.done", "What was done?", limit=99, missing="Say it")
    save = elements.execute("Resolve", "resolve", {}, inputs=True)
    found = drawn(actions=(elements.unfolding("Resolve", [asked], [save]),))
    assert found.having("aria-controls")[0] in found.having("id")
    assert found.having("aria-expanded") == ["false"]
    assert found.having("data-inputs") == [""]
    assert found.having("data-missing") == ["Say it"]
    assert found.having("name") == ["resolve.done"]
    assert set(found.having("for")) <= set(found.having("id"))


def test_secondary_actions_are_behind_a_button_of_their_own() -> None:
    aside = {**elements.execute("Useful", "useful", {}), "mode": "secondary"}
    found = drawn(actions=(aside, elements.execute("Resolve", "resolve", {})))
    assert found.words == "Resolve...Useful"
    assert found.having("aria-label") == ["More options"]
    assert found.having("aria-expanded") == ["false"]
    [folded] = [attributes for _, attributes in found.elements if "hidden" in attributes]
    assert found.having("aria-controls") == [folded["id"]]
    assert found.having("data-verb") == ["resolve", "useful"]


@pytest.mark.parametrize("style", ["compact", "filtered", "expanded"])
def test_choices_are_offered_and_the_chosen_one_is_chosen(style: str) -> None:
    asked = elements.choice_input("a.b", "Which?", [("One", "1"), (HOSTILE, "2")], "2", style=style)
    found = drawn(asked)
    chosen = [attributes for _, attributes in found.elements if {"selected", "checked"} & attributes.keys()]
    assert [one["value"] for one in chosen] == ["2"]
    assert found.inert


@pytest.mark.parametrize("kind", ["Media", HOSTILE, "Input.Rating"])
def test_what_is_not_known_leaves_a_mark_that_says_so(kind: str) -> None:
    found = drawn({"type": kind})
    assert f"Teams shows an element of the type “{kind}” here." in found.words
    assert found.inert


def test_links_pictures_and_hostile_words_do_nothing() -> None:
    found = drawn(
        {"type": "Image", "url": "https://example.com/x.png", "altText": HOSTILE, "spacing": HOSTILE},
        elements.words(HOSTILE, HOSTILE), *elements.sentences(HOSTILE),
        elements.text_input("a.b", HOSTILE, HOSTILE, limit=999, placeholder=HOSTILE, missing=HOSTILE),
        actions=({"type": "Action.OpenUrl", "title": "press", "url": "javascript:alert(1)"},
                 {"type": "Action.Execute", "title": HOSTILE, "verb": HOSTILE, "style": HOSTILE}),
    )  # fmt: skip
    assert found.inert
    assert found.having("href") == []
