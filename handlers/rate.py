"""Somebody says whether a nudge was useful."""

from __future__ import annotations

from collections.abc import Sequence

from complaints.commands import RateNudge
from complaints.errors import NotAllowed
from complaints.lifecycle import Change, Event
from complaints.replies import Said
from handlers.context import Context
from storage import tickets, timeline

_SENT = frozenset({"reminded", "escalated"})


def rate(context: Context, command: RateNudge) -> Said:
    """A word of thanks; raises UnknownTicket, and NotAllowed for somebody who was not nudged about it."""
    ticket = tickets.load(context.session, context.workspace, command.number, lock=True)
    events = timeline.read(context.session, context.workspace, command.number)
    step = _step(events, command)
    if step is None:
        raise NotAllowed(reason=f"I have not asked you about {ticket.ref}, so there is nothing to rate.")
    vote = "yes" if command.useful else "no"
    if _said(events, command.actor, step) != vote:
        event = Event("useful", command.actor, command.at, {"step": step, "vote": vote})
        context.note(Change(ticket, (event,)))
    return Said("Thank you.")


def _step(events: Sequence[Event], command: RateNudge) -> str | None:
    """The step that is meant, if the actor was nudged with it: the one that is named, else their latest."""
    mine = [str(e.data.get("step", "")) for e in events if e.kind in _SENT and e.data.get("to") == command.actor]
    if command.step:
        return command.step if command.step in mine else None
    return mine[-1] if mine else None


def _said(events: Sequence[Event], actor: str, step: str) -> object:
    """The latest vote of a person on a step."""
    votes = [e.data.get("vote") for e in events if (e.kind, e.actor, e.data.get("step")) == ("useful", actor, step)]
    return votes[-1] if votes else None
