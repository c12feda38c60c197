"""A ticket's block in a conversation: its head, what was said about it, and its buttons."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from nicegui import ui
from nicegui.element import Element

from bot import phrases
from bot.buttons import Button
from bot.web import controls, rating, render
from bot.web.board import Post, Thread
from bot.web.chat import Chat
from bot.web.controls import html, tag
from bot.web.dialog import FormDialog
from bot.web.forms import form_for
from bot.web.looks import Showing
from bot.web.moments import spoken
from bot.web.playground import Playground
from bot.web.reply import ReplyForm
from bot.web.standing import Standing, standing
from complaints.replies import Reply
from complaints.severity import Severity
from complaints.ticket import State
from complaints.views import TicketView


class Block:
    """One thread on the page, brought up to date only when something in it changed.

    A button that is still offered stays the same element, so that a press on its way is never lost.
    """

    def __init__(
        self, playground: Playground, showing: Showing, pane: str, number: int | None, said: Callable[[Reply], None]
    ) -> None:
        self._playground = playground
        self._showing = showing
        self._pane = pane
        self._number = number
        self._said = said
        self._actor = ""
        self._built_from: object = None
        self._buttons: dict[Button, Element] = {}
        self.element = tag("article", classes="thread", tabindex="-1", data_thread=f"{pane}-{number}")
        with self.element:
            self._body = tag("div", classes="body")
            self._presses = tag("div", classes="presses")
            self._chat = Chat(playground, showing, pane, number, said)
            self._reply = ReplyForm(playground, pane, number, said)

    def show(self, thread: Thread, ticket: TicketView | None, actor: str) -> None:
        """Show the thread as it is now, for somebody who acts as `actor`."""
        look = self._showing.look
        posts = tuple((post.id, post.edits) for post in thread.posts)
        # The day belongs to it, because today's times are written without one.
        built_from = (
            posts,
            ticket and ticket.version,
            actor,
            self._playground.now.astimezone(self._zone(actor)).date(),
            look and look.name,
        )
        if built_from == self._built_from:
            return
        self._built_from = built_from
        self._actor = actor
        self.element.classes(replace=f"thread {ticket.state.value if ticket else ''}")
        self._body.clear()
        self._reply.show(standing(thread, ticket).head, ticket, actor)
        for own in (self._body, self._presses):
            own.set_visibility(look is None)
        self._chat.element.set_visibility(look is not None)
        if look is not None:
            self._chat.show(thread, ticket, actor)
            return
        self._chat.clear()
        with self._body:
            self._build(thread, ticket)
        self._offer(render.offered(thread.posts[-1].shown, ticket, actor))

    def _build(self, thread: Thread, ticket: TicketView | None) -> None:
        found = standing(thread, ticket)
        first = found.head
        self._head(first, ticket)
        if first.shown.quote:
            controls.fold(tag("blockquote", first.shown.quote, aria_label=first.shown.quote_label), first.shown.quote)
        if ticket is not None and ticket.state is State.CLOSED:
            with tag("details"):
                tag("summary", "What happened")
                self._told(found.head, tuple(sorted(found.earlier + found.now, key=lambda post: int(post.id))))
            return
        self._stands(found, ticket)
        if ticket is not None and ticket.state is not State.RESOLVED and thread.posts[-1].shown.side == "reporter":
            self._severities(ticket)

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
            tag("time", self._when(post), "when")

    def _stands(self, found: Standing, ticket: TicketView | None) -> None:
        """What holds now, with the rest folded away."""
        self._told(found.head, found.now)
        answered = found.head.shown.facts or any(post.shown.kind not in ("remark", "reply") for post in found.now)
        if ticket is not None and not answered:
            html(render.present(ticket, self._zone(self._actor), self._playground.now), "words")
        asking = next((post for post in reversed(found.now) if post.shown.asks), None)
        if asking is not None and asking.shown.reader == self._actor:
            rating.ask(self._playground, self._pane, asking, self._actor, self._said)
        if found.earlier:
            with tag("details"):
                tag("summary", "Earlier")
                self._story(found.earlier)

    def _told(self, head: Post, posts: tuple[Post, ...]) -> None:
        if head.shown.facts:
            self._facts(head.shown.facts)
        elif posts and posts[0] is head:
            controls.fold(html(head.shown.html, "words"), head.shown.plain)
            posts = posts[1:]
        self._story(posts)

    def _story(self, posts: tuple[Post, ...]) -> None:
        if posts:
            with tag("ol", classes="story"):
                for post in posts:
                    self._message(post)

    def _facts(self, facts: tuple[render.Fact, ...]) -> None:
        with tag("dl"):
            for fact in facts:
                with tag("div", classes=f"fact {fact.label.split()[0].lower()}"):
                    tag("dt", fact.label)
                    with tag("dd"):
                        controls.fold(html(fact.html), fact.html)

    def _message(self, post: Post) -> None:
        with tag("li", classes=post.shown.kind):
            tag("time", self._when(post), "when")
            with tag("div"):
                controls.fold(html(post.shown.html, "words"), post.shown.plain)
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
                self._said(await self._playground.correct(self._actor, ticket.number, severity.value))

        pressed = "true" if severity is ticket.severity else "false"
        key = f"{self._pane}-{ticket.number}-{severity.value}"
        controls.press(severity.value, corrected, "pill", aria_pressed=pressed, data_key=key)

    def _offer(self, offered: tuple[Button, ...]) -> None:
        for button in [button for button in self._buttons if button not in offered]:
            self._buttons.pop(button).delete()
        for position, button in enumerate(offered):
            if button not in self._buttons:
                with self._presses:
                    self._buttons[button] = self._button(button)
                self._buttons[button].move(target_index=position)

    def _button(self, button: Button) -> Element:
        async def pressed() -> None:
            await self._press(button)

        look = "primary" if button.primary else ""
        key = f"{self._pane}-{self._number}-{button.press}"
        return controls.press(button.label, pressed, look, aria_label=f"{button.label} C-{self._number}", data_key=key)

    async def _press(self, button: Button) -> None:
        actor, ground, number = self._actor, self._playground, self._number or 0
        ticket = ground.ticket(number, actor)
        form = form_for(button.press, ticket, actor, ground.organisation, ground.now) if ticket else None
        if form is None:
            self._said(await ground.press(actor, button.press, number, {}))
            return
        with ui.context.client.content:
            FormDialog(form, lambda answers: ground.press(actor, button.press, number, answers), self._said)

    def _when(self, post: Post) -> str:
        return spoken(post.at, self._zone(self._actor), self._playground.now)

    def _zone(self, person: str) -> ZoneInfo:
        return self._playground.organisation.zone_of(person)
