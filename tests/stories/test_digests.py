"""Digests: at the reader's own time, once, late where they must be, and only for those who may read them."""

from __future__ import annotations

import asyncio
import random
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import text

from bot import phrases_digest
from bot.app import Golddust
from bot.watched import Watched
from complaints import commands
from complaints.commands import Subscribe, Unsubscribe
from complaints.notices import Digest
from complaints.replies import Refused, Reply, Said
from complaints.ticket import Source
from handlers import subscribing
from storage.database import open_engine
from storage.outbox import listed
from tests.complaints.builders import written
from tests.world import Delivered, World, world

LONDON = ZoneInfo("Europe/London")
NEW_YORK = ZoneInfo("America/New_York")


def told(world: World, person: str) -> list[tuple[Digest, Delivered]]:
    """The digests that reached a person."""
    found = [(one.dispatch.notice, one) for one in world.heard(person, "digest")]
    return [(notice, one) for notice, one in found if isinstance(notice, Digest)]


def local_times(world: World, person: str, zone: ZoneInfo = LONDON) -> list[str]:
    return [f"{one.at.astimezone(zone):%a %d %H:%M}" for _, one in told(world, person)]


async def subscribes(world: World, person: str, **more: Any) -> Reply:
    return await world.do(Subscribe(at=world.now, actor=person, **more))


def listing(tmp_path: Path, *digests: dict[str, Any], **more: Any) -> Watched:
    """The test organisation with these digests in its file."""
    return Watched(written(tmp_path / "with-digests.yml", digests=list(digests), **more))


async def test_a_subscriber_gets_the_digest_every_monday_at_half_past_eight(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as story:
        said = await subscribes(story, "lee")
        assert isinstance(said, Said) and "Payments every Monday at 08:30, first on Monday 30 November" in said.said
        await story.advance(days=15)
        assert local_times(story, "lee") == ["Mon 30 08:30", "Mon 07 08:30"]
        (first, _), (second, _) = told(story, "lee")
        assert first.summary.window.end == second.summary.window.start
        assert not first.late


async def test_each_reader_reads_at_their_own_local_time(sqlite_url: str, tmp_path: Path) -> None:
    away = {"lee": {"name": "Lee", "email": "lee@test.example", "time_zone": "America/New_York"}}
    file = listing(tmp_path, {"to": "lee", "every": "daily"}, {"to": "ines", "every": "daily"}, people=away)
    async with world(sqlite_url, file) as story:
        await story.until(datetime(2026, 11, 25, 7, tzinfo=UTC))
        assert local_times(story, "ines") == ["Tue 24 08:30"]
        assert local_times(story, "lee", NEW_YORK) == ["Mon 23 08:30", "Tue 24 08:30"]


async def test_the_wall_clock_counts_when_the_clocks_change(sqlite_url: str, tmp_path: Path) -> None:
    office = {"office": {"hours": {"mon-sun": "09:00-17:00"}, "holidays": []}}
    file = listing(tmp_path, {"to": "ines", "every": "daily", "at": "07:15"}, calendars=office)
    async with world(sqlite_url, file, datetime(2027, 3, 26, 12, tzinfo=UTC)) as story:
        await story.advance(days=4)
        assert local_times(story, "ines") == ["Sat 27 07:15", "Sun 28 07:15", "Mon 29 07:15", "Tue 30 07:15"]
        assert [one.at.hour for _, one in told(story, "ines")] == [7, 6, 6, 6]


async def test_a_daily_one_leaves_out_days_off_and_the_next_one_covers_them(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched, datetime(2027, 3, 24, 12, tzinfo=UTC)) as story:
        said = await subscribes(story, "lee", every="daily", teams="payments", at_time="07:30")
        assert isinstance(said, Said) and "Payments every working day at 07:30, first on Thursday 25 March" in said.said
        await story.says("sam", "The card payment was taken twice")
        await story.until(datetime(2027, 3, 26, 12, tzinfo=UTC))
        await story.says("sam", "The card payment of Good Friday was taken twice")
        await story.until(datetime(2027, 3, 31, 12, tzinfo=UTC))
        assert local_times(story, "lee") == ["Thu 25 07:30", "Tue 30 07:30", "Wed 31 07:30"], "not over Easter"
        found = [digest.summary for digest, _ in told(story, "lee")]
        assert [one.figures.received for one in found] == [1, 1, 0]
        assert all(one.window.end == other.window.start for one, other in pairwise(found)), "nothing is left out"
        words = [phrases_digest.plain(digest).splitlines()[0] for digest, _ in told(story, "lee")]
        assert words[1].startswith("Payments, Thu 25 Mar 07:30 to Tue 30 Mar 07:30"), "as far back as it goes"
        assert words[2].startswith("Payments, day to Wed 31 Mar 07:30")


async def test_its_link_leads_to_the_tickets_of_its_teams(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as story:
        story.golddust.address = "https://golddust.test"
        asked = (("ines", ""), ("ines", "app and payments"), ("lee", ""))
        found = [story.golddust.read(lambda context, of=of: subscribing.now(context, *of).register) for of in asked]  # type: ignore[misc]
        assert found == [
            "https://golddust.test/register", "https://golddust.test/register?team=app,payments",
            "https://golddust.test/register?team=payments",
        ]  # fmt: skip


async def test_a_monthly_one_comes_on_the_first(sqlite_url: str, tmp_path: Path) -> None:
    async with world(sqlite_url, listing(tmp_path, {"to": "ines", "every": "monthly"})) as story:
        await story.advance(days=30)
        ((digest, one),) = told(story, "ines")
        assert f"{one.at:%d %b %H:%M}" == "01 Dec 08:30"
        assert f"{digest.summary.window.start:%d %b}" == "01 Nov"


async def test_a_team_reads_of_itself_in_its_channel(sqlite_url: str, tmp_path: Path) -> None:
    async with world(sqlite_url, listing(tmp_path, {"to": "payments", "on": "wednesday"})) as story:
        await story.says("sam", "The app lost my login")
        await story.says("sam", "The card payment was taken twice")
        await story.advance(days=3)
        (one,) = [one for one in story.pigeons.delivered if one.kind == "digest"]
        assert (one.to, f"{one.at:%a %H:%M}") == ("team:payments", "Wed 08:30")
        assert isinstance(one.dispatch.notice, Digest)
        assert one.dispatch.notice.summary.figures.received == 1


async def test_what_was_said_to_golddust_alone_is_not_quoted_in_a_channel(sqlite_url: str, tmp_path: Path) -> None:
    file = listing(tmp_path, {"to": "payments", "every": "daily"}, {"to": "lee", "every": "daily"})
    async with world(sqlite_url, file) as story:
        alone = Source("pigeon", "w", "person:sam", "private", private=True)
        await story.says("sam", "Angry about a card fraud, and divorced", source=alone)
        await story.advance(days=1)
        found = [one.dispatch.notice for one in story.pigeons.delivered if one.kind == "digest"]
        quotes = {one.audience: one.summary.quote for one in found if isinstance(one, Digest)}
        assert quotes["team:payments"] is None
        assert quotes["person:lee"] is not None


async def test_a_missed_one_is_sent_once_late_and_says_so(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as story:
        await subscribes(story, "lee")
        await story.outage(days=7, hours=3)
        await story.tick()
        await story.advance(hours=5)
        ((digest, _),) = told(story, "lee")
        assert digest.late and digest.missed == 0
        assert "for Monday, and Golddust was not running" in phrases_digest.plain(digest)


async def test_several_missed_windows_collapse_into_the_latest(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as story:
        await subscribes(story, "lee", every="daily")
        await story.outage(days=3, hours=4)
        await story.tick()
        ((digest, _),) = told(story, "lee")
        assert digest.missed == 2
        assert digest.summary.window.end == datetime(2026, 11, 26, 8, 30, tzinfo=UTC)
        assert "It stands for 3 digests" in phrases_digest.plain(digest)
        await story.advance(days=1)
        assert [one.late for one, _ in told(story, "lee")] == [True, False]


async def test_two_replicas_never_send_it_twice(database_url: str, tmp_path: Path) -> None:
    file = listing(tmp_path, *({"to": person, "every": "daily"} for person in ("ines", "lee", "kim", "dana")))
    async with world(database_url, file) as story:
        await story.tick()
        twin = Golddust(open_engine(database_url), Watched(file.path), story.clock, random.Random(2))  # noqa: S311
        try:
            for _ in range(3):
                await story.outage(days=1)
                both = await asyncio.gather(*(one.digests(story.now) for one in (story.golddust, twin) * 2))
                assert sum(len(made) for made in both) == 4
        finally:
            twin.close()
        put = story.golddust.read(lambda c: listed(c.session, c.workspace, ["waiting", "sent"], 100))
        assert len([one for one in put if one.notice.kind == "digest"]) == 12


async def test_what_happens_before_it_arrives_does_not_change_it(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as story:
        await subscribes(story, "lee", every="daily")
        ticket = await story.says("sam", "The card payment was taken twice")
        await story.outage(days=1)
        await story.golddust.digests(story.now)
        await story.does(commands.Resolve, "dana", ticket, done="Refunded")
        ((digest, _),) = told(story, "lee")
        assert [one.ticket for one in digest.summary.running_out if one.clock == "resolve"] == [1]


async def test_who_unsubscribes_gets_none_any_more(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as story:
        await subscribes(story, "lee", every="daily")
        await story.advance(days=1)
        said = await story.do(Unsubscribe(at=story.now, actor="lee"))
        assert isinstance(said, Said) and said.said == "You get no more digests."
        await story.advance(days=5)
        assert len(told(story, "lee")) == 1


async def test_subscribing_anew_takes_the_place_of_the_old_one(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as story:
        await subscribes(story, "lee", every="daily")
        await subscribes(story, "lee", every="weekly")
        await story.advance(days=8)
        assert local_times(story, "lee") == ["Mon 30 08:30"]


async def test_what_the_file_lists_no_longer_ends(sqlite_url: str, tmp_path: Path) -> None:
    file = listing(tmp_path, {"to": "lee", "every": "daily"})
    async with world(sqlite_url, file) as story:
        await story.advance(days=1)
        written(file.path, digests=[{"to": "ines", "every": "daily"}])
        await story.tick()
        await story.advance(days=1)
        assert (len(told(story, "lee")), len(told(story, "ines"))) == (1, 1)


async def test_a_team_that_is_not_yours_is_refused_and_you_learn_whom_to_ask(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as story:
        for person, teams in (("dana", "app"), ("dana", "everything"), ("sam", "")):
            said = await subscribes(story, person, teams=teams)
            assert isinstance(said, Refused) and "sk Ines" in said.reason, (person, said)
        assert isinstance(await subscribes(story, "lee", teams="payments"), Said)
        assert isinstance(await subscribes(story, "ines", teams="App, payments"), Said)
        unknown = await subscribes(story, "ines", teams="plumbing")
        assert isinstance(unknown, Refused) and "no team “plumbing”" in unknown.reason


async def test_who_has_left_the_team_reads_nothing_of_it(sqlite_url: str, tmp_path: Path) -> None:
    file = listing(tmp_path)
    async with world(sqlite_url, file) as story:
        await subscribes(story, "dana", every="daily")
        written(file.path, teams={"payments": {"members": ["omar"], "owner": "omar"}})
        await story.advance(days=2)
        assert told(story, "dana") == []


async def test_nothing_unusual_is_one_line(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as story:
        await subscribes(story, "lee")
        ticket = await story.says("sam", "The card payment was taken twice")
        await story.does(commands.Resolve, "dana", ticket, done="Refunded")
        await story.does(commands.ConfirmTold, "sam", ticket)
        await story.advance(days=7)
        ((digest, _),) = told(story, "lee")
        assert digest.summary.quiet
        assert phrases_digest.plain(digest) == (
            "Payments, week to Mon 30 Nov 08:30: nothing unusual. 1 received, 1 closed, 0 open (0 before), "
            "none overdue."
        )


async def test_who_is_put_down_in_the_file_and_asked_in_chat_gets_one_digest(tmp_path: Path, sqlite_url: str) -> None:
    path = tmp_path / "golddust.yml"
    written(path, digests=[{"to": "ines", "teams": "all", "every": "weekly", "at": "08:30"}])
    async with world(sqlite_url, Watched(path)) as story:
        await subscribes(story, "ines", teams="everything")
        await story.advance(days=8)
        assert len(told(story, "ines")) == 1


async def test_what_went_wrong_is_a_decision_with_who_and_when(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as story:
        await subscribes(story, "ines")
        await story.says("sam", "Angry: the card payment was taken twice")
        await story.advance(days=7)
        ((digest, _),) = told(story, "ines")
        (decision,) = digest.summary.decisions
        assert (decision.question, decision.ticket, decision.who) == ("escalated", 1, "Ines")
        said = phrases_digest.plain(digest)
        assert "C-1 escalated and still stuck: please help. Ines, by" in said
        assert "Angry: the card payment was taken twice" in said
        assert "nothing tried yet" in said
        assert len(said.split()) <= phrases_digest.MOST_WORDS


async def test_what_is_still_to_be_done_against_a_cause_is_told(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as story:
        await subscribes(story, "ines")
        ticket = await story.says("sam", "Angry: the card payment was taken twice")
        await story.does(commands.PlanAction, "dana", ticket, action=commands.Plan("An alert on the queue"))
        await story.advance(days=7)
        ((digest, _),) = told(story, "ines")
        assert "1 action to be done" in phrases_digest.plain(digest)
        await story.advance(days=14)
        assert "1 action to be done, 1 late" in phrases_digest.plain(told(story, "ines")[-1][0])


async def test_a_cause_that_comes_back_is_told(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as story:
        await subscribes(story, "ines")
        for cause in ("A timeout", "a  TIMEOUT", "A leap year"):
            ticket = await story.says("sam", f"The card payment failed: {cause}")
            await story.advance(hours=1)
            await story.does(commands.Resolve, "dana", ticket, done="Raised the limit", root_cause=cause)
            await story.advance(hours=1)
        await story.advance(days=7)
        ((digest, _),) = told(story, "ines")
        found = {action.cause: action.came_back for action in digest.summary.actions}
        assert found == {"A timeout": 1, "A leap year": 0}


async def test_who_leads_a_function_hears_when_it_falls_silent_on_time_and_on_asking(
    sqlite_url: str, tmp_path: Path
) -> None:
    members = {"branches": {"lead": "lee", "members": ["sam", "noor", "kim"]}}
    async with world(sqlite_url, listing(tmp_path, {"to": "lee"}, teams=members)) as story:
        for _ in range(24):
            await story.says("sam", "The login is slow")
            story.clock.advance(days=3)
        await story.advance(days=35)
        digest, _ = told(story, "lee")[-1]
        asked = story.golddust.read(lambda context: subscribing.now(context, "lee"))
        for one in (digest, asked):
            assert one.summary.scope == ("Payments",)
            assert "nothing reported by Branches in 28 days" in phrases_digest.plain(one)


async def test_one_that_fails_is_tried_again_and_does_not_stop_the_others(sqlite_url: str, tmp_path: Path) -> None:
    file = listing(tmp_path, {"to": "lee", "every": "daily"}, {"to": "ines", "every": "daily"})
    async with world(sqlite_url, file) as story:
        await story.tick()
        with story.golddust.engine.begin() as connection:
            connection.execute(text("update subscriptions set at_time = 'soon' where audience = 'person:lee'"))
        await story.advance(days=1)
        assert (len(told(story, "lee")), len(told(story, "ines"))) == (0, 1)
        with story.golddust.engine.begin() as connection:
            connection.execute(text("update subscriptions set at_time = '08:30' where audience = 'person:lee'"))
        await story.advance(hours=2)
        assert len(told(story, "lee")) == 1
