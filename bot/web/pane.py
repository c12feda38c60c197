"""One conversation on the page: a block for each ticket, and a line that answers what was just pressed."""

from __future__ import annotations

from bot.web.block import Block
from bot.web.board import Thread
from bot.web.bundleblock import BundleBlock
from bot.web.controls import html, tag
from bot.web.looks import Showing
from bot.web.playground import Playground
from complaints.replies import Captured, Done, Refused, Reply, Said
from complaints.ticket import State
from complaints.views import TicketView


class Conversation:
    """The threads of one reader, newest activity first and what is closed last."""

    def __init__(self, playground: Playground, showing: Showing, name: str, empty: str) -> None:
        self._playground = playground
        self._showing = showing
        self._name = name
        self._blocks: dict[int | str | None, Block | BundleBlock] = {}
        self._actor = ""
        self._reader = ("", 0)
        self._newest = ""
        self._answer = tag("p", classes="answer", role="status", id=f"{name}-answer")
        self._list = tag("div", classes="threads")
        with self._list:
            self._empty = html(empty, "empty")
        self._heard = tag("p", classes="heard", aria_live="polite")

    def show(self, actor: str, found: tuple[Thread, ...]) -> None:
        """Bring the page up to date for somebody who acts as `actor`."""
        reader = (actor, self._playground.beginnings)
        if reader != self._reader:
            self._actor, self._reader = actor, reader
            self.say("")
        self._empty.set_visibility(not found)
        for number in self._blocks.keys() - {thread.key for thread in found}:
            self._blocks.pop(number).element.delete()
        shown = [(thread, self._ticket(thread)) for thread in found]
        # The sort keeps the order of the rest.
        shown.sort(key=lambda pair: pair[1] is not None and pair[1].state is State.CLOSED)
        for position, (thread, ticket) in enumerate(shown):
            block = self._placed(thread, position + 1)  # the first child is the text of an empty list
            block.show(thread, ticket, actor)
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
        return self._playground.ticket(thread.number, self._actor) if thread.number is not None else None

    def _placed(self, thread: Thread, position: int) -> Block | BundleBlock:
        block = self._blocks.get(thread.key)
        if block is None:
            kind = BundleBlock if thread.posts[0].shown.kind == "bundle" else Block
            with self._list:
                block = kind(self._playground, self._showing, self._name, thread.number, self.said)
            self._blocks[thread.key] = block
        if self._list.default_slot.children.index(block.element) != position:
            block.element.move(target_index=position)
        return block

    def _announce(self, found: tuple[Thread, ...]) -> None:
        """Read out the newest message to those who listen."""
        newest = found[0].posts[-1] if found else None
        if newest is not None and newest.id != self._newest:
            self._newest = newest.id
            self._heard.set_text(f"{newest.to}: {newest.shown.plain}")
