"""One conversation on the page: a block for each ticket, rebuilt only where something changed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from nicegui import ui
from nicegui.element import Element

from bot import phrases
from bot.buttons import Button
from bot.web import controls, render
from bot.web.board import Post, Thread
from bot.web.controls import html, tag
from bot.web.dialog import FormDialog
from bot.web.forms import form_for
from bot.web.moments import spoken
from bot.web.playground import Playground
from complaints.replies import Captured, Done, Refused, Reply, Said
from complaints.severity import Severity
from complaints.ticket import State
from complaints.views import TicketView

MOST_EARLIER = 3
"""Messages under a card that stay in sight; older ones are counted."""


@dataclass(slots=True)
class Block:
    """A ticket's place on the page, and what it showed when it was built."""

    element: Element
    built_from: object = field(default=None)


class Conversation:
    """The threads of one reader, newest activity first, with a line that says what became of the last press."""

    def __init__(self, playground: Playground, name: str, empty: str) -> None:
        self._playground = playground
        self._name = name
        self._blocks: dict[int | None, Block] = {}
        self.actor = ""
        self._answer = tag("p", classes="answer", role="status", id=f"{name}-answer")
        self._list = tag("div", classes="threads")
        with self._list:
            self._empty = html(empty, "empty")
        self._heard = tag("p", classes="heard", aria_live="polite")
        self._newest = ""

    def show(self, actor: str, found: tuple[Thread, ...]) -> None:
        """Bring the page up to date for somebody who acts as `actor`."""
        if actor != self.actor:
            self.actor = actor
            self.say("")
        self._empty.set_visibility(not found)
        for number in [number for number in self._blocks if number not in {thread.number for thread in found}]:
            self._blocks.pop(number).element.delete()
        shown = [(thread, self._ticket(thread)) for thread in found]
        # What is closed comes last; the sort keeps the rest in order.
        shown.sort(key=lambda pair: pair[1] is not None and pair[1].state is State.CLOSED)
        for position, (thread, ticket) in enumerate(shown):
            self._place(thread, ticket, position + 1)  # the first child is the text for an empty list
        self._announce(found)

    def say(self, words: str) -> None:
        """Show the answer to what this person just did; only they see it."""
        self._answer.set_text(words)

    def said(self, reply: Reply) -> None:
        """Show what a command was answered with."""
        match reply:
            case Done() | Said():
                self.say(reply.said)
            case Refused():
                self.say(reply.reason)
            case Captured():
                self.say("")

    def _ticket(self, thread: Thread) -> TicketView | None:
        return self._playground.ticket(thread.number, self.actor) if thread.number is not None else None

    def _place(self, thread: Thread, ticket: TicketView | None, position: int) -> None:
        block = self._blocks.get(thread.number)
        if block is None:
            with self._list:
                element = tag("article", classes="thread", tabindex="-1", data_thread=f"{self._name}-{thread.number}")
            block = self._blocks[thread.number] = Block(element)
        if self._list.default_slot.children.index(block.element) != position:
            block.element.move(target_index=position)
        made_of = (tuple((post.id, post.edits) for post in thread.posts), ticket and ticket.version, self.actor)
        if made_of != block.built_from:
            block.built_from = made_of
            block.element.clear()
            block.element.classes(replace=f"thread {ticket.state.value if ticket else ''}")
            with block.element:
                self._build(thread, ticket)

    def _build(self, thread: Thread, ticket: TicketView | None) -> None:
        first = thread.posts[0]
        self._head(first, ticket)
        if first.shown.quote:
            tag("blockquote", first.shown.quote, aria_label=first.shown.quote_label)
        if ticket is not None and ticket.state is State.CLOSED:
            with tag("details"):
                tag("summary", "What happened")
                self._told(thread)
        else:
            self._told(thread)
        if ticket is not None:
            self._controls(thread, ticket)

    def _told(self, thread: Thread) -> None:
        first, *later = thread.posts
        self._body(first)
        if len(later) > MOST_EARLIER:
            tag("p", f"{len(later) - MOST_EARLIER} earlier messages", "quiet")
        with tag("ol", classes="story"):
            for post in later[-MOST_EARLIER:]:
                self._message(post)

    def _controls(self, thread: Thread, ticket: TicketView) -> None:
        side = thread.posts[-1].shown.side
        if side == "reporter" and ticket.state not in (State.RESOLVED, State.CLOSED):
            self._severities(ticket)
        with tag("div", classes="presses"):
            for button in render.offers(side, ticket, self.actor):
                self._button(button, ticket)

    def _head(self, post: Post, ticket: TicketView | None) -> None:
        shown = post.shown
        with tag("header"):
            tag("h3", shown.ref or "Golddust")
            severity = ticket.severity if ticket else shown.severity
            if severity is not None:
                tag("span", severity.value, f"chip {severity.value}")
            state = phrases.state(ticket) if ticket else shown.state
            if state:
                tag("span", state, f"state {ticket.state.value if ticket else ''}")
            tag("time", self._when(post.at), "when")

    def _body(self, post: Post) -> None:
        shown = post.shown
        if not shown.facts:
            html(shown.html, "words")
            return
        with tag("dl"):
            for fact in shown.facts:
                with tag("div", classes=f"fact {fact.label.split()[0].lower()}"):
                    tag("dt", fact.label)
                    html(fact.html, name="dd")

    def _message(self, post: Post) -> None:
        with tag("li", classes=post.shown.kind):
            tag("time", self._when(post.at), "when")
            html(post.shown.html, "words")
            if post.shown.kind == "news" and post.shown.quote:
                with tag("figure"):
                    tag("figcaption", post.shown.quote_label)
                    tag("blockquote", post.shown.quote)

    def _severities(self, ticket: TicketView) -> None:
        with tag("div", classes="severities", role="group", aria_label=f"Severity of {ticket.ref}"):
            tag("span", "Severity", aria_hidden="true")
            for severity in Severity:
                self._severity(severity, ticket)

    def _severity(self, severity: Severity, ticket: TicketView) -> None:
        async def corrected() -> None:
            if severity is not ticket.severity:
                self.said(await self._playground.correct(self.actor, ticket.number, severity.value))

        pressed = "true" if severity is ticket.severity else "false"
        key = f"{self._name}-{ticket.number}-{severity.value}"
        controls.press(severity.value, corrected, "pill", aria_pressed=pressed, data_key=key)

    def _button(self, button: Button, ticket: TicketView) -> None:
        async def pressed() -> None:
            await self._press(button, ticket.number)

        key = f"{self._name}-{ticket.number}-{button.press}"
        look = "primary" if button.primary else ""
        controls.press(button.label, pressed, look, aria_label=f"{button.label} {ticket.ref}", data_key=key)

    async def _press(self, button: Button, number: int) -> None:
        actor, ground = self.actor, self._playground
        ticket = ground.ticket(number, actor)
        form = form_for(button.press, ticket, actor, ground.organisation, ground.now) if ticket else None
        if form is None:
            self.said(await ground.press(actor, button.press, number, {}))
            return
        with ui.context.client.content:
            FormDialog(form, lambda answers: ground.press(actor, button.press, number, answers), self.said)

    def _announce(self, found: tuple[Thread, ...]) -> None:
        """Read out the newest message to those who listen, unless it was there when they came."""
        newest = found[0].posts[-1] if found else None
        if newest is None or newest.id == self._newest:
            return
        self._newest = newest.id
        self._heard.set_text(f"{newest.to}: {newest.shown.plain}")

    def _when(self, at: datetime) -> str:
        return spoken(at, self._zone(), self._playground.now)

    def _zone(self) -> ZoneInfo:
        return self._playground.organisation.zone_of(self.actor)
