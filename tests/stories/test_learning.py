"""What is learnt: an action against a cause is nudged, done, told to the reporters, and looked back at."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.watched import Watched
from complaints import commands
from complaints.commands import Plan
from complaints.notices import LookedBack, WeDid
from complaints.replies import Done, Refused
from complaints.ticket import CloseReason, Kind, State, Ticket
from tests.complaints.builders import moment, written
from tests.world import MONDAY, World, world

CAUSE = "retry queue full"


async def resolved(w: World, words: str, who: str = "sam", cause: str = CAUSE, **more: object) -> Ticket:
    """A complaint about payments that Dana has resolved."""
    ticket = await w.says(who, words)
    await w.does(commands.Resolve, "dana", ticket, done="Refunded", root_cause=cause, **more)
    await w.does(commands.ConfirmTold, who, ticket)
    return w.ticket(ticket.number)


async def test_an_action_is_planned_with_the_resolution_nudged_done_told_and_looked_back_at(
    database_url: str, watched: Watched
) -> None:
    async with world(database_url, watched, MONDAY - timedelta(days=14)) as w:
        await resolved(w, "the card payment failed", "noor")
        await w.until(MONDAY)
        first = await resolved(w, "my card payment failed again", action=Plan("Alert on a full <queue>", "omar"))
        action = w.ticket(3)
        assert (action.kind, action.parent, action.owner) == (Kind.ACTION, first.number, "omar")
        assert action.state is State.ACKNOWLEDGED
        assert [clock.name for clock in action.clocks] == ["resolve"]
        assert action.clocks[0].due_at == moment("2026-12-07 17:00")
        assert [one.dispatch.notice.ticket for one in w.heard("omar", "card")] == [action.number]
        assert {"action": action.number, "owner": "omar", "words": action.verbatim} in [
            event["data"] for event in w.record(first.number)["timeline"]
        ]
        w.forget()
        await w.until(moment("2026-12-08 12:00"))
        assert w.heard("omar", "reminder", "bundle"), "an action is nudged like a ticket"
        reply = await w.does(commands.Resolve, "omar", action, done="The alert is live")
        assert isinstance(reply, Done)
        closed = w.ticket(action.number)
        assert (closed.state, closed.close_reason, closed.told_at) == (State.CLOSED, CloseReason.DONE, None)
        done_at = w.now
        told = [one for one in w.pigeons.delivered if isinstance(one.dispatch.notice, WeDid)]
        assert sorted((one.to, one.dispatch.notice.ticket) for one in told) == [("person:noor", 1), ("person:sam", 2)]
        assert {one.dispatch.notice.words for one in told} == {"Alert on a full <queue>"}
        assert [one.dispatch.notice.what for one in w.heard("dana", "news")] == ["done"]
        await w.until(moment("2026-12-20 12:00"))
        await resolved(w, "the card payment failed once more")
        w.forget()
        await w.advance(days=130)
        looks = [one for one in w.pigeons.delivered if isinstance(one.dispatch.notice, LookedBack)]
        assert [(one.to, one.dispatch.notice.found.days) for one in looks] == [
            ("person:omar", 30), ("person:lee", 30), ("person:omar", 90), ("person:lee", 90),
        ]  # fmt: skip
        found = looks[0].dispatch.notice.found
        assert (found.how, found.back, found.before, found.since) == ("cause", 1, 2, done_at)
        assert [one.at for one in looks[:2]] == [moment("2027-01-07 12:00")] * 2
        kinds = [event["kind"] for event in w.record(action.number)["timeline"]]
        assert kinds.count("looked back") == 2


async def test_without_a_cause_the_category_is_counted_and_said_so(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as w:
        ticket = await resolved(w, "the card payment failed", cause="", action=Plan("Look at the logs"))
        await w.does(commands.Resolve, "dana", w.ticket(2), done="Looked")
        await w.advance(days=31)
        notice = w.heard("dana", "looked back")[0].dispatch.notice
        assert isinstance(notice, LookedBack)
        assert (notice.about, notice.found.how) == (ticket.category, "category")
        assert (notice.found.back, notice.found.before) == (0, 1)


async def test_an_action_that_was_reopened_is_not_looked_back_at_until_it_is_done_again(
    sqlite_url: str, watched: Watched
) -> None:
    async with world(sqlite_url, watched) as w:
        await resolved(w, "the card payment failed", action=Plan("Alert"))
        await w.does(commands.Resolve, "dana", w.ticket(2), done="Alerted")
        await w.does(commands.Reopen, "dana", w.ticket(2), reason="it does not ring")
        await w.advance(days=31)
        assert w.heard("dana", "looked back") == []
        assert w.ticket(2).open


async def test_reporters_do_not_hear_it_where_the_file_says_so(sqlite_url: str, tmp_path: Path) -> None:
    path = written(tmp_path / "golddust.yml", learning={"tell_reporters": False})
    async with world(sqlite_url, Watched(path)) as w:
        await resolved(w, "the card payment failed", action=Plan("Alert"))
        await w.does(commands.Resolve, "dana", w.ticket(2), done="Alerted")
        assert w.heard("sam", "we did") == []


async def test_a_reporter_of_many_complaints_hears_it_once(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as w:
        for number in range(3):
            await resolved(w, f"the card payment failed {number}")
        await resolved(w, "the card payment failed at last", "sam", action=Plan("Alert"))
        await w.does(commands.Resolve, "dana", w.ticket(5), done="Alerted")
        assert len(w.heard("sam", "we did")) == 1


async def test_an_action_can_be_planned_by_itself_and_is_handed_on_with_its_date(
    sqlite_url: str, watched: Watched
) -> None:
    async with world(sqlite_url, watched) as w:
        ticket = await resolved(w, "the card payment failed")
        plan = Plan("Alert on a full queue", "dana", date(2026, 12, 5))
        reply = await w.does(commands.PlanAction, "dana", ticket, action=plan)
        assert isinstance(reply, Done)
        assert "Dana’s to do by Fri 4 Dec" in reply.said, "a Saturday ends on Friday"
        due = w.ticket(2).clocks
        await w.does(commands.HandBack, "dana", w.ticket(2), to_person="kim", reason="the app’s")
        handed = w.ticket(2)
        assert (handed.owner, handed.team, handed.state, handed.clocks) == ("kim", "app", State.ACKNOWLEDGED, due)


async def test_who_resolves_a_problem_with_an_action_hears_of_the_action(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as w:
        first, second = [await w.says("sam", f"the card payment failed {time}") for time in ("once", "twice")]
        await w.golddust.execute(commands.Join(at=w.now, actor="dana", numbers=(first.number, second.number)))
        plan = Plan("Alert on a full queue", "omar")
        reply = await w.does(commands.Resolve, "dana", w.ticket(3), done="Refunded", action=plan)
        assert isinstance(reply, Done)
        assert "C-4 is Omar’s to do by" in reply.said


@pytest.mark.parametrize(
    ("plan", "field"),
    [
        (Plan(" "), "action"),
        (Plan("Alert", "nobody"), "action_who"),
        (Plan("Alert", None, date(2026, 11, 22)), "action_until"),
        (Plan("Alert", None, date(2028, 11, 22)), "action_until"),
    ],
)
async def test_an_action_that_can_not_be_leaves_everything_as_it_is(
    plan: Plan, field: str, sqlite_url: str, watched: Watched
) -> None:
    async with world(sqlite_url, watched) as w:
        ticket = await w.says("sam", "the card payment failed")
        reply = await w.does(commands.Resolve, "dana", ticket, done="Refunded", action=plan)
        assert isinstance(reply, Refused)
        assert reply.field == field
        assert w.ticket(1).state is State.NEW
        assert (await w.says("sam", "another card payment")).number == 2


async def test_who_may_not_resolve_may_plan_no_action(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as w:
        ticket = await w.says("sam", "the card payment failed")
        reply = await w.does(commands.PlanAction, "sam", ticket, action=Plan("Alert"))
        assert isinstance(reply, Refused)


async def test_an_action_is_no_complaint_and_is_counted_as_none(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as w:
        await resolved(w, "the card payment failed", action=Plan("Alert"))
        reply = await w.does(commands.Dismiss, "dana", w.ticket(2))
        assert isinstance(reply, Refused)
        assert w.ticket(2).open
