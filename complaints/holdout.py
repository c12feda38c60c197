"""Which early reminders are withheld, where an organisation wants to know whether they help."""

from __future__ import annotations

import hashlib

from complaints.severity import Severity
from complaints.steps import key_of
from complaints.ticket import ClockName, Ticket

WITHHOLDABLE: frozenset[ClockName] = frozenset({"acknowledge", "resolve", "tell", "unblock"})
"""The internal clocks; a promise, and what a regulator asks for, is reminded of always."""


def withheld(ticket: Ticket, step: str, percent: int, seed: str) -> bool:
    """Whether the step of this key is one of the `percent` that are withheld; the same on every replica.

    Never for a critical ticket, nor at 100 % of a clock or later, nor for escalations, nor for regulatory clocks.
    """
    if percent <= 0 or not may_be_withheld(ticket.severity is Severity.CRITICAL, step):
        return False
    digest = hashlib.sha256(f"{seed}:{ticket.number}:{step}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % 100 < percent


def may_be_withheld(critical: bool, step: str) -> bool:
    """Whether a step is one that a trial may withhold: an early reminder of an internal clock."""
    key = key_of(step)
    return key is not None and not critical and key.clock in WITHHOLDABLE and key.early and not key.escalates
