"""Why somebody pressed: the reason reaches the one whom it helps."""

from __future__ import annotations

from datetime import timedelta

from bot.slack import render
from bot.watched import Watched
from complaints import commands
from complaints.replies import Done, Refused
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


async def test_what_is_handed_to_somebody_away_goes_to_their_stand_in_with_the_reason(
    sqlite_url: str, watched: Watched
) -> None:
    async with world(sqlite_url, watched) as w:
        ticket = await w.says("sam", "my card")
        await w.do(commands.GoAway(at=w.now, actor="kim", until=w.now + timedelta(days=3), deputy="noor"))
        await w.does(commands.HandBack, "dana", ticket, to_person="kim", reason="the app did it")
        assert (w.ticket().team, w.ticket().owner, w.ticket().holder) == ("app", "noor", "noor")
        (card,) = w.heard("noor", "card")
        assert card.dispatch.ticket is not None
        assert card.dispatch.ticket.why == (
            "handed on by Dana to Kim, but Kim is away; Noor stands in: “the app did it”"
        )
        assert w.heard("kim") == []


async def test_who_stands_in_for_somebody_can_not_get_rid_of_a_ticket_by_handing_it_to_them(
    sqlite_url: str, watched: Watched
) -> None:
    async with world(sqlite_url, watched) as w:
        ticket = await w.says("sam", "my card")
        await w.do(commands.GoAway(at=w.now, actor="omar", until=w.now + timedelta(days=3)))
        reply = await w.does(commands.HandBack, "dana", ticket, to_person="omar")
        assert isinstance(reply, Refused)
        assert (reply.field, reply.reason) == ("whom", "Omar is away, and Dana stands in; pick somebody else.")


async def test_while_the_lead_of_triage_is_away_their_stand_in_decides_where_it_goes(
    sqlite_url: str, watched: Watched
) -> None:
    async with world(sqlite_url, watched) as w:
        ticket = await w.says("sam", "my card")
        await w.do(commands.GoAway(at=w.now, actor="ines", until=w.now + timedelta(days=3), deputy="lee"))
        for actor, team in (("dana", "app"), ("kim", "payments"), ("dana", "app")):
            await w.does(commands.HandBack, actor, ticket, to_team=team)
        assert (w.ticket().team, w.ticket().owner) == ("triage", "lee")
        assert isinstance(await w.does(commands.HandBack, "lee", ticket, to_team="app"), Done)
        assert w.ticket().owner == "kim"


async def test_the_card_shows_the_whole_trail_of_a_ticket_that_nobody_wants(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as w:
        ticket = await w.says("sam", "my card")
        for actor, team in (("dana", "app"), ("kim", "payments"), ("dana", "app")):
            reason = f"{actor} thinks that it belongs to {team}. {'Really so. ' * 300}"
            await w.does(commands.HandBack, actor, ticket, to_team=team, reason=reason)
        card = w.heard("ines", "card")[-1].dispatch
        shown = str(render.message(card.notice, card.ticket).blocks)
        for said in ("kim thinks that it belongs to pay", "dana thinks that it belongs to app", "handed on 3 times"):
            assert said in shown
