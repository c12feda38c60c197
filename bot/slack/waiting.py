"""What of that which Slack brings can be done later, and what tells it from everything else that it brings."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime

from bot.arrival import key_of
from bot.intents import asks, lasting
from bot.slack import forms
from bot.slack.listen_actions import HOME
from bot.slack.payloads import Json, attachments, is_reply, text_of
from bot.slack.text import without_mention
from bot.veil import beside_addresses, under
from complaints.errors import BadInput

_OPENING = frozenset({"resolve", "blocked", "not_mine", "promise", "reopen", "edit", *HOME})
"""Buttons that show something, which has to be within three seconds or not at all."""
_MENTION = re.compile(r"<@[UW][A-Z0-9]+(?:\|[^<>]*)?>")
_SAID = frozenset({"text", "fallback", "pretext"})
SPOKEN = frozenset({None, "file_share", "thread_broadcast", "me_message"})


def key(body: Json) -> str:
    """What tells a payload from all others; the same one delivered again has the same."""
    team = str(body.get("team_id") or (body.get("team") or {}).get("id") or "")
    if body.get("type") == "event_callback" and body.get("event_id"):
        return key_of("slack", "event", team, body["event_id"])
    if body.get("trigger_id"):
        actions = body.get("actions") or [{}]
        return key_of("slack", kind(body), team, body["trigger_id"], actions[0].get("action_ts"))
    return key_of("slack", kind(body), team, json.dumps(body, sort_keys=True))


def kind(body: Json) -> str:
    """What a payload is, in Slack’s own word."""
    found = (body.get("event") or {}).get("type") or body.get("type") or body.get("command") or "request"
    return str(found)[:64]


def can_wait(body: Json, at: datetime, own: str) -> bool:
    """Whether a payload can be dealt with later; `own` is our user, empty where that is unknown."""
    if "command" in body:
        return lasting(str(body.get("text") or ""), at)
    match body.get("type"):
        case "event_callback":
            return _event_can_wait(body.get("event") or {}, at, own)
        case "block_actions":
            return not any(action.get("action_id") in _OPENING for action in body.get("actions") or ())
        case "view_submission":
            return _valid(body.get("view") or {})
    return False


def addressed(event: Json) -> bool:
    """Whether a person says something to us, and so waits for a word."""
    if event.get("subtype") not in SPOKEN or event.get("bot_id") or not event.get("user"):
        return False
    return event.get("type") == "app_mention" or (event.get("type") == "message" and event.get("channel_type") == "im")


def user_of(body: Json) -> str:
    """Who waits for an answer, or nobody."""
    found = body.get("user_id") or (body.get("user") or {}).get("id") or (body.get("event") or {}).get("user")
    return found if isinstance(found, str) else ""


def reports(body: Json, at: datetime) -> bool:
    """Whether it is a report, of which a person wants the number, and not another wish."""
    if "command" in body:
        return not asks(str(body.get("text") or ""), at)
    view, event = body.get("view") or {}, body.get("event") or {}
    if body.get("type") == "view_submission":
        return bool(view.get("callback_id") == "capture")
    return bool(event) and (bool(attachments(event)) or not asks(_MENTION.sub("", text_of(event)), at))


def masked(body: Json, change: Callable[[str], str]) -> Json:
    """The payload with what somebody typed changed: a command, what was said, or the fields of a form."""
    if "command" in body:
        return body | {"text": beside_addresses(change)(str(body.get("text") or ""))}
    if isinstance(event := body.get("event"), dict):
        return body | {"event": under(_SAID, event, beside_addresses(change))}
    if body.get("type") == "view_submission" and isinstance(view := body.get("view"), dict):
        state = under({"value"}, view.get("state"), change)
        return body | {"view": {**view, "state": state, "blocks": under({"initial_value"}, view.get("blocks"), change)}}
    return body


def _valid(view: Json) -> bool:
    """Whether a form can be kept; one with a mistake in it is told so at once."""
    try:
        form = forms.capture(view) if view.get("callback_id") == "capture" else None
    except BadInput:
        return False
    return form is None or bool(form.words.strip() or form.files)


def _event_can_wait(event: Json, at: datetime, own: str) -> bool:
    if event.get("type") == "app_home_opened":
        return False
    if not addressed(event) or attachments(event):
        return True
    words = without_mention(text_of(event), own)
    # A mention without words under a message of somebody else reports that message.
    return lasting(words, at) or (is_reply(event) and not words.strip())
