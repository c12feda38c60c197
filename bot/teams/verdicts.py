"""What a fault of Microsoft's means for the notice that was being sent: another try, or something for an operator."""

from __future__ import annotations

from datetime import timedelta

from bot.channel import TryLater, Uncertain, Undeliverable, Unreachable
from bot.teams import port
from bot.teams.port import Ambiguous, Auth, Blocked, Fault, Gone, Throttled, TooBig
from handlers.deliver import Reader

LEAST_WAIT = timedelta(seconds=30)
"""The wait after a rate limit that names none."""

_UNCERTAIN = (
    "It may have arrived and may not ({fault}), so it is not sent again by itself: ask {name}, and if they did not get "
    "it, `golddust outbox retry` sends it once more"
)
_LEFT_OPEN = "Golddust ended, or lost its database, as it was being sent"
_AUTH = (
    "Microsoft does not accept the bot’s own credentials ({fault}): is the client secret still valid, and are "
    "MicrosoftAppId, MicrosoftAppPassword and MicrosoftAppTenantId those of the bot?"
)
_BLOCKED = (
    "{name} can’t be written to in Teams ({fault}): they don’t have Golddust, or have blocked it; see docs/teams.md, "
    "step 5"
)
_NOT_THERE = (
    "Golddust can’t write to {channel} ({fault}): add the app to that team or chat, or correct the `channel` in "
    "golddust.yml"
)


def verdict(fault: Fault, reader: Reader) -> TryLater | Undeliverable:
    """What a fault means for a notice to this reader."""
    facts = {"fault": fault, "name": reader.name, "channel": reader.channel or "the conversation"}
    match fault:
        case port.Unreachable():
            return TryLater(f"Microsoft could not be reached: {fault}", fault.retry_after)
        case Throttled():
            return TryLater("Microsoft asks for a pause (rate limit)", fault.retry_after or LEAST_WAIT, counted=False)
        case Ambiguous():
            # Microsoft asks for 412, 502 and 504 to be repeated, but they do not say that nothing was done.
            return Uncertain(_UNCERTAIN.format(**facts) + ".")
        case Auth():
            return Undeliverable(_AUTH.format(**facts))
        case TooBig():
            return Undeliverable(f"Microsoft finds the message too large ({fault}): please report it as a defect.")
        case Blocked() | Gone() if reader.audience.startswith("person:"):
            return Unreachable(_BLOCKED.format(**facts) + ".")
        case Blocked() | Gone():
            return Undeliverable(_NOT_THERE.format(**facts) + ".")
        case _:
            return Undeliverable(f"Microsoft refused the message: {fault}; see the log.")


def left_open(reader: Reader) -> Uncertain:
    """What to say of a new message that may have been sent before: a bot can't read what stands in a conversation."""
    return Uncertain(_UNCERTAIN.format(fault=_LEFT_OPEN, name=reader.name) + ".")
