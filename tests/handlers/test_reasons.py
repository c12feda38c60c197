"""Why somebody pressed: the reason reaches the one whom it helps."""

from __future__ import annotations

from bot.watched import Watched
from complaints import commands
from complaints.replies import Refused
from complaints.ticket import Blocked
from tests.world import world


async def test_the_next_owner_reads_why_it_was_handed_on(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as w:
        ticket = await w.says("sam", "my card")
        await w.does(commands.HandBack, "dana", ticket, to_person="kim", reason="it is the app’s fault")
        (card,) = w.heard("kim", "card")
        assert card.dispatch.ticket is not None
        assert card.dispatch.ticket.why == "handed on by Dana to Kim: “it is the app’s fault”"


async def test_the_owner_reads_why_it_was_reopened(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as w:
        ticket = await w.says("sam", "my card")
        await w.does(commands.Resolve, "dana", ticket, done="Refunded")
        await w.does(commands.Reopen, "sam", ticket, reason="the money is not there")
        fresh = w.heard("dana", "card")[-1].dispatch.ticket
        assert fresh is not None
        assert fresh.why == "reopened by Sam: “the money is not there”"


async def test_the_reporter_reads_why_it_is_no_complaint(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as w:
        ticket = await w.says("sam", "my card")
        await w.does(commands.Dismiss, "dana", ticket, reason="they asked for a brochure")
        news = w.heard("sam", "news")[-1].dispatch.ticket
        assert news is not None
        assert news.close_note == "they asked for a brochure"


async def test_nobody_is_handed_a_ticket_who_never_owns_one(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as w:
        ticket = await w.says("sam", "my card")
        reply = await w.does(commands.HandBack, "dana", ticket, to_person="sam")
        assert isinstance(reply, Refused)
        assert (reply.field, w.ticket().owner) == ("whom", "dana")


async def test_nobody_waits_for_themselves(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as w:
        ticket = await w.says("sam", "my card")
        reply = await w.does(commands.Block, "dana", ticket, blocked=Blocked("person", "dana"))
        assert isinstance(reply, Refused)
        assert reply.field == "what"
