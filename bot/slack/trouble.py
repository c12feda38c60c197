"""What the listen room makes of a call to Slack that failed."""

from __future__ import annotations

from bot.channel import TryLater
from bot.slack.faults import FAILURES, code_of, fault_of

TROUBLE = FAILURES


def code(error: Exception) -> str:
    """Slack's own word for what is wrong, or the kind of the error."""
    return code_of(error) or type(error).__name__


def passing(error: Exception) -> bool:
    """Whether the same call may well work a minute later."""
    return isinstance(fault_of(error), TryLater)
