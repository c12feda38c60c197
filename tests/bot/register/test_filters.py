"""Every filter and order against a calculation in plain Python, over random tickets."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

from bot.watched import Watched
from complaints.register import Wanted
from complaints.severity import Severity
from complaints.ticket import Kind, State
from handlers import register
from tests.bot.register.stock import KEYS, browsing, due, matches, ordered, random_tickets, stocked, visible
from tests.world import MONDAY

STOCK = random_tickets(2, 300)


def random_wanted(chance: random.Random) -> Wanted:
    """Some of the filters and any order."""
    day = MONDAY - timedelta(days=chance.randrange(40))
    offered: dict[str, list[Any]] = {
        "overdue": [True], "kind": list(Kind), "teams": [("payments",), ("app", "dissolved")], "mine": [True],
        "touchpoint": ["branches", "payments", "unheard"],
        "owner": ["dana", "nobody"], "category": ["payments", "other"], "severity": list(Severity), "ends": [1, 5],
        "customer": ["ito", "SÖHNE", "100 %", "%", "_"], "captured_from": [day], "captured_before": [day],
    }  # fmt: skip
    some = {name: chance.choice(offered[name]) for name in chance.sample(sorted(offered), chance.randrange(4))}
    state = chance.choice(["open", "all", *(one.value for one in State)])
    return Wanted(state=state, sort=chance.choice(list(KEYS)), descending=chance.random() < 0.5, **some)  # type: ignore[arg-type]


async def test_every_filter_finds_what_plain_python_finds_in_the_same_order(
    database_url: str, watched: Watched
) -> None:
    chance, found_any = random.Random(5), 0  # noqa: S311 - the same questions every time
    async with stocked(database_url, watched, STOCK) as golddust:
        for _ in range(150):
            wanted, person = random_wanted(chance), chance.choice(["ines", "lee", "kim", "sam"])
            seen = [one for one in STOCK if visible(golddust.organisation, one, person)]
            meant = ordered([one for one in seen if matches(one, wanted, person, golddust.clock.now())], wanted)
            # SQLite knows capitals of a to z only.
            if wanted.customer == "SÖHNE" and golddust.engine.dialect.name == "sqlite":
                continue
            found = golddust.read(lambda context: register.numbers(context, person, wanted))  # noqa: B023 - read at once
            assert found == meant, (person, wanted)
            found_any += bool(found)
    assert found_any > 60


async def test_the_database_knows_when_the_first_clock_runs_out(database_url: str, watched: Watched) -> None:
    async with stocked(database_url, watched, STOCK) as golddust:
        lines = golddust.read(lambda context: register.portion(context, "ines", [one.number for one in STOCK]))
    assert [one.line.due_at for one in lines] == [due(one) for one in STOCK]
    assert sum(one.line.due_at is not None for one in lines) > 50


async def test_teams_and_people_are_sorted_by_their_names(database_url: str, watched: Watched) -> None:
    async with stocked(database_url, watched, STOCK[:60]) as golddust:
        for sort, name in (("team", "team"), ("owner", "owner"), ("holder", "holder")):
            wanted = Wanted(state="all", sort=sort, descending=False)  # type: ignore[arg-type]
            shown = golddust.read(lambda context: register.listing(context, "ines", wanted).tickets)  # noqa: B023
            names = [getattr(one, name) for one in shown if getattr(one, name) not in {None, "dissolved"}]
            assert names == sorted(names), sort


async def test_pages_hold_fifty_and_together_everything_once(sqlite_url: str, watched: Watched) -> None:
    async with stocked(sqlite_url, watched, STOCK) as golddust:
        shown = [
            golddust.read(lambda context, page=page: register.listing(context, "ines", Wanted(state="all", page=page)))  # type: ignore[misc]
            for page in range(1, 9)
        ]
    assert [len(one.tickets) for one in shown] == [50] * 8, "past the end the last page is shown"
    assert [one.page for one in shown] == [1, 2, 3, 4, 5, 6, 6, 6]
    numbers = [ticket.line.number for one in shown[:6] for ticket in one.tickets]
    assert numbers == [one.number for one in reversed(STOCK)]


async def test_more_than_can_be_counted_is_said_so(sqlite_url: str, watched: Watched, monkeypatch: Any) -> None:
    monkeypatch.setattr("storage.register.MOST_COUNTED", 100)
    monkeypatch.setattr("bot.register.window.MOST_COUNTED", 100)
    async with stocked(sqlite_url, watched, STOCK) as golddust, browsing(golddust, "ines") as ines:
        assert "more than 100 tickets" in (await ines.get("/register?state=all")).text


async def test_a_clock_that_stops_or_a_ticket_that_closes_is_not_overdue_any_more(
    database_url: str, watched: Watched
) -> None:
    from complaints import commands
    from tests.world import world

    async with world(database_url, watched) as w:
        ticket = await w.says("sam", "the card payment")
        await w.outage(hours=5)
        overdue = Wanted(overdue=True)
        assert w.golddust.read(lambda context: register.numbers(context, "ines", overdue)) == [1]
        await w.does(commands.Acknowledge, "dana", ticket)
        assert w.golddust.read(lambda context: register.numbers(context, "ines", overdue)) == []
        await w.does(commands.Withdraw, "sam", ticket)
        (line,) = w.golddust.read(lambda context: register.portion(context, "ines", [1]))
        assert line.line.due_at is None
