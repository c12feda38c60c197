"""Slack while a real PostgreSQL is stopped under a running Golddust: kept, answered, and dealt with once it is back."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from bot.keeper import AWAY, KEPT, KEPT_REPORT, Keeper
from bot.slack.socket import Socket
from bot.spool import MOST_TRIES, Spool
from bot.watched import Watched
from complaints.ticket import State
from storage.gate import Gate
from tests.away import Server, own_postgresql
from tests.bot.slack.driver import DANA, GENERAL, PAT, PAYMENTS, SAM, WATCHED, Desk, desk
from tests.bot.slack.test_guests import reporting
from tests.fakes import slack_payloads as payloads
from tests.fakes.slack_identity import APP_TOKEN

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
async def office(server: Server, watched: Watched, tmp_path: Path | None) -> AsyncIterator[Desk]:
    """A desk on the server; with a folder it has a spool there."""
    spool = Spool(tmp_path / "spool") if tmp_path else None
    async with desk(server.database(), watched, spool=spool) as d:
        yield d
    if spool is not None:
        spool.close()


def keeper_of(d: Desk) -> Keeper:
    assert d.keeper is not None
    return d.keeper


def away(d: Desk) -> Gate:
    """The database goes away, until the gate is opened."""
    d.delivering, gate = False, Gate(d.golddust.engine)
    d.golddust.engine.dispose()
    return gate


def goes(server: Server, d: Desk) -> None:
    """The database goes away."""
    d.delivering = False
    server.stop()


async def comes_back(server: Server, d: Desk) -> int:
    """The database is back, and what waits is dealt with; how many entries."""
    server.start()
    d.delivering = True
    done = await keeper_of(d).replay()
    await d.room.drain()
    await d.golddust.deliverer.deliver_due(d.now)
    return done


async def test_a_command_is_kept_and_its_reporter_gets_the_number_later(
    stopping: Server, watched: Watched, tmp_path: Path
) -> None:
    async with office(stopping, watched, tmp_path) as d:
        goes(stopping, d)
        assert (await d.complains(SAM, SAID))["text"] == KEPT_REPORT
        d.clock.advance(hours=2)
        assert await comes_back(stopping, d) == 1
        [ticket] = d.tickets()
        assert ticket.verbatim == SAID
        assert ticket.received_at == d.now - timedelta(hours=2), "the clocks run from when it was said"
        assert "C-1" in d.heard(SAM)
        assert await keeper_of(d).replay() == 0


async def test_a_guests_report_that_was_kept_is_answered_once_it_is_dealt_with(
    stopping: Server, watched: Watched, tmp_path: Path
) -> None:
    async with office(stopping, reporting(watched, tmp_path), tmp_path) as d:
        d.slack.users[PAT] |= {"is_restricted": True}
        goes(stopping, d)
        assert (await d.complains(PAT, SAID))["text"] == KEPT_REPORT
        assert await comes_back(stopping, d) == 1
        assert "that is C-1 now" in d.heard(PAT) + d.told(PAT)


async def test_everything_comes_in_the_order_in_which_it_was_said(
    stopping: Server, watched: Watched, tmp_path: Path
) -> None:
    async with office(stopping, watched, tmp_path) as d:
        goes(stopping, d)
        said = [f"{SAID} ({number})" for number in range(4)]
        await d.complains(SAM, said[0])
        await d.says(WATCHED, SAM, said[1])
        await d.says(WATCHED, DANA, said[2])
        stopping.start()
        assert (await d.complains(SAM, said[3]))["text"] == KEPT_REPORT, "the database is back, but others were first"
        assert await comes_back(stopping, d) == 4
        assert [ticket.verbatim for ticket in d.tickets()] == said
        d.delivering = False
        assert "*C-5*" in (await d.complains(SAM, "The card payment failed"))["text"], "nothing waits any more"


async def test_a_press_is_done_later_and_the_presser_is_told(
    stopping: Server, watched: Watched, tmp_path: Path
) -> None:
    async with office(stopping, watched, tmp_path) as d:
        await d.complains(SAM, SAID)
        card = d.card()
        goes(stopping, d)
        await d.presses(DANA, card, "Acknowledge", channel=PAYMENTS)
        assert KEPT in d.heard(DANA) + d.told(DANA)
        await comes_back(stopping, d)
        assert [ticket.state for ticket in d.tickets()] == [State.ACKNOWLEDGED]


async def test_a_form_closes_and_is_done_later(stopping: Server, watched: Watched, tmp_path: Path) -> None:
    async with office(stopping, watched, tmp_path) as d:
        goes(stopping, d)
        assert await d.complains(SAM, "") == {}, "an empty form needs no database"
        assert await d.submits(SAM, words=SAID) is None
        assert KEPT_REPORT in d.told(SAM)
        await comes_back(stopping, d)
        assert [ticket.verbatim for ticket in d.tickets()] == [SAID]


async def test_a_form_with_a_mistake_says_so_at_once(stopping: Server, watched: Watched, tmp_path: Path) -> None:
    async with office(stopping, watched, tmp_path) as d:
        goes(stopping, d)
        await d.complains(SAM, SAID)
        await d.complains(SAM, "")
        assert (await d.submits(SAM, words=" "))["response_action"] == "errors"
        assert sum(keeper_of(d).spool.waiting().values()) == 1


@pytest.mark.parametrize("question", ["list", "mine", "settings"])
async def test_a_question_is_not_kept_but_answered(
    stopping: Server, watched: Watched, tmp_path: Path, question: str
) -> None:
    async with office(stopping, watched, tmp_path) as d:
        goes(stopping, d)
        assert (await d.complains(SAM, question))["text"] == AWAY
        assert not keeper_of(d).spool.waiting()


async def test_the_home_and_a_form_that_needs_its_ticket_say_that_the_database_is_away(
    stopping: Server, watched: Watched, tmp_path: Path
) -> None:
    async with office(stopping, watched, tmp_path) as d:
        await d.complains(SAM, SAID)
        card = d.card()
        goes(stopping, d)
        assert AWAY in str(await d.opens_home(SAM))
        await d.presses(DANA, card, "Resolve", channel=PAYMENTS)
        assert AWAY in d.heard(DANA) + d.told(DANA)
        assert not keeper_of(d).spool.waiting()


async def test_a_mention_is_told_that_it_is_kept(stopping: Server, watched: Watched, tmp_path: Path) -> None:
    async with office(stopping, watched, tmp_path) as d:
        goes(stopping, d)
        ts = d.slack.say(GENERAL, SAM, SAID)
        assert await d.event(payloads.app_mention(GENERAL, SAM, SAID, at=d.now, ts=ts)) == 200
        assert KEPT_REPORT in d.heard(SAM)
        await comes_back(stopping, d)
        assert len(d.tickets()) == 1


async def test_a_killed_replay_is_done_once(stopping: Server, watched: Watched, tmp_path: Path) -> None:
    async with office(stopping, watched, tmp_path) as d:
        await d.complains(SAM, SAID)
        card = d.card()
        goes(stopping, d)
        await d.presses(DANA, card, "Acknowledge", channel=PAYMENTS)
        await d.complains(SAM, "The app logs me out")
        await d.says(WATCHED, SAM, "A refund is missing")
        kept = keeper_of(d).spool.listed()
        assert await comes_back(stopping, d) == 3
        before = len(d.timeline()), len(d.tickets())
        for entry in kept:  # as if it had died before it removed them
            keeper_of(d).spool.put(entry.key, entry.kind, entry.lane, entry.arrived, entry.payload, entry.headers)
        assert await keeper_of(d).replay() == 3
        assert (len(d.timeline()), len(d.tickets())) == before == (before[0], 3)


async def test_slack_may_deliver_again_what_is_kept(stopping: Server, watched: Watched, tmp_path: Path) -> None:
    async with office(stopping, watched, tmp_path) as d:
        goes(stopping, d)
        said = await d.says(WATCHED, SAM, SAID)
        assert await d.event(said, retry=1) == 200
        assert keeper_of(d).spool.waiting().total() == 1
        await comes_back(stopping, d)
        assert await d.event(said, retry=2) == 200
        assert len(d.tickets()) == 1


async def test_over_socket_mode_it_is_the_same(stopping: Server, watched: Watched, tmp_path: Path) -> None:
    async with office(stopping, watched, tmp_path) as d:
        assert d.app is not None
        connection = Socket(d.app, APP_TOKEN)
        await connection.open()
        goes(stopping, d)
        ack = await d.slack.socket.deliver(payloads.slash_command(SAM, SAID))
        assert (ack.payload or {})["text"] == KEPT_REPORT
        await d.slack.socket.deliver(payloads.message(WATCHED, SAM, "A refund is missing", at=d.now))
        assert [entry.kind for entry in keeper_of(d).spool.listed()] == [
            "slack socket: /complaint",
            "slack socket: message",
        ]
        assert await comes_back(stopping, d) == 2
        await connection.close()
        assert len(d.tickets()) == 2


async def test_a_full_spool_makes_slack_send_it_again(stopping: Server, watched: Watched, tmp_path: Path) -> None:
    async with office(stopping, watched, tmp_path) as d:
        full = keeper_of(d).spool
        full._connection.execute("PRAGMA max_page_count=1")
        goes(stopping, d)
        said = payloads.message(WATCHED, SAM, SAID * 200, at=d.now)
        assert await d.event(said) == 503
        assert "could not save" in (await d.complains(SAM, SAID * 200))["text"]


async def test_a_spool_that_cannot_be_written_is_told_while_all_else_is_well(
    sqlite_url: str, watched: Watched, tmp_path: Path
) -> None:
    async with desk(sqlite_url, watched, spool=Spool(tmp_path / "spool")) as d:
        assert (await d.http.get("/readyz")).status_code == 200
        keeper_of(d).spool._connection.execute("PRAGMA query_only=ON")  # as a disk that has become read-only
        answer = await d.http.get("/readyz")
        assert (answer.status_code, answer.text.split(":")[0]) == (503, "the spool can’t be written")


async def test_a_database_that_is_locked_for_long_keeps_nobody_waiting_and_makes_one_ticket(
    sqlite_url: str, watched: Watched, tmp_path: Path
) -> None:
    async with desk(sqlite_url, watched, spool=Spool(tmp_path / "spool")) as d:
        d.delivering = False
        await d.complains(SAM, "The app logs me out")
        other = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        assert (await d.complains(SAM, SAID))["text"] == KEPT_REPORT
        other.execute("ROLLBACK")
        other.close()
        assert await keeper_of(d).replay() == 1
        await d.room.drain()
        assert [ticket.verbatim for ticket in d.tickets()] == ["The app logs me out", SAID]
        assert "C-2" in d.heard(SAM) + d.told(SAM), "its listener was late, but its reporter still gets the number"


async def test_card_numbers_are_masked_before_anything_is_on_the_disk(
    sqlite_url: str, watched: Watched, tmp_path: Path
) -> None:
    async with desk(sqlite_url, watched, spool=Spool(tmp_path / "spool")) as d:
        gate = away(d)
        number, said = "4111 1111 1111 1111", "Card {} of <@U0DANA001>, see <https://x.example/4111111111111111|this>"
        assert (await d.complains(SAM, said.format(number)))["text"].endswith(
            "masked this before I kept it: payment card number."
        )
        assert await d.complains(SAM, "") == {}
        await d.submits(SAM, words=f"Paid with {number}")
        await d.says(WATCHED, SAM, f"{number} was charged twice")
        kept = "".join(str(entry.payload) for entry in keeper_of(d).spool.listed())
        assert number not in kept
        assert kept.count("\\u2022\\u2022\\u2022\\u2022 1111") >= 3
        assert "<@U0DANA001>, see <https://x.example/4111111111111111|this>" in kept
        gate.open()
        d.delivering = True
        assert await keeper_of(d).replay() == 3
        words = sorted(ticket.verbatim for ticket in d.tickets())
        assert [said for said in words if "•••• 1111" in said] == words


async def test_what_breaks_a_listener_is_set_aside_and_can_be_tried_again(
    stopping: Server, watched: Watched, tmp_path: Path
) -> None:
    async with office(stopping, watched, tmp_path) as d:
        await d.complains(SAM, "The app logs me out")
        goes(stopping, d)
        await d.complains(SAM, SAID)
        stopping.start()
        d.break_database()
        spool = keeper_of(d).spool
        for _ in range(MOST_TRIES):
            assert await keeper_of(d).replay() == 0
        [entry] = spool.listed()
        assert (entry.poisoned, entry.problem) == (True, "ProgrammingError"), "a missing table is no absence"
        d.mend_database()
        spool.retry(entry.id)
        assert await comes_back(stopping, d) == 1
        assert [ticket.verbatim for ticket in d.tickets()] == ["The app logs me out", SAID]


async def test_without_a_spool_slack_is_asked_to_send_every_event_again(stopping: Server, watched: Watched) -> None:
    async with office(stopping, watched, None) as d:
        await d.complains(SAM, SAID)
        goes(stopping, d)
        ts = d.slack.say(GENERAL, SAM, SAID)
        for event in (
            payloads.message(WATCHED, SAM, SAID, at=d.now),
            payloads.app_mention(GENERAL, SAM, SAID, at=d.now, ts=ts),
            payloads.reaction_added(GENERAL, ts, SAM, item_user=DANA, at=d.now),
        ):
            assert await d.event(event) == 503
        assert "could not save" in (await d.complains(SAM, SAID))["text"]
        health = await d.http.get("/healthz"), await d.http.get("/readyz")
        assert [answer.status_code for answer in health] == [200, 503]
        assert "cannot use the database" in health[1].text
