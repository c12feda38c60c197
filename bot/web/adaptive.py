"""Adaptive Cards as HTML that looks like Teams, for where Microsoft's own renderer is not installed. Pure.

Source: adaptivecards.io/explorer, version 1.5.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from bot.web import cardinputs, cardtext
from bot.web.cardinputs import INPUTS, Element, Place
from bot.web.markup import OWN_PICTURE, Html, element, joined, text
from bot.web.mrkdwn import link

MORE, MORE_LABEL = "...", "More options"
"""The button before secondary actions, in the words of Microsoft's renderer."""


def draw(card: Element, name: str) -> Html:
    """The HTML of a card; `name` begins the ids on the page."""
    return _card(card, Place(name))


def unknown(kind: object) -> Html:
    """What stands for an element that this page does not know."""
    return element("p", f"(Teams shows an element of the type “{kind}” here.)", class_="unknown")


def _card(card: Element, place: Place) -> Html:
    body = _stack(card.get("body", ()), place)
    return element("div", body, *_actions(card.get("actions", ()), place), class_="card")


def _stack(items: Iterable[Element], place: Place) -> Html:
    return joined(_element(item, place) for item in items)


def _element(item: Element, place: Place) -> Html:
    kind = str(item.get("type"))
    if kind in INPUTS:
        drawn = cardinputs.draw(item, place)
    else:
        drawn = _ELEMENTS[kind](item, place) if kind in _ELEMENTS else unknown(kind)
    classes = " ".join(
        filter(None, ("item", f"space-{_word(item, 'spacing')}", "line" if item.get("separator") else ""))
    )
    return element("div", drawn, class_=classes, hidden=item.get("isVisible") is False)


def _word(item: Element, key: str) -> str:
    """A word such as `small`, made of letters only; `default` where there is none."""
    return "".join(filter(str.isalpha, str(item.get(key, "default")))).lower() or "default"


def _looks(item: Element) -> str:
    found = [f"{key}-{_word(item, key)}" for key in ("size", "weight", "color", "style") if key in item]
    return " ".join(["text", *found, *(["subtle"] if item.get("isSubtle") else [])])


def _text(item: Element, _place: Place) -> Html:
    name = "h4" if item.get("style") == "heading" else "p"
    return element(name, cardtext.markdown(str(item.get("text", ""))), class_=_looks(item))


def _rich(item: Element, _place: Place) -> Html:
    runs = ({"text": one} if isinstance(one, str) else one for one in item.get("inlines", ()))
    # A run is no Markdown: the place for people's words.
    return element("p", *(element("span", str(one.get("text", "")), class_=_looks(one)) for one in runs), class_="rich")


def _facts(item: Element, _place: Place) -> Html:
    rows = (
        element("div", element("dt", cardtext.markdown(str(fact.get("title", "")))),
                element("dd", cardtext.markdown(str(fact.get("value", "")))))
        for fact in item.get("facts", ())
    )  # fmt: skip
    return element("dl", *rows)


def _columns(item: Element, place: Place) -> Html:
    columns = (
        element("div", _stack(one.get("items", ()), place), class_=f"column width-{_word(one, 'width')}")
        for one in item.get("columns", ())
    )
    return element("div", *columns, class_="columns")


def _container(item: Element, place: Place) -> Html:
    return element("div", _stack(item.get("items", ()), place), class_=f"container style-{_word(item, 'style')}")


def _picture(item: Element, _place: Place) -> Html:
    """The picture that came along, else its description: the page asks nobody else for anything."""
    address, said = str(item.get("url") or ""), str(item.get("altText") or "a picture")
    if address.startswith(OWN_PICTURE):
        return element("img", src=address, alt=said, class_="chart")
    return element("span", f"🖼 {said}", class_="picture")


def _action_set(item: Element, place: Place) -> Html:
    return joined(_actions(item.get("actions", ()), place))


def _actions(actions: Iterable[Element], place: Place) -> list[Html]:
    """The row of buttons, and below it what some of them unfold; the secondary ones are behind a “...” at its end."""
    first: list[Element] = []
    aside: list[Element] = []
    for action in actions:
        (aside if _word(action, "mode") == "secondary" else first).append(action)
    row, below = _row(first, place)
    if aside:
        inner = replace(place, name=f"{place.name}-more")
        row.append(_unfolds(MORE, inner, aria_label=MORE_LABEL))
        below.append(element("div", *_lines(*_row(aside, inner)), id=inner.name, class_="unfolded more", hidden=True))
    return _lines(row, below)


def _lines(row: list[Html], below: list[Html]) -> list[Html]:
    return [element("div", *row, class_="actions"), *below] if row else []


def _row(actions: Iterable[Element], place: Place) -> tuple[list[Html], list[Html]]:
    """The buttons, and the forms that some of them unfold."""
    row, below = [], []
    for number, action in enumerate(actions):
        inner = replace(place, name=f"{place.name}-{number}")
        if action.get("type") == "Action.ShowCard":
            row.append(_unfolds(str(action.get("title", "")), inner))
            below.append(element("div", _card(action["card"], inner), id=inner.name, class_="unfolded", hidden=True))
        else:
            row.append(_press(action, inner))
    return row, below


def _unfolds(title: str, place: Place, *, aria_label: str | None = None) -> Html:
    return element(
        "button", title, type="button", class_="button unfolds", aria_label=aria_label, aria_expanded="false",
        aria_controls=place.name, data_key=place.name,
    )  # fmt: skip


def _press(action: Element, place: Place) -> Html:
    kind, title = action.get("type"), str(action.get("title", ""))
    if kind == "Action.OpenUrl":
        return link(str(action.get("url", "")), title)
    if kind not in {"Action.Execute", "Action.Submit"}:
        return unknown(kind)
    data: Mapping[str, Any] = action.get("data", {})
    return element(
        "button", title, type="button", class_=f"button style-{_word(action, 'style')}",
        data_verb=str(action.get("verb", "")), data_data=json.dumps(data, ensure_ascii=False),
        data_inputs=action.get("associatedInputs") != "none", data_key=f"{place.name}-{title}",
    )  # fmt: skip


def _runs(item: Element, place: Place) -> Html:
    return text(str(item.get("text", "")))


_ELEMENTS: dict[str, Callable[[Element, Place], Html]] = {
    "TextBlock": _text, "RichTextBlock": _rich, "TextRun": _runs, "FactSet": _facts, "ColumnSet": _columns,
    "Container": _container, "Image": _picture, "ActionSet": _action_set,
}  # fmt: skip
