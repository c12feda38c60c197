"""The elements of Adaptive Cards 1.5, cut to the sizes that Teams takes: adaptivecards.io/explorer."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from bot.teams.text import escape, one_line, runs, short
from complaints.words import storable

Element: TypeAlias = dict[str, Any]
Activity: TypeAlias = dict[str, Any]

CARD = "application/vnd.microsoft.card.adaptive"
LARGEST = 40_960
"""Bytes, counted as UTF-16, that an activity of ours may have; Teams takes 100 KB."""
TITLE = 60
SENTENCE = 4000
SUMMARY = 300


def sentences(text: str, *, subtle: bool = False) -> list[Element]:
    """Our own sentences, in Markdown and with names escaped; one block a line, as clients differ about line breaks."""
    return [_block(line, subtle) for line in text.split("\n") if line.strip()]


def heading(text: str) -> Element:
    """A headline of ours, with names escaped."""
    return _block(text) | {"style": "heading", "weight": "Bolder", "size": "Medium"}


def small(text: str) -> Element:
    """Small print of ours, in Markdown and with names escaped."""
    return _block(text, subtle=True) | {"size": "Small", "spacing": "Small"}


def words(text: str, label: str = "", **looks: Any) -> Element:
    """A paragraph that shows characters as they are: the place for people's words, with a bold label before them."""
    before = [{"type": "TextRun", "text": f"{label}: ", "weight": "Bolder"}] if label else []
    shown = runs(text) if text.strip() else ["–"]
    return {"type": "RichTextBlock", "inlines": before + [{"type": "TextRun", "text": run} | looks for run in shown]}


def quiet(text: str) -> Element:
    """A paragraph of people's words that stays in the background."""
    return words(text, isSubtle=True)


def fault(text: str) -> Element:
    """What is wrong with the input above it."""
    return words(text, color="Attention") | {"spacing": "Small"}


def group(items: Sequence[Element]) -> Element:
    """Elements that belong together, parted from what is above them by a line."""
    return {"type": "Container", "items": list(items), "separator": True, "spacing": "Medium"}


def beside(shown: Element, made: Sequence[Element]) -> Element:
    """One element, and to the right of it others."""
    columns = [{"type": "Column", "width": width, "items": items} for width, items in (
        ("stretch", [shown]), ("auto", list(made)),
    )]  # fmt: skip
    return {"type": "ColumnSet", "columns": columns, "spacing": "Small"}


def actions(made: Sequence[Element]) -> list[Element]:
    """A row of actions inside a card; no element where there is nothing to press."""
    return [{"type": "ActionSet", "actions": list(made)}] if made else []


def execute(title: str, verb: str, data: Mapping[str, Any], *, primary: bool = False, inputs: bool = False) -> Element:
    """A button that Golddust answers with the card as it is then; `inputs` sends what was typed along."""
    made: Element = {"type": "Action.Execute", "title": short(title, TITLE), "verb": verb, "data": dict(data)}
    # Without this a telephone asks for the required inputs of forms that are not even open.
    made |= {} if inputs else {"associatedInputs": "none"}
    return made | ({"style": "positive"} if primary else {})


def unfolding(title: str, body: Sequence[Element], made: Sequence[Element]) -> Element:
    """A button that unfolds a form within the card."""
    form = {"type": "AdaptiveCard", "body": list(body), "actions": list(made)}
    return {"type": "Action.ShowCard", "title": short(title, TITLE), "card": form}


def submit(title: str, data: Mapping[str, Any]) -> Element:
    """The button of a dialog."""
    return {"type": "Action.Submit", "title": short(title, TITLE), "data": dict(data), "style": "positive"}


def text_input(
    name: str, label: str, value: str = "", *, lines: bool = False, placeholder: str = "", limit: int, missing: str = ""
) -> Element:
    """A text input; `missing` is what is said where it is left empty but must not be."""
    made = _input("Input.Text", name, label, missing) | {"isMultiline": lines, "maxLength": limit}
    made |= {"value": short(storable(value), limit)} if value else {}
    return made | ({"placeholder": placeholder} if placeholder else {})


def date_input(name: str, label: str, value: str = "", *, missing: str = "") -> Element:
    """The choice of a day."""
    return _input("Input.Date", name, label, missing) | ({"value": value} if value else {})


def time_input(name: str, label: str, value: str) -> Element:
    """The choice of a time of day."""
    return _input("Input.Time", name, label) | {"value": value}


def choice_input(
    name: str, label: str, choices: Iterable[tuple[str, str]], value: str = "", *, style: str = "compact",
    placeholder: str = "",
) -> Element:  # fmt: skip
    """The choice of one of (title, value); style `filtered` lets one type the beginning, `expanded` shows them all."""
    made = _input("Input.ChoiceSet", name, label) | {"style": style, "choices": [choice(*one) for one in choices]}
    made |= {"value": value} if value else {}
    return made | ({"placeholder": placeholder} if placeholder else {})


def choice(title: str, value: str) -> Element:
    """One choice."""
    return {"title": one_line(title, 100) or "–", "value": value}


def card(body: Sequence[Element], made: Sequence[Element] = (), *, fallback: str) -> Element:
    """An Adaptive Card; `fallback` is plain text for clients that can't show it."""
    shown: Element = {"type": "AdaptiveCard", "version": "1.5", "lang": "en", "body": list(body)}
    shown |= {"fallbackText": escape(short(fallback, SUMMARY)) or "Golddust", "msteams": {"width": "Full"}}
    return shown | ({"actions": list(made)} if made else {})


def activity(shown: Element, summary: str) -> Activity:
    """The message that carries a card; `summary` is the plain text of notifications."""
    attached = [{"contentType": CARD, "content": shown}]
    return {"type": "message", "summary": one_line(summary, SUMMARY) or "Golddust", "attachments": attached}


def size(value: object) -> int:
    """The bytes that something takes on the way, as Teams counts them: JSON in UTF-16."""
    return len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-16-le", "replace"))


def _block(text: str, subtle: bool = False) -> Element:
    return {"type": "TextBlock", "text": _cut(text), "wrap": True} | ({"isSubtle": True} if subtle else {})


def _cut(text: str) -> str:
    """The Markdown, cut so that no moment and no link is left in halves."""
    if len(text) <= SENTENCE:
        return text
    kept = text[: SENTENCE - 1]
    for opens, closes in (("{{", "}}"), ("[", ")")):
        if kept.rfind(opens) > kept.rfind(closes):
            kept = kept[: kept.rfind(opens)]
    return kept.rstrip() + "…"


def _input(kind: str, name: str, label: str, missing: str = "") -> Element:
    made = {"type": kind, "id": name, "label": label}
    return made | ({"isRequired": True, "errorMessage": missing} if missing else {})
