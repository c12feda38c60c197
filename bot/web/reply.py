"""The field under a ticket in which one replies in its thread."""

from __future__ import annotations

from collections.abc import Callable

from nicegui import ui

from bot.web import controls
from bot.web.board import Post
from bot.web.controls import tag
from bot.web.playground import Playground
from complaints.replies import Reply
from complaints.ticket import State
from complaints.views import TicketView


class ReplyForm:
    """One field and its button; it stays as it is while the rest of the thread is rebuilt, with what was typed."""

    def __init__(self, playground: Playground, pane: str, number: int | None, said: Callable[[Reply], None]) -> None:
        self._playground = playground
        self._said = said
        self._name = f"reply-{pane}-{number}"
        self._actor = ""
        self._under: Post | None = None
        with controls.form(self._submitted, "reply", id=self._name) as self._form:
            about = f"Reply about C-{number}" if number else "Reply to this list"
            tag("input", name="words", type="text", id=f"{self._name}-words", placeholder="Reply …",
                autocomplete="off", aria_label=about)  # fmt: skip
            tag("button", "Reply", "press pill", type="submit")

    def show(self, under: Post, ticket: TicketView | None, actor: str) -> None:
        """Reply under this post from now on; an escalation and a closed ticket offer no reply.

        Under a bundle it begins with the number of its ticket.
        """
        self._under, self._actor = under, actor
        going_on = ticket is not None and ticket.state is not State.CLOSED
        listed = under.shown.kind == "bundle"
        self._form.set_visibility(listed or (going_on and under.shown.side != "lead"))

    async def _submitted(self, answers: dict[str, str]) -> None:
        words = answers.get("words", "")
        if self._under is None or not words.strip():
            return
        ui.run_javascript(f"golddust.emptied('{self._name}')")
        self._said(await self._playground.reply(self._actor, self._under, words))
