"""Which posts about a ticket still hold: the rest has been overtaken, and only tells what happened."""

from __future__ import annotations

from dataclasses import dataclass

from bot.web.board import Post, Thread
from complaints.notices import Captured, Escalation, Foretold, News, Reminder, person
from complaints.ticket import State
from complaints.views import TicketView

MOST_REMARKS = 3
"""Remarks that stay in sight; older ones are folded away."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A thread sorted out: the post that heads it, what holds now, and what happened earlier, each oldest first."""

    head: Post
    now: tuple[Post, ...]
    earlier: tuple[Post, ...]


def standing(thread: Thread, ticket: TicketView | None) -> Standing:
    """The thread as the ticket stands; without a ticket everything holds."""
    cards = [post for post in thread.posts if post.shown.kind == "card"]
    head = cards[-1] if cards else thread.posts[0]
    # A card is edited in place until a newer one takes over, so an old card says nothing of its own.
    rest = [post for post in thread.posts if post not in cards]
    if ticket is None:
        return Standing(head, tuple(rest), ())
    remarks = [post for post in rest if post.shown.kind in ("remark", "reply")]
    told = [post for post in rest if post not in remarks]
    kept = [*[post for post in told if _holds(post, ticket)][-1:], *remarks[-MOST_REMARKS:]]
    return Standing(
        head, tuple(post for post in rest if post in kept), tuple(post for post in rest if post not in kept)
    )


def _holds(post: Post, ticket: TicketView) -> bool:
    match post.shown.notice:
        case Captured():
            return ticket.state is State.NEW
        case News(what="acknowledged"):
            return ticket.state in (State.ACKNOWLEDGED, State.BLOCKED)
        case News(what="promised"):
            return ticket.promised_until is not None
        case News(what="promise lapsed"):
            return ticket.promised_until is None and ticket.state not in (State.RESOLVED, State.CLOSED)
        case News(what="resolved"):
            return ticket.state is State.RESOLVED
        case News():
            return ticket.state is State.CLOSED
        case Reminder() as nudge:
            return nudge.audience == person(ticket.holder_key) and _waits(nudge, ticket)
        case Escalation() as nudge:
            return _waits(nudge, ticket)
        case Foretold():
            return ticket.state is State.BLOCKED
        case _:
            return True


def _waits(nudge: Reminder | Escalation, ticket: TicketView) -> bool:
    clock = ticket.clock(nudge.clock)
    return clock is not None and clock.state in ("running", "overdue") and clock.due_at == nudge.due_at
