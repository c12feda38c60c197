"""The questions of Slack's forms as HTML: docs.slack.dev/reference/block-kit/block-elements. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.web import mrkdwn
from bot.web.markup import Html, element, joined
from bot.web.mrkdwn import Reading

Block = Mapping[str, Any]
Choices = Sequence[tuple[str, str]]
Look = dict[str, str | bool | None]


@dataclass(frozen=True, slots=True)
class Scene:
    """What blocks are drawn for: who reads, the prefix of ids on the page, whom one can pick, and what is filled in.

    `typed` and `errors` are by block_id.
    """

    reading: Reading
    name: str
    people: Choices = ()
    typed: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)


def unknown(block: Block) -> Html:
    """What stands for a block or an element that this page does not know."""
    return element("p", f"(Slack shows a block of the type “{block.get('type')}” here.)", class_="unknown")


def draw(block: Block, scene: Scene) -> Html:
    """One question: its label, its field, and its hint or what is wrong with it."""
    name, asked = str(block.get("block_id", "")), block["element"]
    make = _ELEMENTS.get(str(asked.get("type")))
    if make is None:
        return unknown(asked)
    wrong, hint = scene.errors.get(name, ""), str(block.get("hint", {}).get("text", ""))
    label = joined([mrkdwn.plain(str(block["label"]["text"])), *(_optional() if block.get("optional") else ())])
    look: dict[str, str | bool | None] = {
        "id": f"{scene.name}-{name}", "name": name, "aria-invalid": "true" if wrong else None,
        "aria-describedby": f"{scene.name}-{name}-note", "placeholder": _placeholder(asked),
        # A browser's own bubbles would hide what the form says itself.
        "autocomplete": "off",
    }  # fmt: skip
    note = element("p", wrong, class_="wrong", role="alert") if wrong else element("p", hint, class_="hint")
    return element(
        "div", element("label", label, for_=f"{scene.name}-{name}"), make(asked, scene.typed.get(name), look, scene),
        element("div", note, id=f"{scene.name}-{name}-note"), class_="asked",
    )  # fmt: skip


def _optional() -> tuple[Html]:
    return (element("span", " (optional)", class_="optional"),)


def _placeholder(asked: Block) -> str | None:
    found = asked.get("placeholder")
    return str(found.get("text", "")) if isinstance(found, Mapping) else None


def _typing(asked: Block, typed: str | None, look: Look, _scene: Scene) -> Html:
    value = typed if typed is not None else str(asked.get("initial_value", ""))
    if asked.get("multiline"):
        return element("textarea", value, rows="3", **look)
    return element("input", type="text", value=value, **look)


def _day(asked: Block, typed: str | None, look: Look, _scene: Scene) -> Html:
    return element("input", type="date", value=typed or str(asked.get("initial_date", "")), **look)


def _hour(asked: Block, typed: str | None, look: Look, _scene: Scene) -> Html:
    return element("input", type="time", value=typed or str(asked.get("initial_time", "")), **look)


def _select(asked: Block, typed: str | None, look: Look, _scene: Scene) -> Html:
    groups = [*asked.get("option_groups", ()), {"options": asked.get("options", ())}]
    return _list([_pair(one) for group in groups for one in group["options"]], typed or _chosen(asked), look)


def _colleague(_asked: Block, typed: str | None, look: Look, scene: Scene) -> Html:
    return _list(scene.people, typed or "", look)


def _list(choices: Choices, chosen: str, look: Look) -> Html:
    shown = [("", "Pick one"), *choices]
    made = (element("option", label, value=value, selected=value == chosen) for value, label in shown)
    return element("select", *made, **look)


def _radio(asked: Block, typed: str | None, look: Look, _scene: Scene) -> Html:
    chosen = typed or _chosen(asked)
    made = []
    for number, (value, label) in enumerate(map(_pair, asked.get("options", ()))):
        own = look | {"id": f"{look['id']}-{number}" if number else look["id"], "placeholder": None}
        box = element("input", type="radio", value=value, checked=value == chosen, **own)
        made.append(element("label", box, label, class_="radio"))
    return element("div", *made, role="radiogroup")


def _pair(option: Block) -> tuple[str, str]:
    return str(option.get("value", "")), str(option["text"]["text"])


def _chosen(asked: Block) -> str:
    return str(asked.get("initial_option", {}).get("value", ""))


_ELEMENTS: dict[str, Callable[[Block, str | None, Look, Scene], Html]] = {
    "plain_text_input": _typing, "datepicker": _day, "timepicker": _hour, "static_select": _select,
    "users_select": _colleague, "radio_buttons": _radio,
}  # fmt: skip
