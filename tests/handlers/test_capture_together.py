"""Complaints that arrive together: the same tickets as one after the other."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event, select

from bot.watched import Watched
from complaints.commands import CaptureComplaint
from complaints.errors import BadInput, StaleTicket
from complaints.replies import Captured
from complaints.ticket import Source
from handlers.capture import capture_all
from handlers.context import Context
from storage import seen, tables, tickets
from tests.world import MONDAY, World, world


def said(number: int, words: str, minutes: int = 0, actor: str = "sam") -> CaptureComplaint:
    at = MONDAY + timedelta(minutes=minutes)
    return CaptureComplaint(at=at, actor=actor, words=words, source=Source("pigeon", "w", "C0NORTH", str(number)))


async def together(w: World, *commands: CaptureComplaint) -> list[Captured | BadInput]:
    """What commands that wait for the same commit are answered with."""
    at = min(command.at for command in commands)
    return await w.golddust.worker.run(lambda context: capture_all(context, commands), at)


async def test_each_of_several_is_answered_for_itself_and_no_number_is_lost(
    database_url: str, watched: Watched
) -> None:
    async with world(database_url, watched) as w:
        [first] = await together(w, said(1, "my card"))
        answers = await together(
            w, said(2, "the app"), said(3, "  "), said(1, "my card again"), said(2, "the app again"), said(4, "a fee")
        )
        assert isinstance(answers[1], BadInput)
        rest = [first, *(one for one in answers if isinstance(one, Captured))]
        told = [(one.ticket.number, one.again) for one in rest if isinstance(one, Captured)]
        assert told == [(1, False), (2, False), (1, True), (2, True), (3, False)]
        assert [w.ticket(number).verbatim for number in (1, 2, 3)] == ["my card", "the app", "a fee"]


@pytest.mark.parametrize("assign", ["round-robin", "least-loaded"])
async def test_turns_and_loads_are_as_if_they_had_come_one_by_one(
    database_url: str, watched: Watched, tmp_path: Path, assign: str
) -> None:
    file = tmp_path / "turns.yml"
    file.write_text(watched.path.read_text().replace("assign: owner, owner: dana", f"assign: {assign}"))
    async with world(database_url, Watched(file)) as w:
        await together(w, *(said(number, "my card") for number in range(5)))
        for number in range(5, 10):
            await together(w, said(number, "my card"))
        owners = [w.ticket(number).owner for number in range(1, 11)]
        assert owners == ["dana", "omar"] * 5


async def test_where_very_many_are_open_they_are_counted_once_a_minute(
    sqlite_url: str, watched: Watched, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handlers.loads.MANY", 4)
    file = tmp_path / "turns.yml"
    file.write_text(watched.path.read_text().replace("assign: owner, owner: dana", "assign: least-loaded"))
    async with world(sqlite_url, Watched(file)) as w:
        counted: list[str] = []

        def count(*said: Any) -> None:
            counted.extend([said[2]] if "count(*)" in said[2] else [])

        await together(w, *(said(number, "my card") for number in range(4)))
        event.listen(w.golddust.engine, "before_cursor_execute", count)
        for number in range(4, 9):
            await together(w, said(number, "my card"))
        assert len(counted) == 1
        await together(w, said(9, "my card", minutes=1))
        assert len(counted) == 2
        owners = [w.ticket(number).owner for number in range(1, 11)]
        assert owners == ["dana", "omar"] * 5


async def test_each_keeps_its_own_moment(database_url: str, watched: Watched) -> None:
    async with world(database_url, watched) as w:
        await together(w, said(1, "my card", minutes=5), said(2, "my card", minutes=3))
        moments = [MONDAY + timedelta(minutes=minutes) for minutes in (5, 3)]
        assert [w.ticket(number).captured_at for number in (1, 2)] == moments
        with w.golddust.engine.connect() as connection:
            noted = connection.execute(select(tables.timeline.c.at).order_by(tables.timeline.c.ticket)).scalars()
            assert list(noted) == moments
            written = connection.execute(select(tables.outbox.c.ticket, tables.outbox.c.created_at)).all()
        assert {tuple(row) for row in written} == {(1, moments[0]), (2, moments[1])}


async def test_a_message_that_another_replica_has_just_noted_is_tried_again(
    database_url: str, watched: Watched
) -> None:
    tries: list[int] = []

    def late(context: Context) -> None:
        tries.append(tickets.next_numbers(context.session, context.workspace, 1)[0])
        key = said(1, "my card").source.key
        seen.note_tickets(context.session, context.workspace, {key: (tries[-1], MONDAY)})

    async with world(database_url, watched) as w:
        await together(w, said(1, "my card"))
        with pytest.raises(StaleTicket):
            await w.golddust.worker.run(late, MONDAY)
        assert tries == [2, 2, 2]
        [new] = await together(w, said(2, "the app"))
        assert isinstance(new, Captured)
        assert new.ticket.number == 2, "no number is lost"


async def test_many_take_hardly_more_statements_than_one(sqlite_url: str, watched: Watched) -> None:
    statements: list[str] = []

    def count(_: Connection, __: object, statement: str, *___: object) -> None:
        statements.append(statement)

    async with world(sqlite_url, watched) as w:
        await together(w, said(0, "my card"))
        event.listen(w.golddust.engine, "before_cursor_execute", count)
        await together(w, said(1, "my card"))
        one = len(statements)
        await together(w, *(said(number, "my card") for number in range(2, 40)))
        assert len(statements) - one <= one
