"""Mentions of the bot: a complaint, a question, or “look at this thread”."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.intents import OpenForm, small_talk
from bot.slack.answers import answer
from bot.slack.captures import Said, brought_by, capture_and_whisper
from bot.slack.listen import Room, sentence
from bot.slack.listen_messages import asks_us, heard, remark
from bot.slack.originals import Gone, Unreadable, thread_start
from bot.slack.payloads import Json, attachments, human, is_reply, moment, text_of, thread_of
from bot.slack.people import Who
from bot.slack.render import SlackMessage, help_message
from bot.slack.text import without_mention

OURS = "This thread is about a message of mine, which is no complaint."


async def app_mention(room: Room, body: Json, *, last_try: bool = False) -> None:
    """Take up a mention; the same message may arrive as a message event too, and makes one ticket all the same."""
    event, at = body["event"], room.now()
    own = (await room.identity()).user
    if not human(event, own):
        return
    if is_reply(event) and not asks_us(event, own, at) and await remark(room, event, at):
        return
    who, channels = await brought_by(room, str(event["user"]), str(event["channel"]), at)
    if who is None:
        return
    said = replace(await heard(room, body, event), channels=channels)
    empty = not said.words.strip() and not said.attachments
    if empty and is_reply(event) and not await room.has_ticket(str(event["channel"]), str(event["thread_ts"])):
        await _thread(room, event, who, at, last_try=last_try)
        return
    meant = await answer(room, without_mention(text_of(event), own), who, at)
    if isinstance(meant, SlackMessage):
        _whisper(room, event, meant)
    elif not said.attachments and (isinstance(meant, OpenForm) or small_talk(said.words)):
        _whisper(room, event, help_message())
    else:
        await capture_and_whisper(room, who, str(event["user"]), said, at, thread_of(event))


async def _thread(room: Room, event: Json, who: Who, at: datetime, *, last_try: bool) -> None:
    """Capture the message that the thread hangs under."""
    channel, thread = str(event["channel"]), str(event["thread_ts"])
    try:
        parent = await thread_start(room, channel, thread, last_try=last_try)
    except (Unreadable, Gone) as problem:
        _whisper(room, event, sentence(str(problem)))
        return
    if parent.get("user") == (await room.identity()).user:
        _whisper(room, event, sentence(OURS))
        return
    said = Said(
        words=await room.words(text_of(parent)), source=await room.source(channel, thread),
        attachments=attachments(parent), received_at=moment(thread, at),
    )  # fmt: skip
    await capture_and_whisper(room, who, str(event["user"]), said, at, thread)


def _whisper(room: Room, event: Json, said: SlackMessage) -> None:
    room.later(room.whisper(str(event["channel"]), str(event["user"]), said, thread_of(event)))
