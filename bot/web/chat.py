"""The messages about one ticket as Slack or Teams would show them, drawn from what those channels would send."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from nicegui import ui
from nicegui.element import Element
from nicegui.events import GenericEventArguments

from bot.web import adaptive, blockkit, cardtext
from bot.web.blockkit import Scene
from bot.web.board import Post, Thread
from bot.web.controls import tag
from bot.web.looks import Look, Payload, Showing
from bot.web.markup import lines
from bot.web.moments import spoken
from bot.web.mrkdwn import Reading
from bot.web.playground import Playground
from bot.web.standing import standing
from bot.web.touch import Touch, Touched
from complaints.replies import Reply
from complaints.views import TicketView


class Chat:
    """One thread on the page; a message stays the same element for as long as nothing in it changes."""

    def __init__(
        self, playground: Playground, showing: Showing, pane: str, number: int | None, said: Callable[[Reply], None]
    ) -> None:
        self._playground = playground
        self._showing = showing
        self._pane = pane
        self._touch = Touch(playground, showing, said, self._replace)
        self._actor = ""
        self._look: Look | None = None
        self._messages: dict[str, tuple[object, Element]] = {}
        self._instead: dict[str, tuple[int, Payload]] = {}
        self._thread: tuple[Thread, TicketView | None] | None = None
        self.element = tag("div", classes="chat")
        with self.element:
            self._first = tag("ol", aria_label=f"About C-{number}" if number else "Messages")
            self._fold = tag("details")
            with self._fold:
                tag("summary", "Earlier")
                self._earlier = tag("ol")
            self._now = tag("ol")

    def show(self, thread: Thread, ticket: TicketView | None, actor: str) -> None:
        """Show the thread as it is now, for somebody who acts as `actor`."""
        if self._look is not self._showing.look:
            self.clear()
            self._look = self._showing.look
        self._actor, self._thread = actor, (thread, ticket)
        found = standing(thread, ticket)
        card = (found.head,) if found.head.shown.kind == "card" else ()
        now = found.now or (() if card else found.earlier[-1:])
        earlier = tuple(post for post in found.earlier if post not in now)
        kept = {post.id for post in (*card, *earlier, *now)}
        for id in self._messages.keys() - kept:
            self._messages.pop(id)[1].delete()
        self._fold.set_visibility(bool(earlier))
        for place, posts in ((self._first, card), (self._earlier, earlier), (self._now, now)):
            for position, post in enumerate(posts):
                self._placed(place, position, post)

    def clear(self) -> None:
        """Take every message off."""
        for _, element in self._messages.values():
            element.delete()
        self._messages.clear()
        self._instead.clear()

    def _placed(self, place: Element, position: int, post: Post) -> None:
        look, ground = self._showing.look, self._playground
        edits, form = self._instead.get(post.id, (post.edits, None))
        if edits != post.edits:
            del self._instead[post.id]
            form = None
        day = ground.now.astimezone(ground.organisation.zone_of(self._actor)).date()
        key = (post.edits, id(form), look and look.name, self._actor, day)
        built, element = self._messages.get(post.id, (None, None))
        if element is None or built != key:
            if element is not None:
                element.delete()
            with place:
                element = self._message(post, form)
            self._messages[post.id] = (key, element)
        siblings = place.default_slot.children
        if element not in siblings or siblings.index(element) != position:
            element.move(place, position)

    def _message(self, post: Post, form: Payload | None) -> Element:
        who = "person" if post.shown.notice is None else "app"
        with tag("li", classes=f"message {who}") as message:
            self._complaint(post)
            self._line(who, "Golddust" if who == "app" else post.to, post)
            self._content(post, form)
        return message

    def _complaint(self, post: Post) -> None:
        """What the person said to whom the receipt answers."""
        ticket = post.shown.ticket
        if post.shown.kind == "captured" and ticket is not None:
            self._line("person", ticket.reporter, post)
            ui.html(lines(ticket.verbatim), sanitize=False).classes("drawn heard-words")

    def _line(self, who: str, name: str, post: Post) -> None:
        initials = "".join(word[0] for word in name.split()[:2])
        zone = self._playground.organisation.zone_of(self._actor)
        tag("span", "" if who == "app" else initials, f"face {who}", aria_hidden="true")
        with tag("p", classes="byline"):
            tag("b", name)
            if who == "app":
                tag("span", "APP", "app-badge")
            tag("time", spoken(post.at, zone, self._playground.now), "when")

    def _content(self, post: Post, form: Payload | None) -> None:
        look, notice = self._showing.look, post.shown.notice
        if look is None or notice is None:
            words = post.shown.plain.removeprefix(f"{post.to}: ")
            ui.html(lines(words), sanitize=False).classes("drawn heard-words")
            return
        payload = form or look.message(
            notice, post.shown.ticket, post.shown.reader, self._playground.organisation, post.shown.items,
            rated=post.shown.rated, surge=post.shown.surge,
        )  # fmt: skip
        drawn = self._blocks(post, payload) if look.draws == "blocks" else self._card(post, payload)

        async def pressed(event: GenericEventArguments) -> None:
            given: dict[str, Any] = event.args if isinstance(event.args, dict) else {}
            await self._touch.touched(Touched(post.id, str(given.get("verb", "")), given), self._actor)

        drawn.on("pressed", pressed, js_handler="(e) => emit(e.detail)")

    def _blocks(self, post: Post, payload: Payload) -> Element:
        zone = self._playground.organisation.zone_of(self._actor)
        scene = Scene(Reading(zone, self._playground.now), f"{self._pane}-{post.id}")
        return ui.html(blockkit.draw(payload["blocks"], scene), sanitize=False).classes("drawn slack")

    def _card(self, post: Post, payload: Payload) -> Element:
        card = cardtext.localised(payload, self._playground.organisation.zone_of(self._actor))
        if self._showing.native:
            given = json.dumps({"card": card, "texts": cardtext.texts(card)}, ensure_ascii=False)
            return tag("div", classes="drawn teams microsoft", data_card=given)
        return ui.html(adaptive.draw(card, f"{self._pane}-{post.id}"), sanitize=False).classes("drawn teams")

    def _replace(self, id: str, form: Payload | None) -> None:
        """Show a form in the place of a message until that changes, or the message again."""
        if self._thread is None:
            return
        found = next((post for post in self._thread[0].posts if post.id == id), None)
        if found is not None and form is not None:
            self._instead[id] = (found.edits, form)
        else:
            self._instead.pop(id, None)
        self.show(*self._thread, self._actor)
