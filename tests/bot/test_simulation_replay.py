"""A recorded history, lived through again: under the same file the same is sent, under another what it says."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.configuration import Loaded, read
from bot.simulation import history, pair
from bot.simulation.history import History
from bot.simulation.outcome import Outcome
from bot.simulation.replay import replay
from bot.watched import Watched
from complaints import commands
from complaints.severity import Severity
from complaints.ticket import Blocked, Source
from handlers.import_complaints import bring_in
from handlers.import_lines import Complaint, routed
from tests.complaints.builders import moment, written
from tests.world import World, world

START = moment("2025-03-03 09:00")
TODAY = Path(__file__).parents[1] / "golddust.yml"


@pytest.fixture
async def w(sqlite_url: str, watched: Watched) -> AsyncIterator[World]:
    async with world(sqlite_url, watched, START) as told:
        yield told


def recorded(w: World, since: datetime = START) -> History:
    """What has happened since then, the present moment included."""
    return w.golddust.read(lambda context: history.read(context, since, w.now + timedelta(seconds=1)))


def changed(tmp_path: Path, **changes: Any) -> Loaded:
    return read(written(tmp_path / "new.yml", **changes))


def sent(w: World) -> list[tuple[datetime, str, list[int]]]:
    """The nudges that the story really sent: when, to whom, about which tickets."""
    found = []
    for one in w.pigeons.delivered:
        notice: Any = one.dispatch.notice
        items = getattr(notice, "items", ()) or ([notice] if one.kind in {"reminder", "escalation"} else [])
        if items:
            found.append((one.at, one.to.removeprefix("person:"), [item.ticket for item in items]))
    return found


def replayed(outcome: Outcome) -> list[tuple[datetime, str, list[int]]]:
    return [(one.at, one.to, [item.ticket for item in one.items]) for one in outcome.messages]


async def everything_happens(w: World) -> None:
    """Two weeks in which people do everything that they can do."""
    card, app = await w.says("sam", "my card was taken twice"), await w.says("sam", "the app is slow")
    other, angry = await w.says("noor", "something else"), await w.says("sam", "angry about a refund")
    await w.advance(hours=2)
    await w.does(commands.Acknowledge, "omar", card)
    reply = Source("pigeon", "w", app.source.conversation, "r1")
    await w.do(commands.Comment(at=w.now, actor="kim", words="looking", place=reply, thread=app.source.message))
    await w.do(commands.GoAway(at=w.now, actor="dana", until=w.now + timedelta(days=2)))
    await w.does(commands.CorrectSeverity, "sam", app, severity=Severity.HIGH)
    await w.does(commands.HandBack, "ines", other, to_team="app", reason="theirs")
    await w.does(commands.EditWords, "sam", card, words="my card was taken three times", customer="Ms Lee")
    await w.advance(days=1)
    await w.does(commands.Block, "omar", card, blocked=Blocked("ticket", "2", "needs the app"))
    await w.does(commands.Block, "dana", angry, blocked=Blocked("person", "lee", "a signature"))
    await w.advance(days=1)
    await w.does(commands.MakePromise, "kim", app, until=w.now + timedelta(days=1), reason="soon")
    await w.does(commands.Unblock, "lee", angry)
    await w.advance(days=3)
    await w.does(commands.Resolve, "kim", app, done="faster now")
    await w.does(commands.Dismiss, "kim", other, duplicate_of=2)
    await w.advance(days=2)
    await w.does(commands.ConfirmTold, "sam", app)
    await w.does(commands.Resolve, "omar", card, done="paid back")
    await w.advance(days=1)
    await w.does(commands.Reopen, "sam", card, reason="not yet")
    await w.does(commands.Withdraw, "sam", angry)
    await w.advance(days=4)


async def test_under_the_file_of_today_exactly_what_was_sent_would_be_sent(database_url: str, watched: Watched) -> None:
    async with world(database_url, watched, START) as w:
        await everything_happens(w)
        outcome = replay(watched.current, recorded(w))
        assert replayed(outcome) == sent(w)
    assert len(outcome.messages) > 10
    assert (outcome.misfits, outcome.stood_in) == ([], 0)


async def test_tickets_keep_their_numbers_and_end_as_they_did(w: World) -> None:
    await everything_happens(w)
    outcome = replay(w.golddust.watched.current, recorded(w))
    last = {(run.ticket, run.clock.name, run.clock.run): run.clock for run in outcome.runs}
    for number in (1, 2, 3, 4):
        for clock in w.ticket(number).clocks:
            assert last[number, clock.name, clock.run] == clock


async def test_two_processes_say_what_one_says(w: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    await everything_happens(w)
    today, other = w.golddust.watched.current, changed(tmp_path, nudges={"bundle_at": "14:00"})
    one = pair.both(today, other, recorded(w), lambda _done: None)
    monkeypatch.setattr(pair, "MANY_MOVES", 1)
    two = pair.both(today, other, recorded(w), lambda _done: None)
    assert [replayed(outcome) for outcome in two] == [replayed(outcome) for outcome in one]
    assert replayed(one[0]) != replayed(one[1])


async def test_with_another_owner_the_moves_are_made_by_that_one(w: World, tmp_path: Path) -> None:
    ticket = await w.says("sam", "my card")
    await w.advance(hours=1)
    await w.does(commands.Acknowledge, "dana", ticket)
    await w.does(commands.Resolve, "dana", ticket, done="paid back")
    routes = [{"name": "All", "when": {"words": ["card"]}, "team": "app", "category": "all"}]
    outcome = replay(changed(tmp_path, routes=routes), recorded(w))
    assert (outcome.misfits, outcome.stood_in) == ([], 2)
    assert {run.clock.name for run in outcome.runs if run.clock.stopped_at} == {"acknowledge", "resolve"}


async def test_a_move_that_makes_no_sense_there_is_listed_with_its_reason(w: World, tmp_path: Path) -> None:
    ticket = await w.says("sam", "my card")
    await w.advance(hours=1)
    await w.does(commands.HandBack, "dana", ticket, to_team="app")
    routes = [{"name": "All", "when": {"words": ["card"]}, "team": "app", "category": "all"}]
    (misfit,) = replay(changed(tmp_path, routes=routes), recorded(w)).misfits
    assert (misfit.ticket, misfit.move, misfit.why) == (1, "handed back", "C-1 is already with Kim.")


async def test_a_reply_of_a_bystander_is_nobodys_first_move(w: World) -> None:
    said = await w.says("sam", "my card")
    place = Source("pigeon", "w", said.source.conversation, "r1")
    await w.do(commands.Comment(at=w.now, actor="noor", words="here too", place=place, thread=said.source.message))
    await w.advance(hours=8)
    outcome = replay(w.golddust.watched.current, recorded(w))
    assert replayed(outcome) == sent(w)
    assert next(run.clock for run in outcome.runs if run.clock.name == "acknowledge").running


async def test_what_the_reporter_decided_and_where_it_was_said_is_kept_for_another_file(
    w: World, tmp_path: Path
) -> None:
    await w.says("sam", "my card", severity=Severity.CRITICAL, customer="Ms Lee", channels=("C1", "complaints"))
    routes = [{"name": "Here", "when": {"channel": "complaints"}, "team": "app", "category": "all"}]
    (move,) = recorded(w).moves
    command = move.command
    assert isinstance(command, commands.CaptureComplaint)
    assert (command.severity, command.customer, command.channels) == (
        Severity.CRITICAL, "Ms Lee", ("C1", "complaints"),
    )  # fmt: skip
    outcome = replay(changed(tmp_path, routes=routes), recorded(w))
    assert {message.to for message in outcome.messages} <= {"kim", "ines"}


async def test_a_hand_over_to_a_person_and_to_nobody_is_done_again_as_it_was_asked(w: World) -> None:
    first, second = await w.says("sam", "my card"), await w.says("sam", "my refund")
    await w.does(commands.HandBack, "dana", first, to_person="kim")
    await w.does(commands.HandBack, "dana", second)
    asked = [move.command for move in recorded(w).moves if isinstance(move.command, commands.HandBack)]
    assert [(one.to_person, one.to_team) for one in asked] == [("kim", None), (None, None)]


async def test_what_was_open_before_the_window_is_brought_to_its_state(w: World) -> None:
    await w.says("sam", "my card")
    await w.advance(days=10)
    told = sent(w)
    since = w.now
    await w.advance(days=7)
    past = recorded(w, since)
    assert (past.tickets, past.begins, past.start) == (1, START, since)
    assert replayed(replay(w.golddust.watched.current, past)) == sent(w)
    assert len(sent(w)) > len(told) > 0


async def test_what_was_closed_before_the_window_is_left_alone(w: World) -> None:
    ticket = await w.says("sam", "my card")
    await w.does(commands.Withdraw, "sam", ticket)
    await w.advance(days=1)
    assert recorded(w, START).tickets == 1
    assert recorded(w, w.now).tickets == 0


async def test_an_imported_complaint_is_imported_again(w: World) -> None:
    complaint = Complaint(line=1, message="7", words="my card", received_at=START - timedelta(days=9), reporter="sam")

    def bring(context: Any) -> None:
        bring_in(context, [routed(context.organisation, complaint, context.at)], "old tool")

    await w.golddust.worker.run(bring, w.now)
    await w.advance(days=3)
    outcome = replay(w.golddust.watched.current, recorded(w))
    assert replayed(outcome) == sent(w) != []


async def test_every_absence_is_lived_through_again_not_only_the_latest(w: World) -> None:
    for _ in range(3):
        await w.says("sam", "my card")
        await w.do(commands.GoAway(at=w.now, actor="dana", until=w.now + timedelta(days=4)))
        await w.advance(days=1)
        await w.do(commands.ComeBack(at=w.now, actor="dana"))
        await w.advance(days=2)
    outcome = replay(w.golddust.watched.current, recorded(w))
    assert replayed(outcome) == sent(w)
    assert outcome.misfits == []


async def test_an_absence_that_was_announced_anew_ends_where_the_new_one_starts(w: World) -> None:
    await w.says("sam", "my card")
    first, second = moment("2025-03-10 00:00"), moment("2025-03-06 00:00")
    await w.do(commands.GoAway(at=w.now, actor="dana", until=first))
    await w.advance(days=1)
    changed_mind = w.now
    await w.do(commands.GoAway(at=w.now, actor="dana", until=second))
    await w.advance(days=7)
    away = [(move.at, move.command.until) for move in recorded(w).moves if isinstance(move.command, commands.GoAway)]
    assert away == [(START, changed_mind), (changed_mind, second)]


async def test_a_reporter_whom_the_file_does_not_list_is_nudged_in_their_own_time_in_a_replay_too(w: World) -> None:
    seen = {"actor": "slack:U0NEW", "platform": "slack", "user": "U0NEW", "name": "New", "zone": "Asia/Tokyo"}
    await w.do(commands.KnowAccount(at=w.now, **seen))
    ticket = await w.says("slack:U0NEW", "my card")
    await w.does(commands.Resolve, "dana", ticket, done="Refunded")
    await w.advance(days=14)
    outcome = replay(w.golddust.watched.current, recorded(w))
    assert replayed(outcome) == sent(w)
    late = [one for one in outcome.messages if one.to == "slack:U0NEW"]
    assert late
    assert all(one.day == one.at.astimezone(ZoneInfo("Asia/Tokyo")).date() for one in late)
