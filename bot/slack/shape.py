"""The shape of what Slack sends, as far as we and Bolt read it; what has another is none of Slack’s.

Source: docs.slack.dev/reference/events and docs.slack.dev/reference/interaction-payloads.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeAlias

Json = dict[str, Any]
Shape: TypeAlias = "type | re.Pattern[str] | dict[str, Shape] | list[Shape]"
"""A kind of value, a text by its characters, a mapping by its keys, or a list of one shape.

A key may be left out or be null, unless “!” follows.
"""
Test: TypeAlias = Callable[[object], bool]
"""Whether a value has a shape."""

_NAME: Shape = re.compile(r"[!-~]{0,255}")
"""What Slack calls things by: ids, timestamps, kinds. What cannot be one could not be stored either."""
_WORD: Shape = re.compile(r"[ -~]{0,255}")
_ID: Shape = {"id": _NAME}
_WHOM: Shape = {"id!": _NAME}
_SAID: dict[str, Shape] = {
    "user": _NAME, "text": str, "ts": _NAME, "thread_ts": _NAME, "blocks": list, "files": list, "attachments": list,
    "edited": {"user": _NAME}, "bot_id": _NAME, "metadata": dict,
}  # fmt: skip
_ACTION: Shape = {"action_id!": _NAME, "block_id": _NAME, "value": str}
_VIEW: dict[str, Shape] = {
    "id": _NAME, "callback_id": _NAME, "private_metadata": str, "team_id": _NAME, "app_installed_team_id": _NAME,
    "state": {"values": dict}, "blocks": [{"block_id": _NAME, "type": _NAME}], "hash": _NAME, "external_id": str,
}  # fmt: skip
_HANDED_IN: Shape = {**_VIEW, "type!": _NAME, "id!": _NAME, "callback_id!": _NAME, "state!": {"values!": dict}}
_CONTAINER: Shape = {
    "message_ts": _NAME,
    "channel_id": _NAME,
    "thread_ts": _NAME,
    "view_id": _NAME,
    "is_ephemeral": bool,
}
_EVENT: Shape = {
    "type!": _NAME, "subtype": _NAME, "message": dict, "previous_message": dict, "item": dict, "assistant_thread": dict,
}  # fmt: skip

_AUTHORIZED: Shape = {"enterprise_id": _NAME, "team_id": _NAME, "user_id": _NAME}

_ALWAYS: dict[str, Shape] = {
    "type": _NAME, "command": _NAME, "team_id": _NAME, "enterprise_id": _NAME, "user_id": _NAME, "channel_id": _NAME,
    "context_team_id": _NAME, "context_enterprise_id": _NAME, "authorizations": [_AUTHORIZED], "event_id": _NAME,
    "event": _EVENT, "team": _ID, "enterprise": _ID, "user": _ID, "channel": _ID, "view": _VIEW,
    "message": _SAID, "container": _CONTAINER, "actions": [_ACTION], "trigger_id": _WORD, "response_url": str,
    "callback_id": _NAME, "action_id": _NAME, "block_id": _NAME, "action_ts": _NAME, "message_ts": _NAME,
    "challenge": str, "response_urls": [{"response_url": str}],
}  # fmt: skip

_KINDS: dict[str, Shape] = {
    "url_verification": {"challenge!": str},
    "event_callback": {"event!": _EVENT},
    "block_actions": {"user!": _WHOM, "actions!": [_ACTION]},
    "message_action": {"user!": _WHOM, "channel!": _WHOM, "message!": {"ts!": _NAME}, "callback_id!": _NAME},
    "shortcut": {"user!": _WHOM, "callback_id!": _NAME},
    "view_submission": {"user!": _WHOM, "view!": _HANDED_IN},
    "view_closed": {"user!": _WHOM, "view!": _VIEW},
    "block_suggestion": {"user!": _WHOM, "action_id!": _NAME},
}

_EVENTS: dict[str, Shape] = {
    "message": {
        **_SAID, "channel!": _NAME, "ts!": _NAME, "channel_type": str, "deleted_ts": _NAME, "message": _SAID,
        "previous_message": _SAID,
    },
    "app_mention": {**_SAID, "channel!": _NAME, "ts!": _NAME},
    "reaction_added": {
        "user!": _NAME, "reaction!": _NAME, "item!": {"type": _NAME, "channel": _NAME, "ts": _NAME}, "item_user": _NAME,
    },
    "app_home_opened": {"user!": _NAME, "tab": str, "view": _VIEW},
    "user_change": {"user!": {"id!": _NAME, "profile": {"email": str}}},
    "tokens_revoked": {"tokens": {"bot": list, "oauth": list}},
}  # fmt: skip
"""Of the events that we listen to."""


def shaped(payload: object) -> Json | None:
    """The payload without its nulls, or None where it has not the shape that Slack documents."""
    if not isinstance(payload, dict):
        return None
    # What is not there is left out or null.
    found: Json = {name: part for name, part in payload.items() if part is not None}
    return found if _sound(found) else None


def _sound(payload: Json) -> bool:
    if not {"type", "command"} & payload.keys() or not _ALL_FIT(payload):
        return False
    if "command" in payload and not all(isinstance(part, str) for part in payload.values()):
        return False
    kind = payload.get("type")
    if not _KIND_FITS.get(kind or "", _any)(payload) or payload.get("actions") == []:
        return False
    return kind != "event_callback" or _EVENT_FITS.get(payload["event"]["type"], _any)(payload["event"])


def _test(shape: Shape) -> Test:
    """The test for a shape, put together once, because every payload is tested."""
    match shape:
        case dict():
            return _mapping(shape)
        case list():
            inner = _test(shape[0])
            return lambda value: isinstance(value, list) and all(map(inner, value))
        case re.Pattern():
            return lambda value: isinstance(value, str) and shape.fullmatch(value) is not None
        case _:
            return lambda value: isinstance(value, shape)


def _mapping(shape: dict[str, Shape]) -> Test:
    needed = [name.removesuffix("!") for name in shape if name.endswith("!")]
    tests = {name.removesuffix("!"): _test(inner) for name, inner in shape.items()}

    def fits(value: object) -> bool:
        if not isinstance(value, dict) or (needed and any(value.get(name) is None for name in needed)):
            return False
        for name, found in value.items():
            if found is not None and (test := tests.get(name)) is not None and not test(found):
                return False
        return True

    return fits


def _any(_: object) -> bool:
    return True


_ALL_FIT = _test(_ALWAYS)
_KIND_FITS = {kind: _test(shape) for kind, shape in _KINDS.items()}
_EVENT_FITS = {kind: _test(shape) for kind, shape in _EVENTS.items()}
