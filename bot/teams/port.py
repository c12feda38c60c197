"""What the rest of Golddust sees of Microsoft's wire: where a conversation is, and why a message did not get there."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from typing import Any, Self, TypeAlias

Json: TypeAlias = dict[str, Any]
"""A JSON object as it is on the wire."""

_THREAD = ";messageid="


class Fault(Exception):
    """Microsoft did not do what it was asked; `code` is its own word for why, `status` the HTTP status or 0."""

    def __init__(self, why: str, *, status: int = 0, code: str = "") -> None:
        super().__init__(why)
        self.status = status
        self.code = code


class Blocked(Fault):
    """This person, or their administrator, does not let the bot write to them; nothing was delivered."""


class Gone(Fault):
    """The conversation, the message or the person is not there any more, or the bot has been removed from it."""


class Throttled(Fault):
    """Not now; nothing was delivered. `retry_after` is the wait that Microsoft asked for, if it named one."""

    def __init__(self, why: str, *, status: int = 0, code: str = "", retry_after: timedelta | None = None) -> None:
        super().__init__(why, status=status, code=code)
        self.retry_after = retry_after


class Unreachable(Throttled):
    """No useful answer came, and either nothing was delivered for certain or doing it again does no harm."""


class Auth(Fault):
    """Microsoft does not accept the bot’s own credentials, even with a new token; an operator must look."""


class TooBig(Fault):
    """The message is over Microsoft’s limit of 100 KB as UTF-16."""


class Ambiguous(Fault):
    """It may have been delivered and may not: record it as uncertain and never repeat it blindly."""


class Bad(Fault):
    """Microsoft, or this program, can make nothing of the request; sending it again would not help."""


@dataclass(frozen=True, slots=True)
class Ref:
    """Where a conversation is, so that the bot can write there later and after a restart.

    `kind` is `personal`, `groupChat` or `channel`. In a channel `conversation` names the thread too. `team` and
    `channel` are None outside of channels.
    """

    service_url: str
    tenant: str
    conversation: str
    kind: str
    bot: str
    channel: str | None = None
    team: str | None = None

    @property
    def root(self) -> str:
        """The conversation without the thread."""
        return self.conversation.partition(_THREAD)[0]

    @property
    def thread(self) -> str | None:
        """The id of the message that began the thread, or None outside of one."""
        return self.conversation.partition(_THREAD)[2] or None

    def under(self, message: str) -> Ref:
        """The thread under a message of this channel; chats have no threads and stay as they are."""
        if self.kind != "channel":
            return self
        return replace(self, conversation=f"{self.root}{_THREAD}{message}")

    def to_json(self) -> str:
        """The same as one line of JSON, for the database."""
        return json.dumps(asdict(self), sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """What `to_json` wrote; fields of a later version are passed over. Raises Bad for anything else."""
        try:
            kept = json.loads(text)
            return cls(**{name: kept[name] for name in cls.__slots__ if name in kept})
        except (ValueError, TypeError, KeyError) as error:
            raise Bad(f"this is no stored conversation: {error}") from None


def ref_of(raw: Json) -> Ref:
    """The conversation that an inbound activity came from; raises Bad when it does not say.

    The tenant is read from `channelData`, where it is in every activity of Teams; `conversation.tenantId` is not.
    """
    service_url, conversation = inside(raw, "serviceUrl"), inside(raw, "conversation", "id")
    bot = inside(raw, "recipient", "id")
    if not (service_url and conversation and bot):
        raise Bad("the activity does not say where it came from")
    channel = inside(raw, "channelData", "channel", "id") or inside(raw, "channelData", "teamsChannelId")
    team = inside(raw, "channelData", "team", "id") or inside(raw, "channelData", "teamsTeamId")
    return Ref(service_url, tenant_of(raw), conversation, _kind(raw, bool(team)), bot, channel or None, team or None)


def tenant_of(raw: Json) -> str:
    """The organisation that an inbound activity belongs to, or an empty string."""
    return inside(raw, "channelData", "tenant", "id") or inside(raw, "conversation", "tenantId")


def inside(raw: object, *path: str) -> str:
    """The text at a path of keys, or an empty string when there is none."""
    for key in path:
        raw = raw.get(key) if isinstance(raw, dict) else None
    return raw if isinstance(raw, str) else ""


def _kind(raw: Json, in_team: bool) -> str:
    said = inside(raw, "conversation", "conversationType")
    if said:
        return said
    if in_team:
        return "channel"
    conversation = raw.get("conversation")
    return "groupChat" if isinstance(conversation, dict) and conversation.get("isGroup") is True else "personal"
