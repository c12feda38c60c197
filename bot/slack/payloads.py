"""What the listen room reads from Slack's payloads."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from complaints.ticket import Attachment

Json = dict[str, Any]


def human(event: Mapping[str, Any], own: str) -> bool:
    """Whether a person said it: no bot, no app, and not we ourselves."""
    user = event.get("user")
    return bool(user) and user not in {own, "USLACKBOT"} and not event.get("bot_id") and not event.get("bot_profile")


def attachments(message: Mapping[str, Any]) -> tuple[Attachment, ...]:
    """The files that came along with a message; what has been deleted meanwhile is left out."""
    files = [file for file in message.get("files") or () if isinstance(file, dict)]
    return tuple(
        Attachment(
            str(file.get("name") or file.get("title") or file.get("id") or "file"),
            str(file.get("permalink") or file.get("url_private") or ""),
            str(file.get("mimetype") or ""),
        )
        for file in files
        if file.get("mode") not in {"tombstone", "hidden_by_limit"}
    )


def moment(ts: str, now: datetime) -> datetime | None:
    """When a message was written, going by its timestamp; None for what is none, or for the future."""
    try:
        written = datetime.fromtimestamp(float(ts), UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return written if written < now else None


def is_reply(event: Mapping[str, Any]) -> bool:
    """Whether a message hangs in a thread, rather than starting one."""
    return bool(event.get("thread_ts")) and event.get("thread_ts") != event.get("ts")


def thread_of(event: Mapping[str, Any]) -> str | None:
    """The message that a reply hangs under; None for a message that is no reply."""
    return str(event["thread_ts"]) if is_reply(event) else None
