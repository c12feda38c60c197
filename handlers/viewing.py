"""Showing a ticket to people: names instead of keys."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from complaints.knock_on import customers_date, foretell
from complaints.ticket import Blocked, Clock, Kind, State, Ticket
from complaints.views import ClockView, KnockOnView, TicketView
from handlers import alike
from handlers.context import Context
from handlers.learning import expected
from storage import people, tickets


def name_of(context: Context, person: str) -> str:
    """The name of a person or team; of somebody whom the file does not list the name of their account."""
    if person in context.organisation.people or person in context.organisation.teams:
        return context.organisation.name(person)
    known = people.accounts_of(context.session, context.workspace, person)
    return known[0].name if known else context.organisation.name(person)


def foreseen(context: Context, shown: TicketView) -> TicketView:
    """The ticket with how long such tickets usually take, and the problem that it looks like a part of, for its card.

    Once it is resolved neither is of use.
    """
    if shown.state in {State.RESOLVED, State.CLOSED}:
        return shown
    usually = expected(context, shown.team_key, shown.category)
    return replace(shown, usually=usually, suggested=alike.suggested(context, shown))


def view(context: Context, ticket: Ticket) -> TicketView:
    """The ticket as a reader sees it as of the context's moment."""
    organisation = context.organisation
    owner = organisation.person(ticket.owner)
    promise, resolution = ticket.promise, ticket.resolution
    return TicketView(
        ref=ticket.ref,
        number=ticket.number,
        version=ticket.version,
        state=ticket.state,
        severity=ticket.severity,
        category=ticket.category,
        customer=ticket.customer,
        verbatim=ticket.verbatim,
        words=ticket.words,
        attachments=ticket.attachments,
        source=ticket.source,
        team=organisation.name(ticket.team),
        team_key=ticket.team,
        owner=name_of(context, ticket.owner) if ticket.owner else None,
        owner_key=ticket.owner,
        pronoun=owner.pronoun if owner else "they",
        holder=name_of(context, ticket.holder),
        holder_key=ticket.holder,
        reporter=name_of(context, ticket.reporter),
        reporter_key=ticket.reporter,
        captured_at=ticket.captured_at,
        acknowledged_by=name_of(context, ticket.acknowledged_by) if ticket.acknowledged_by else None,
        resolved_by=name_of(context, ticket.resolved_by) if ticket.resolved_by else None,
        blocked_by=_blocker(context, ticket.blocked) if ticket.blocked else None,
        blocked_why=ticket.blocked.why if ticket.blocked else "",
        promised_until=promise.until if promise else None,
        promise_reason=promise.reason if promise else "",
        broken_promises=ticket.broken_promises,
        done=resolution.done if resolution else "",
        root_cause=resolution.root_cause if resolution else "",
        tell=resolution.tell if resolution else "",
        close_reason=ticket.close_reason,
        close_note=ticket.close_note,
        duplicate_of=f"C-{ticket.duplicate_of}" if ticket.duplicate_of else None,
        bounces=ticket.bounces,
        why="; ".join(ticket.reasons[:2]) if len(ticket.reasons) <= 2 else ticket.reasons[-1],
        clocks=tuple(_clock(clock, context.at) for clock in ticket.clocks),
        knock_on=_knock_on(context, ticket),
        kind=ticket.kind,
        parent=f"C-{ticket.parent}" if ticket.parent else None,
        problem=f"C-{ticket.parent}" if ticket.joined else None,
        parts=_parts(context, ticket),
    )


def _parts(context: Context, ticket: Ticket) -> tuple[str, ...]:
    if ticket.kind is not Kind.PROBLEM:
        return ()
    return tuple(f"C-{one}" for one in tickets.numbers_of_parts(context.session, context.workspace, ticket.number))


def _clock(clock: Clock, at: datetime) -> ClockView:
    return ClockView(clock.name, clock.due_at, clock.state(at), clock.regulation.name if clock.regulation else "")


def _knock_on(context: Context, ticket: Ticket) -> KnockOnView | None:
    if customers_date(ticket, context.at) is None:
        return None
    found = foretell(ticket, context.line(ticket), context.presence, context.at)
    return KnockOnView(found.waits_for, found.by, found.date, found.what, found.by <= context.at) if found else None


def _blocker(context: Context, blocked: Blocked) -> str:
    match blocked.by:
        case "ticket":
            return f"C-{blocked.what}"
        case "other":
            return blocked.what
        case "team" | "person":
            return name_of(context, blocked.what)
