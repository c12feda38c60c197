"""Puts notices on the playground's board: Golddust's channel that needs no platform."""

from __future__ import annotations

from bot.web.board import Board
from bot.web.render import render
from handlers.deliver import Dispatch, Reader
from storage.messages import Receipt


class WebChannel:
    """The playground as a channel: everybody is on it, and a card is edited where it stands."""

    platform = "web"
    pace = 0.0

    def __init__(self, board: Board) -> None:
        self.board = board

    def address(self, reader: Reader) -> str | None:
        """The reader's own conversation; a thread's is the one in which it hangs."""
        if not reader.audience.startswith("thread:"):
            return reader.audience
        return reader.thread.conversation if reader.thread else f"person:{reader.person}"

    def paced(self, dispatch: Dispatch, address: str) -> str | None:
        """The reader's own conversation."""
        return address

    async def send(self, dispatch: Dispatch, address: str) -> Receipt:
        """Post the notice, or edit its card in place."""
        shown = render(dispatch)
        card = dispatch.editable
        if card is not None and card.platform == self.platform:
            edited = self.board.edit(card.message, shown)
            if edited is not None:
                return Receipt(self.platform, edited.conversation, edited.id)
        post = self.board.post(address, dispatch.parcel.due_at, dispatch.reader.name, shown)
        return Receipt(self.platform, address, post.id)
