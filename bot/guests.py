"""What people hear who are not of the organisation: guests, and people of other organisations."""

from __future__ import annotations

from complaints.guests import guest_key
from complaints.organisation import Organisation
from complaints.replies import Captured, Refused, Reply, Said


def key(platform: str, user: str) -> str:
    """The key by which a guest is known as a reporter."""
    return guest_key(f"{platform}:{user}")


def may_report(organisation: Organisation) -> bool:
    """Whether the file lets guests report."""
    return organisation.privacy.guests == "report"


def turned_away(organisation: Organisation) -> str:
    """Who to ask instead, in one line."""
    name, admin = organisation.organisation.name, organisation.name(organisation.organisation.admins[0])
    only = "From guests I take reports only" if may_report(organisation) else f"I am here for people of {name} only"
    return f"{only}; please ask {admin}, or whoever invited you."


def receipt(reply: Reply, person: str) -> Reply:
    """What a guest hears of a complaint: its number, and nothing more of the ticket."""
    if not isinstance(reply, Captured):
        return reply
    if reply.again and reply.ticket.reporter_key != person:
        return Refused("That has been reported already. Thank you.")
    return Said(f"Thank you: that is {reply.ticket.ref} now, and it is being looked after.")
