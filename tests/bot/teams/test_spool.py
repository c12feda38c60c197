"""Teams while a real PostgreSQL is stopped under a running Golddust: kept, answered, and dealt with afterwards."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from bot.keeper import AWAY, KEPT, KEPT_REPORT, Keeper
from bot.spool import Spool
from complaints.ticket import State
from tests.away import Server, own_postgresql
from tests.bot.teams.driver import DANA, PAYMENTS, SAM, SAM_DM, WATCHED, Desk, desk, organisation_file
from tests.bot.teams.test_listen_dialog import dialog, filled

SAID = "Mrs Ito’s card payment was taken twice"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with own_postgresql() as made:
        yield made


@pytest.fixture
def stopping(server: Server) -> Iterator[Server]:
    """The server, which runs again after the test."""
    yield server
    server.start()


@asynccontextmanager
async def office(server: Server, tmp_path: Path) -> AsyncIterator[Desk]:
    """A desk on the server, with a spool."""
    spool = Spool(tmp_path / "spool")
    async with desk(server.database(), organisation_file(tmp_path), spool=spool) as d:
        yield d
    spool.close()


def keeper_of(d: Desk) -> Keeper:
    assert d.keeper is not None
    return d.keeper


def goes(server: Server, d: Desk) -> None:
    """The database goes away."""
    d.delivering = False
    server.stop()


async def comes_back(server: Server, d: Desk) -> int:
    """The database is back, and what waits is dealt with; how many entries."""
    server.start()
    d.delivering = True
    done = await keeper_of(d).replay()
    await d.golddust.deliverer.deliver_due(d.now)
    return done


async def test_a_message_is_kept_and_its_reporter_gets_the_number_later(stopping: Server, tmp_path: Path) -> None:
    async with office(stopping, tmp_path) as d:
        await d.says("help")
        goes(stopping, d)
        await d.says(SAID)
        assert KEPT_REPORT in d.read(SAM_DM)
        d.clock.advance(hours=2)
        assert await comes_back(stopping, d) == 1
        [ticket] = d.tickets()
        assert (ticket.verbatim, ticket.received_at) == (SAID, d.now - timedelta(hours=2))
        assert "C-1" in d.read(SAM_DM)


async def test_what_teams_sends_again_makes_one_ticket(stopping: Server, tmp_path: Path) -> None:
    async with office(stopping, tmp_path) as d:
        goes(stopping, d)
        said = await d.says(SAID)
        await d.event(said)
        await d.event(said | {"id": "another"})
        assert keeper_of(d).spool.waiting().total() == 2
        await comes_back(stopping, d)
        assert len(d.tickets()) == 1


async def test_a_press_is_done_later(stopping: Server, tmp_path: Path) -> None:
    async with office(stopping, tmp_path) as d:
        await d.says(SAID)
        card = d.card()
        goes(stopping, d)
        assert (await d.presses("Acknowledge", DANA, card, PAYMENTS))["value"] == KEPT
        await comes_back(stopping, d)
        assert [ticket.state for ticket in d.tickets()] == [State.ACKNOWLEDGED]


async def test_a_dialog_is_handed_in_and_done_later_with_one_receipt(stopping: Server, tmp_path: Path) -> None:
    async with office(stopping, tmp_path) as d:
        await d.says("help")
        goes(stopping, d)
        # An empty dialog needs no database.
        data = filled(dialog(await d.invoke(d.says_.fetch_task("report", SAM, SAM_DM))), words=SAID)
        answer = await d.invoke(d.says_.submit_action("report", data, SAM, SAM_DM))
        assert KEPT_REPORT in str(answer)
        await comes_back(stopping, d)
        assert [ticket.verbatim for ticket in d.tickets()] == [SAID]
        assert d.read(SAM_DM).count("**C-1** is with") == 1


async def test_a_question_is_not_kept_but_answered(stopping: Server, tmp_path: Path) -> None:
    async with office(stopping, tmp_path) as d:
        goes(stopping, d)
        await d.says("mine")
        assert AWAY in d.read(SAM_DM)
        assert not keeper_of(d).spool.waiting()


async def test_a_watched_channel_is_kept_in_silence(stopping: Server, tmp_path: Path) -> None:
    async with office(stopping, tmp_path) as d:
        goes(stopping, d)
        await d.says(SAID, SAM, WATCHED)
        assert d.said(WATCHED) == []
        await comes_back(stopping, d)
        assert len(d.tickets()) == 1


async def test_a_full_spool_makes_teams_send_it_again(stopping: Server, tmp_path: Path) -> None:
    async with office(stopping, tmp_path) as d:
        keeper_of(d).spool._connection.execute("PRAGMA max_page_count=1")
        goes(stopping, d)
        assert (await d.post(d.says_.message(SAID * 200, SAM, SAM_DM))).status_code == 500
