"""Slack's driver: signed payloads through the real Bolt app, and what the fake workspace shows."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Awaitable, Iterator
from contextlib import asynccontextmanager
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any, Self
from zoneinfo import ZoneInfo

from bot.buttons import RATING
from bot.timetravel import travel
from bot.watched import Watched
from complaints.severity import Severity
from tests.bot.slack.driver import GENERAL, Desk, Json, desk
from tests.contracts.driver import Driver
from tests.fakes import slack_payloads as payloads
from tests.fakes.slack_forms import elements
from tests.fakes.slack_identity import TEAM_DOMAIN
from tests.fakes.slack_limits import check_message

LONDON = ZoneInfo("Europe/London")
ARCHIVE = f"https://{TEAM_DOMAIN}.slack.com/archives/"
"""Where links to messages lead; no others are ours."""

_DATE = re.compile(r"<!date\^(\d+)\^([^|>]*)\|[^>]*>")
_LINK = re.compile(r"<(https?://[^|>]*)\|([^>]*)>")
_LOOK_ALIKES = str.maketrans({"∗": "*", "∼": "~", "＿": "_"})
_SEVERITIES = {severity.value.capitalize() for severity in Severity}
_RATING = {button.label for button in RATING}
_WAIT = re.compile(r"\d tickets? waits? for you")
_MEANT = {
    "date": "until", "time": "until", "colleague": "whom", "team": "whom", "ticket": "whom", "other": "whom",
    "choice": "whom", "duplicate": "whom", "why": "reason",
}  # fmt: skip


class Slack(Driver):
    """People in a workspace that has Golddust."""

    def __init__(self, behind: Desk) -> None:
        super().__init__(behind.golddust)
        self.desk = behind
        self._command: tuple[str, str, str] = ("", "", "")
        self._dialogs: list[tuple[str, str, str]] = []
        """When, to whom, what a form said instead of closing."""

    @classmethod
    @asynccontextmanager
    async def open(cls, database_url: str, watched: Watched) -> AsyncIterator[Self]:
        """A workspace of its own."""
        async with desk(database_url, watched) as behind:
            yield cls(behind)

    async def say(self, person: str, words: str) -> None:
        """`/complaint words` in a channel."""
        self._command = (self._user(person), payloads.escaped(words), self.desk.slack.trigger(self._user(person)))
        await self.deliver_again()

    async def ask(self, person: str, words: str) -> None:
        """`/complaint words`."""
        await self.desk.complains(self._user(person), payloads.escaped(words), GENERAL)

    async def deliver_again(self) -> None:
        """The same command with the same trigger."""
        user, text, trigger = self._command
        answer = await self.desk.complains(user, text, GENERAL, trigger_id=trigger)
        assert answer["response_type"] == "ephemeral"
        check_message(answer["text"], answer["blocks"])
        # What answers a command becomes a message that only this person sees, buttons and all.
        whisper = self.desk.slack.as_bot(answer["text"], answer["blocks"])
        self.desk.slack.whispers.append(whisper | {"user": user, "channel": GENERAL, "is_ephemeral": True})

    def press(self, person: str, ref: str, label: str) -> Awaitable[None]:
        """A press on the message as it looks now."""
        channel, message = self._message(person, ref, label)
        own = [block for block in deepcopy(message["blocks"]) if label in _labels([block], ref)]
        action = payloads.pressed(own[:1], label, at=self.desk.now)
        return self.desk.acts(self._user(person), deepcopy(message), action, channel=channel)

    async def fill(self, person: str, ref: str, label: str, **fields: Any) -> None:
        """The modal behind a button; Slack's own check for empty fields is left out, so that ours is seen."""
        await self.press(person, ref, label)
        user = self._user(person)
        view = self.desk.slack.modals(user)[-1]
        answer = await self.desk.submits(user, **self._named(person, view["callback_id"], fields)) or {}
        wrong = answer.get("errors", {})
        assert wrong.keys() <= {block["block_id"] for block in view["blocks"]}
        self.errors = {_MEANT.get(block, block): reason for block, reason in wrong.items()}
        if answer.get("response_action") == "update":
            self._dialogs.append((self.desk.slack.next_ts(), user, self._text(answer["view"])))

    async def tap(self, person: str, ref: str, severity: str) -> None:
        """One of the three others under the receipt."""
        await self.press(person, ref, severity.capitalize())

    async def reply(self, person: str, team: str, words: str) -> None:
        """A reply in the card's thread."""
        channel = self._channel(team)
        card = self.desk.card(channel)
        await self.desk.says(channel, self._user(person), words, thread_ts=card["ts"])

    async def answer(self, person: str, words: str) -> None:
        """A reply in the thread under the list."""
        user = self._user(person)
        lists = [message for message in self._posted(user) if _WAIT.search(self._text(message))]
        await self.desk.says(self.desk.slack.dm(user), user, words, thread_ts=lists[-1]["ts"])

    async def advance(self, **amount: float) -> None:
        """Time passes for Golddust and for Slack."""
        before = self.desk.now
        until = before + timedelta(**amount)
        await travel(self.golddust, self.desk.clock, until)
        self.desk.slack.advance(until - before)

    def sees(self, person: str) -> list[str]:
        """Direct messages, whispers, and what a form said instead of closing."""
        user = self._user(person)
        if not user:
            return []
        zone = ZoneInfo(self.desk.slack.users[user]["tz"])
        private = [(message["ts"], self._text(message, zone)) for _, message in self._private(user)]
        said = [(ts, text) for ts, to, text in self._dialogs if to == user]
        return [text for _, text in sorted(private + said)]

    def team_sees(self, team: str) -> list[str]:
        """Our messages in the team's channel, threads left out."""
        posted = self._posted(self._channel(team))
        return [self._text(one) for one in posted if one.get("thread_ts", one["ts"]) == one["ts"]]

    def buttons(self, who: str, ref: str) -> list[str]:
        """The buttons of the newest message; those that correct the severity are no row of ours."""
        team = who in self.golddust.organisation.teams
        found = self._posted(self._channel(who)) if team else [one for _, one in self._private(self._user(who))]
        return [label for label in self._newest(found, ref) if label not in _SEVERITIES | _RATING]

    def rating(self, person: str, ref: str) -> list[str]:
        """The two at the end of a nudge or of a list."""
        found = [one for _, one in self._private(self._user(person))]
        return [label for label in self._newest(found, ref) if label in _RATING]

    def _newest(self, found: list[Json], ref: str) -> list[str]:
        about = [message for message in found if self._is_about(message, ref)]
        return _labels(max(about, key=lambda message: message["ts"])["blocks"], ref) if about else []

    def harm(self) -> list[str]:
        """Mentions, broadcasts and foreign links in whatever was sent or answered."""
        sent = [text for call in self.desk.slack.calls for text in _wire(call.args)]
        seen = [text for whisper in self.desk.slack.whispers for text in _wire(whisper)]
        marks = [mark for text in sent + seen for mark in re.findall(r"<[^<>]*>", text)]
        return [mark for mark in marks if not mark.startswith(("<!date^", f"<{ARCHIVE}"))]

    def _user(self, person: str) -> str:
        """The person's account; empty for somebody who is not in the workspace."""
        return self.golddust.organisation.people[person].slack or ""

    def _channel(self, team: str) -> str:
        return self.golddust.organisation.teams[team].channel or ""

    def _posted(self, channel: str) -> list[Json]:
        return [message for message in self.desk.slack.messages(channel) if message.get("bot_id")]

    def _private(self, user: str) -> list[tuple[str, Json]]:
        direct = [(self.desk.slack.dm(user), message) for message in self._posted(user)]
        return direct + [(whisper["channel"], whisper) for whisper in self.desk.slack.ephemerals(user)]

    def _message(self, person: str, ref: str, label: str) -> tuple[str, Json]:
        """The newest message with this button, and where it is: the person's own before a team's."""
        private = sorted(self._private(self._user(person)), key=lambda one: one[1]["ts"], reverse=True)
        channels = [self._channel(team) for team, listed in self.golddust.organisation.teams.items() if listed.owns]
        public = [(channel, message) for channel in channels for message in reversed(self._posted(channel))]
        for channel, message in private + public:
            if self._is_about(message, ref) and label in _labels(message["blocks"], ref):
                return channel, message
        raise LookupError(f"no button {label} about {ref} for {person}")

    def _is_about(self, message: Json, ref: str) -> bool:
        return re.search(rf"\b{ref}\b", self._text(message)) is not None

    def _text(self, message: Json, zone: ZoneInfo = LONDON) -> str:
        texts = [part for block in message["blocks"] for part in (block.get("text"), *block.get("elements", ()))]
        return "\n".join(_read(text, zone) for text in texts if text and isinstance(text.get("text"), str))

    def _named(self, person: str, form: str, fields: dict[str, Any]) -> dict[str, Any]:
        """The answers by the names that the modal gives its inputs."""
        named: dict[str, Any] = {}
        for name, value in fields.items():
            if name == "until":
                local = value.astimezone(self.golddust.organisation.zone_of(person)) if value else None
                named |= {"date": f"{local:%Y-%m-%d}", "time": f"{local:%H:%M}"} if local else {"date": None}
            elif name == "whom":
                named |= self._whom(*str(value).partition(":")[::2])
            else:
                named["why" if name == "reason" and form == "blocked" else name] = value
        return named

    def _whom(self, kind: str, what: str) -> dict[str, str]:
        match kind:
            case "":
                return {}
            case "person":
                return {"colleague": self._user(what)}
            case "unknown":
                return {"choice": "unknown"}
            case "nothing":
                return {"choice": "not_a_complaint"}
            case _:
                return {kind: what}


def _labels(blocks: list[Json], ref: str) -> list[str]:
    """The labels of the buttons that name a ticket."""
    buttons = [element for _, element in elements(blocks) if element["type"] == "button"]
    return [one["text"]["text"] for one in buttons if f"C-{one['value'].partition(' ')[0]}" == ref]


def _wire(message: Json) -> Iterator[str]:
    """The texts of a message in which Slack looks for marks; in plain_text there are none."""
    yield str(message.get("text") or "")
    blocks = message.get("blocks") or []
    for block in json.loads(blocks) if isinstance(blocks, str) else blocks:
        for text in (block.get("text"), *block.get("elements", ())):
            if text and text.get("type") == "mrkdwn":
                yield text["text"]


def _read(text: Json, zone: ZoneInfo) -> str:
    """A text as Slack shows it: dates in the reader's zone, links as their words, bold without its stars."""
    if text["type"] == "plain_text":
        return str(text["text"])

    def date(found: re.Match[str]) -> str:
        local = datetime.fromtimestamp(int(found[1]), UTC).astimezone(zone)
        return found[2].format(date_short_pretty=f"{local:%b} {local.day}, {local.year}", time=f"{local:%H:%M}")

    shown = _LINK.sub(r"\2", _DATE.sub(date, text["text"])).replace("*", "").translate(_LOOK_ALIKES)
    return shown.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
