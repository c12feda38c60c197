"""From something said in Slack to a complaint, whichever way it was brought to us."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime

from bot import guests
from bot.slack.listen import Room
from bot.slack.people import Who
from bot.slack.render import reply as answered
from complaints import replies
from complaints.commands import CaptureComplaint
from complaints.replies import Captured, Refused, Reply
from complaints.severity import Severity
from complaints.ticket import Attachment, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What was said, where, and (where that is known) more about it."""

    words: str
    source: Source
    attachments: tuple[Attachment, ...] = ()
    received_at: datetime | None = None
    customer: str | None = None
    severity: Severity | None = None
    event: str | None = None
    answered_at_once: bool = False
    channels: tuple[str, ...] | None = None
    """What the conversation is called, where that is known."""


async def brought_by(room: Room, user: str, conversation: str, at: datetime) -> tuple[Who | None, tuple[str, ...]]:
    """Who a user is (None for a bot) and what a conversation is called, asked at the same time."""
    if room.people.remembers(user):
        # Without the two tasks that asking at the same time takes.
        return await room.people.who(user, at), await room.conversations.names(conversation, at)
    return await asyncio.gather(room.people.who(user, at), room.conversations.names(conversation, at))


async def capture(room: Room, who: Who, said: Said, at: datetime) -> Reply:
    """The new ticket, the one that the same message made before, or why there is none; a guest hears its number."""
    away = room.turned_away(who, reporting=True)
    if away is not None:
        return Refused(away)
    if who.outsider:
        said = replace(said, answered_at_once=True)
    reply = await _captured(room, who.person, said, at)
    return guests.receipt(reply, who.person) if who.outsider else reply


async def _captured(room: Room, reporter: str, said: Said, at: datetime) -> Reply:
    channels = said.channels
    if channels is None:
        channels = await room.conversations.names(said.source.conversation, at)
    return await room.golddust.execute(
        CaptureComplaint(
            at=at, actor=reporter, event=said.event, words=said.words, source=said.source,
            attachments=said.attachments, channels=channels, customer=said.customer, severity=said.severity,
            received_at=said.received_at, answered_at_once=said.answered_at_once,
        )
    )  # fmt: skip


async def capture_and_whisper(
    room: Room, who: Who, user: str, said: Said, at: datetime, thread: str | None = None
) -> Reply:
    """Like `capture`; whoever brought it hears (only they) of a ticket that others reported, or why there is none.

    Of a new ticket they hear by the notice that it causes.
    """
    reply = await capture(room, who, said, at)
    others = isinstance(reply, Captured) and reply.again and reply.ticket.reporter_key != who.person
    if others or isinstance(reply, Refused | replies.Said):
        room.later(room.whisper(said.source.conversation, user, answered(reply, who.person), thread))
    return reply
