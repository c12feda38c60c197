"""Messages: mentions, personal chats, watched channels, replies in threads, edits, deletions."""

from __future__ import annotations

from bot.intents import OpenForm, Report, asks, small_talk
from bot.teams import activities
from bot.teams.answers import Answered, answer
from bot.teams.captures import Complaint, capture_and_answer
from bot.teams.listen import Heard, Room, sentence
from bot.teams.render import help_message
from bot.teams.render import said as answered
from bot.teams.roster import Who
from complaints.commands import Comment, OriginalDeleted, OriginalEdited
from complaints.replies import Refused, Reply

UNREADABLE = (
    "I can’t read the messages above. Use “Report as complaint” in the menu (⋯) of the message that you mean, or "
    "mention me with a sentence."
)
WHICH = "I can’t tell which ticket that is about. Please reply to its card, or use its buttons."


async def message(room: Room, heard: Heard) -> None:
    """Take up a message that somebody wrote, wherever that was."""
    said = complaint(room, heard)
    if not heard.id or (not said.words.strip() and not said.attachments and "value" in heard.raw):
        return  # a press of a button that some clients send as a message
    mentioned = activities.mentioned(heard.raw)
    if said.source.thread is not None and not (mentioned and _asks_us(heard, said)):
        under = await remark(room, heard, said)
        if under is not None and not (isinstance(under, Refused) and asks(said.words, heard.at)):
            if isinstance(under, Refused):
                await room.answer(heard, answered(under))
            return
        if heard.ref.kind == "personal" and not asks(said.words, heard.at):
            await room.answer(heard, sentence(WHICH))
            return
    if heard.ref.kind == "personal" or mentioned:
        await _asked(room, heard, said)
    elif said.source.thread is None and _watched(room, heard):
        await _overheard(room, heard, said)


def complaint(room: Room, heard: Heard) -> Complaint:
    """A message as what was said in it."""
    raw, ref = heard.raw, heard.ref
    thread = activities.thread_of(raw, ref)
    link = activities.permalink_of(ref, heard.id, thread)
    words = activities.words_of(raw)
    return Complaint(
        words=words,
        source=room.source(ref, heard.id, permalink=link, thread=thread, private=ref.kind == "personal"),
        channels=activities.channels_of(raw, ref),
        attachments=activities.files_of(raw, link),
        once=activities.fingerprint(raw, heard.speaker, words, thread),
    )


async def remark(room: Room, heard: Heard, said: Complaint) -> Reply | None:
    """Carry a reply over to the ticket whose thread it is in; what came of it, or None where there is no ticket."""
    thread = said.source.thread
    # Asked first, so that nobody is looked up for the sake of a thread that is none of our business.
    if thread is None or not await room.has_ticket(said.source.conversation, thread):
        return None
    who = await room.who(heard)
    away = room.turned_away(who)
    if away is not None:
        return Refused(away)
    return await room.golddust.execute(
        Comment(
            at=heard.at, actor=who.person, once=said.once, words=said.words, place=said.source, thread=thread,
            attachments=said.attachments,
        )
    )  # fmt: skip


async def edited(room: Room, heard: Heard) -> None:
    """Take up an edit of a message that made a ticket."""
    said = complaint(room, heard)
    if heard.id and await room.has_ticket(said.source.conversation, heard.id):
        who = await room.who(heard)
        await room.golddust.execute(OriginalEdited(at=heard.at, actor=who.person, source=said.source, words=said.words))


async def deleted(room: Room, heard: Heard) -> None:
    """Take up that a message is gone which made a ticket."""
    if heard.id and await room.has_ticket(heard.ref.root, heard.id):
        who = await room.who(heard)
        source = room.source(heard.ref, heard.id)
        await room.golddust.execute(OriginalDeleted(at=heard.at, actor=who.person, source=source))


async def _asked(room: Room, heard: Heard, said: Complaint) -> None:
    """What somebody says to us: a complaint, a command, or a greeting."""
    who = await room.who(heard)
    meant = await answer(room, heard, said.words, who)
    if isinstance(meant, Answered):
        await _show(room, heard, who, meant)
    elif said.attachments or (isinstance(meant, Report) and not small_talk(said.words)):
        await capture_and_answer(room, who, heard, said)
    elif isinstance(meant, OpenForm) and await _under_another(room, said):
        await room.answer(heard, sentence(UNREADABLE))
    else:
        await room.answer(heard, help_message())


def _asks_us(heard: Heard, said: Complaint) -> bool:
    """Whether a message only calls us, or is a command to us."""
    return not said.attachments and asks(said.words, heard.at) and not small_talk(said.words)


async def _under_another(room: Room, said: Complaint) -> bool:
    """Whether a message is under somebody else's, which may well be meant."""
    thread = said.source.thread
    return thread is not None and not await room.has_ticket(said.source.conversation, thread)


async def _show(room: Room, heard: Heard, who: Who, meant: Answered) -> None:
    if meant.private:
        await room.answer_alone(heard, who, meant.shown)
    else:
        await room.answer(heard, meant.shown)


async def _overheard(room: Room, heard: Heard, said: Complaint) -> None:
    """What somebody says in a channel that is watched, to nobody in particular."""
    if said.attachments or (said.words.strip() and not asks(said.words, heard.at)):
        await capture_and_answer(room, await room.who(heard), heard, said)


def _watched(room: Room, heard: Heard) -> bool:
    watch = {entry.lstrip("#").casefold() for entry in room.golddust.organisation.capture.watch}
    names = activities.channels_of(heard.raw, heard.ref)
    return any(name.lstrip("#").casefold() in watch for name in names)
