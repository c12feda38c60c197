"""The playground's driver: what its page offers, without a browser around it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Iterator
from contextlib import asynccontextmanager
from html.parser import HTMLParser
from typing import Any, Self

from bot import bundles, buttons, demo
from bot.buttons import Button, Press
from bot.watched import Watched
from bot.web import listen, people, render
from bot.web.board import Post, threads
from bot.web.forms import Form, field_for, form_for
from bot.web.playground import Playground as Ground
from bot.web.render import Shown
from complaints.commands import CaptureComplaint
from complaints.replies import Captured, Done, Refused, Reply, Said
from complaints.ticket import number_of
from tests.contracts.driver import Driver
from tests.world import MONDAY

OURS = {"b", "br", "time"}
"""The only markup that the page's sentences need."""

_MEANT = {
    "day": "until", "time": "until", "why": "reason", "by": "whom", "person": "whom", "team": "whom", "ticket": "whom",
    "other": "whom", "duplicate": "whom",
}  # fmt: skip


class Playground(Driver):
    """People in front of the playground's page."""

    def __init__(self, ground: Ground) -> None:
        super().__init__(ground.golddust)
        self.ground = ground
        self._last = ("", "")
        self._answers: list[tuple[int, str, str]] = []
        """After which post, to whom, what the page answered."""

    @classmethod
    @asynccontextmanager
    async def open(cls, database_url: str, watched: Watched) -> AsyncIterator[Self]:
        """A playground of its own."""
        ground = demo.open_playground(watched.path, database_url, MONDAY)
        try:
            yield cls(ground)
        finally:
            ground.golddust.close()

    async def say(self, person: str, words: str) -> None:
        """Typed into the page's box."""
        self._last = (person, words)
        self._answered(person, await self.ground.type(person, words))

    async def ask(self, person: str, words: str) -> None:
        """Typed into the page's box."""
        self._answered(person, await self.ground.type(person, words))

    async def deliver_again(self) -> None:
        """The page sends every message once; the same message again is what a platform's retry would be."""
        (person, words), message = self._last, self.tickets()[-1].source.message
        command = listen.typed(words, person, self.ground.now, self.ground.organisation, message)
        assert isinstance(command, CaptureComplaint)
        self._answered(person, await self.ground.do(command))

    def press(self, person: str, ref: str, label: str) -> Awaitable[None]:
        """One press; a page that is out of date may still show what somebody else was offered."""
        return self._press(person, ref, self._button(person, ref, label))

    async def fill(self, person: str, ref: str, label: str, **fields: Any) -> None:
        """The dialog behind a button."""
        button = self._button(person, ref, label)
        form = self._form(person, ref, button.press)
        assert form is not None, f"{label} opens no form for {person}"
        answers = _filled(form, self._named(person, button.press, fields))
        self.errors = {}
        reply = await self.ground.press(person, button.press, number_of(ref) or 0, answers)
        wrong = field_for(form, reply.field, answers) if isinstance(reply, Refused) and reply.field else None
        if wrong is not None and isinstance(reply, Refused):
            self.errors = {_MEANT.get(wrong.name, wrong.name): reply.reason}
        else:
            self._answered(person, reply)

    async def tap(self, person: str, ref: str, severity: str) -> None:
        """One of the four under the receipt."""
        self._answered(person, await self.ground.correct(person, number_of(ref) or 0, severity))

    async def reply(self, person: str, team: str, words: str) -> None:
        """Written under the card in the team's conversation."""
        card = next(post for post in reversed(self.ground.board.posts(f"team:{team}")) if post.shown.kind == "card")
        self._answered(person, await self.ground.reply(person, card, words))

    async def answer(self, person: str, words: str) -> None:
        """Written under the list."""
        post = self._lists(person)[0]
        self._answered(person, await self.ground.reply(person, post, words))

    async def advance(self, **amount: float) -> None:
        """The page's clock is moved."""
        await self.ground.advance(**amount)

    def sees(self, person: str) -> list[str]:
        """The person's conversation, and what the page answered to them."""
        posts = [(int(post.id), _text(post.shown)) for post in self.ground.board.posts(f"person:{person}")]
        answers = [(after, said) for after, to, said in self._answers if to == person]
        return [text for _, text in sorted(posts + answers, key=lambda one: one[0])]

    def team_sees(self, team: str) -> list[str]:
        """The conversation of the team's channel, without what was said under its cards."""
        posts = self.ground.board.posts(f"team:{team}")
        return [_text(post.shown) for post in posts if post.shown.kind not in ("remark", "reply")]

    def buttons(self, who: str, ref: str) -> list[str]:
        """The row under the thread with the newest post about the ticket."""
        return [button.label for button in next(self._rows(who, ref), ())]

    def rating(self, person: str, ref: str) -> list[str]:
        """The two under the newest nudge or list."""
        post = self._asking(person, ref)
        return [button.label for button in buttons.RATING] if post is not None and not post.shown.rated else []

    def _asking(self, person: str, ref: str) -> Post | None:
        posts = reversed(self.ground.board.posts(f"person:{person}"))
        about = (post for post in posts if ref in {post.shown.ref, *(entry.ref for entry in post.shown.entries[:1])})
        newest = next(about, None)
        return newest if newest is not None and newest.shown.asks else None

    def _lists(self, person: str) -> list[Post]:
        """The lists of tickets that somebody got, newest first."""
        return [post for post in reversed(self.ground.board.posts(f"person:{person}")) if post.shown.kind == "bundle"]

    def harm(self) -> list[str]:
        """Tags that are none of ours; everything else on the page is set as text."""
        parts = [part for post in self.ground.board.posts() for part in _markup(post.shown)]
        return [tag for part in parts for tag in _Reading.of(part).tags if tag not in OURS]

    def _rows(self, who: str, ref: str) -> Iterator[tuple[Button, ...]]:
        """The rows of buttons that somebody has about a ticket, pane by pane, newest first."""
        ground, number = self.ground, number_of(ref) or 0
        team = who in ground.organisation.teams
        actor = people.members(ground.organisation, who)[0][0] if team else who
        posts = ground.board.posts(f"team:{who}" if team else f"person:{who}")
        panes = [[post for post in posts if (post.shown.side == "reporter") is front] for front in (True, False)]
        found = [thread for pane in panes for thread in threads(tuple(pane)) if thread.number == number]
        ticket = ground.ticket(number, actor)
        newest = sorted(found, key=lambda thread: int(thread.posts[-1].id), reverse=True)
        for post in [] if team else self._lists(who):
            if not newest or int(post.id) > int(newest[0].posts[-1].id):
                yield from (entry.offers for entry in post.shown.entries if entry.number == number)
        for thread in newest:
            yield render.offered(thread.posts[-1].shown, ticket, actor)

    def _button(self, person: str, ref: str, label: str) -> Button:
        for button in buttons.RATING:
            if button.label == label and label in self.rating(person, ref):
                return button
        for place in (person, *self.ground.organisation.teams):
            for row in self._rows(place, ref):
                for button in row:
                    if button.label == label:
                        return button
        raise LookupError(f"no button {label} about {ref} for {person}")

    def _form(self, person: str, ref: str, press: Press) -> Form | None:
        ground, ticket = self.ground, self.ground.ticket(number_of(ref) or 0, person)
        return form_for(press, ticket, person, ground.organisation, ground.now) if ticket else None

    async def _press(self, person: str, ref: str, button: Button) -> None:
        post = self._asking(person, ref)
        if button in buttons.RATING and post is not None:
            self._answered(person, await self.ground.rate(person, post, button is buttons.USEFUL))
        elif self._form(person, ref, button.press) is None:
            self._answered(person, await self.ground.press(person, button.press, number_of(ref) or 0, {}))

    def _answered(self, person: str, reply: Reply) -> None:
        match reply:
            case Done() | Said():
                said = reply.said
            case Refused():
                said = reply.reason
            case Captured():
                said = f"{reply.ticket.ref} already has this one." if reply.again else ""
            case _:
                said = ""
        if said:
            self._answers.append((self.ground.board.made, person, said))

    def _named(self, person: str, press: Press, fields: dict[str, Any]) -> dict[str, str]:
        """The answers by the names that the page gives its fields."""
        named: dict[str, str] = {}
        zone = self.ground.organisation.zone_of(person)
        for name, value in fields.items():
            kind, _, what = str(value).partition(":")
            if name == "until":
                local = value.astimezone(zone) if value else None
                named |= {"day": f"{local:%Y-%m-%d}", "time": f"{local:%H:%M}"} if local else {"day": ""}
            elif name == "whom" and press == "blocked":
                named |= {"by": kind, kind: what} if kind else {"person": ""}
            elif name == "whom" and kind == "duplicate":
                named |= {"whom": kind, kind: what}
            else:
                named["why" if name == "reason" else name] = value
        return named


def _filled(form: Form, given: dict[str, str]) -> dict[str, str]:
    """What a browser sends: lists can only say what they offer, and start with their first choice."""
    answers: dict[str, str] = {}
    for field in form.fields:
        choices = [value for group in field.groups for value, _ in group.choices]
        start = field.value if field.kind != "choice" or field.value in choices else choices[0]
        answers[field.name] = given.get(field.name, start)
        if field.kind == "choice" and answers[field.name] not in choices:
            raise LookupError(f"{answers[field.name]!r} can’t be picked at {field.label}")
    if given.keys() - answers.keys():
        raise LookupError(f"no fields {sorted(given.keys() - answers.keys())} in {form.title}")
    return answers


class _Reading(HTMLParser):
    """Reads HTML as a browser shows it."""

    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self.tags: list[str] = []

    @classmethod
    def of(cls, html: str) -> _Reading:
        reading = cls()
        reading.feed(html)
        reading.close()
        return reading

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.text += "\n" if tag == "br" else ""

    def handle_data(self, data: str) -> None:
        self.text += data


def _markup(shown: Shown) -> list[str]:
    """The HTML of a post: its facts where it has some, else its sentence."""
    return [fact.html for fact in shown.facts] or [shown.html]


def _text(shown: Shown) -> str:
    head = [shown.ref, shown.severity.value if shown.severity else "", shown.state, shown.quote]
    head.append(bundles.THANKS if shown.rated else "")
    return "\n".join([*head, *(_Reading.of(part).text for part in _markup(shown))])
