"""A surge on a Monday morning: told to the lead, joined under one problem, resolved, and every reporter hears."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot import phrases
from bot.watched import Watched
from complaints import commands
from complaints.notices import News, Surge
from complaints.replies import Done, Refused
from complaints.ticket import Blocked, CloseReason, Kind, Source, State, Ticket
from complaints.views import SurgeView
from handlers import deliver
from handlers.context import Context
from handlers.deliver import Dispatch
from storage import alarms, attention, outbox
from storage.attention import Day
from storage.database import sessions
from storage.messages import Receipt
from tests.complaints.builders import written
from tests.stories.test_the_rules import PLAIN
from tests.world import MONDAY, World, world

BEFORE = MONDAY - timedelta(weeks=6)
"""When the first complaint of all was said: what is usual has to be known before anything is unusual."""


async def quiet_weeks(w: World) -> None:
    """Six weeks in which next to nothing is said; then a Monday morning."""
    first = await w.says("sam", "the app is slow")
    await w.does(commands.Withdraw, "sam", first)
    await w.until(MONDAY)
    w.forget()


async def surge(w: World, count: int = 4, words: str = "my card was charged twice") -> list[Ticket]:
    """So many complaints about cards, three minutes apart."""
    found = []
    for number in range(count):
        found.append(await w.says("sam" if number % 2 else "noor", f"{words}, says customer {number}"))
        await w.advance(minutes=3)
    return found


def told(w: World, person: str) -> list[SurgeView]:
    """The surges that a person was told of."""
    return _surges(w, person, again=False)


def redrawn(w: World, person: str) -> list[SurgeView]:
    """The surges as a person's messages about them read by now."""
    return _surges(w, person, again=True)


def _surges(w: World, person: str, *, again: bool) -> list[SurgeView]:
    found = [one.dispatch for one in w.heard(person, "surge")]
    meant = [one for one in found if isinstance(one.notice, Surge) and one.notice.again is again]
    assert all((one.card is not None) is again for one in meant), "it is edited where it stands, or new"
    return [one.surge for one in meant if one.surge is not None]


def news(w: World, person: str) -> list[tuple[int, str]]:
    """What a reporter heard of which ticket."""
    notices = [one.dispatch.notice for one in w.heard(person, "news")]
    return [(notice.ticket, notice.what) for notice in notices if isinstance(notice, News)]


async def test_a_surge_on_monday_morning_is_told_joined_and_resolved_and_every_reporter_hears(
    database_url: str, watched: Watched
) -> None:
    async with world(database_url, watched, BEFORE) as w:
        await quiet_weeks(w)
        said = await surge(w)
        [view] = told(w, "lee")
        assert (view.count, view.common, view.why) == (4, "about payments", "You lead Payments.")
        assert view.since == MONDAY
        assert [one.verbatim for one in view.examples] == [one.verbatim for one in reversed(said[1:])]
        spoken = phrases.surge(view, PLAIN)
        assert spoken.startswith("4 complaints about payments since Mon 09:00; almost none is usual in 2 hours.")
        w.forget()

        reply = await w.does(commands.JoinAlike, "lee", said[-1])
        assert isinstance(reply, Done) and reply.said.startswith("C-6 holds 4 complaints now. Dana has it.")
        assert redrawn(w, "lee") == [], "where it was pressed on, what came of it stands already"
        problem = w.ticket(6)
        assert (problem.kind, problem.owner, problem.verbatim) == (Kind.PROBLEM, "dana", "4 complaints about payments")
        for one in said:
            now = w.ticket(one.number)
            assert (now.state, now.parent, now.holder, now.joined) == (State.BLOCKED, 6, "dana", True)
            assert now.clock("unblock") is None
            assert [clock.name for clock in now.clocks if clock.running] == []
        assert sorted(news(w, "sam") + news(w, "noor")) == [(one.number, "acknowledged") for one in said]
        w.forget()

        await w.advance(days=4)
        nudged = {item.ticket for item in steps(w)}
        assert nudged == {6}, "one chain of nudges: the complaints in it cause none of their own"
        w.forget()

        await w.does(
            commands.Resolve, "dana", problem, done="The gateway is fixed", root_cause="a release", tell="Sorry"
        )
        problem = w.ticket(6)
        assert (problem.state, problem.close_reason) == (State.CLOSED, CloseReason.DONE)
        for one in said:
            now = w.ticket(one.number)
            assert now.state is State.RESOLVED and now.resolution == problem.resolution
            assert now.holder == one.reporter
        assert sorted(news(w, "sam") + news(w, "noor")) == [(one.number, "resolved") for one in said]
        await w.advance(days=1)
        assert sorted(news(w, "sam") + news(w, "noor")) == [(one.number, "resolved") for one in said]
        assert w.heard("lee", "news") == []


def steps(w: World) -> list[Any]:
    """The nudges that reached anybody."""
    found: list[Any] = []
    for one in w.pigeons.delivered:
        notice = one.dispatch.notice
        if one.kind == "bundle":
            found += [item for item, _ in one.dispatch.bundle]
        elif one.kind in {"reminder", "escalation", "foretold"}:
            found.append(notice)
    return found


async def test_nobody_is_told_twice_of_what_goes_on(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched, BEFORE) as w:
        await quiet_weeks(w)
        await surge(w, 9)
        await w.advance(hours=3)
        await surge(w, 4)
        assert len(told(w, "lee")) == 1
        [known] = w.golddust.read(lambda context: alarms.lately(context.session, context.workspace, w.now))
        assert known.value == 13


async def test_three_weeks_after_the_first_complaint_nothing_is_called_unusual(
    sqlite_url: str, watched: Watched
) -> None:
    async with world(sqlite_url, watched, MONDAY - timedelta(weeks=3)) as w:
        await quiet_weeks(w)
        await surge(w, 9)
        assert told(w, "lee") == []


async def test_what_is_no_problem_is_not_told_again_while_it_goes_on(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched, BEFORE) as w:
        await quiet_weeks(w)
        said = await surge(w)
        w.forget()
        reply = await w.does(commands.SettleSurge, "lee", said[-1])
        assert isinstance(reply, Done) and reply.said.startswith("Noted: no problem.")
        await surge(w, 4)
        assert told(w, "lee") == []
        assert isinstance(await w.does(commands.SettleSurge, "lee", said[-1]), Refused)


async def test_at_night_the_lead_hears_in_the_morning_of_how_many_there_are_by_then(
    sqlite_url: str, watched: Watched
) -> None:
    async with world(sqlite_url, watched, BEFORE) as w:
        await quiet_weeks(w)
        await w.advance(hours=12)
        await surge(w, 6)
        assert told(w, "lee") == []
        await w.until(MONDAY + timedelta(days=1, minutes=1))
        assert [view.count for view in told(w, "lee")] == [6]


async def test_at_night_a_critical_one_is_told_at_once(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched, BEFORE) as w:
        await quiet_weeks(w)
        await w.advance(hours=12)
        await surge(w, 4, "fraud on my card")
        assert len(told(w, "lee")) == 1


async def test_of_a_surge_over_several_teams_a_lead_reads_only_what_is_theirs(
    sqlite_url: str, watched: Watched
) -> None:
    async with world(sqlite_url, watched, BEFORE) as w:
        await quiet_weeks(w)
        for words in ("my card was charged twice", "the app hangs", "my refund is late", "the login fails"):
            await w.says("sam", words)
            await w.advance(minutes=3)
        [view] = told(w, "kim")
        assert (view.common, view.count, view.elsewhere) == ("reported by Branches", 2, True)
        assert [one.team for one in view.examples] == ["App", "App"]
        assert "; with those of other teams that is far more than is usual in 2 hours." in phrases.surge(view, PLAIN)
        reply = await w.does(commands.JoinAlike, "kim", view.examples[0])  # type: ignore[arg-type]
        assert isinstance(reply, Done) and reply.said.endswith("Others like them are with other teams, and stay there.")


async def test_of_a_surge_over_several_teams_an_admin_reads_the_whole(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched, BEFORE) as w:
        await quiet_weeks(w)
        w.pigeons.refuses = "person:kim"
        for words in ("my card was charged twice", "the app hangs", "my refund is late", "the login fails"):
            await w.says("sam", words)
            await w.advance(minutes=3)
        [view] = told(w, "ines")
        assert (view.count, view.elsewhere, len(view.examples)) == (4, False, 3)


async def test_while_the_lead_is_away_whoever_stands_in_is_told(sqlite_url: str, tmp_path: Path) -> None:
    people = {"lee": {"deputy": "kim", "away": [{"from": "2026-11-23", "until": "2026-11-27"}]}}
    async with world(sqlite_url, Watched(written(tmp_path / "g.yml", people=people)), BEFORE) as w:
        await quiet_weeks(w)
        await surge(w)
        assert told(w, "lee") == []
        assert [view.why for view in told(w, "kim")] == ["You are asked in place of Lee."]


async def test_a_lead_who_was_interrupted_enough_today_is_not_told_but_the_next_in_line(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with world(sqlite_url, Watched(written(tmp_path / "g.yml", nudges={"urgent_a_day": 1})), BEFORE) as w:
        await quiet_weeks(w)
        with sessions(w.golddust.engine).begin() as session:
            day = {"lee": w.now.date().isoformat()}
            attention.lock(session, "main", day)
            attention.keep(session, "main", [("lee", day["lee"], Day(1, None))])
        await surge(w)
        assert told(w, "lee") == []
        assert [view.why for view in told(w, "ines")] == ["You are asked in place of Lee."]


async def test_a_lead_who_can_not_be_reached_is_followed_by_the_next_in_line(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched, BEFORE) as w:
        await quiet_weeks(w)
        w.pigeons.refuses = "person:lee"
        await surge(w)
        await w.advance(minutes=5)
        assert [view.why for view in told(w, "ines")] == ["You are asked in place of Lee."]


async def test_a_surge_that_was_joined_before_it_could_be_told_is_not_told(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched, BEFORE) as w:
        await quiet_weeks(w)
        await w.advance(hours=12)
        said = await surge(w)
        await w.does(commands.JoinAlike, "dana", said[0])
        await w.until(MONDAY + timedelta(days=1, hours=2))
        assert told(w, "lee") == []


@pytest.mark.parametrize(("joined", "answered"), [(2, False), (3, True)])
async def test_who_joins_the_larger_part_by_number_has_answered_the_surge_and_its_message_says_so(
    joined: int, answered: bool, sqlite_url: str, watched: Watched
) -> None:
    async with world(sqlite_url, watched, BEFORE) as w:
        await quiet_weeks(w)
        said = await surge(w)
        numbers = tuple(one.number for one in said[:joined])
        await w.golddust.execute(commands.Join(at=w.now, actor="dana", numbers=numbers))
        await w.tick()
        spoken = [phrases.surge(view, PLAIN) for view in redrawn(w, "lee")]
        assert ["Dana joined 3 of them under C-6." in one for one in spoken] == [True] * answered
        await w.golddust.execute(commands.Join(at=w.now, actor="ines", numbers=(6, said[-1].number)))
        await w.tick()
        views = redrawn(w, "lee")
        assert [view.joined for view in views] == ([3, 4] if answered else [3])
        assert phrases.surge(replace(views[-1], joined=4), PLAIN) == (
            "4 complaints about payments since Mon 09:00. Dana joined them under C-6. Dana has it. I nudge about C-6 "
            "alone, and everybody who reported hears when it is solved."
        )


async def test_whoever_else_says_that_it_is_no_problem_the_lead_s_message_says_so(
    sqlite_url: str, watched: Watched
) -> None:
    async with world(sqlite_url, watched, BEFORE) as w:
        await quiet_weeks(w)
        said = await surge(w)
        await w.does(commands.SettleSurge, "dana", said[-1])
        [view] = redrawn(w, "lee")
        assert phrases.surge(view, PLAIN) == (
            "4 complaints about payments since Mon 09:00. No problem, I was told: each goes its own way, and I say no "
            "more about these."
        )


async def test_a_surge_that_was_answered_while_its_message_was_under_way_is_redrawn_once_it_is_there(
    sqlite_url: str, watched: Watched
) -> None:
    async with world(sqlite_url, watched, BEFORE) as w:
        await quiet_weeks(w)
        said = await surge(w, 3)
        source = Source("pigeon", "w", "person:sam", "the fourth")
        words = "my card was charged twice, says another"
        await w.golddust.execute(commands.CaptureComplaint(at=w.now, actor="sam", words=words, source=source))
        await w.golddust.nudge(w.now)
        [claimed] = await w.golddust.worker.run(claimed_surges, w.now)
        await w.golddust.execute(commands.JoinAlike(at=w.now, actor="dana", number=said[0].number))
        receipt = Receipt("pigeon", "person:lee", "m1")
        await w.golddust.worker.run(lambda context: deliver.sent(context, claimed, receipt), w.now)
        await w.tick()
        assert [view.problem for view in redrawn(w, "lee")] == ["C-6"]


def claimed_surges(context: Context) -> list[Dispatch]:
    """The surges that are due, claimed by somebody who sends them."""
    parcels = outbox.claim(context.session, context.workspace, context.at, 100)
    prepared = [deliver.prepare(context, one) for one in parcels if isinstance(one.notice, Surge)]
    return [one for one in prepared if isinstance(one, Dispatch)]


async def test_a_later_one_is_offered_the_problem_and_can_be_joined_and_left(
    database_url: str, watched: Watched
) -> None:
    async with world(database_url, watched, BEFORE) as w:
        await quiet_weeks(w)
        said = await surge(w)
        await w.does(commands.JoinAlike, "lee", said[0])
        later = await w.says("noor", "my card was charged three times")
        cards = [one.dispatch.ticket for one in w.heard("dana", "card")]
        assert [one.suggested for one in cards if one is not None and one.number == later.number] == ["C-6"]
        await w.does(commands.JoinAlike, "dana", later)
        assert w.ticket(later.number).parent == 6
        reply = await w.does(commands.Leave, "dana", later)
        assert isinstance(reply, Done) and reply.said.startswith(f"{later.ref} is not part of C-6 any more")
        left = w.ticket(later.number)
        assert (left.state, left.parent, left.joined) == (State.ACKNOWLEDGED, None, False)
        clock = left.clock("resolve")
        assert clock is not None and clock.running


def test_a_notice_of_a_surge_holds_no_words() -> None:
    assert set(Surge.__dataclass_fields__) == {"kind", "audience", "alarm", "again", "ticket"}


async def test_a_part_of_a_problem_waits_for_it_already_and_cannot_be_blocked_by_it_once_more(
    sqlite_url: str, watched: Watched
) -> None:
    async with world(sqlite_url, watched) as w:
        said = [await w.says("sam", "my card was charged twice") for _ in range(2)]
        await w.golddust.execute(commands.Join(at=w.now, actor="lee", numbers=(1, 2)))
        reply = await w.does(commands.Block, "dana", said[0], blocked=Blocked("ticket", "3", "it is the cause"))
        assert reply == Refused("C-1 is part of C-3, and waits for it already.")
        assert w.ticket(1).joined and [one.name for one in w.ticket(1).clocks if one.running] == []
