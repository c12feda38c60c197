"""Somebody is away, or back: whose move their tickets are meanwhile (rule 9)."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from bot.watched import Watched
from complaints import commands
from complaints.replies import Refused, Said
from complaints.ticket import Blocked
from tests.complaints.builders import moment, written
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


async def test_what_is_critical_or_runs_out_today_is_said_to_the_deputy_at_once(
    database_url: str, watched: Watched
) -> None:
    async with world(database_url, watched) as w:
        await w.says("sam", "fraud with my card")
        w.forget()
        await w.outage(hours=2, minutes=30)  # half of the time to acknowledge it has passed, and nobody was told
        await w.do(commands.GoAway(at=w.now, actor="dana", until=w.now + timedelta(days=3)))
        assert w.heard("dana", "reminder") == []
        assert len(w.heard("omar", "reminder")) == 1


async def test_a_deputy_who_comes_back_holds_what_went_past_them(database_url: str, watched: Watched) -> None:
    async with world(database_url, watched) as w:
        await w.says("sam", "my card")
        for person in ("dana", "omar"):
            await w.do(commands.GoAway(at=w.now, actor=person, until=w.now + timedelta(days=7)))
        assert w.ticket().holder == "lee"
        await w.do(commands.ComeBack(at=w.now, actor="omar"))
        assert w.ticket().holder == "omar"


async def test_a_lead_who_goes_away_hands_on_what_they_held_for_others(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as w:
        await w.says("sam", "my card")
        for person in ("dana", "omar"):
            await w.do(commands.GoAway(at=w.now, actor=person, until=w.now + timedelta(days=7)))
        await w.do(commands.GoAway(at=w.now, actor="lee", until=w.now + timedelta(days=7), deputy="noor"))
        assert w.ticket().holder == "noor"
        await w.do(commands.ComeBack(at=w.now, actor="dana"))
        assert w.ticket().holder == "dana"


async def test_who_blocks_a_ticket_has_it_again_once_they_are_back(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as w:
        ticket = await w.says("sam", "my card")
        await w.does(commands.Block, "dana", ticket, blocked=Blocked("person", "kim"))
        await w.do(commands.GoAway(at=w.now, actor="kim", until=w.now + timedelta(days=7), deputy="noor"))
        assert w.ticket().holder == "noor"
        await w.do(commands.ComeBack(at=w.now, actor="kim"))
        assert w.ticket().holder == "kim"


async def test_away_alone_says_whether_one_is_away_already(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as w:
        asked = commands.GoAway(at=w.now, actor="dana", until=None)
        here = await w.do(asked)
        assert isinstance(here, Refused)
        assert here.reason.startswith("Until when? Say for example `/complaint away until Friday`")
        await w.do(commands.GoAway(at=w.now, actor="dana", until=moment("2026-11-27 00:00")))
        assert await w.do(asked) == Said(
            "You are away until Friday, 27 November, 00:00. Omar holds your tickets meanwhile. "
            "`/complaint back` ends it."
        )


async def test_a_deputy_who_is_away_is_said_so_with_who_holds_instead(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as w:
        await w.do(commands.GoAway(at=w.now, actor="omar", until=moment("2026-11-25 00:00"), deputy="lee"))
        reply = await w.do(commands.GoAway(at=w.now, actor="dana", until=moment("2026-11-27 00:00")))
        assert reply == Said(
            "Noted: you are away until Friday, 27 November, 00:00. "
            "Omar is away too, until Wednesday, 25 November, 00:00, so Lee holds your tickets meanwhile."
        )


async def test_nobody_stands_in_for_themselves(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as w:
        reply = await w.do(commands.GoAway(at=w.now, actor="dana", until=moment("2026-11-27 00:00"), deputy="dana"))
        assert isinstance(reply, Refused)
        assert reply.field == "deputy"


async def test_back_does_not_end_an_absence_that_the_file_lists(sqlite_url: str, tmp_path: Path) -> None:
    absence = {"from": "2026-11-23", "until": "2026-11-24"}
    path = written(tmp_path / "golddust.yml", people={"dana": {"away": [absence]}})
    async with world(sqlite_url, Watched(path)) as w:
        reply = await w.do(commands.ComeBack(at=w.now, actor="dana"))
        assert isinstance(reply, Said)
        assert reply.said.startswith("Noted, but golddust.yml lists you as away until Wednesday, 25 November, 00:00")


async def test_what_moves_to_a_deputy_and_back_is_judged_anew_at_once(database_url: str, watched: Watched) -> None:
    async with world(database_url, watched) as w:
        await w.says("sam", "my card")
        for command in (
            commands.GoAway(at=w.now, actor="dana", until=w.now + timedelta(days=3)),
            commands.ComeBack(at=w.now, actor="dana"),
        ):
            await w.golddust.execute(command)
            assert w.ticket().next_nudge_at == w.now
            await w.tick()
            looked = w.ticket().next_nudge_at
            assert looked is not None
            assert looked > w.now
