"""What the listen room reads from Slack's payloads."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bot.slack.identity import Identity
from complaints.ticket import Attachment

Json = dict[str, Any]


def human(event: Mapping[str, Any], own: str) -> bool:
    """Whether a person said it: no bot, no app, and not we ourselves."""
    user = event.get("user")
    return bool(user) and user not in {own, "USLACKBOT"} and not event.get("bot_id") and not event.get("bot_profile")


def by_ourselves(event: Mapping[str, Any], own: Identity | None) -> bool:
    """Whether we did it ourselves, as far as we know who we are; nothing of that is taken up."""
    if own is None:
        return False
    return own.user == _doer(event) or (bool(own.bot) and event.get("bot_id") == own.bot)


def _doer(event: Mapping[str, Any]) -> object:
    for place in (event, event.get("message"), event.get("previous_message")):
        user = place.get("user") if isinstance(place, Mapping) else None
        if user is not None:
            return user.get("id") if isinstance(user, Mapping) else user
    return None


def text_of(message: Mapping[str, Any]) -> str:
    """What a message says, as Slack's text; of one without text (a forwarded one, say) what is attached or built."""
    text = str(message.get("text") or "")
    if text.strip():
        return text
    shared = [_attached(one) for one in message.get("attachments") or () if isinstance(one, dict)]
    return "\n".join(part for part in (*shared, _built(message.get("blocks"))) if part.strip())


def _attached(shared: Json) -> str:
    quoted = [one.get("message") or {} for one in shared.get("message_blocks") or () if isinstance(one, dict)]
    built = "\n".join(_built(one.get("blocks")) for one in (*quoted, shared) if isinstance(one, dict))
    said = next((one for one in (shared.get("text"), built, shared.get("fallback")) if one and str(one).strip()), "")
    return str(said).strip()


def _built(blocks: Any) -> str:
    lines = [_flat(block) for block in blocks if isinstance(block, dict)] if isinstance(blocks, list) else []
    return "\n".join(line for line in lines if line.strip())


def _flat(part: Any) -> str:
    """A block, or an element of one, as Slack's text; what has no words is empty."""
    if isinstance(part, list):
        return "".join(_flat(one) for one in part)
    if not isinstance(part, dict):
        return ""
    kind, inner = str(part.get("type") or ""), part.get("text")
    if kind in _MARKS:
        before, name, after = _MARKS[kind]
        return f"{before}{part.get(name) or ''}{after}"
    if kind == "link":
        return f"<{part.get('url') or ''}|{_bare(inner)}>" if inner else f"<{part.get('url') or ''}>"
    if isinstance(inner, str):
        return inner if kind == "mrkdwn" else _bare(inner)
    if kind == "section":
        return "\n".join(line for line in (_flat(inner), *map(_flat, part.get("fields") or ())) if line)
    if kind in {"rich_text", "rich_text_list", "context"}:
        return "\n".join(line for line in map(_flat, part.get("elements") or ()) if line)
    return _flat(part.get("elements") or inner)


_MARKS = {
    "user": ("<@", "user_id", ">"), "channel": ("<#", "channel_id", ">"),
    "usergroup": ("<!subteam^", "usergroup_id", ">"),
    "broadcast": ("<!", "range", ">"), "emoji": (":", "name", ":"),
}  # fmt: skip


def _bare(text: Any) -> str:
    return str(text or "").replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


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
        if str(file.get("mode")) not in {"tombstone", "hidden_by_limit"}
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
