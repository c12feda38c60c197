"""From something said in Teams to a complaint, whichever way it was brought to us."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from bot import guests
from bot.teams.listen import Heard, Room
from bot.teams.render import reply as answered
from bot.teams.roster import Who
from complaints.commands import CaptureComplaint
from complaints.replies import Captured, Refused, Reply, Said
from complaints.severity import Severity
from complaints.ticket import Attachment, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """What was said, where, and (where that is known) more about it."""

    words: str
    source: Source
    channels: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    received_at: datetime | None = None
    customer: str | None = None
    severity: Severity | None = None
    once: str | None = None
    answered_at_once: bool = False


async def capture(room: Room, who: Who, said: Complaint, at: datetime) -> Reply:
    """The new ticket, the one that the same message made before, or why there is none; a guest hears its number."""
    away = room.turned_away(who, reporting=True)
    if away is not None:
        return Refused(away)
    if who.outsider:
        said = replace(said, answered_at_once=True)
    reply = await _captured(room, who, said, at)
    return guests.receipt(reply, who.person) if who.outsider else reply


async def _captured(room: Room, who: Who, said: Complaint, at: datetime) -> Reply:
    return await room.golddust.execute(
        CaptureComplaint(
            at=at, actor=who.person, once=said.once, words=said.words, source=said.source,
            attachments=said.attachments, channels=said.channels, customer=said.customer, severity=said.severity,
            received_at=said.received_at, answered_at_once=said.answered_at_once,
        )
    )  # fmt: skip


async def capture_and_answer(room: Room, who: Who, heard: Heard, said: Complaint) -> None:
    """Like `capture`; whoever brought it hears of a ticket that there is already, or why there is none.

    Of a new ticket they hear by the notice that it causes. The very same message is Teams' own repetition, of which
    its reporter need not hear; the same words under another id may be theirs.
    """
    reply = await capture(room, who, said, heard.at)
    again = isinstance(reply, Captured) and reply.again and not _repeated(reply, who, said)
    if isinstance(reply, Refused | Said) or again:
        await room.answer(heard, answered(reply, reader=who.person))


def _repeated(reply: Captured, who: Who, said: Complaint) -> bool:
    return reply.ticket.reporter_key == who.person and reply.ticket.source.message == said.source.message
