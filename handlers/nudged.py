"""What a message nudged about, with its tickets as they are now: for drawing it anew where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from complaints.commands import RateNudge
from complaints.notices import Bundle, Escalation, Foretold, Nudge, Reminder
from complaints.views import TicketView
from handlers.context import Context
from handlers.deliver import bundled
from storage import messages, outbox, timeline


@dataclass(frozen=True, slots=True)
class Nudged:
    """A nudge or a bundle of them; `rated` says that its reader has told whether it was useful."""

    notice: Bundle | Nudge
    items: tuple[tuple[Nudge, TicketView], ...]
    rated: bool = False

    @property
    def reader(self) -> str:
        """The key of the person to whom it was sent."""
        return self.notice.audience.removeprefix("person:")

    @property
    def several(self) -> bool:
        """Whether it is a bundle."""
        return isinstance(self.notice, Bundle)

    def votes(self, useful: bool, actor: str, at: datetime) -> tuple[RateNudge, ...]:
        """What the reader’s word on the message comes to: the same about each of its nudges."""
        return tuple(
            RateNudge(at=at, actor=actor, number=nudge.ticket, useful=useful, step=nudge.step)
            for nudge, _ in self.items
            if rateable(nudge)
        )


def rateable(nudge: Nudge) -> bool:
    """Whether its reader is asked if it was useful; a warning is said only once, so nothing is learnt from it."""
    return not isinstance(nudge, Foretold)


def nudged_at(context: Context, platform: str, conversation: str, message: str) -> Nudged | None:
    """What a message of ours nudges about, as it is now, or None where it is another."""
    found = messages.bundle_at(context.session, context.workspace, platform, conversation, message)
    return nudged_by(context, found) if found is not None else None


def nudged_by(context: Context, notice: int) -> Nudged | None:
    """What a notice (by its id) nudges about, as it is now, or None where it is another."""
    parcel = outbox.find(context.session, context.workspace, notice)
    if parcel is None or not isinstance(parcel.notice, Bundle | Reminder | Escalation):
        return None
    said: Bundle | Nudge = parcel.notice
    whole = said if isinstance(said, Bundle) else Bundle(audience=said.audience, items=(said,))
    if isinstance(said, Bundle) and len(said.items) == 1:
        said = said.items[0]  # what was left of it went out as a message of its own
    return Nudged(said, bundled(context, whole), _rated(context, whole))


def _rated(context: Context, bundle: Bundle) -> bool:
    first = next((item for item in bundle.items if rateable(item)), None)
    if first is None:
        return True
    reader = bundle.audience.removeprefix("person:")
    events = timeline.read(context.session, context.workspace, first.ticket)
    return any((e.kind, e.actor, e.data.get("step")) == ("useful", reader, first.step) for e in events)
