"""The reaction that makes a complaint of somebody's message."""

from __future__ import annotations

from bot.slack.captures import Said, brought_by, capture_and_whisper
from bot.slack.listen import Room, sentence
from bot.slack.originals import Gone, Unreadable, original
from bot.slack.payloads import Json, attachments, moment, text_of, thread_of


async def reaction_added(room: Room, body: Json, *, last_try: bool = False) -> None:
    """Capture the message under the configured reaction; whoever reacted is its reporter."""
    event, at = body["event"], room.now()
    item, user = event.get("item") or {}, str(event.get("user") or "")
    own = (await room.identity()).user
    if not _meant(room, event, item) or own in {user, event.get("item_user")}:
        return
    channel, ts = str(item["channel"]), str(item["ts"])
    who, channels = await brought_by(room, user, channel, at)
    if who is None:
        return
    try:
        message = await original(room, channel, ts, last_try=last_try)
    except (Unreadable, Gone) as problem:
        room.later(room.whisper(channel, user, sentence(str(problem))))
        return
    if message.get("user") == own:
        return
    thread = thread_of(message)
    said = Said(
        words=await room.words(text_of(message)),
        source=await room.source(channel, ts, private=channel.startswith("D"), thread=thread),
        attachments=attachments(message), received_at=moment(ts, at), event=str(body.get("event_id") or "") or None,
        channels=channels,
    )  # fmt: skip
    await capture_and_whisper(room, who, user, said, at, thread)


def _meant(room: Room, event: Json, item: Json) -> bool:
    # A skin tone is part of a reaction's name.
    name = str(event.get("reaction") or "").partition("::")[0]
    if item.get("type") != "message" or not {"channel", "ts"} <= item.keys():
        return False
    return bool(name == room.golddust.organisation.capture.reaction)
