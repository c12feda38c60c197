"""Inbound activities as Microsoft documents them, ready to be posted to the bot.

Sources: the Teams documentation on conversation events, channel and group conversations, message extensions (action
commands), Universal Actions, files, and messages in bot conversations.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from html import escape
from itertools import count
from typing import Any

from tests.fakes.teams_identity import BOT, BOT_NAME, DANA, PAYMENTS, START, TENANT, Person, Place

Json = dict[str, Any]

MENTION = f"<at>{BOT_NAME}</at>"


class Activities:
    """Builds activities of one organisation; ids are new each time, as those of Teams are."""

    def __init__(self, service_url: str, tenant: str = TENANT, at: datetime = START) -> None:
        self.service_url = service_url
        self.tenant = tenant
        self.at = at
        self._ids = count(int(at.timestamp() * 1000))

    # -- messages

    def message(
        self,
        text: str,
        sender: Person = DANA,
        place: Place = PAYMENTS,
        *,
        mention: bool = False,
        attachments: Sequence[Json] = (),
        under: str | None = None,
        **more: Any,
    ) -> Json:
        """A message; `mention` puts the bot's name before the words, `under` names the message that began the thread.

        In a channel the conversation names the thread, which a first message begins itself.
        """
        number = str(more.pop("id", None) or self.new_id())
        where = place.thread(under or number) if place.channel else place
        words = f"{MENTION} {text}".strip() if mention else text
        html = {"contentType": "text/html", "content": f"<p>{self._mentioned(mention)}{_typed(text)}</p>"}
        return {
            **self._envelope("message", sender, where, number),
            "textFormat": "plain",
            "locale": "en-GB",
            "text": words,
            "attachments": [*attachments, *([html] if words else [])],
            "entities": [*([mention_of_bot()] if mention else []), CLIENT],
            **more,
        }

    def edited(self, message: Json, text: str) -> Json:
        """The same message with other words."""
        data = {**message["channelData"], "eventType": "editMessage"}
        others = [one for one in message["attachments"] if one["contentType"] != "text/html"]
        html = {"contentType": "text/html", "content": f"<p>{_typed(text)}</p>"}
        told = {"text": text, "attachments": [*others, html], "channelData": data}
        return {**message, "type": "messageUpdate", **told}

    def deleted(self, message: Json) -> Json:
        """The message is taken back."""
        gone = {key: value for key, value in message.items() if key not in ("text", "attachments", "entities")}
        return {
            **gone,
            "type": "messageDelete",
            "channelData": {**message["channelData"], "eventType": "softDeleteMessage"},
        }

    def reacted(self, reaction: str, message: Json, sender: Person = DANA, *, added: bool = True) -> Json:
        """Somebody reacts to a message with `like`, `heart`, `surprised` …, or takes that back."""
        place = _place_of(message)
        key = "reactionsAdded" if added else "reactionsRemoved"
        return {
            **self._envelope("messageReaction", sender, place),
            "replyToId": message["id"],
            key: [{"type": reaction}],
        }

    # -- who is there

    def installed(self, sender: Person = DANA, place: Place = PAYMENTS, *, action: str = "add") -> Json:
        """The app is added (`add`), updated (`add-upgrade`) or taken away (`remove`)."""
        return {**self._envelope("installationUpdate", sender, place), "action": action}

    def members(self, *members: str, sender: Person = DANA, place: Place = PAYMENTS, added: bool = True) -> Json:
        """Members join or leave; the bot itself unless others are named."""
        key, event = ("membersAdded", "teamMemberAdded") if added else ("membersRemoved", "teamMemberRemoved")
        raw = self._envelope("conversationUpdate", sender, place)
        if place.team:
            raw["channelData"]["eventType"] = event
        return {**raw, key: [{"id": member} for member in members or (BOT,)]}

    # -- invokes

    def executed(
        self,
        verb: str,
        data: Json,
        card: str,
        sender: Person = DANA,
        place: Place = PAYMENTS,
        *,
        trigger: str = "manual",
    ) -> Json:
        """Somebody presses an Action.Execute of a card, or Teams refreshes it (`automatic`)."""
        action = {"type": "Action.Execute", "id": verb, "verb": verb, "data": data}
        raw = self._invoke("adaptiveCard/action", {"action": action, "trigger": trigger}, sender, place)
        raw["channelData"] |= {"source": {"name": "message"}, "legacy": {"replyToId": card}}
        return {**raw, "replyToId": card}

    def fetch_task(
        self,
        command: str,
        sender: Person = DANA,
        place: Place = PAYMENTS,
        *,
        payload: Json | None = None,
    ) -> Json:
        """Somebody opens an action command: on a message if there is a payload of one, else from the compose box."""
        return self._invoke("composeExtension/fetchTask", _command(command, payload), sender, place)

    def submit_action(
        self,
        command: str,
        data: Json,
        sender: Person = DANA,
        place: Place = PAYMENTS,
        *,
        payload: Json | None = None,
    ) -> Json:
        """Somebody sends off the dialog of an action command."""
        value = {**_command(command, payload), "data": data}
        return self._invoke("composeExtension/submitAction", value, sender, place)

    def payload(
        self, html: str, sender: Person = DANA, *, id: str | None = None, attachments: Sequence[Json] = ()
    ) -> Json:
        """The message that an action command is used on."""
        number = id or self.new_id()
        link = f"https://teams.microsoft.com/l/message/{PAYMENTS.id}/{number}?tenantId={self.tenant}"
        user = {"userIdentityType": "aadUser", "id": sender.aad, "displayName": sender.name}
        return {
            "id": number,
            "replyToId": None,
            "createdDateTime": _iso(self.at),
            "lastModifiedDateTime": None,
            "deleted": False,
            "subject": None,
            "importance": "normal",
            "locale": "en-us",
            "linkToMessage": link,
            "from": {"device": None, "conversation": None, "application": None, "user": user},
            "body": {"contentType": "html", "content": html},
            "attachments": list(attachments),
            "mentions": [],
            "reactions": [],
        }

    def new_id(self) -> str:
        """An id that no message has had yet: milliseconds, as those of Teams."""
        return str(next(self._ids))

    # -- parts

    def _invoke(self, name: str, value: Json, sender: Person, place: Place) -> Json:
        raw = self._envelope("invoke", sender, place, f"f:{self.new_id()}")
        return {**raw, "name": name, "value": value, "locale": "en-GB", "entities": [CLIENT]}

    def _envelope(self, kind: str, sender: Person, place: Place, number: str | None = None) -> Json:
        return {
            "type": kind,
            "id": number or f"f:{self.new_id()}",
            "timestamp": _iso(self.at),
            "localTimestamp": _iso(self.at),
            "localTimezone": "Europe/London",
            "channelId": "msteams",
            "serviceUrl": self.service_url,
            "from": sender.account,
            "recipient": {"id": BOT, "name": BOT_NAME},
            "conversation": self._conversation(place),
            "channelData": self._channel_data(place),
        }

    def _conversation(self, place: Place) -> Json:
        group = {"isGroup": True} if place.kind != "personal" else {}
        return {"conversationType": place.kind, "tenantId": self.tenant, "id": place.id, **group}

    def _channel_data(self, place: Place) -> Json:
        tenant: Json = {"tenant": {"id": self.tenant}}
        if not place.channel:
            return tenant
        return {
            "teamsChannelId": place.channel,
            "teamsTeamId": place.team,
            "channel": {"id": place.channel},
            "team": {"id": place.team},
            **tenant,
        }

    def _mentioned(self, mention: bool) -> str:
        if not mention:
            return ""
        return f'<span itemscope="" itemtype="http://schema.skype.com/Mention" itemid="0">{BOT_NAME}</span> '


CLIENT: Json = {
    "type": "clientInfo",
    "locale": "en-GB",
    "country": "GB",
    "platform": "Web",
    "timezone": "Europe/London",
}


def mention_of_bot() -> Json:
    """The entity that goes with the bot's name in a message."""
    return {"type": "mention", "text": MENTION, "mentioned": {"id": BOT, "name": BOT_NAME}}


def mention_of(person: Person) -> Json:
    """The entity that goes with somebody's name in a message."""
    return {"type": "mention", "text": f"<at>{person.name}</at>", "mentioned": {"id": person.id, "name": person.name}}


def image(url: str, name: str = "image.png") -> Json:
    """A picture in the text, as a channel or a chat sends it; its content needs the bot's token."""
    return {"contentType": "image/*", "contentUrl": url, "name": name}


def file(url: str, name: str, kind: str = "pdf") -> Json:
    """A file from someone's OneDrive, as a personal chat sends it."""
    content = {"downloadUrl": url, "uniqueId": "1150D938-8870-4044-9F2C-5BBDEBA70C9D", "fileType": kind}
    return {
        "contentType": "application/vnd.microsoft.teams.file.download.info",
        "contentUrl": f"https://example.sharepoint.com/personal/dana/Documents/{name}",
        "name": name,
        "content": content,
    }


def _typed(text: str) -> str:
    """Text as the client of Teams writes it: lines are broken, and spaces that would vanish do not break."""
    return escape(text).replace("\n ", "\n&nbsp;").replace("  ", " &nbsp;").replace("\n", "<br>")


def _command(command: str, payload: Json | None) -> Json:
    value: Json = {
        "commandId": command,
        "commandContext": "message" if payload else "compose",
        "context": {"theme": "default"},
    }
    return {**value, "messagePayload": payload} if payload else value


def _place_of(message: Json) -> Place:
    conversation, data = message["conversation"], message["channelData"]
    team, channel = data.get("teamsTeamId", ""), data.get("teamsChannelId", "")
    return Place(conversation["id"], conversation["conversationType"], team, channel)


def _iso(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.000Z")
