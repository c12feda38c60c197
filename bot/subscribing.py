"""What somebody typed about digests, as a command; the same on every channel."""

from __future__ import annotations

from datetime import datetime

from bot.intents import AskDigest
from complaints.commands import Subscribe
from complaints.schedules import MORNING


def subscription(intent: AskDigest, person: str, at: datetime) -> Subscribe:
    """The command that brings a person what they asked for from now on, in the morning unless they said when."""
    return Subscribe(
        at=at, actor=person, every=intent.every, teams=intent.teams, at_time=intent.at or MORNING
    )  # fmt: skip
