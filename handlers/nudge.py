"""One pass over the tickets whose next nudge is due, and the auditor that finds the forgotten ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from complaints import lifecycle, policy
from complaints.lifecycle import GOLDDUST, Event
from complaints.notices import Nudge, Reminder
from complaints.ticket import Ticket
from handlers.context import Context
from storage import outbox, tickets, timeline

PORTION = 50
"""Tickets that one transaction judges; few enough that a complaint said meanwhile does not wait."""


LATER = timedelta(hours=1)
"""When a ticket that could not be judged is tried again."""


def nudge_due(context: Context, limit: int = PORTION) -> tuple[int, list[Nudge]]:
    """Judge up to `limit` due tickets; how many there were, and the nudges put in the outbox."""
    due = tickets.due(context.session, context.workspace, context.at, limit)
    return len(due), [nudge for ticket in due for nudge in _judge_alone(context, ticket)]


def audit(context: Context, limit: int = PORTION) -> list[Ticket]:
    """Rule 10: the open tickets without a next nudge, repaired; the list should be empty."""
    found = tickets.orphans(context.session, context.workspace, limit)
    for orphan in found:
        repaired = policy.scheduled(context.held(orphan), context.presence, context.at)
        tickets.save(context.session, context.workspace, repaired)
        event = Event("repaired", GOLDDUST, context.at, {"why": "it had no next nudge"})
        timeline.append(context.session, context.workspace, orphan.number, [event])
    return found


def _judge_alone(context: Context, ticket: Ticket) -> tuple[Nudge, ...]:
    """The nudges for one ticket; one that can't be judged says so on its timeline and is tried later."""
    try:
        with context.session.begin_nested():
            return _judge(context, ticket)
    except Exception as error:  # noqa: BLE001 - the tick must not die
        event = Event("not judged", GOLDDUST, context.at, {"why": f"{type(error).__name__}: {error}"[:200]})
        tickets.save(context.session, context.workspace, replace(ticket, next_nudge_at=context.at + LATER))
        timeline.append(context.session, context.workspace, ticket.number, [event])
        return ()


def _judge(context: Context, ticket: Ticket) -> tuple[Nudge, ...]:
    if ticket.promise is not None and ticket.promise.until <= context.at:
        ticket = context.save(lifecycle.break_promise(ticket, context.at, context.presence))
    judged = policy.judge(context.held(ticket), context.presence, context.at)
    tickets.save(context.session, context.workspace, judged.ticket)
    timeline.append(context.session, context.workspace, ticket.number, [_event(context, n) for n in judged.nudges])
    outbox.put(context.session, context.workspace, judged.nudges, context.at)
    return judged.nudges


def _event(context: Context, nudge: Nudge) -> Event:
    kind = "reminded" if isinstance(nudge, Reminder) else "escalated"
    to = nudge.audience.removeprefix("person:")
    return Event(kind, GOLDDUST, context.at, {"to": to, "step": nudge.step, "because": nudge.because})
