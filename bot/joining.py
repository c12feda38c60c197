"""What somebody typed about problems, as a command; the same on every channel."""

from __future__ import annotations

from datetime import datetime

from bot.intents import JoinThem, LeaveIt
from complaints.commands import Command, Join, Leave


def joining(intent: JoinThem | LeaveIt, person: str, at: datetime) -> Command:
    """The command that joins complaints under a problem, or takes one out of it."""
    if isinstance(intent, JoinThem):
        return Join(at=at, actor=person, numbers=intent.numbers, words=intent.words)
    return Leave(at=at, actor=person, number=intent.number)
