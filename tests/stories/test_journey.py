"""One complaint's whole journey."""

from __future__ import annotations

from bot.watched import Watched
from complaints import commands
from complaints.ticket import CloseReason, State
from tests.world import world


async def test_a_complaint_travels_from_the_customers_words_to_the_customer_being_told(
    database_url: str, watched: Watched
) -> None:
    async with world(database_url, watched) as w:
        ticket = await w.says("sam", "Mrs Ito's card payment was taken twice")
        assert (ticket.team, ticket.owner, ticket.holder) == ("payments", "dana", "dana")
        assert [one.kind for one in w.heard("sam")] == ["captured"]

        await w.does(commands.Acknowledge, "dana", ticket)
        await w.does(commands.Resolve, "dana", ticket, done="Refunded", tell="You have your money back")
        assert w.ticket().holder == "sam"
        assert [one.kind for one in w.heard("sam")] == ["captured", "news", "news"]

        await w.does(commands.ConfirmTold, "sam", ticket)
        assert (w.ticket().state, w.ticket().close_reason) == (State.CLOSED, CloseReason.TOLD)

        w.forget()
        await w.advance(days=30)
        assert w.pigeons.delivered == []
