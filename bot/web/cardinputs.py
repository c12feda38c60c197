"""The inputs of Adaptive Cards as HTML; what is missing is said at the input when the card is handed in. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.web.markup import Html, element

Element = Mapping[str, Any]
Look = dict[str, str | bool | None]


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the page something is drawn: `name` begins its ids."""

    name: str


def draw(item: Element, place: Place) -> Html:
    """One input with its label and the place for what is wrong with it."""
    name = f"{place.name}-{item.get('id', '')}"
    look: Look = {
        "id": name, "name": str(item.get("id", "")), "placeholder": item.get("placeholder"), "autocomplete": "off",
        "aria-required": "true" if item.get("isRequired") else None, "aria-describedby": f"{name}-wrong",
    }  # fmt: skip
    star = [element("span", " *", class_="required", aria_hidden="true")] if item.get("isRequired") else []
    label = [element("label", str(item["label"]), *star, for_=name)] if item.get("label") else []
    wrong = element(
        "p", id=f"{name}-wrong", class_="wrong", role="alert", data_missing=str(item.get("errorMessage", ""))
    )
    return element("div", *label, INPUTS[str(item["type"])](item, look), wrong, class_="asked")


def _text(item: Element, look: Look) -> Html:
    value, limit = str(item.get("value", "")), str(item["maxLength"]) if "maxLength" in item else None
    if item.get("isMultiline"):
        return element("textarea", value, rows="3", maxlength=limit, **look)
    return element("input", type="text", value=value, maxlength=limit, **look)


def _typed(kind: str) -> Callable[[Element, Look], Html]:
    return lambda item, look: element("input", type=kind, value=str(item.get("value", "")), **look)


def _choice(item: Element, look: Look) -> Html:
    chosen = str(item.get("value", ""))
    pairs = [(str(one.get("value", "")), str(one.get("title", ""))) for one in item.get("choices", ())]
    if item.get("style") == "expanded":
        return _expanded(pairs, chosen, look)
    known = chosen in {value for value, _ in pairs}
    shown = [*([] if known else [("", str(look["placeholder"] or "Pick one"))]), *pairs]
    made = (element("option", title, value=value, selected=value == chosen) for value, title in shown)
    return element("select", *made, **look | {"placeholder": None})


def _expanded(pairs: list[tuple[str, str]], chosen: str, look: Look) -> Html:
    made = []
    for number, (value, title) in enumerate(pairs):
        own = look | {"id": f"{look['id']}-{number}" if number else look["id"], "placeholder": None}
        box = element("input", type="radio", value=value, checked=value == chosen, **own)
        made.append(element("label", box, title, class_="radio"))
    return element("div", *made, role="radiogroup")


def _toggle(item: Element, look: Look) -> Html:
    on, value = str(item.get("valueOn", "true")), str(item.get("value", ""))
    box = element("input", type="checkbox", value=on, checked=value == on, **look)
    return element("label", box, str(item.get("title", "")), class_="radio")


INPUTS: dict[str, Callable[[Element, Look], Html]] = {
    "Input.Text": _text, "Input.Number": _typed("number"), "Input.Date": _typed("date"), "Input.Time": _typed("time"),
    "Input.ChoiceSet": _choice, "Input.Toggle": _toggle,
}  # fmt: skip
