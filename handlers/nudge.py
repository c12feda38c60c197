"""One pass over the tickets whose next nudge is due, and the auditor that finds the forgotten ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from complaints import lifecycle, policy
from complaints.holdout import may_be_withheld, withheld
from complaints.lifecycle import GOLDDUST, Event
from complaints.notices import Nudge
from complaints.policy import Judgement
from complaints.severity import Severity
from complaints.ticket import Ticket
from handlers.attention import hand_out, reader_of
from handlers.context import Context
from storage import tickets, timeline, versions

PORTION = 500
"""Tickets that one transaction judges; few enough that a complaint said meanwhile does not wait."""


LATER = timedelta(hours=1)
"""When a ticket that could not be judged is tried again."""


def nudge_due(context: Context, limit: int = PORTION) -> tuple[int, list[Nudge]]:
    """Judge up to `limit` due tickets; how many there were, and the nudges put in the outbox."""
    due = tickets.due(context.session, context.workspace, context.at, limit)
    fresh = _without_broken_promises(context, due)
    lines = context.lines(fresh)
    judged = [one for ticket in fresh if (one := _judged(context, ticket, lines.get(ticket.number, ()))) is not None]
    return len(due), _keep(context, fresh, judged)


def pending(context: Context) -> bool:
    """Whether a ticket is due to be judged, or an open one was forgotten; it only reads."""
    first = tickets.next_due_at(context.session, context.workspace)
    due = first is not None and first <= context.at
    return due or tickets.has_orphan(context.session, context.workspace)


def take_up(context: Context, *, changed: bool = False) -> bool:
    """Let every open ticket be judged anew under a configuration that has `changed` or is new; whether it was."""
    about = (context.session, context.workspace)
    fresh = versions.keep_version(*about, context.version, context.document, context.at)
    if fresh or changed:
        tickets.look_at_all(*about, context.at)
    return fresh or changed


def audit(context: Context, limit: int = PORTION) -> list[Ticket]:
    """Rule 10: the open tickets without a next nudge, repaired; the list should be empty."""
    if not tickets.has_orphan(context.session, context.workspace):
        return []
    found = tickets.orphans(context.session, context.workspace, limit)
    for orphan in found:
        repaired = context.scheduled(context.held(orphan))
        tickets.save(context.session, context.workspace, repaired)
        event = Event("repaired", GOLDDUST, context.at, {"why": "it had no next nudge"})
        timeline.append(context.session, context.workspace, orphan.number, [event])
    return found


def _without_broken_promises(context: Context, due: Sequence[Ticket]) -> list[Ticket]:
    """The due tickets as they are once the promises that were not kept are broken."""
    over = [ticket.number for ticket in due if ticket.promise is not None and ticket.promise.until <= context.at]
    failed = {number for number in over if not _break_promise(context, number)}
    if not over:
        return list(due)
    # Others of this pass may have changed too, through what they wait for.
    fresh = tickets.of_numbers(context.session, context.workspace, [ticket.number for ticket in due])
    return [fresh[ticket.number] for ticket in due if ticket.number not in failed]


def _break_promise(context: Context, number: int) -> bool:
    """Let the time of a ticket run again whose promised date has come; False where that can't be done."""
    ticket = tickets.load(context.session, context.workspace, number)
    try:
        with context.session.begin_nested():
            context.save(lifecycle.break_promise(ticket, context.at, context.presence))
    except Exception as error:  # noqa: BLE001 - the tick must not die
        _try_later(context, ticket, error)
        return False
    return True


def _judged(context: Context, ticket: Ticket, line: Sequence[Ticket]) -> Judgement | None:
    """The judgement of one ticket; None for one that can't be judged, which says so and is tried later."""
    try:
        held = context.held(ticket, line)
        return policy.judge(held, context.presence, context.at, context.outlook(held, line))
    except Exception as error:  # noqa: BLE001 - the tick must not die
        _try_later(context, ticket, error)
        return None


def _try_later(context: Context, ticket: Ticket, error: Exception) -> None:
    event = Event("not judged", GOLDDUST, context.at, {"why": f"{type(error).__name__}: {error}"[:200]})
    tickets.save(context.session, context.workspace, replace(ticket, next_nudge_at=context.at + LATER))
    timeline.append(context.session, context.workspace, ticket.number, [event])


def _keep(context: Context, due: Sequence[Ticket], judged: Sequence[Judgement]) -> list[Nudge]:
    asked, withheld = _withheld(context, judged)
    standing = hand_out(context, asked).values()
    holders = {ticket.number: ticket.holder for ticket in due}
    moved = {one.ticket.number: one.ticket for one in standing if one.ticket.holder != holders[one.ticket.number]}
    events: dict[int, list[Event]] = {}
    for one in standing:
        number = one.ticket.number
        events[number] = [_event(context, nudge) for nudge in one.nudges]
        events[number] += [_event(context, nudge, "withheld") for nudge in withheld.get(number, ())]
    for number, ticket in moved.items():
        passed = {"from": holders[number], "to": ticket.holder}
        events[number].insert(0, Event("holder", GOLDDUST, context.at, passed))
    chained = timeline.following(context.session, context.workspace, events)
    tickets.save_judged(
        context.session, context.workspace, [one.ticket for one in standing], chained.heads, moved.keys()
    )
    timeline.write(context.session, chained)
    for ticket in moved.values():
        context.move_waiting(ticket)
    return [nudge for one in standing for nudge in one.nudges]


def _withheld(
    context: Context, judged: Sequence[Judgement]
) -> tuple[list[Judgement], dict[int, list[Nudge]]]:  # fmt: skip
    """The judgements without the reminders that are withheld to learn whether they help, and those."""
    percent = context.organisation.nudges.holdout
    if not percent:
        return list(judged), {}
    kept: list[Judgement] = []
    gone: dict[int, list[Nudge]] = {}
    for one in judged:
        skip = [n for n in one.nudges if _is_withheld(context, one.ticket, n, percent)]
        kept.append(replace(one, nudges=tuple(nudge for nudge in one.nudges if nudge not in skip)))
        if skip:
            gone[one.ticket.number] = skip
    return kept, gone


def _is_withheld(context: Context, ticket: Ticket, nudge: Nudge, percent: int) -> bool:
    """Whether a nudge is withheld; never one that stands for a step which must be said."""
    critical = ticket.severity is Severity.CRITICAL
    may = all(may_be_withheld(critical, step) for step in nudge.folded)
    return may and withheld(ticket, nudge.step, percent, context.workspace)


def _event(context: Context, nudge: Nudge, kind: str = "") -> Event:
    kind = kind or {"reminder": "reminded", "escalation": "escalated", "foretold": "foretold"}[nudge.kind]
    return Event(kind, GOLDDUST, context.at, {"to": reader_of(nudge), "step": nudge.step, "because": nudge.because})
