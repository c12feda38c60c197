"""Plain HTML controls for the page: text is always set as text, so that nobody's words become markup."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from nicegui import ui
from nicegui.element import Element
from nicegui.elements.mixins.text_element import TextElement
from nicegui.events import GenericEventArguments

from bot.web.people import Group

LONG, LINES = 560, 10
"""From how many characters or lines on words are folded to eight lines, so that there is always something to show."""

Handler = Callable[[], Awaitable[None] | None]


def tag(kind: str, /, text: str = "", classes: str = "", **attributes: str) -> TextElement:
    """An HTML element with this text; `aria_label="…"` becomes `aria-label`, `for_` becomes `for`."""
    element = TextElement(tag=kind, text=text)
    element.classes(classes)
    for key, value in attributes.items():
        element.props[key.rstrip("_").replace("_", "-")] = value
    return element


def html(content: str, classes: str = "", name: str = "div") -> ui.html:
    """Markup of ours, in which people's words are escaped; the browser cleans it once more."""
    return ui.html(content, sanitize=True, tag=name).classes(classes)


def hidden(text: str) -> TextElement:
    """Text for those who listen to the page."""
    return tag("span", text, "heard")


def press(label: str, on_press: Handler, classes: str = "", **attributes: str) -> TextElement:
    """A button."""
    button = tag("button", label, f"press {classes}", type="button", **attributes)
    button.on("click", lambda _: on_press(), args=[])
    return button


def fold(element: Element, words: str) -> None:
    """Fold what was just put on the page after some lines where its words are long; a button shows all."""
    if len(words) <= LONG and words.count("\n") < LINES:
        return
    element.classes("folded")
    button = tag("button", "Show all", "unfold", type="button", aria_expanded="false")
    button.on("click", js_handler="(e) => golddust.unfold(e)")


def options(groups: Sequence[Group], chosen: str) -> None:
    """The options of a list, inside the list element that is open."""
    for group in groups:
        if not group.label:
            _options(group, chosen)
            continue
        with tag("optgroup", label=group.label):
            _options(group, chosen)


def choice(
    label: str, groups: Sequence[Group], chosen: str, on_choice: Callable[[str], None], name: str
) -> TextElement:
    """A labelled list to choose from; it shows `chosen` until that is changed with `choose`."""
    with tag("label", classes="choice"):
        tag("span", label)
        select = tag("select", id=name, name=name)
        with select:
            options(groups, chosen)
        choose(select, chosen)
        select.on("change", lambda event: on_choice(str(event.args)), js_handler="(e) => emit(e.target.value)")
    return select


def choose(select: TextElement, chosen: str) -> None:
    """Let a list show another choice."""
    if select.props.get("value") != chosen:
        select.props["value"] = chosen


def tick(label: str, checked: bool, on_change: Callable[[bool], None], name: str) -> TextElement:
    """A labelled box to tick."""
    with tag("label", classes="tick"):
        box = tag("input", type="checkbox", id=name)
        check(box, checked)
        tag("span", label)
    box.on("change", lambda event: on_change(bool(event.args)), js_handler="(e) => emit(e.target.checked)")
    return box


def check(box: TextElement, checked: bool) -> None:
    """Tick a box, or not."""
    if box.props.get("checked") is not checked:
        box.props["checked"] = checked


def form(on_submit: Callable[[dict[str, str]], Awaitable[None]], classes: str = "", **attributes: str) -> TextElement:
    """A form whose fields arrive together, by name, when it is submitted."""
    element = tag("form", classes=classes, novalidate="", **attributes)

    async def submitted(event: GenericEventArguments) -> None:
        answers: dict[str, Any] = event.args if isinstance(event.args, dict) else {}
        await on_submit({str(name): str(value) for name, value in answers.items()})

    send = "(e) => { e.preventDefault(); emit(Object.fromEntries(new FormData(e.target))) }"
    element.on("submit", submitted, js_handler=send)
    return element


def _options(group: Group, chosen: str) -> None:
    for value, name in group.choices:
        option = tag("option", name, value=value)
        if value == chosen:
            # `^` sets the attribute, which the person’s own choice overrides; the property would be set again.
            option.props["^selected"] = ""
