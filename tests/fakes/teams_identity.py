"""Who is who in the fake organisation: ids that the fake connector and the activity builders share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

APP = "11111111-2222-3333-4444-555555555555"
SECRET = "fake-client-secret"
TENANT = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"
OTHER_TENANT = "99999999-bbbb-cccc-dddd-eeeeeeeeeeee"
BOT = f"28:{APP}"
BOT_NAME = "Golddust"
ISSUER = "https://api.botframework.com"

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""When the fake's own clock starts unless told otherwise: a Monday."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the organisation; `id` is how the bot knows them, `aad` how the directory does."""

    id: str
    name: str
    email: str
    aad: str

    @property
    def account(self) -> dict[str, Any]:
        """As in `from` of what they say."""
        return {"id": self.id, "name": self.name, "aadObjectId": self.aad}


DANA = Person("29:dana", "Dana Fields", "dana@example.com", "d0000000-0000-0000-0000-00000000da7a")
SAM = Person("29:sam", "Sam Okafor", "sam@example.com", "d0000000-0000-0000-0000-000000000005")


@dataclass(frozen=True, slots=True)
class Place:
    """A conversation: `kind` is personal, groupChat or channel; `team` and `channel` are for channels."""

    id: str
    kind: str
    team: str = ""
    channel: str = ""

    def thread(self, message: str) -> Place:
        """The thread under a message of a channel."""
        return Place(f"{self.channel};messageid={message}", self.kind, self.team, self.channel)


PAYMENTS = Place("19:payments@thread.tacv2", "channel", "19:team@thread.tacv2", "19:payments@thread.tacv2")
GROUP = Place("19:group@thread.v2", "groupChat")
DANA_DM = Place("a:dana-and-the-bot", "personal")
SAM_DM = Place("a:sam-and-the-bot", "personal")
