"""What is wrong with a block element. Source: docs.slack.dev/reference/block-kit/block-elements."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.fakes.slack_call import Json
from tests.fakes.slack_sizes import text_problems, too_long, too_many

_SELECTS = {
    f"{prefix}{kind}_select"
    for prefix in ("", "multi_")
    for kind in ("static", "external", "users", "conversations", "channels")
}
_PICKERS = {"datepicker", "timepicker", "datetimepicker", "checkboxes", "radio_buttons"}
_TYPED = {"plain_text_input", "rich_text_input", "email_text_input", "url_text_input", "number_input"}

IN_ACTIONS = frozenset(_SELECTS | _PICKERS | {"button", "overflow", "workflow_button"})
IN_SECTION = frozenset(IN_ACTIONS | {"image"})
IN_INPUT = frozenset(_SELECTS | _PICKERS | _TYPED | {"file_input"})
CONTEXT = frozenset({"image"})


def element_problems(element: Any, allowed: frozenset[str], here: str) -> Iterator[str]:
    """Yield each problem of one element, given the types that its block may hold."""
    if not isinstance(element, dict) or element.get("type") not in allowed:
        kind = element.get("type") if isinstance(element, dict) else element
        yield f"unsupported type: {kind} [json-pointer:{here}/type]"
        return
    yield from too_long(element.get("action_id", ""), 255, f"{here}/action_id")
    if element.get("placeholder") is not None:
        yield from text_problems(element["placeholder"], 150, f"{here}/placeholder", plain=True)
    if element.get("confirm") is not None:
        yield from _confirm(element["confirm"], f"{here}/confirm")
    if element["type"] == "button":
        yield from _button(element, here)
    if element["type"] in _TYPED:
        yield from too_long(str(element.get("initial_value", "")), 3000, f"{here}/initial_value")
    yield from _options(element, here)


def _button(element: Json, here: str) -> Iterator[str]:
    yield from text_problems(element.get("text"), 75, f"{here}/text", plain=True)
    yield from too_long(element.get("value", ""), 2000, f"{here}/value")
    yield from too_long(element.get("url", ""), 3000, f"{here}/url")
    yield from too_long(element.get("accessibility_label", ""), 75, f"{here}/accessibility_label")
    if element.get("style", "primary") not in {"primary", "danger"}:
        yield f"must be one of primary, danger [json-pointer:{here}/style]"


def _confirm(confirm: Json, here: str) -> Iterator[str]:
    for field, limit in (("title", 100), ("text", 300), ("confirm", 30), ("deny", 30)):
        if field in confirm:
            yield from text_problems(confirm[field], limit, f"{here}/{field}", plain=field != "text")


_MOST_OPTIONS = {"overflow": 5, "checkboxes": 10, "radio_buttons": 10}
_NEEDS_OPTIONS = frozenset({"static_select", "multi_static_select", *_MOST_OPTIONS})


def _options(element: Json, here: str) -> Iterator[str]:
    options = element.get("options") or []
    groups = element.get("option_groups") or []
    if element["type"] in _NEEDS_OPTIONS and not options and not groups:
        yield f"missing required field: options [json-pointer:{here}]"
    yield from too_many(options, _MOST_OPTIONS.get(element["type"], 100), f"{here}/options")
    yield from too_many(groups, 100, f"{here}/option_groups")
    for number, option in enumerate(options):
        yield from _option(option, f"{here}/options/{number}")
    for number, group in enumerate(groups):
        yield from text_problems(group.get("label"), 75, f"{here}/option_groups/{number}/label", plain=True)
        yield from too_many(group.get("options", ()), 100, f"{here}/option_groups/{number}/options")
        for place, option in enumerate(group.get("options", ())):
            yield from _option(option, f"{here}/option_groups/{number}/options/{place}")
    yield from _initial(element, options, here)


def _option(option: Json, here: str) -> Iterator[str]:
    yield from text_problems(option.get("text"), 75, f"{here}/text")
    yield from too_long(option.get("value", ""), 150, f"{here}/value")
    if option.get("description") is not None:
        yield from text_problems(option["description"], 75, f"{here}/description")


def _initial(element: Json, options: list[Json], here: str) -> Iterator[str]:
    chosen = element.get("initial_option")
    if chosen is not None and options and chosen not in options:
        yield f"must exactly match one of the options [json-pointer:{here}/initial_option]"
