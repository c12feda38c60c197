"""Two people at once: one wins, the other is told who did, and nothing is lost."""

from __future__ import annotations

import asyncio

import pytest

from bot.watched import Watched
from complaints import commands
from complaints.replies import Done, Refused, Reply
from complaints.ticket import State
from tests.world import World, world


async def both(w: World, one: commands.Command, two: commands.Command) -> tuple[Reply, Reply]:
    first, second = await asyncio.gather(w.golddust.execute(one), w.golddust.execute(two))
    return first, second


async def test_of_two_people_who_acknowledge_at_once_one_wins_and_the_other_is_told_who(
    database_url: str, watched: Watched
) -> None:
    async with world(database_url, watched) as w:
        await w.says("sam", "my card")
        replies = await both(
            w,
            commands.Acknowledge(at=w.now, actor="omar", number=1),
            commands.Acknowledge(at=w.now, actor="dana", number=1),
        )
        assert [type(reply) for reply in replies] == [Done, Refused]
        assert replies[1] == Refused("Omar has already acknowledged C-1.")
        assert w.ticket().owner == "omar"
        assert [event["kind"] for event in w.record()["timeline"]] == ["captured", "acknowledged"]


async def test_of_two_people_who_resolve_at_once_one_wins_and_the_other_is_told_who(
    database_url: str, watched: Watched
) -> None:
    async with world(database_url, watched) as w:
        await w.says("sam", "my card")
        replies = await both(
            w,
            commands.Resolve(at=w.now, actor="dana", number=1, done="Refunded"),
            commands.Resolve(at=w.now, actor="lee", number=1, done="Explained"),
        )
        assert replies[1] == Refused("Dana has already resolved C-1.")
        assert w.record()["timeline"][-1]["data"] == {"done": "Refunded"}


async def test_a_withdrawal_beats_a_resolution_that_comes_after_it(database_url: str, watched: Watched) -> None:
    async with world(database_url, watched) as w:
        await w.says("sam", "my card")
        replies = await both(
            w,
            commands.Withdraw(at=w.now, actor="sam", number=1),
            commands.Resolve(at=w.now, actor="dana", number=1, done="Refunded"),
        )
        assert replies[1] == Refused("Sam has already closed C-1: it was withdrawn.")
        assert w.ticket().state is State.CLOSED


@pytest.mark.parametrize(
    "command",
    [
        commands.Acknowledge, commands.Unblock, commands.ConfirmTold, commands.Reopen, commands.Withdraw,
    ],
)  # fmt: skip
async def test_a_ticket_that_does_not_exist_is_refused_by_its_name(
    sqlite_url: str, watched: Watched, command: type[commands.OnTicket]
) -> None:
    async with world(sqlite_url, watched) as w:
        reply = await w.golddust.execute(command(at=w.now, actor="dana", number=7))
        assert reply == Refused("There is no ticket C-7. `/complaint list` shows the open ones.")


async def test_a_press_by_somebody_with_no_right_to_it_changes_nothing(database_url: str, watched: Watched) -> None:
    async with world(database_url, watched) as w:
        ticket = await w.says("sam", "my card")
        w.forget()
        presses = [
            commands.Acknowledge(at=w.now, actor="kim", number=1),
            commands.Resolve(at=w.now, actor="kim", number=1, done="x"),
            commands.Withdraw(at=w.now, actor="dana", number=1),
            commands.EditWords(at=w.now, actor="dana", number=1, words="x"),
            commands.ConfirmTold(at=w.now, actor="kim", number=1),
            commands.HandBack(at=w.now, actor="sam", number=1, to_team="app"),
            commands.Dismiss(at=w.now, actor="sam", number=1),
        ]
        for press in presses:
            assert isinstance(await w.do(press), Refused), press
        assert w.ticket() == ticket
        assert len(w.record()["timeline"]) == 1
        assert w.pigeons.delivered == []


@pytest.mark.parametrize(("original", "says"), [(1, "can’t be a duplicate of itself"), (9, "There is no ticket C-9.")])
async def test_a_duplicate_of_itself_or_of_nothing_is_refused(
    sqlite_url: str, watched: Watched, original: int, says: str
) -> None:
    async with world(sqlite_url, watched) as w:
        ticket = await w.says("sam", "my card")
        reply = await w.does(commands.Dismiss, "dana", ticket, duplicate_of=original)
        assert isinstance(reply, Refused)
        assert says in reply.reason
        assert w.ticket().open
