"""Looking at tickets: lists for people, everything for programs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Literal

from complaints import policy
from complaints.policy import Planned, reason
from complaints.rights import is_former, refusal
from complaints.ticket import Ticket
from complaints.views import TicketView
from handlers.context import Context
from handlers.learning import expected
from handlers.viewing import name_of, view
from storage import tickets, timeline


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list: its tickets, its number from 0, how many pages and tickets there are."""

    tickets: tuple[TicketView, ...]
    number: int
    pages: int
    total: int


def page(
    context: Context,
    which: Literal["held", "reported", "team", "open", "all"],
    person: str,
    number: int = 0,
    size: int = 5,
) -> Page:
    """A page of the tickets that are this person's to act on, that they reported, or that are open (in their teams)."""
    if is_former(context.organisation, person):
        return Page((), 0, 1, 0)
    teams = context.organisation.teams_of(person) if which == "team" else ()
    wanted = partial(tickets.page, context.session, context.workspace, which, person, teams=teams)
    _, total = wanted(limit=0)
    pages = max(1, -(-total // size))
    number = min(max(number, 0), pages - 1)
    found, _ = wanted(limit=size, offset=number * size)
    return Page(tuple(view(context, ticket) for ticket in found), number, pages, total)


def readable(context: Context, number: int, person: str) -> TicketView | None:
    """The ticket, if there is one and this person may see it."""
    ticket = tickets.find(context.session, context.workspace, number)
    if ticket is None or refusal(context.organisation, ticket, person, "read") is not None:
        return None
    return view(context, ticket)


def following(context: Context, ticket: Ticket) -> Planned | None:
    """The step that comes next for a ticket, as things stand."""
    steps = policy.plan(ticket, context.presence, context.at, context.outlook(ticket)) if ticket.open else []
    return min(steps, key=lambda step: step.reach_at, default=None)


def records(context: Context) -> Iterator[dict[str, Any]]:
    """Every ticket as the stable JSON object of `golddust tickets --json`."""
    for ticket in tickets.everything(context.session, context.workspace):
        yield record(context, ticket)


def record(context: Context, ticket: Ticket) -> dict[str, Any]:
    """One ticket as the stable JSON object; times are ISO 8601 in UTC."""
    source = ticket.source
    return {
        "ref": ticket.ref,
        "kind": ticket.kind.value,
        "parent": f"C-{ticket.parent}" if ticket.parent else None,
        "state": ticket.state.value,
        "severity": ticket.severity.value,
        "category": ticket.category,
        "team": ticket.team,
        "owner": ticket.owner,
        "holder": ticket.holder if ticket.open else None,
        "reporter": ticket.reporter,
        "customer": ticket.customer,
        "verbatim": ticket.verbatim,
        "source": {
            "platform": source.platform,
            "workspace": source.workspace,
            "conversation": source.conversation,
            "message": source.message,
            "permalink": source.permalink,
        },
        "received_at": _iso(ticket.received_at),
        "captured_at": _iso(ticket.captured_at),
        "acknowledged_at": _iso(ticket.acknowledged_at),
        "resolved_at": _iso(ticket.resolved_at),
        "told_at": _iso(ticket.told_at),
        "closed_at": _iso(ticket.closed_at),
        "close_reason": ticket.close_reason.value if ticket.close_reason else None,
        "next_nudge_at": _iso(ticket.next_nudge_at),
        "clocks": [
            {"name": clock.name, "due_at": _iso(clock.due_at), "state": clock.state(context.at), "rule": clock.rule}
            for clock in ticket.clocks
        ],
        "policy_version": ticket.policy_version,
    }


def full_record(context: Context, number: int) -> dict[str, Any]:
    """One ticket with its timeline, its reasons and what comes next; raises UnknownTicket."""
    ticket = tickets.load(context.session, context.workspace, number)
    upcoming = following(context, ticket)
    return {
        **record(context, ticket),
        "words": ticket.words,
        "parts": [f"C-{one}" for one in tickets.numbers_of_parts(context.session, context.workspace, number)],
        "attachments": [{"name": a.name, "address": a.address} for a in ticket.attachments],
        "reasons": list(ticket.reasons),
        "next": _spoken(context, upcoming) if upcoming else None,
        "forecast": _forecast(context, ticket),
        "timeline": [
            {"at": _iso(event.at), "actor": event.actor, "kind": event.kind, "data": dict(event.data)}
            for event in timeline.read(context.session, context.workspace, number)
        ],
    }


def _forecast(context: Context, ticket: Ticket) -> dict[str, Any] | None:
    """How long such tickets usually take, as long as it is not resolved and enough is known."""
    found = context.forecasts.of(ticket.team, ticket.category) if ticket.open and not ticket.resolved_at else None
    if found is None:
        return None
    hours = {"median_hours": _hours(found.median), "p80_hours": _hours(found.p80)}
    said = expected(context, ticket.team, ticket.category)
    return {**hours, "of": found.of, "scope": found.scope, "said": said}


def _hours(amount: timedelta) -> float:
    return round(amount.total_seconds() / 3600, 2)


def _spoken(context: Context, step: Planned) -> dict[str, Any]:
    return {
        "at": _iso(step.reach_at),
        "to": name_of(context, step.to) if step.to else None,
        "because": reason(step),
        "clock": step.clock.name,
        "step": step.key,
        "alone": step.urgent,
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat().replace("+00:00", "Z") if moment else None
