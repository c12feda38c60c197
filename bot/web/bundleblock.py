"""A bundle in a conversation: its title, an entry for each ticket with its buttons, and its foot."""

from __future__ import annotations

from collections.abc import Callable

from nicegui import ui

from bot.buttons import Button
from bot.web import controls, rating
from bot.web.board import Post, Thread
from bot.web.bundle import Entry
from bot.web.chat import Chat
from bot.web.controls import html, tag
from bot.web.dialog import FormDialog
from bot.web.forms import form_for
from bot.web.looks import Showing
from bot.web.markup import lines
from bot.web.moments import spoken
from bot.web.playground import Playground
from bot.web.reply import ReplyForm
from complaints.replies import Reply
from complaints.views import TicketView


class BundleBlock:
    """One bundle on the page, drawn anew only when something in it changed."""

    def __init__(
        self, playground: Playground, showing: Showing, pane: str, number: int | None, said: Callable[[Reply], None]
    ) -> None:
        self._playground = playground
        self._showing = showing
        self._pane = pane
        self._said = said
        self._actor = ""
        self._built_from: object = None
        self.element = tag("article", classes="thread bundle", tabindex="-1")
        with self.element:
            self._body = tag("div", classes="body")
            self._chat = Chat(playground, showing, pane, number, said)
            self._reply = ReplyForm(playground, f"{pane}-list-{self.element.id}", number, said)

    def show(self, thread: Thread, ticket: TicketView | None, actor: str) -> None:
        """Show the bundle as it is now, for somebody who acts as `actor`."""
        post, look = thread.posts[-1], self._showing.look
        day = self._playground.now.astimezone(self._playground.organisation.zone_of(actor)).date()
        built_from = (post.id, post.edits, actor, day, look and look.name)
        if built_from == self._built_from:
            return
        self._built_from, self._actor = built_from, actor
        self.element.props["data-thread"] = f"{self._pane}-{thread.key}"
        self._reply.show(post, ticket, actor)
        self._body.clear()
        self._body.set_visibility(look is None)
        self._chat.element.set_visibility(look is not None)
        if look is not None:
            self._chat.show(thread, ticket, actor)
            return
        self._chat.clear()
        with self._body:
            self._build(post)

    def _build(self, post: Post) -> None:
        zone = self._playground.organisation.zone_of(self._actor)
        with tag("header"):
            tag("h3", post.shown.title)
            tag("time", spoken(post.at, zone, self._playground.now), "when")
        with tag("ol", classes="story"):
            for entry in post.shown.entries:
                self._entry(entry)
        if post.shown.foot:
            html(post.shown.foot, "quiet")
        rating.ask(self._playground, self._pane, post, self._actor, self._said)

    def _entry(self, entry: Entry) -> None:
        with tag("li"), tag("div"):
            html(entry.html.replace("\n", "<br>"), "words")
            if entry.known:
                html(lines(entry.known), "quiet")
            if entry.offers:
                with tag("div", classes="presses"):
                    for button in entry.offers:
                        self._button(entry, button)

    def _button(self, entry: Entry, button: Button) -> None:
        async def pressed() -> None:
            await self._press(entry.number, button)

        look, key = "primary" if button.primary else "", f"{self._pane}-list-{entry.number}-{button.press}"
        controls.press(button.label, pressed, look, aria_label=f"{button.label} {entry.ref}", data_key=key)

    async def _press(self, number: int, button: Button) -> None:
        actor, ground = self._actor, self._playground
        ticket = ground.ticket(number, actor)
        form = form_for(button.press, ticket, actor, ground.organisation, ground.now) if ticket else None
        if form is None:
            self._said(await ground.press(actor, button.press, number, {}))
            return
        with ui.context.client.content:
            FormDialog(form, lambda answers: ground.press(actor, button.press, number, answers), self._said)
