"""What went wrong with a call to Slack: worth another try, or something that an operator has to put right."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from aiohttp import ClientConnectorError, ClientError, ConnectionTimeoutError, InvalidURL
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.channel import MayHaveArrived, TryLater, Undeliverable

FAILURES = (SlackClientError, ClientError, TimeoutError, OSError)
"""Every way in which a call to Slack fails."""


class NoToken(SlackClientError):
    """There is no token to call Slack with, and only an operator can change that; the message says how."""


LEAST_WAIT = timedelta(seconds=30)
"""The wait after a rate limit that names none."""

_PASSING = frozenset({
    "internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org",
    "message_limit_exceeded",
})  # fmt: skip
_IN_PART = frozenset({"internal_error", "fatal_error", "service_unavailable"})
"""After these "some aspect of the operation" may have "succeeded before the error was raised" (docs.slack.dev)."""
_NEVER_CONNECTED = (ClientConnectorError, ConnectionTimeoutError, ConnectionRefusedError, InvalidURL)
_BUSY = frozenset({"ratelimited", "rate_limited"})

_INVITE = "Golddust is not a member of {channel}: invite it there with /invite @Golddust"
_REINSTALL = (
    "Slack does not accept the bot token ({error}): reinstall the app, and set SLACK_BOT_TOKEN to its new token "
    "unless it was installed through Golddust"
)
_TOO_LARGE = "Slack finds the message too large or malformed ({error}): please report this as a defect of Golddust"
_GONE = "Slack can’t write to {channel} ({error}): look at the person’s `slack` id in golddust.yml, they may have left"
_ARCHIVED = "{channel} is archived: unarchive it, or give the team another `channel` in golddust.yml"
_FORBIDDEN = "The workspace does not let Golddust post in {channel} ({error}): ask a Slack admin to allow it"

_FOR_GOOD: dict[str, str] = {
    "channel_not_found": "Slack knows no {channel} that Golddust may see: invite @Golddust there if it is private, or "
    "correct the `channel` in golddust.yml",
    "not_in_channel": _INVITE,
    "user_not_in_channel": "They are not in {channel}, so nothing can be shown to them there",
    "is_archived": _ARCHIVED,
    "is_inactive": _ARCHIVED,
    "missing_scope": "The app lacks a permission: add the scope {needed} in manifest.yml and reinstall the app",
    "invalid_auth": _REINSTALL,
    "not_authed": "There is no bot token: set SLACK_BOT_TOKEN",
    "token_revoked": _REINSTALL,
    "token_expired": _REINSTALL,
    "account_inactive": _REINSTALL,
    "not_allowed_token_type": "SLACK_BOT_TOKEN is not a bot token: it has to start with xoxb-",
    "user_not_found": _GONE,
    "user_disabled": _GONE,
    "cannot_dm_bot": "The `slack` id in golddust.yml is that of an app, not of a person: correct it",
    "messages_tab_disabled": "Golddust’s Messages tab is off: set messages_tab_enabled in manifest.yml and reinstall",
    "restricted_action": _FORBIDDEN,
    "restricted_action_read_only_channel": _FORBIDDEN,
    "restricted_action_thread_only_channel": _FORBIDDEN,
    "restricted_action_thread_locked": _FORBIDDEN,
    "restricted_action_non_threadable_channel": _FORBIDDEN,
    "team_access_not_granted": _FORBIDDEN,
    "invalid_blocks": _TOO_LARGE,
    "invalid_blocks_format": _TOO_LARGE,
    "msg_too_long": _TOO_LARGE,
    "msg_blocks_too_long": _TOO_LARGE,
    "no_text": _TOO_LARGE,
    "invalid_arguments": _TOO_LARGE,
    "message_not_found": "The message in {channel} that was to be answered or edited is gone",
    "thread_not_found": "The thread in {channel} that was to be answered is gone",
}


def fault_of(error: Exception) -> TryLater | Undeliverable:
    """What an error of a call to Slack means for the notice that was being sent."""
    if isinstance(error, NoToken):
        return Undeliverable(str(error))
    if not isinstance(error, SlackApiError):
        if isinstance(error, FAILURES):
            return TryLater(f"Slack could not be reached: {type(error).__name__} {error}".rstrip())
        return Undeliverable(f"Golddust could not send it: {type(error).__name__}; see the log")
    code, status = code_of(error), _status(error)
    if status == 429 or code in _BUSY:
        return TryLater("Slack asks for a pause (rate limit)", _pause(error), counted=False)
    if code in _PASSING or (not code and status != 404):
        return TryLater(f"Slack has trouble of its own: {code or f'HTTP status {status}'}")
    sentence = _FOR_GOOD.get(code, "Slack refused the message: {error}")
    facts = {"error": code or f"HTTP status {status}", "channel": _channel(error), "needed": _needed(error)}
    return Undeliverable(sentence.format(**facts) + ".")


def may_have_arrived(error: Exception) -> MayHaveArrived | None:
    """What to raise for a post of which the error does not tell whether Slack did it; None where it did not."""
    if not _ambiguous(error):
        return None
    return MayHaveArrived(f"it may have arrived and may not: {fault_of(error)}")


def _ambiguous(error: Exception) -> bool:
    if isinstance(error, SlackApiError):
        code, status = code_of(error), _status(error)
        return code in _IN_PART or (not code and not 400 <= status < 500)
    # Slack's own other errors come up before anything is sent.
    return not isinstance(error, (SlackClientError, *_NEVER_CONNECTED))


def code_of(error: Exception) -> str:
    """Slack's own word for what is wrong, or nothing."""
    data = _data(error)
    return str(data.get("error") or "")


def _data(error: Exception) -> dict[str, Any]:
    data = getattr(getattr(error, "response", None), "data", None)
    return data if isinstance(data, dict) else {}


def _status(error: SlackApiError) -> int:
    # A body that is no JSON leaves slack_sdk with the transport's own response, which calls it `status`.
    response = error.response
    return int(getattr(response, "status_code", None) or getattr(response, "status", None) or 0)


def _pause(error: SlackApiError) -> timedelta:
    asked = str((getattr(error.response, "headers", None) or {}).get("Retry-After", ""))
    return timedelta(seconds=int(asked)) if asked.isdecimal() and len(asked) < 7 else LEAST_WAIT


def _needed(error: SlackApiError) -> str:
    return " or ".join(scope for scope in str(_data(error).get("needed") or "that is named in the log").split(","))


def _channel(error: SlackApiError) -> str:
    arguments = getattr(error.response, "req_args", None) or {}
    for sent in (arguments.get("json"), arguments.get("params"), arguments.get("data")):
        if isinstance(sent, dict) and sent.get("channel"):
            return str(sent["channel"])
    return "the conversation"
