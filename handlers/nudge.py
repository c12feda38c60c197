"""One pass over the tickets whose next nudge is due, and the auditor that finds the forgotten ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from complaints import lifecycle, policy
from complaints.lifecycle import GOLDDUST, Event
from complaints.notices import Nudge, Reminder
from complaints.policy import Judgement
from complaints.ticket import Ticket
from handlers.attention import hand_out, reader_of
from handlers.context import Context
from storage import tickets, timeline

PORTION = 200
"""Tickets that one transaction judges; few enough that a complaint said meanwhile does not wait."""


LATER = timedelta(hours=1)
"""When a ticket that could not be judged is tried again."""


def nudge_due(context: Context, limit: int = PORTION) -> tuple[int, list[Nudge]]:
    """Judge up to `limit` due tickets; how many there were, and the nudges put in the outbox."""
    due = tickets.due(context.session, context.workspace, context.at, limit)
    judged = [one for ticket in due if (one := _judge_alone(context, ticket)) is not None]
    return len(due), _keep(context, judged)


def audit(context: Context, limit: int = PORTION) -> list[Ticket]:
    """Rule 10: the open tickets without a next nudge, repaired; the list should be empty."""
    found = tickets.orphans(context.session, context.workspace, limit)
    for orphan in found:
        repaired = policy.scheduled(context.held(orphan), context.presence, context.at)
        tickets.save(context.session, context.workspace, repaired)
        event = Event("repaired", GOLDDUST, context.at, {"why": "it had no next nudge"})
        timeline.append(context.session, context.workspace, orphan.number, [event])
    return found


def _judge_alone(context: Context, ticket: Ticket) -> Judgement | None:
    """The judgement of one ticket; None for one that can't be judged, which says so and is tried later."""
    try:
        with context.session.begin_nested():
            return _judge(context, ticket)
    except Exception as error:  # noqa: BLE001 - the tick must not die
        event = Event("not judged", GOLDDUST, context.at, {"why": f"{type(error).__name__}: {error}"[:200]})
        tickets.save(context.session, context.workspace, replace(ticket, next_nudge_at=context.at + LATER))
        timeline.append(context.session, context.workspace, ticket.number, [event])
        return None


def _judge(context: Context, ticket: Ticket) -> Judgement:
    if ticket.promise is not None and ticket.promise.until <= context.at:
        ticket = context.save(lifecycle.break_promise(ticket, context.at, context.presence))
    return policy.judge(context.held(ticket), context.presence, context.at)


def _keep(context: Context, judged: Sequence[Judgement]) -> list[Nudge]:
    standing = hand_out(context, judged).values()
    tickets.save_judged(context.session, context.workspace, [one.ticket for one in standing])
    events = {one.ticket.number: [_event(context, nudge) for nudge in one.nudges] for one in standing if one.nudges}
    timeline.append_all(context.session, context.workspace, events)
    return [nudge for one in standing for nudge in one.nudges]


def _event(context: Context, nudge: Nudge) -> Event:
    kind = "reminded" if isinstance(nudge, Reminder) else "escalated"
    return Event(kind, GOLDDUST, context.at, {"to": reader_of(nudge), "step": nudge.step, "because": nudge.because})
