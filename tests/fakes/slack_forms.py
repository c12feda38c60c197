"""A person's hands: pressing what a message shows, choosing, filling in a modal."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from tests.fakes.slack_call import Json
from tests.fakes.slack_identity import APP, BOT, TEAM
from tests.fakes.slack_ids import next_id, next_ts


def elements(blocks: list[Json]) -> Iterator[tuple[str, Json]]:
    """Yield each interactive element with the id of its block."""
    for block in blocks:
        held = [*block.get("elements", ()), block.get("accessory"), block.get("element")]
        for element in held:
            if isinstance(element, dict) and "action_id" in element:
                yield str(block.get("block_id", "")), element


def labels(blocks: list[Json]) -> list[str]:
    """Return the labels of the buttons in the order in which they stand."""
    return [element["text"]["text"] for _, element in elements(blocks) if element["type"] == "button"]


def pressed(blocks: list[Json], label: str, *, at: datetime) -> Json:
    """Return the action of pressing the first button with this label; LookupError if there is none."""
    for block_id, element in elements(blocks):
        if element["type"] == "button" and element["text"]["text"] == label:
            return _action(block_id, element, at) | _kept(element, "text", "value", "style", "url")
    raise LookupError(f"no button {label!r}, there is {labels(blocks)}")


def chose(blocks: list[Json], action_id: str, value: Any, *, at: datetime) -> Json:
    """Return the action of choosing `value` in the select, picker or menu with this action_id."""
    for block_id, element in elements(blocks):
        if element["action_id"] == action_id:
            return _action(block_id, element, at) | entry(element, value)
    raise LookupError(f"no element {action_id!r}")


def _action(block_id: str, element: Json, at: datetime) -> Json:
    kept = {"type": element["type"], "action_id": element["action_id"], "block_id": block_id}
    return kept | {"action_ts": next_ts(at)}


def _kept(element: Json, *names: str) -> Json:
    return {name: element[name] for name in names if name in element}


_FIELDS = {
    "users_select": "selected_user",
    "multi_users_select": "selected_users",
    "conversations_select": "selected_conversation",
    "channels_select": "selected_channel",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "rich_text_input": "rich_text_value",
}


def entry(element: Json, value: Any) -> Json:
    """Return the state of one element after a person gave it `value` (None: left empty).

    Options are named by their `value`; of an external select, `value` is the whole option.
    """
    kind = element["type"]
    if kind in ("static_select", "radio_buttons", "overflow"):
        return {"type": kind, "selected_option": None if value is None else _option(element, value)}
    if kind in ("checkboxes", "multi_static_select"):
        return {"type": kind, "selected_options": [_option(element, each) for each in value or ()]}
    if kind == "external_select":
        return {"type": kind, "selected_option": value}
    return {"type": kind, _FIELDS.get(kind, "value"): value}


def _option(element: Json, value: str) -> Json:
    groups = [group["options"] for group in element.get("option_groups", ())]
    for option in [*element.get("options", ()), *(option for group in groups for option in group)]:
        if option["value"] == value:
            return dict(option)
    raise LookupError(f"no option {value!r} in {element['action_id']!r}")


def _untouched(element: Json) -> Json:
    if "initial_option" in element:
        return entry(element, element["initial_option"]["value"])
    started = [value for key, value in element.items() if key.startswith("initial_")]
    if started and isinstance(started[0], list) and element["type"] in ("checkboxes", "multi_static_select"):
        return entry(element, [option["value"] for option in started[0]])
    return entry(element, started[0] if started else None)


def filled(view: Json, **values: Any) -> Json:
    """Return the view with its state: `values` by action_id, initial values for what was not touched."""
    state: Json = {}
    inputs = [(block_id, element) for block_id, element in elements(view["blocks"]) if element["type"] != "button"]
    unknown = values.keys() - {element["action_id"] for _, element in inputs}
    if unknown:
        raise LookupError(f"no input {sorted(unknown)}, there is {[e['action_id'] for _, e in inputs]}")
    for block_id, element in inputs:
        name = element["action_id"]
        given = entry(element, values[name]) if name in values else _untouched(element)
        state.setdefault(block_id, {})[name] = given
    return view | {"state": {"values": state}}


def modal(callback_id: str, blocks: list[Json], *, private_metadata: str = "", title: str = "A modal") -> Json:
    """Return an open modal as payloads carry it, for tests that have no fake platform to open one."""
    return {
        "id": next_id("V"),
        "team_id": TEAM,
        "type": "modal",
        "blocks": blocks,
        "private_metadata": private_metadata,
        "callback_id": callback_id,
        "state": {"values": {}},
        "hash": next_id("1700000000.h"),
        "title": {"type": "plain_text", "text": title, "emoji": True},
        "clear_on_close": False,
        "notify_on_close": False,
        "close": None,
        "submit": {"type": "plain_text", "text": "Submit", "emoji": True},
        "previous_view_id": None,
        "root_view_id": None,
        "app_id": APP,
        "external_id": "",
        "app_installed_team_id": TEAM,
        "bot_id": BOT,
    }
