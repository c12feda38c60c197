"""The state of a form's inputs, read one at a time; what has another shape than Slack's is BadInput."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from complaints.errors import BadInput

View = Mapping[str, Any]

OUTDATED = "This form is out of date; please open it again."


def text(view: View, field: str, *, asked: bool = False) -> str:
    """The text of an input, empty where nothing was typed; `asked` ones must at least be part of the form."""
    found = given(view, field)
    value = found.get("value")
    if not isinstance(value, str | None) or (asked and not found):
        raise BadInput(field=field, reason=OUTDATED)
    return value or ""


def option(view: View, field: str) -> str | None:
    """The value of the option that was picked, if any."""
    picked = given(view, field).get("selected_option")
    if picked is None:
        return None
    value = picked.get("value") if isinstance(picked, dict) else None
    if not isinstance(value, str):
        raise BadInput(field=field, reason=OUTDATED)
    return value


def chosen(view: View, field: str, key: str) -> str | None:
    """What was chosen in a picker, where `key` is the name under which its type reports it."""
    value = given(view, field).get(key)
    if not isinstance(value, str | None):
        raise BadInput(field=field, reason=OUTDATED)
    return value or None


def given(view: View, field: str) -> dict[str, Any]:
    """The state of one input; empty where the form has it not."""
    found: Any = view
    for key in ("state", "values", field, field):
        found = found.get(key, {}) if isinstance(found, Mapping) else None
    if not isinstance(found, dict):
        raise BadInput(field=field, reason=OUTDATED)
    return found


def initial(view: View, field: str) -> str:
    """What the form had filled in for this field."""
    blocks = view.get("blocks")
    for block in blocks if isinstance(blocks, list) else ():
        if isinstance(block, dict) and block.get("block_id") == field:
            element = block.get("element")
            return str(element.get("initial_value") or "") if isinstance(element, dict) else ""
    return ""
