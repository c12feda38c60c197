"""Rule 12: the reporter hears when it is captured, acknowledged, promised and resolved, and never more."""

from __future__ import annotations

from pathlib import Path

from bot.watched import Watched
from complaints import commands
from complaints.notices import News
from complaints.severity import Severity
from complaints.ticket import Blocked
from handlers.dispatch import perform
from tests.complaints.builders import moment, written
from tests.world import World, world


def heard(w: World) -> list[str]:
    """What the reporter heard, news by their kind; cards are the owner's."""
    notices = [one.dispatch.notice for one in w.heard("sam")]
    return [notice.what if isinstance(notice, News) else notice.kind for notice in notices]


async def test_the_reporter_hears_the_four_things_they_asked_for_and_nothing_else(
    database_url: str, watched: Watched
) -> None:
    async with world(database_url, watched) as w:
        ticket = await w.says("sam", "my card")
        await w.does(commands.Acknowledge, "dana", ticket)
        await w.does(commands.Block, "dana", ticket, blocked=Blocked("team", "app"))
        await w.does(commands.Unblock, "kim", ticket)
        await w.does(commands.CorrectSeverity, "dana", ticket, severity=Severity.LOW)
        await w.does(commands.EditWords, "sam", ticket, words="my card, blue")
        await w.does(commands.MakePromise, "dana", ticket, until=moment("2026-11-25 12:00"))
        await w.until(moment("2026-11-27 12:00"))
        await w.does(commands.Resolve, "dana", ticket, done="Refunded", tell="You have your money")
        await w.does(commands.ConfirmTold, "sam", ticket)
        await w.advance(days=100)
        assert heard(w) == ["captured", "acknowledged", "promised", "resolved"]


async def test_the_reporter_hears_that_a_promised_date_no_longer_holds_under_the_rules_of_another_team(
    database_url: str, tmp_path: Path
) -> None:
    policies = {"strict": {"profiles": ["fca-disp"]}}
    path = written(tmp_path / "golddust.yml", policies=policies, teams={"app": {"policy": "strict"}})
    async with world(database_url, Watched(path)) as w:
        ticket = await w.says("sam", "my card")
        await w.does(commands.MakePromise, "dana", ticket, until=moment("2027-02-01 12:00"))
        await w.does(commands.HandBack, "dana", ticket, to_team="app", reason="theirs")
        assert heard(w) == ["captured", "promised", "promise lapsed"]
        assert [event["kind"] for event in w.record()["timeline"]].count("promise lapsed") == 1
        await w.does(commands.MakePromise, "kim", ticket, until=moment("2027-01-10 12:00"))
        assert heard(w)[-1] == "promised"


async def test_the_captured_notice_says_who_owns_it_and_by_when_they_look(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as w:
        await w.says("sam", "my card")
        shown = w.heard("sam", "captured")[0].dispatch.ticket
        assert shown is not None
        clock = shown.clock("acknowledge")
        assert clock is not None
        assert (shown.owner_or_team, clock.due_at) == ("Dana (Payments)", moment("2026-11-23 13:00"))


async def test_when_the_platform_answers_at_once_there_is_no_second_message(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as w:
        await w.says("sam", "my card", answered_at_once=True)
        assert heard(w) == []


async def test_news_that_is_overtaken_before_it_is_sent_is_dropped(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as w:
        ticket = await w.says("sam", "my card")
        for command, more in ((commands.Acknowledge, {}), (commands.Resolve, {"done": "Refunded"})):
            await w.golddust.execute(command(at=w.now, actor="dana", number=ticket.number, **more))
        await w.tick()
        assert heard(w) == ["captured", "resolved"]


async def test_the_reporter_of_a_dismissed_complaint_hears_why(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as w:
        await w.says("sam", "my card")
        second = await w.says("sam", "my card again")
        await w.does(commands.Dismiss, "dana", second, duplicate_of=1)
        notice = w.heard("sam", "news")[0].dispatch
        assert notice.ticket is not None
        assert notice.ticket.duplicate_of == "C-1"


async def test_somebody_from_a_spreadsheet_hears_nothing_and_the_owner_tells_the_customer(
    sqlite_url: str, watched: Watched
) -> None:
    async with world(sqlite_url, watched) as w:
        source = commands.Source("file", "complaints.csv", "", "1")
        heard_of = commands.CaptureComplaint(at=w.now, actor="Branch 12", words="my card", source=source)
        await w.golddust.worker.run(lambda context: perform(context, heard_of), w.now)
        await w.does(commands.Resolve, "dana", w.ticket(), done="Refunded")
        await w.until(moment("2026-11-24 09:00"))
        assert w.heard("Branch 12") == []
        assert w.ticket().holder == "dana"
        assert {one.dispatch.notice.clock for one in w.heard("dana", "reminder")} == {"tell"}


async def test_a_complaint_withdrawn_before_its_receipt_was_sent_promises_nobodys_look(
    sqlite_url: str, watched: Watched
) -> None:
    async with world(sqlite_url, watched) as w:
        source = commands.Source("pigeon", "w", "C1", "1")
        await w.golddust.execute(commands.CaptureComplaint(at=w.now, actor="sam", words="my card", source=source))
        await w.does(commands.Withdraw, "sam", w.ticket())
        assert heard(w) == []
