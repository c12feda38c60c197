"""Messages: complaints in watched channels and direct messages, replies in threads, edits, deletions."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.intents import OpenForm, asks, small_talk
from bot.slack.answers import answer
from bot.slack.captures import Said, brought_by, capture, capture_and_whisper
from bot.slack.listen import Room, plainly, sentence
from bot.slack.payloads import Json, attachments, human, is_reply, text_of, thread_of
from bot.slack.render import SlackMessage, help_message
from bot.slack.render import reply as answered
from bot.slack.text import without_mention
from complaints.commands import Comment, OriginalDeleted, OriginalEdited
from complaints.replies import Refused
from complaints.replies import Said as Told

SPOKEN = frozenset({None, "file_share", "thread_broadcast", "me_message"})
"""The kinds of message that a person writes; joins, topics, bots and the like have others."""

UNKNOWN = "somebody"
WHICH = "I can’t tell which ticket that is about. Please reply under its card, or use its buttons."


async def message(room: Room, body: Json, *, last_try: bool = False) -> None:
    """Take up a message event, whatever kind it is."""
    event = body["event"]
    kind = event.get("subtype")
    if kind == "message_changed":
        await _changed(room, event)
    elif kind == "message_deleted":
        await _deleted(
            room, str(event.get("channel")), str(event.get("deleted_ts")), event.get("previous_message") or {}
        )
    elif kind in SPOKEN and human(event, (await room.identity()).user):
        await _said(room, body, event, last_try=last_try)


async def _said(room: Room, body: Json, event: Json, *, last_try: bool) -> None:
    channel, at = str(event["channel"]), room.now()
    direct = event.get("channel_type") == "im" or channel.startswith("D")
    ours = is_reply(event) and asks_us(event, (await room.identity()).user, at)
    if direct and (ours or not is_reply(event)):
        await _direct(room, body, event, at)
    elif ours:
        # It arrives as a mention too, and is answered there.
        return
    elif is_reply(event):
        if not await remark(room, event, at) and direct:
            room.later(_tell(room, channel, sentence(WHICH), str(event["thread_ts"])))
    elif await room.conversations.watched(channel, room.golddust.organisation.capture.watch, at, last_try=last_try):
        await _watched(room, body, event, at)


async def remark(room: Room, event: Json, at: datetime) -> bool:
    """Carry a reply over to the ticket whose thread it is in; whether there is one."""
    channel, thread = str(event["channel"]), str(event["thread_ts"])
    # Asked first, so that nobody is looked up for the sake of a thread that is none of our business.
    if not await room.has_ticket(channel, thread):
        return False
    who = await room.people.who(str(event["user"]), at)
    away = room.turned_away(who) if who is not None else None
    if away is not None:
        room.later(room.whisper(channel, str(event["user"]), plainly(away), thread))
    elif who is not None:
        place = await room.source(channel, str(event["ts"]), private=channel.startswith("D"))
        reply = await room.golddust.execute(
            Comment(
                at=at, actor=who.person, words=await room.words(text_of(event)), place=place, thread=thread,
                attachments=attachments(event),
            )
        )  # fmt: skip
        if isinstance(reply, Refused):
            room.later(_tell(room, channel, answered(reply), thread))
    return True


async def _watched(room: Room, body: Json, event: Json, at: datetime) -> None:
    said = await heard(room, body, event)
    if not said.attachments and _left_to_the_mention(said.words, event, (await room.identity()).user, at):
        return
    who, channels = await brought_by(room, str(event["user"]), str(event["channel"]), at)
    if who is not None and (said.words.strip() or said.attachments):
        said = replace(said, channels=channels)
        await capture_and_whisper(room, who, str(event["user"]), said, at)


def _left_to_the_mention(words: str, event: Json, own: str, at: datetime) -> bool:
    """Whether we are asked something: that message arrives as a mention too, and is answered there."""
    return f"<@{own}" in text_of(event) and asks(words, at)


def asks_us(event: Json, own: str, at: datetime) -> bool:
    """Whether a message only calls us, or is a command to us."""
    text = text_of(event)
    words = without_mention(text, own)
    return f"<@{own}" in text and not attachments(event) and asks(words, at) and not small_talk(words)


async def _direct(room: Room, body: Json, event: Json, at: datetime) -> None:
    """What somebody writes to us alone: a complaint, a command, or a greeting."""
    channel, who = str(event["channel"]), await room.people.who(str(event["user"]), at)
    said = await heard(room, body, event, private=True)
    if who is None:
        return
    meant = await answer(room, without_mention(text_of(event), (await room.identity()).user), who, at)
    if isinstance(meant, SlackMessage):
        room.later(_tell(room, channel, meant))
    elif not said.attachments and (isinstance(meant, OpenForm) or small_talk(said.words)):
        room.later(_tell(room, channel, help_message()))
    else:
        reply = await capture(room, who, said, at)
        if isinstance(reply, Refused | Told):
            room.later(_tell(room, channel, answered(reply)))


async def _tell(room: Room, channel: str, said: SlackMessage, thread: str | None = None) -> None:
    await room.tell(channel, said, thread)


async def heard(room: Room, body: Json, event: Json, *, private: bool = False) -> Said:
    """A message as what was said in it."""
    return Said(
        words=await room.words(text_of(event)),
        source=await room.source(str(event["channel"]), str(event["ts"]), private=private, thread=thread_of(event)),
        attachments=attachments(event),
        event=str(body.get("event_id") or "") or None,
    )


async def _changed(room: Room, event: Json) -> None:
    new, old = event.get("message") or {}, event.get("previous_message") or {}
    channel, ts = str(event.get("channel")), str(new.get("ts"))
    if new.get("subtype") == "tombstone":
        # What is left of a deleted message that has replies.
        await _deleted(room, channel, ts, old)
    elif text_of(new) != text_of(old) and human(new, (await room.identity()).user):
        await _edited(room, channel, ts, new)


async def _edited(room: Room, channel: str, ts: str, new: Json) -> None:
    at = room.now()
    if not await room.has_ticket(channel, ts):
        return
    editor = str((new.get("edited") or {}).get("user") or new["user"])
    person = await room.people.person(editor, at)
    if person is not None:
        source = await room.source(channel, ts)
        await room.golddust.execute(
            OriginalEdited(at=at, actor=person, source=source, words=await room.words(text_of(new)))
        )


async def _deleted(room: Room, channel: str, ts: str, previous: Json) -> None:
    at = room.now()
    if not await room.has_ticket(channel, ts):
        return
    # Slack does not say who deleted it; mostly it is the author.
    author = await room.people.person(str(previous["user"]), at) if previous.get("user") else None
    source = await room.source(channel, ts)
    await room.golddust.execute(OriginalDeleted(at=at, actor=author or UNKNOWN, source=source))
