"""What happens around a captured message: replies in its threads, edits and deletion of the original."""

from __future__ import annotations

import re
from dataclasses import replace

from complaints import lifecycle
from complaints.commands import Comment, OriginalDeleted, OriginalEdited
from complaints.errors import BadInput
from complaints.holding import in_place_of_owner
from complaints.lifecycle import Change, Event
from complaints.notices import Bundle, Notice, Remark, person, team
from complaints.replies import Done, Nothing
from complaints.rights import refusal
from complaints.ticket import Kind, Source, Ticket, number_of
from complaints.words import named, storable
from handlers.context import Context
from handlers.viewing import name_of, view
from storage import messages, outbox, seen, tickets

_BEGINS = re.compile(r"\W*(C-?[0-9]{1,9})\b[\s:;,.–—-]*(.*)", re.DOTALL | re.IGNORECASE)
_WHICH = "Which ticket is that about? Begin your reply with its number, for example “{ref}: …”."


def comment(context: Context, command: Comment) -> Done | Nothing:
    """The ticket whose thread was replied in, with the reply on its timeline and carried to its other thread.

    Under a bundle the reply begins with its ticket’s reference; raises BadInput where it does not. Nothing new is kept
    of a ticket whose words were erased.
    """
    place = command.place
    command, found, from_reporter = _about_one(context, command)
    if found is None or found.erased_at is not None:
        return Nothing()
    if not seen.first_time(context.session, context.workspace, place.key, context.at, found.number):
        return Nothing()
    words = storable(command.words)
    files = tuple(replace(file, name=named(file.name), address=storable(file.address)) for file in command.attachments)
    author = name_of(context, command.actor)
    said: list[Notice] = [
        Remark(ticket=found.number, audience=audience, author=author, words=words, files=files)
        for audience in _audiences(context, found, command.actor, from_reporter)
    ]
    works = refusal(context.organisation, found, command.actor, "resolve") is None
    change = lifecycle.commented(found, command.actor, command.at, context.presence, words, files, tuple(said), works)
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


def _audiences(context: Context, ticket: Ticket, author: str, from_reporter: bool) -> list[str]:
    """Where a reply is carried to: the reporter's side, or the team's and the owner's cards that are there.

    While the owner is away it goes to whoever acts in their place, too.
    """
    if not from_reporter and ticket.kind is not Kind.COMPLAINT:
        return []  # nobody reported it
    if not from_reporter:
        return [person(ticket.reporter) if ticket.source.private else "thread:original"]
    of = (context.session, context.workspace, ticket.number)
    there = {*messages.carded(*of), *outbox.carded(*of)}
    found = ["thread:card"] if team(ticket.team) in there else []
    if not ticket.owner:
        return found
    acting = in_place_of_owner(ticket, context.presence, context.at)
    if ticket.owner != author and person(ticket.owner) in there:
        found.append("thread:owner")
    if acting != author and (acting != ticket.owner or not found):
        # Somebody has to hear of it, also where there is no card of theirs to hang it under.
        found.append(person(acting))
    return found


def _about_one(context: Context, command: Comment) -> tuple[Comment, Ticket | None, bool]:
    """The reply without the reference that it begins with, its ticket, and whether it is from the reporter’s side."""
    bundle = _bundle_at(context, command.place, command.thread)
    if bundle is None:
        return command, *_ticket_of_thread(context, command.place, command.thread)
    said = _BEGINS.match(command.words)
    number = number_of(said[1]) if said else None
    if said is None or number not in {item.ticket for item in bundle.items}:
        raise BadInput(field="words", reason=_WHICH.format(ref=f"C-{bundle.items[0].ticket}"))
    if not said[2].strip() and not command.attachments:
        raise BadInput(field="words", reason=f"What do you want to say about C-{number}? Write it after the number.")
    ticket = tickets.load(context.session, context.workspace, number, lock=True)
    return replace(command, words=said[2]), ticket, bundle.audience == person(ticket.reporter)


def _bundle_at(context: Context, place: Source, thread: str) -> Bundle | None:
    """The bundle of several tickets that a thread hangs under, if it does."""
    where = (context.session, context.workspace)
    if messages.posted_at(*where, place.platform, place.conversation, thread) is not None:
        return None
    notice = messages.bundle_at(*where, place.platform, place.conversation, thread)
    parcel = outbox.find(*where, notice) if notice is not None else None
    return parcel.notice if parcel is not None and isinstance(parcel.notice, Bundle) else None


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
    """The ticket that a message made, unless its words were erased."""
    number = tickets.said_in(context.session, context.workspace, source.platform, source.conversation, source.message)
    ticket = tickets.load(context.session, context.workspace, number, lock=True) if number is not None else None
    return ticket if ticket is not None and ticket.erased_at is None else None
