"""Message events and their subtypes: docs.slack.dev/reference/events/message."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from tests.fakes.slack_call import Json
from tests.fakes.slack_events import event_callback
from tests.fakes.slack_identity import APP, BOT, BOT_NAME, BOT_USER, TEAM
from tests.fakes.slack_ids import epoch, next_id, next_ts
from tests.fakes.slack_text import Part, Said, mention, rich_text, slack_text

_TYPES = {"C": "channel", "G": "group", "D": "im"}


def _event(channel: str, ts: str, channel_type: str = "", **fields: object) -> Json:
    kind = channel_type or _TYPES[channel[0]]
    return {"type": "message", **fields, "ts": ts, "channel": channel, "event_ts": ts, "channel_type": kind}


def _spoken(user: str, said: Said) -> Json:
    client_id = str(uuid.uuid5(uuid.NAMESPACE_URL, next_id("msg")))
    spoken: Json = {"user": user, "client_msg_id": client_id, "text": slack_text(said), "team": TEAM}
    return spoken | {"blocks": rich_text(said, next_id("b"))}


def message(
    channel: str,
    user: str,
    said: Said,
    *,
    at: datetime,
    ts: str = "",
    thread_ts: str = "",
    parent_user: str = "",
    channel_type: str = "",
) -> Json:
    """Return a person's message; the type of conversation follows from C…, G…, D… unless given (mpim)."""
    thread = {"thread_ts": thread_ts, "parent_user_id": parent_user or user} if thread_ts else {}
    event = _event(channel, ts or next_ts(at), channel_type, **_spoken(user, said), **thread)
    return event_callback(event, at=at)


def thread_reply(channel: str, user: str, said: Said, thread_ts: str, *, at: datetime, ts: str = "") -> Json:
    """Return a reply in the thread under `thread_ts`."""
    return message(channel, user, said, at=at, ts=ts, thread_ts=thread_ts)


def thread_broadcast(channel: str, user: str, said: Said, thread_ts: str, *, at: datetime, ts: str = "") -> Json:
    """Return a reply that was also sent to the channel."""
    root = {"type": "message", "thread_ts": thread_ts, "ts": thread_ts, "reply_count": 1}
    fields = _spoken(user, said) | {"thread_ts": thread_ts, "root": root}
    return event_callback(_event(channel, ts or next_ts(at), subtype="thread_broadcast", **fields), at=at)


def file(name: str = "screenshot.png", mimetype: str = "image/png", *, user: str = "", size: int = 9) -> Json:
    """Return a file object as a message carries it."""
    identity, kind = next_id("F"), name.rpartition(".")[2]
    address = f"https://files.slack.com/files-pri/{TEAM}-{identity}"
    return {
        "id": identity,
        "name": name,
        "title": name,
        "mimetype": mimetype,
        "filetype": kind,
        "pretty_type": kind.upper(),
        "user": user,
        "size": size,
        "mode": "hosted",
        "is_external": False,
        "is_public": True,
        "file_access": "visible",
        "url_private": f"{address}/{name}",
        "url_private_download": f"{address}/download/{name}",
        "permalink": f"https://golddust-tests.slack.com/files/{user}/{identity}/{name}",
    }


def file_share(
    channel: str,
    user: str,
    files: Sequence[Json],
    said: Said = "",
    *,
    at: datetime,
    ts: str = "",
    thread_ts: str = "",
) -> Json:
    """Return a message with files; without words it is captionless: empty text, no blocks."""
    fields: Json = {"text": slack_text(said), "files": list(files), "upload": False, "user": user}
    fields |= {"display_as_bot": False, "client_msg_id": str(uuid.uuid5(uuid.NAMESPACE_URL, next_id("msg")))}
    if slack_text(said):
        fields["blocks"] = rich_text(said, next_id("b"))
    if thread_ts:
        fields["thread_ts"] = thread_ts
    return event_callback(_event(channel, ts or next_ts(at), subtype="file_share", **fields), at=at)


def _inner(event: Json) -> Json:
    return {key: value for key, value in event.items() if key not in ("channel", "event_ts", "channel_type")}


def message_changed(original: Json, said: Said, *, at: datetime) -> Json:
    """Return the edit of a message; `original` is the payload that announced it."""
    before, ts = original["event"], next_ts(at)
    new = {"text": slack_text(said), "blocks": rich_text(said, next_id("b"))}
    after = _inner(before) | new | {"edited": {"user": before["user"], "ts": f"{epoch(at)}.000000"}}
    fields = {"subtype": "message_changed", "message": after, "previous_message": _inner(before), "hidden": True}
    return event_callback(_event(before["channel"], ts, before["channel_type"], **fields), at=at)


def message_deleted(original: Json, *, at: datetime) -> Json:
    """Return the deletion of a message; `original` is the payload that announced it."""
    before, ts = original["event"], next_ts(at)
    fields = {"previous_message": _inner(before), "hidden": True, "deleted_ts": before["ts"]}
    event = _event(before["channel"], ts, before["channel_type"], subtype="message_deleted", **fields)
    return event_callback(event, at=at)


def channel_join(channel: str, user: str, *, at: datetime) -> Json:
    """Return the line that says somebody joined."""
    fields = {"subtype": "channel_join", "user": user, "text": f"<@{user}> has joined the channel"}
    return event_callback(_event(channel, next_ts(at), **fields), at=at)


def channel_topic(channel: str, user: str, topic: str, *, at: datetime) -> Json:
    """Return the line that says somebody set the topic."""
    said = f"<@{user}> set the channel topic: {slack_text(topic)}"
    fields = {"subtype": "channel_topic", "user": user, "topic": topic, "text": said}
    return event_callback(_event(channel, next_ts(at), **fields), at=at)


def bot_message(channel: str, said: Said, *, at: datetime, bot: str = "B0OTHER01", name: str = "statusbot") -> Json:
    """Return a message of an old-style integration: it has a bot_id and no user."""
    fields = {"subtype": "bot_message", "bot_id": bot, "username": name, "text": slack_text(said)}
    return event_callback(_event(channel, next_ts(at), **fields), at=at)


def app_message(
    channel: str, said: Said, *, at: datetime, user: str = BOT_USER, bot: str = BOT, app: str = APP, ts: str = ""
) -> Json:
    """Return a message of a modern app, by default our own: no subtype, a user and a bot_id."""
    profile = {"id": bot, "app_id": app, "name": BOT_NAME, "deleted": False, "team_id": TEAM}
    fields = _spoken(user, said) | {"bot_id": bot, "app_id": app, "bot_profile": profile}
    fields.pop("client_msg_id")
    return event_callback(_event(channel, ts or next_ts(at), **fields), at=at)


def me_message(channel: str, user: str, said: Said, *, at: datetime) -> Json:
    """Return a /me message."""
    fields = {"subtype": "me_message", "user": user, "text": slack_text(said)}
    return event_callback(_event(channel, next_ts(at), **fields), at=at)


def app_mention(
    channel: str, user: str, said: Said, *, at: datetime, ts: str = "", thread_ts: str = "", bot: str = BOT_USER
) -> Json:
    """Return a mention of the bot, with its @name put in front; Slack sends the same ts as `message` too."""
    rest = [said] if isinstance(said, str | Part) else list(said)
    event = _event(channel, ts or next_ts(at), **_spoken(user, [mention(bot), " ", *rest]))
    event["type"] = "app_mention"
    event.pop("channel_type")
    return event_callback(event | ({"thread_ts": thread_ts} if thread_ts else {}), at=at)
