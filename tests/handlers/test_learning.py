"""Learning how long tickets take, once a day, and what is shown of it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.watched import Watched
from complaints import commands
from complaints.forecast import Forecast, Forecasts
from complaints.ticket import Source
from handlers import learning
from handlers.context import Context
from storage import forecasts, history
from storage.database import open_engine, sessions, upgrade
from storage.tables import forecasts as table
from tests.complaints.builders import MONDAY, moment, written
from tests.world import World, world

HOUR = timedelta(hours=1)


@pytest.fixture
def eager(tmp_path: Path) -> Watched:
    """The test organisation, which speaks after five resolved tickets."""
    return Watched(written(tmp_path / "golddust.yml", nudges={"learn_from": 5}))


async def resolved(w: World, count: int, hours: int, words: str = "my card") -> None:
    """So many complaints that were resolved after so many hours each."""
    said = [await w.says("sam", words) for _ in range(count)]
    w.clock.advance(hours=hours)
    for ticket in said:
        done = commands.Resolve(at=w.now, actor="ines", number=ticket.number, done="Refunded")
        await w.golddust.execute(done)


def known(w: World) -> Forecasts:
    return w.golddust.read(lambda context: context.forecasts)


async def test_what_was_resolved_becomes_a_forecast_a_day_later(database_url: str, eager: Watched) -> None:
    async with world(database_url, eager) as w:
        await resolved(w, 6, 2)
        assert known(w) == Forecasts({}, 0)
        await w.golddust.tick(MONDAY + timedelta(hours=23))
        assert known(w) == Forecasts({}, 0)
        await w.golddust.tick(MONDAY + timedelta(hours=24))
        assert known(w).of("payments", "payments") == Forecast(2 * HOUR, 2 * HOUR, 6, "category and team")
        assert known(w).of("app", "app") == Forecast(2 * HOUR, 2 * HOUR, 6, "organisation")


async def test_it_is_computed_once_a_day_even_while_too_little_is_known(sqlite_url: str, eager: Watched) -> None:
    async with world(sqlite_url, eager) as w:
        await w.tick()
        for later, expected in ((0, False), (23, False), (24, True)):
            assert w.golddust.read(learning.due, MONDAY + later * HOUR) is expected
        await w.golddust.learn(MONDAY + 24 * HOUR)
        assert not w.golddust.read(learning.due, MONDAY + 25 * HOUR)


async def test_what_is_learnt_anew_replaces_the_old(database_url: str, eager: Watched) -> None:
    async with world(database_url, eager) as w:
        first = Forecasts({("payments", ""): Forecast(HOUR, 2 * HOUR, 7, "team")}, 9)
        second = Forecasts({("app", "login"): Forecast(HOUR, 3 * HOUR, 8, "category and team")}, 12)
        for at, found in ((MONDAY, first), (MONDAY + HOUR, second), (MONDAY + HOUR, second)):
            await w.golddust.worker.run(lambda context, found=found: learning.keep(context, found), at)
        assert known(w) == second
        rows = w.golddust.read(lambda context: context.session.scalar(select(func.count()).select_from(table)))
        assert rows == 2  # the category of its team, and the note for everybody of when that was


async def test_a_replica_that_computed_earlier_does_not_undo_a_later_one(sqlite_url: str, eager: Watched) -> None:
    async with world(sqlite_url, eager) as w:
        newer, older = (Forecasts({("app", ""): Forecast(h * HOUR, 3 * HOUR, 8, "team")}, 12) for h in (1, 2))
        await w.golddust.worker.run(lambda context: learning.keep(context, newer), MONDAY + HOUR)
        await w.golddust.worker.run(lambda context: learning.keep(context, older), MONDAY)
        assert known(w) == newer


async def test_only_what_was_resolved_here_or_still_can_be_is_learnt_from(database_url: str, eager: Watched) -> None:
    async with world(database_url, eager) as w:
        await resolved(w, 1, 1)
        duplicate, withdrawn, still_open, reopened = [await w.says("sam", f"my card {n}") for n in range(4)]
        await w.does(commands.Dismiss, "ines", duplicate, duplicate_of=1)
        await w.does(commands.Withdraw, "sam", withdrawn)
        await w.does(commands.Resolve, "ines", reopened, done="Refunded")
        await w.does(commands.Reopen, "ines", reopened)
        past = w.golddust.read(lambda context: history.spells(context.session, context.workspace, MONDAY))
        past.sort(key=lambda spell: spell.resolved_at is None)  # they come in no order
        assert [spell.resolved_at is not None for spell in past] == [True, False, False]
        assert still_open.category == past[1].category
        later = w.golddust.read(lambda context: history.spells(context.session, context.workspace, w.now + HOUR))
        assert later == []


async def test_a_ticket_shows_how_long_such_tickets_take_until_it_is_resolved(sqlite_url: str, eager: Watched) -> None:
    async with world(sqlite_url, eager) as w:
        await resolved(w, 6, 2)
        await w.golddust.learn(MONDAY + 24 * HOUR)
        ticket = await w.says("sam", "my card again")
        assert w.record(ticket.number)["forecast"] == {
            "median_hours": 2.0, "p80_hours": 2.0, "of": 6, "scope": "category and team",
            "said": "usually done in 2 working hours, 4 in 5 within 2",
        }  # fmt: skip
        (card,) = [one for one in w.heard("dana", "card") if one.dispatch.notice.ticket == ticket.number]
        assert card.dispatch.ticket is not None
        assert card.dispatch.ticket.usually == "usually done in 2 working hours, 4 in 5 within 2"
        await w.does(commands.Resolve, "dana", ticket, done="Refunded")
        assert w.record(ticket.number)["forecast"] is None


async def test_the_report_reads_the_timelines(database_url: str, watched: Watched) -> None:
    async with world(database_url, watched) as w:
        first = await w.says("sam", "my card")
        await w.says("sam", "my payment", source=Source("pigeon", "w", "c", "x"))
        await w.until(moment("2026-11-23 16:50"))
        await w.does(commands.RateNudge, "dana", first, useful=True)
        await w.does(commands.Acknowledge, "dana", first)
        await w.until(moment("2026-12-01 12:00"))
        told = w.golddust.read(lambda context: learning.nudge_report(context, MONDAY))
        events = [event for number in (1, 2) for event in w.record(number)["timeline"]]
        nudges = [event for event in events if event["kind"] in {"reminded", "escalated"}]
        assert told.sent.count == len(nudges) > 4
        assert {row.clock for row in told.rows} == {"acknowledge", "resolve"}
        assert (told.sent.useful, told.sent.not_useful) == (1, 0)
        assert 0 < told.sent.acted < told.sent.judged
        nothing = w.golddust.read(lambda context: learning.nudge_report(context, w.now + HOUR))
        assert (nothing.rows, nothing.sent.count) == ((), 0)


def test_an_empty_database_knows_nothing_and_never_did(database_url: str, watched: Watched) -> None:
    engine = open_engine(database_url)
    upgrade(engine)
    loaded = watched.current
    with sessions(engine)() as session:
        context = Context(session, loaded.organisation, loaded.version, loaded.document, MONDAY)
        assert forecasts.computed_at(session, "main") is None
        assert learning.learn(context) == Forecasts({}, 0)
        assert forecasts.computed_at(session, "main") == MONDAY
        assert forecasts.computed_at(session, "other") is None
    engine.dispose()
