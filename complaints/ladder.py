"""Whom to ask next about a ticket that stands still: deputy or lead, then manager (rule 3 of the nudging rules)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from complaints.policies import Rung
from complaints.presence import Presence
from complaints.ticket import Clock, Ticket


def next_rung(ticket: Ticket, clock: Clock, rung: Rung, presence: Presence, now: datetime) -> str:
    """The rung's person, or the next one up who is neither the holder nor asked already; empty where nobody is left."""
    return first_in_line(ticket, rung, presence, now, {ticket.holder, *asked_about(ticket, clock)})


def first_in_line(ticket: Ticket, rung: Rung, presence: Presence, now: datetime, asked: Collection[str]) -> str:
    """The first person from this rung on who has not been asked, or whoever stands in for them; empty without one."""
    organisation = presence.organisation
    lead = organisation.teams[organisation.in_charge(ticket.team)].lead
    holder, leader = organisation.person(ticket.holder), organisation.person(lead)
    ladder: list[tuple[Rung, str | None]] = [
        ("deputy", holder.deputy if holder else None),
        ("lead", lead),
        ("manager", holder.manager if holder else None),
        ("manager", leader.manager if leader else None),
        ("manager", organisation.organisation.admins[0]),
    ]
    start = next(position for position, (name, _) in enumerate(ladder) if name == rung)
    for _, person in ladder[start:]:
        reader = presence.stand_in(person, now) if person else None
        if reader is not None and reader not in asked:
            return reader
    return ""


def asked_about(ticket: Ticket, clock: Clock) -> tuple[str, ...]:
    """The people who have been nudged about this run of the clock, in order."""
    prefix = f"{clock.name}.{clock.run}:"
    return tuple(dict.fromkeys(taken.to for taken in ticket.taken if taken.step.startswith(prefix) and taken.to))
