"""Somebody is away, or back: whose move their tickets are meanwhile (rule 9)."""

from __future__ import annotations

from datetime import timedelta

from bot.watched import Watched
from complaints import commands
from tests.world import world


async def test_the_deputy_holds_from_the_moment_of_going_away_until_coming_back(
    database_url: str, watched: Watched
) -> None:
    async with world(database_url, watched) as w:
        ticket = await w.says("sam", "my card")
        w.forget()
        await w.do(commands.GoAway(at=w.now, actor="dana", until=w.now + timedelta(days=10)))
        assert (w.ticket().owner, w.ticket().holder) == ("dana", "omar")
        assert w.heard("omar") == [], "nobody is written to for it; the deputy hears when one is due"
        await w.do(commands.ComeBack(at=w.now, actor="dana"))
        assert w.ticket(ticket.number).holder == "dana"
        assert [event["kind"] for event in w.record()["timeline"]] == ["captured", "holder", "holder"]


async def test_a_reporter_who_is_away_leaves_the_telling_to_their_stand_in(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as w:
        ticket = await w.says("sam", "my card")
        await w.does(commands.Resolve, "dana", ticket, done="Refunded")
        await w.do(commands.GoAway(at=w.now, actor="sam", until=w.now + timedelta(days=3), deputy="noor"))
        assert w.ticket().holder == "noor"
