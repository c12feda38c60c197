"""Commands, shortcuts, actions and views: docs.slack.dev/reference/interaction-payloads."""

from __future__ import annotations

from datetime import datetime

from tests.fakes.slack_call import Json
from tests.fakes.slack_identity import APP, TEAM, TEAM_DOMAIN, VERIFICATION_TOKEN
from tests.fakes.slack_ids import next_id, next_ts

HOOKS = "https://hooks.slack.com/actions/fake"


def _common(kind: str, user: str, trigger_id: str) -> Json:
    name = user.lower()
    return {
        "type": kind,
        "team": {"id": TEAM, "domain": TEAM_DOMAIN},
        "user": {"id": user, "username": name, "name": name, "team_id": TEAM},
        "api_app_id": APP,
        "token": VERIFICATION_TOKEN,
        "trigger_id": trigger_id or next_id("1.2.trigger"),
        "enterprise": None,
        "is_enterprise_install": False,
    }


def slash_command(
    user: str,
    text: str,
    *,
    channel: str = "C0GENERAL",
    command: str = "/complaint",
    trigger_id: str = "",
    response_url: str = HOOKS,
) -> Json:
    """Return the fields of a slash command's form; `text` is as sent, escaped if the app asks for it."""
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": TEAM,
        "team_domain": TEAM_DOMAIN,
        "channel_id": channel,
        "channel_name": "directmessage" if channel.startswith("D") else channel.lower(),
        "user_id": user,
        "user_name": user.lower(),
        "command": command,
        "text": text,
        "api_app_id": APP,
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": trigger_id or next_id("1.2.trigger"),
    }


def global_shortcut(user: str, callback_id: str, *, at: datetime, trigger_id: str = "") -> Json:
    """Return a shortcut from the composer or the search bar: it knows no conversation."""
    return _common("shortcut", user, trigger_id) | {"callback_id": callback_id, "action_ts": next_ts(at)}


def message_shortcut(
    user: str,
    callback_id: str,
    channel: str,
    message: Json,
    *,
    at: datetime,
    trigger_id: str = "",
    response_url: str = HOOKS,
) -> Json:
    """Return a shortcut used on `message` (an event of `slack_messages` or a stored message)."""
    return _common("message_action", user, trigger_id) | {
        "action_ts": next_ts(at),
        "callback_id": callback_id,
        "response_url": response_url,
        "message_ts": message["ts"],
        "channel": {"id": channel, "name": channel.lower()},
        "message": {key: value for key, value in message.items() if key not in ("channel", "channel_type")},
    }


def action_on_message(
    user: str,
    action: Json,
    channel: str,
    message: Json,
    *,
    trigger_id: str = "",
    response_url: str = HOOKS,
) -> Json:
    """Return a block action on a message; one with `is_ephemeral` (a whisper) carries no message back."""
    whispered = bool(message.get("is_ephemeral"))
    container: Json = {"type": "message", "message_ts": message["ts"], "channel_id": channel}
    if message.get("thread_ts"):
        container["thread_ts"] = message["thread_ts"]
    payload = _common("block_actions", user, trigger_id) | {
        "container": container | {"is_ephemeral": whispered},
        "channel": {"id": channel, "name": "directmessage" if channel.startswith("D") else channel.lower()},
        "state": {"values": {}},
        "response_url": response_url,
        "actions": [action],
    }
    return payload if whispered else payload | {"message": message}


def action_on_view(user: str, action: Json, view: Json, *, trigger_id: str = "") -> Json:
    """Return a block action in a modal or on the App Home, with the view's state."""
    return _common("block_actions", user, trigger_id) | {
        "container": {"type": "view", "view_id": view["id"]},
        "view": view,
        "actions": [action],
    }


def view_submission(user: str, view: Json, *, trigger_id: str = "") -> Json:
    """Return the submission of a modal; fill it in first with `slack_forms.filled`."""
    return _common("view_submission", user, trigger_id) | {"view": view, "response_urls": []}


def view_closed(user: str, view: Json, *, is_cleared: bool = False) -> Json:
    """Return the closing of a modal that asked to be told (`notify_on_close`)."""
    payload = _common("view_closed", user, "") | {"view": view, "is_cleared": is_cleared}
    del payload["trigger_id"]
    return payload


def block_suggestion(user: str, action_id: str, block_id: str, value: str, view: Json) -> Json:
    """Return the question for options after typing `value` into an external select of a view."""
    payload = _common("block_suggestion", user, "") | {
        "container": {"type": "view", "view_id": view["id"]},
        "view": view,
        "action_id": action_id,
        "block_id": block_id,
        "value": value,
    }
    del payload["trigger_id"]
    return payload
