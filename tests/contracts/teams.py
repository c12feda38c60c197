"""Teams' driver: signed activities posted to the real bot, and what the fake Microsoft shows."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Iterator
from contextlib import asynccontextmanager
from copy import deepcopy
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self
from zoneinfo import ZoneInfo

from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.buttons import RATING
from bot.timetravel import travel
from bot.watched import Watched
from complaints.severity import Severity
from tests.bot.teams.driver import Desk, Json, card_in, desk, organisation_file
from tests.bot.teams.tickets import check_activity, check_card, inputs, pressed, walk
from tests.contracts.driver import Driver
from tests.fakes.teams_connector import FakeTeams
from tests.fakes.teams_identity import Person, Place
from tests.world import MONDAY

LONDON = ZoneInfo("Europe/London")
LINKS = "https://teams.microsoft.com/l/message/"
"""Where links to messages lead; no others are ours."""

_CHANNELS = {"payments": "C0PAYMENTS", "app": "C0APP0001", "triage": "C0TRIAGE1"}
_MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable(["strikethrough", "table"])
_OURS = {
    "paragraph_open", "paragraph_close", "inline", "text", "softbreak", "strong_open", "strong_close", "link_close",
}  # fmt: skip
_MOMENT = re.compile(r"\{\{(DATE|TIME)\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)(?:, SHORT)?\)\}\}")
_MACRO = re.compile(r"\{\{\s*(?:DATE|TIME)\b", re.IGNORECASE)
_LOOK_ALIKES = str.maketrans({"∗": "*", "∼": "~", "＿": "_", "＼": "\\", "\u2060": None})
_SEVERITIES = {severity.value.capitalize() for severity in Severity}
_RATING = {button.label for button in RATING}
_WAIT = re.compile(r"\d tickets? waits? for you")
_MEANT = {
    "date": "until", "time": "until", "colleague": "whom", "team": "whom", "name": "whom", "ticket": "whom",
    "other": "whom", "choice": "whom", "duplicate": "whom", "why": "reason",
}  # fmt: skip


class Teams(Driver):
    """People in an organisation that has Golddust in Teams, everybody in a chat of their own with it."""

    def __init__(self, behind: Desk, people: dict[str, tuple[Person, Place]]) -> None:
        super().__init__(behind.golddust)
        self.desk = behind
        self._people = people
        self._heard: list[Json] = []
        """What was said to Golddust."""
        self._toasts: list[tuple[str, str, str]] = []
        """After which message, to whom, what an answer said beside the card."""
        self._answers: list[Json] = []
        """Every card that an answer put in the place of another."""

    @classmethod
    @asynccontextmanager
    async def open(cls, database_url: str, watched: Watched) -> AsyncIterator[Self]:
        """An organisation of its own, in which everybody has added the app."""
        people = {key: _account(key, person.name) for key, person in watched.current.organisation.people.items()}
        teams = FakeTeams(at=MONDAY, lifetime=timedelta(days=365))
        with TemporaryDirectory() as folder:
            file = organisation_file(Path(folder), **{old: _place(team).id for team, old in _CHANNELS.items()})
            async with teams, desk(database_url, file, teams=teams) as behind:
                for team in _CHANNELS:
                    teams.conversations.add(_place(team), [person for person, _ in people.values()])
                for person, chat in people.values():
                    teams.conversations.add(chat, [person])
                    await behind.event(behind.says_.installed(person, chat))
                    teams.conversations.at(chat.id).activities.clear()
                yield cls(behind, people)

    # -- what people do

    async def say(self, person: str, words: str) -> None:
        """A message in the chat with Golddust; of the same words within a minute nobody can tell whether Teams or the
        person repeats them, so that a person who means it waits."""
        who, chat = self._people[person]
        if any(one["text"] == words and one["from"]["id"] == who.id for one in self._heard):
            self.desk.clock.advance(seconds=61)
        self._heard.append(await self.desk.says(words, who, chat))

    async def ask(self, person: str, words: str) -> None:
        """A message in the chat with Golddust."""
        await self.desk.says(words, *self._people[person])

    async def deliver_again(self) -> None:
        """Teams sends it again as it was, to which nobody hears a word, and half a minute later under another id."""
        before = [self.sees(person) for person in self._people]
        await self.desk.event(self._heard[-1])
        assert [self.sees(person) for person in self._people] == before
        self.desk.clock.advance(seconds=30)
        await self.desk.event({**self._heard[-1], "id": self.desk.says_.new_id()})

    def press(self, person: str, ref: str, label: str) -> Awaitable[None]:
        """A press on the message as it looks now; one that unfolds a form hands it in as it unfolds."""
        place, message, action = self._button(person, ref, label)
        return self._press(person, place, deepcopy(message), deepcopy(action), {})

    async def fill(self, person: str, ref: str, label: str, **fields: Any) -> None:
        """The form that a button unfolds; Teams' own check for empty fields is left out, so that ours is seen."""
        place, message, action = self._button(person, ref, label)
        if action.get("verb") == "ask":
            action = await self._asked(person, place, message, action)
        assert action["type"] == "Action.ShowCard", f"{label} unfolds no form for {person}"
        typed = {name: one["value"] for name, one in inputs(action["card"]).items() if "value" in one}
        await self._press(person, place, message, action, typed | self._named(person, action, fields))

    async def _asked(self, person: str, place: Place, message: Json, action: Json) -> Json:
        """The form that answers a button of a list, as if it had unfolded there."""
        pressed_on = self.desk.says_.executed("ask", action["data"], message["id"], self._people[person][0], place)
        answer = await self.desk.invoke(pressed_on)
        if answer["type"].endswith(".message"):
            return action
        check_card(answer["value"])
        self._answers.append(answer["value"])
        return {"type": "Action.ShowCard", "title": action["title"], "card": answer["value"]}

    async def tap(self, person: str, ref: str, severity: str) -> None:
        """One of the three others under the receipt."""
        await self.press(person, ref, severity.capitalize())

    async def reply(self, person: str, team: str, words: str) -> None:
        """A reply in the card's thread."""
        place, card = _place(team), self._posts(_place(team))[-1]
        await self.desk.says(words, self._people[person][0], place, under=card["id"])

    async def answer(self, person: str, words: str) -> None:
        """A message that quotes the list."""
        who, chat = self._people[person]
        listed = [message for message in self.desk.said(chat) if _WAIT.search(self._text(message))][-1]
        quoting = (
            f'<blockquote itemscope="" itemtype="http://schema.skype.com/Reply" itemid="{listed["id"]}">'
            f"<p>Golddust</p></blockquote><p>{words}</p>"
        )
        said = self.desk.says_.message(words, who, chat)
        await self.desk.event({**said, "attachments": [{"contentType": "text/html", "content": quoting}]})

    async def advance(self, **amount: float) -> None:
        """Time passes."""
        await travel(self.golddust, self.desk.clock, self.desk.now + timedelta(**amount))
        self.desk.teams.now = self.desk.now

    # -- what people see

    def sees(self, person: str) -> list[str]:
        """The chat with Golddust, and what was said beside a card."""
        posts = [(message["id"], self._text(message)) for message in self.desk.said(self._people[person][1])]
        toasts = [(after, text) for after, to, text in self._toasts if to == person]
        return [text for _, text in sorted(posts + toasts, key=lambda one: one[0])]

    def team_sees(self, team: str) -> list[str]:
        """Our messages in the team's channel, threads left out."""
        return [self._text(message) for message in self._posts(_place(team))]

    def buttons(self, who: str, ref: str) -> list[str]:
        """The buttons of the newest message; those that correct the severity are no row of ours."""
        team = who in self.golddust.organisation.teams
        found = self._posts(_place(who)) if team else self.desk.said(self._people[who][1])
        about = [message for message in found if self._is_about(message, ref)]
        labels = [action["title"] for action in _offered(about[-1], ref)] if about else []
        return [label for label in labels if label not in _SEVERITIES | _RATING]

    def rating(self, person: str, ref: str) -> list[str]:
        """The two at the end of a list, or behind the “…” of a nudge."""
        about = [message for message in self.desk.said(self._people[person][1]) if self._is_about(message, ref)]
        labels = [action["title"] for action in _offered(about[-1], ref)] if about else []
        return [label for label in labels if label in _RATING]

    def harm(self) -> list[str]:
        """Mentions, markup, foreign links and moments that are none, in whatever was sent or answered."""
        sent = [call.body for one in ("create", "send", "reply", "update") for call in self.desk.teams.called(one)]
        posted = [one.get("activity", one) for one in sent if "attachments" in one.get("activity", one)]
        for activity in posted:
            check_activity({key: activity[key] for key in ("type", "summary", "attachments")})
        cards = [card_in(activity) for activity in posted] + self._answers
        called = [str(entity) for activity in posted for entity in activity.get("entities", ())]
        return called + [mark for card in cards for mark in _marks(card)]

    # -- how

    def _posts(self, place: Place) -> list[Json]:
        return [message for message in self.desk.said(place) if message["thread"] == message["id"]]

    def _button(self, person: str, ref: str, label: str) -> tuple[Place, Json, Json]:
        """Where the newest message with this button is, that message, and the button: the person's before a team's."""
        chat = self._people[person][1]
        places = [(chat, self.desk.said(chat))] + [(_place(team), self._posts(_place(team))) for team in _CHANNELS]
        for place, messages in places:
            for message in reversed(messages):
                for action in _offered(message, ref):
                    if action["title"] == label:
                        return place, message, action
        raise LookupError(f"no button {label} about {ref} for {person}")

    async def _press(self, person: str, place: Place, message: Json, action: Json, typed: Json) -> None:
        sends = _sent(action)
        where = place.thread(message["id"]) if place.channel else place
        pressed_on = self.desk.says_.executed(
            sends["verb"], {**sends["data"], **typed}, message["id"], self._people[person][0], where
        )
        answer = await self.desk.invoke(pressed_on)
        self.errors = {}
        if answer["type"].endswith(".message"):
            newest = max((one["id"] for chat in self._places() for one in self.desk.said(chat)), default="")
            self._toasts.append((newest, person, answer["value"]))
            return
        check_card(answer["value"])
        self._answers.append(answer["value"])
        self.errors = {_MEANT.get(field, field): wrong for field, wrong in _wrong(answer["value"])}
        [now] = [one for one in self.desk.said(place) if one["id"] == message["id"]]
        assert self.errors or _text(answer["value"]) == self._text(now), "who presses sees what everybody sees then"

    def _places(self) -> list[Place]:
        return [chat for _, chat in self._people.values()] + [_place(team) for team in _CHANNELS]

    def _is_about(self, message: Json, ref: str) -> bool:
        return re.search(rf"\b{ref}\b", self._text(message)) is not None

    def _text(self, message: Json) -> str:
        return _text(card_in(message))

    def _named(self, person: str, action: Json, fields: dict[str, Any]) -> Json:
        """The answers by the ids that the form gives its inputs; lists can only say what they offer."""
        asked, form = inputs(action["card"]), _sent(action)["verb"]
        named: Json = {}
        for name, value in fields.items():
            if name == "until":
                local = value.astimezone(self.golddust.organisation.zone_of(person)) if value else None
                named |= {"date": f"{local:%Y-%m-%d}", "time": f"{local:%H:%M}"} if local else {"date": ""}
            elif name == "whom":
                named |= _whom(*str(value).partition(":")[::2])
            else:
                named["why" if name == "reason" and form == "blocked" else name] = value
        for name, value in named.items():
            choices = asked[f"{form}.{name}"].get("choices")
            assert choices is None or value in [one["value"] for one in choices], f"{value!r} can’t be picked"
        return {f"{form}.{name}": value for name, value in named.items()}


def _account(key: str, name: str) -> tuple[Person, Place]:
    """Somebody's account, and the chat that they have with Golddust."""
    return Person(f"29:{key}", name, f"{key}@example.com", f"d0000000-{key}"), Place(f"a:{key}-and-the-bot", "personal")


def _place(team: str) -> Place:
    channel = f"19:{team}@thread.tacv2"
    return Place(channel, "channel", "19:team@thread.tacv2", channel)


def _offered(message: Json, ref: str) -> list[Json]:
    """The buttons of a message that are about a ticket."""
    return [one for one in pressed(card_in(message)) if f"C-{_sent(one)['data'].get('ticket')}" == ref]


def _sent(action: Json) -> Json:
    """What a button sends, or the button of the form that it unfolds."""
    if action["type"] == "Action.Execute":
        return action
    return next(one for one in walk(action["card"]) if one.get("type") == "Action.Execute")


def _wrong(card: Json) -> Iterator[tuple[str, str]]:
    """(field, what is wrong with it): what stands in red below an input."""
    field = ""
    for one in card["body"]:
        if str(one.get("type", "")).startswith("Input."):
            field = one["id"].partition(".")[2]
        runs = one.get("inlines", ())
        if runs and runs[0].get("color") == "Attention":
            yield field, "".join(run["text"] for run in runs)


def _whom(kind: str, what: str) -> dict[str, str]:
    match kind:
        case "":
            return {}
        case "person":
            return {"colleague": what}
        case "unknown":
            return {"choice": "unknown"}
        case "nothing":
            return {"choice": "not_a_complaint"}
        case _:
            return {kind: what}


def _tokens(markdown: str) -> Iterator[Token]:
    for block in _MARKDOWN.parse(markdown):
        yield block
        yield from block.children or ()


def _text(card: Json) -> str:
    return "\n".join(filter(None, map(_read, walk(card["body"]))))


def _read(element: Json) -> str:
    """An element as Teams shows it: moments in London, where everybody is, and Markdown where it is Markdown."""

    def moment(found: re.Match[str]) -> str:
        local = datetime.fromisoformat(found[2]).astimezone(LONDON)
        return f"{local:%a, %b} {local.day}, {local.year}" if found[1] == "DATE" else f"{local:%H:%M}"

    if element.get("type") == "RichTextBlock":
        return "".join(_MOMENT.sub(moment, run["text"]) for run in element["inlines"])
    if element.get("type") != "TextBlock":
        return ""
    shown = "".join(
        "\n" if one.type == "softbreak" else one.content
        for one in _tokens(_MOMENT.sub(moment, element["text"]))
        if one.type not in {"inline", "paragraph_open"}
    )
    return shown.translate(_LOOK_ALIKES)


def _marks(card: Json) -> Iterator[str]:
    """What is more than words in a card, apart from our own bold, moments and links to messages in Teams."""
    for one in walk(card):
        if one.get("type") == "TextRun" and _MACRO.search(one["text"]):
            yield str(one["text"])
        if one.get("type") == "TextBlock":
            without = _MOMENT.sub("", one["text"])
            yield from (one["text"] for _ in [0] if _MACRO.search(without) or re.search(r"<[^\s\u2060]", without))
            yield from (str(token) for token in _tokens(without) if not _harmless(token))
        if one.get("type") in {"Image", "Action.OpenUrl"}:
            yield str(one)


def _harmless(token: Token) -> bool:
    return token.type in _OURS or (token.type == "link_open" and str(token.attrGet("href")).startswith(LINKS))
