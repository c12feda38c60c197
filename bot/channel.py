"""What every channel is to the rest of Golddust: a place that notices can be sent to."""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol

from handlers.deliver import Dispatch, Reader
from storage.messages import Receipt


class TryLater(Exception):
    """The platform can't take it now.

    `after` is the wait that it asked for. `counted` is False where the notice is not to blame (a rate limit), so that
    waiting never parks it. `holds` says that the whole conversation has to wait as long, where it is not to blame.
    """

    def __init__(
        self, why: str, after: timedelta | None = None, *, counted: bool = True, holds: bool | None = None
    ) -> None:
        super().__init__(why)
        self.after = after
        self.counted = counted
        self.holds = not counted if holds is None else holds


class MayHaveArrived(TryLater):
    """It was handed over and no answer tells whether it arrived; the channel will look before it sends it again."""


class Undeliverable(Exception):
    """It will never arrive as things are; the message says what an operator can do about it."""


class Uncertain(Undeliverable):
    """It may have arrived, and the platform can't be asked: it is repeated only if an operator says so."""


class Unreachable(Undeliverable):
    """This person can't be reached on the platform, whatever it is about: they blocked the bot or left."""


class Channel(Protocol):
    """One chat platform, seen from the deliverer."""

    platform: str
    pace: float
    """Seconds between two messages to one conversation."""
    together: int | None
    """How many messages go to all conversations together in the time of one `pace`; None for any number."""

    def address(self, reader: Reader) -> str | None:
        """The conversation in which this reader is reached, or None when they are not on this platform."""

    def paced(self, dispatch: Dispatch, address: str) -> str | None:
        """What the notice keeps its distance from others in; None when it need not keep any."""

    async def send(self, dispatch: Dispatch, address: str) -> Receipt:
        """Post the notice, or edit its card (`dispatch.editable`) in place; raises TryLater or Undeliverable.

        Where the parcel is uncertain, the notice is posted only if it has not arrived; the receipt is then that of the
        message that is there.
        """
