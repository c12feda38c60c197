"""What happens around a captured message: replies in its threads, edits and deletion of the original."""

from __future__ import annotations

from complaints import lifecycle
from complaints.commands import Comment, OriginalDeleted, OriginalEdited
from complaints.lifecycle import Change, Event
from complaints.notices import Notice, Remark, person
from complaints.replies import Done, Nothing
from complaints.rights import refusal
from complaints.ticket import Source, Ticket
from complaints.words import storable
from handlers.context import Context
from handlers.viewing import name_of, view
from storage import messages, seen, tickets


def comment(context: Context, command: Comment) -> Done | Nothing:
    """The ticket whose thread was replied in, with the reply on its timeline and carried to its other thread."""
    place = command.place
    found, from_reporter = _ticket_of_thread(context, place, command.thread)
    if found is None or not seen.first_time(context.session, context.workspace, place.key, context.at, found.number):
        return Nothing()
    words = storable(command.words)
    said: list[Notice] = [_carried(context, found, command.actor, words, from_reporter)]
    works = refusal(context.organisation, found, command.actor, "resolve") is None
    change = lifecycle.commented(
        found, command.actor, command.at, context.presence, words, command.attachments, tuple(said), works
    )
    saved = context.save(change) if change.ticket != found else context.note(change)
    return Done(view(context, saved), "")


def edited(context: Context, command: OriginalEdited) -> Done | Nothing:
    """The ticket with the edited message as a later version of its words."""
    ticket = _ticket_said(context, command.source)
    words = storable(command.words)
    if ticket is None or words == (ticket.words if ticket.words is not None else ticket.verbatim) or not words.strip():
        return Nothing()
    change = lifecycle.reword(ticket, command.actor, command.at, context.presence, words, None)
    return Done(view(context, context.save(change)), "")


def deleted(context: Context, command: OriginalDeleted) -> Done | Nothing:
    """The ticket with a note that its original is gone; what was said is kept."""
    ticket = _ticket_said(context, command.source)
    if ticket is None:
        return Nothing()
    change = Change(ticket, (Event("original deleted", command.actor, command.at),))
    return Done(view(context, context.note(change)), "")


def _carried(context: Context, ticket: Ticket, author: str, words: str, from_reporter: bool) -> Remark:
    audience = "thread:card" if from_reporter else "thread:original"
    if not from_reporter and ticket.source.private:
        audience = person(ticket.reporter)
    return Remark(ticket=ticket.number, audience=audience, author=name_of(context, author), words=words)


def _ticket_of_thread(context: Context, place: Source, thread: str) -> tuple[Ticket | None, bool]:
    """The ticket that a thread is about, and whether it is the reporter's side on which it was replied."""
    where = (context.session, context.workspace, place.platform, place.conversation, thread)
    posted = messages.posted_at(*where)
    number = posted.ticket if posted is not None else tickets.said_under(*where)
    if number is None:
        return None, False
    ticket = tickets.load(context.session, context.workspace, number, lock=True)
    return ticket, posted is None or posted.audience == person(ticket.reporter)


def _ticket_said(context: Context, source: Source) -> Ticket | None:
    number = tickets.said_in(context.session, context.workspace, source.platform, source.conversation, source.message)
    return tickets.load(context.session, context.workspace, number, lock=True) if number is not None else None
