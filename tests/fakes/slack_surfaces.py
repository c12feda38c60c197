"""What an interaction hands to the app for a while: a trigger and an address to respond at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from tests.fakes.slack_call import SlackError

TRIGGER_LIFE = timedelta(seconds=3)
RESPONSE_LIFE = timedelta(minutes=30)
RESPONSE_USES = 5


@dataclass(slots=True)
class Trigger:
    """A `trigger_id`: whose interaction made it, when, and whether a view was opened with it."""

    user: str
    at: datetime
    used: bool = False

    def exchange(self, now: datetime) -> None:
        """Use the trigger up, or refuse because it is used already or too old."""
        if self.used:
            raise SlackError("exchanged_trigger_id")
        if now - self.at > TRIGGER_LIFE:
            raise SlackError("expired_trigger_id")
        self.used = True


@dataclass(slots=True)
class ResponseUrl:
    """A `response_url`: where its interaction happened, by whom, on which message, and its uses so far."""

    channel: str
    user: str
    message_ts: str
    at: datetime
    uses: int = 0

    def use(self, now: datetime) -> None:
        """Count one use, or refuse because five were made or half an hour has gone."""
        if self.uses >= RESPONSE_USES:
            raise SlackError("used_url")
        if now - self.at > RESPONSE_LIFE:
            raise SlackError("expired_url")
        self.uses += 1
