"""What the fake Teams remembers: conversations, who is in them, and what the bot said there."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from tests.fakes.teams_faults import Refusal
from tests.fakes.teams_identity import START, TENANT, Person, Place

Json = dict[str, Any]

LIMIT = 100 * 1024
"""Bytes of a message as UTF-16."""

_THREAD = ";messageid="


@dataclass(slots=True)
class Conversation:
    """A conversation; `refusal` is what every message of the bot's meets there."""

    place: Place
    tenant: str = TENANT
    members: dict[str, Person] = field(default_factory=dict)
    activities: dict[str, Json] = field(default_factory=dict)
    refusal: Refusal | None = None

    def member(self, wanted: str) -> Person:
        """Who has this id, the bot's or the directory's, or this address."""
        for person in self.members.values():
            if wanted in (person.id, person.aad) or wanted.casefold() == person.email.casefold():
                return person
        raise Refusal(404, "MemberNotFoundInConversation")


class Conversations:
    """All of them. Tests arrange with `add`, `block`, `uninstall` and `remove`."""

    def __init__(self) -> None:
        self._all: dict[str, Conversation] = {}
        self.guests: dict[str, Json] = {}
        self._strangers: set[str] = set()
        self._ids = count(int(START.timestamp() * 1000) + 500_000_000)

    # -- arranging

    def add(self, place: Place, members: Iterable[Person]) -> Conversation:
        """A conversation that the bot is in."""
        made = Conversation(place, members={person.id: person for person in members})
        self._all[place.id] = made
        if place.team:
            self._all.setdefault(place.team, made)
        return made

    def block(self, place: Place, code: str = "MessageWritesBlocked") -> None:
        """From now on the bot may not write there."""
        self.at(place.id).refusal = Refusal(403, code)

    def uninstall(self, person: Person) -> None:
        """The person takes the app away: no personal conversation with them can be opened."""
        self._strangers |= {person.id, person.aad}

    def remove(self, place: Place) -> None:
        """The conversation is deleted."""
        del self._all[place.id]

    # -- what the bot asks for

    def at(self, conversation: str) -> Conversation:
        """The conversation, whichever of its threads is named."""
        try:
            return self._all[conversation.partition(_THREAD)[0]]
        except KeyError:
            raise Refusal(404, "ConversationNotFound") from None

    def create(self, body: Json) -> Json:
        """POST /v3/conversations: a personal conversation, or a thread in a channel with its first message."""
        if "id" not in body.get("bot", {}):
            raise Refusal(400, "BadSyntax", "Bot is missing")
        channel = body.get("channelData", {}).get("channel", {}).get("id")
        if channel:
            number = self.post(channel, body.get("activity") or {}, thread_of=None)
            return {"id": f"{channel}{_THREAD}{number}", "activityId": number}
        return {"id": self._personal(body).place.id}

    def post(self, conversation: str, activity: Json, thread_of: str | None = "") -> str:
        """Keep what the bot says and return its id."""
        if not isinstance(activity.get("type"), str):
            raise Refusal(400, "BadSyntax", "Activity type is missing")
        there = self.at(conversation)
        _writable(there, activity)
        number = str(next(self._ids))
        thread = conversation.partition(_THREAD)[2] if thread_of is not None else number
        there.activities[number] = {**activity, "id": number, "thread": thread}
        return number

    def replace(self, conversation: str, number: str, activity: Json) -> None:
        """Put another activity in the place of one."""
        there = self.at(conversation)
        _writable(there, activity)
        kept = self._kept(there, number)
        there.activities[number] = {**activity, "id": number, "thread": kept["thread"], "edited": True}

    def delete(self, conversation: str, number: str) -> None:
        """Take an activity away."""
        there = self.at(conversation)
        self._kept(there, number)
        del there.activities[number]

    def _kept(self, there: Conversation, number: str) -> Json:
        if number not in there.activities:
            raise Refusal(404, "ActivityNotFoundInConversation")
        return there.activities[number]

    def _personal(self, body: Json) -> Conversation:
        members = [member["id"] for member in body.get("members", [])]
        if len(members) != 1 or not body.get("tenantId"):
            raise Refusal(400, "BadSyntax", "Incorrect conversation creation parameters")
        if members[0] in self._strangers:
            raise Refusal(403, "ForbiddenOperationException", "Bot is not installed in user's personal scope")
        for one in self._all.values():
            if one.place.kind == "personal" and any(members[0] in (p.id, p.aad) for p in one.members.values()):
                return one
        raise Refusal(400, "BadArgument", "Failed to decrypt pairwise id")


def account(person: Person, tenant: str = TENANT) -> Json:
    """A member as the connector tells of them."""
    given, _, family = person.name.partition(" ")
    return {
        "id": person.id,
        "objectId": person.aad,
        "name": person.name,
        "givenName": given,
        "surname": family,
        "email": person.email,
        "userPrincipalName": person.email,
        "tenantId": tenant,
        "userRole": "user",
    }


def _writable(there: Conversation, activity: Json) -> None:
    if there.refusal:
        raise there.refusal
    if len(json.dumps(activity, ensure_ascii=False).encode("utf-16-le", "surrogatepass")) > LIMIT:
        raise Refusal(413)
