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
    together: int | None = None

    def __init__(self, board: Board) -> None:
        self.board = board
        self._places: dict[int, str] = {}

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
        parcel = dispatch.parcel
        known = self._places.get(parcel.id) if parcel.uncertain_since is not None else None
        post = self.board.edit(known, shown) if known is not None else None
        post = post or self.board.post(address, parcel.due_at, dispatch.reader.name, shown)
        self._places[parcel.id] = post.id
        return Receipt(self.platform, address, post.id)
