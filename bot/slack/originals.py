"""Reading a message that somebody points at, by a reaction or from its thread."""

from __future__ import annotations

import asyncio

import structlog

from bot.slack.conversations import Busy
from bot.slack.listen import SECONDS, Room
from bot.slack.patience import left
from bot.slack.payloads import Json
from bot.slack.trouble import TROUBLE, code, passing

log = structlog.get_logger()


class Unreadable(Exception):
    """I can’t read that message. Invite me to the channel (`/invite @Golddust`) and try again, or use “Report as complaint” in the message’s menu."""  # noqa: E501 - the docstring is the message

    def __init__(self) -> None:
        super().__init__(type(self).__doc__)


class Gone(Exception):
    """That message is gone. If you remember it, `/complaint` and a sentence will do."""

    def __init__(self) -> None:
        super().__init__(type(self).__doc__)


async def original(room: Room, channel: str, ts: str, *, last_try: bool) -> Json:
    """The message at `ts`, be it a reply; raises Gone, Unreadable, or Busy where another delivery may go better."""
    return await _read(room, channel, ts, last_try=last_try)


async def thread_start(room: Room, channel: str, thread: str, *, last_try: bool) -> Json:
    """The message that a thread hangs under; raises like `original`."""
    return await _read(room, channel, thread, last_try=last_try, in_thread=True)


async def _read(room: Room, channel: str, ts: str, *, last_try: bool, in_thread: bool = False) -> Json:
    try:
        found = None if in_thread else await _from_history(room, channel, ts)
        found = found or await _from_thread(room, channel, ts)
    except TROUBLE as error:
        log.warning("a message could not be read", conversation=channel, error=code(error))
        if code(error) in {"thread_not_found", "message_not_found"}:
            raise Gone from None
        if passing(error) and not last_try:
            raise Busy(code(error)) from None
        raise Unreadable from None
    if found is None or found.get("subtype") == "tombstone":
        raise Gone
    return found


async def _from_history(room: Room, channel: str, ts: str) -> Json | None:
    client = room.client
    page = client.conversations_history(channel=channel, latest=ts, oldest=ts, inclusive=True, limit=1)
    return _at(ts, (await asyncio.wait_for(page, left(SECONDS))).get("messages"))


async def _from_thread(room: Room, channel: str, ts: str) -> Json | None:
    client = room.client
    # The history has no replies in it. Asked for a reply's own ts, Slack gives the reply, or its thread around it.
    page = client.conversations_replies(channel=channel, ts=ts, latest=ts, oldest=ts, inclusive=True, limit=10)
    return _at(ts, (await asyncio.wait_for(page, left(SECONDS))).get("messages"))


def _at(ts: str, messages: list[Json] | None) -> Json | None:
    return next((message for message in messages or () if message.get("ts") == ts), None)
