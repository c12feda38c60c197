"""Tickets that wait for tickets: who holds at the end of the line holds all of them, whatever happens on the way."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.watched import Watched
from complaints import commands
from complaints.replies import Refused
from complaints.severity import Severity
from complaints.ticket import Blocked, State, Ticket
from handlers.reading import page
from tests.complaints.builders import moment
from tests.world import World, world


async def chain(w: World, length: int = 3) -> list[Ticket]:
    """C-1 waits for C-2, and so on; the last one is Kim's, the others are Dana's."""
    made = [await w.says("sam", f"card {n}") for n in range(length - 1)]
    made.append(await w.says("sam", "the app"))
    for number in range(1, length):
        await waits(w, number, Blocked("ticket", str(number + 1)))
    return made


async def waits(w: World, number: int, blocked: Blocked) -> None:
    await w.does(commands.Block, w.ticket(number).owner or "", w.ticket(number), blocked=blocked)
    assert w.ticket(number).state is State.BLOCKED


def holders(w: World, length: int = 3) -> list[str]:
    return [w.ticket(number).holder for number in range(1, length + 1)]


@pytest.mark.parametrize("order", [(1, 2), (2, 1)])
async def test_when_a_waits_for_b_and_b_for_c_whoever_has_c_holds_all(
    database_url: str, watched: Watched, order: tuple[int, ...]
) -> None:
    async with world(database_url, watched) as w:
        for words in ("card", "refund", "the app"):
            await w.says("sam", words)
        for number in order:
            await waits(w, number, Blocked("ticket", str(number + 1)))
        assert holders(w) == ["kim", "kim", "kim"]


async def test_the_last_ticket_handed_to_another_team_takes_the_whole_line_along(
    database_url: str, watched: Watched
) -> None:
    async with world(database_url, watched) as w:
        await chain(w)
        await w.does(commands.HandBack, "kim", w.ticket(3), to_person="omar")
        assert holders(w) == ["omar", "omar", "omar"]
        assert w.record(1)["timeline"][-1]["data"] == {"from": "kim", "to": "omar"}


async def test_the_last_ticket_blocked_by_a_person_is_theirs_with_all_that_wait_for_it(
    database_url: str, watched: Watched
) -> None:
    async with world(database_url, watched) as w:
        await chain(w)
        await waits(w, 3, Blocked("person", "noor"))
        assert holders(w) == ["noor", "noor", "noor"]
        await w.does(commands.Unblock, "kim", w.ticket(3))
        assert holders(w) == ["kim", "kim", "kim"]


async def test_when_the_one_at_the_end_is_away_their_deputy_holds_the_whole_line_until_they_are_back(
    database_url: str, watched: Watched
) -> None:
    async with world(database_url, watched) as w:
        await chain(w)
        await w.do(commands.GoAway(at=w.now, actor="kim", until=w.now + timedelta(days=5), deputy="noor"))
        assert holders(w) == ["noor", "noor", "noor"]
        await w.do(commands.ComeBack(at=w.now, actor="kim"))
        assert holders(w) == ["kim", "kim", "kim"]


async def test_a_link_that_is_resolved_hands_what_waited_for_it_back_and_all_before_that(
    database_url: str, watched: Watched
) -> None:
    async with world(database_url, watched) as w:
        await chain(w, 4)
        await w.does(commands.Resolve, "dana", w.ticket(3), done="Done otherwise")
        assert [w.ticket(n).state for n in (1, 2)] == [State.BLOCKED, State.ACKNOWLEDGED]
        assert holders(w, 3) == ["dana", "dana", "sam"]


async def test_an_edit_of_a_ticket_that_waits_for_another_leaves_the_move_where_it_is(
    sqlite_url: str, watched: Watched
) -> None:
    async with world(sqlite_url, watched) as w:
        await chain(w)
        await w.does(commands.EditWords, "sam", w.ticket(1), words="card, as I said")
        await w.does(commands.CorrectSeverity, "sam", w.ticket(2), severity=Severity.HIGH)
        assert holders(w) == ["kim", "kim", "kim"]


async def test_a_ring_is_refused_at_its_field_with_the_whole_path(database_url: str, watched: Watched) -> None:
    async with world(database_url, watched) as w:
        await chain(w)
        reply = await w.does(commands.Block, "kim", w.ticket(3), blocked=Blocked("ticket", "C-1"))
        assert isinstance(reply, Refused)
        assert reply.field == "what"
        assert reply.reason.startswith("C-3 waits for C-1, C-1 for C-2, C-2 for C-3: ")
        itself = await w.does(commands.Block, "kim", w.ticket(3), blocked=Blocked("ticket", "3"))
        assert isinstance(itself, Refused)
        assert itself.reason == "C-3 can’t wait for itself."
        assert w.ticket(3).state is State.NEW


async def test_a_ticket_that_waits_can_wait_for_another_one_instead(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as w:
        await chain(w)
        other = await w.says("sam", "nobody knows what this is")
        await waits(w, 1, Blocked("ticket", str(other.number)))
        assert w.ticket(1).holder == "ines"
        await w.does(commands.Resolve, "dana", w.ticket(2), done="Refunded")
        assert w.ticket(1).state is State.BLOCKED, "it does not wait for that one any more"


async def test_the_whole_line_is_on_the_list_of_whoever_has_to_move(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as w:
        await chain(w)
        await w.does(commands.HandBack, "kim", w.ticket(3), to_person="omar")
        mine = w.golddust.read(lambda context: page(context, "held", "omar"))
        assert sorted(ticket.number for ticket in mine.tickets) == [1, 2, 3]


async def test_the_card_of_a_ticket_that_waits_says_by_when_an_answer_keeps_the_promise(
    sqlite_url: str, watched: Watched
) -> None:
    async with world(sqlite_url, watched) as w:
        await w.says("sam", "my card")
        await w.does(commands.MakePromise, "dana", w.ticket(), until=moment("2026-12-01 12:00"), reason="parts")
        await waits(w, 1, Blocked("team", "app"))
        shown = w.heard("kim", "card")[-1].dispatch.ticket
        assert shown is not None
        assert shown.knock_on is not None
        assert (shown.knock_on.waits_for, shown.knock_on.by) == ("App", moment("2026-11-26 12:00"))
