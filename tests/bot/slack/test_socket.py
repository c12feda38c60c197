"""Socket Mode: the same listeners over a connection that we open, and the watchdog that keeps it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bot.slack import app as slack_app
from bot.slack import send
from bot.slack.socket import PATIENCE, Socket
from bot.watched import Watched
from complaints.errors import ConfigurationError
from tests.bot.slack.driver import SAM, WATCHED, Desk, desk, shown
from tests.fakes import slack_payloads as payloads
from tests.fakes.slack_identity import APP_TOKEN, BOT_TOKEN

SAID = "Mrs Ito’s card payment was taken twice"


@asynccontextmanager
async def connected(database_url: str, watched: Watched, token: str = APP_TOKEN) -> AsyncIterator[tuple[Desk, Socket]]:
    """A desk whose Golddust hears over Socket Mode."""
    async with desk(database_url, watched) as d:
        client = send.client(BOT_TOKEN, d.slack.url)
        connection = Socket(slack_app.build(slack_app.room(d.golddust, client)), token)
        try:
            await connection.open()
            yield d, connection
        finally:
            await connection.close()


async def test_events_commands_and_forms_arrive_over_the_socket(sqlite_url: str, watched: Watched) -> None:
    async with connected(sqlite_url, watched) as (d, _):
        ack = await d.slack.socket.deliver(payloads.message(WATCHED, SAM, SAID, at=d.now))
        assert ack.payload is None
        assert [ticket.verbatim for ticket in d.tickets()] == [SAID]
        ack = await d.slack.socket.deliver(payloads.slash_command(SAM, "The payload of the card is wrong"))
        assert "*C-2* is with Dana (Payments)" in shown(ack.payload or {})
        await d.slack.socket.deliver(payloads.slash_command(SAM, "", trigger_id=d.slack.trigger(SAM)))
        view = payloads.filled(d.slack.modals(SAM)[-1], words=" ")
        ack = await d.slack.socket.deliver(payloads.view_submission(SAM, view))
        assert (ack.payload or {})["errors"].keys() == {"words"}


async def test_an_event_that_cannot_be_saved_is_not_acknowledged_and_comes_again(
    sqlite_url: str, watched: Watched
) -> None:
    async with connected(sqlite_url, watched) as (d, _):
        said = payloads.message(WATCHED, SAM, SAID, at=d.now)
        d.break_database()
        with pytest.raises(TimeoutError):
            await d.slack.socket.deliver(said, timeout=0.5)
        d.mend_database()
        await d.slack.socket.deliver(said, retry_attempt=1, retry_reason="timeout")
        assert len(d.tickets()) == 1


async def test_it_connects_again_when_slack_asks_for_it(sqlite_url: str, watched: Watched) -> None:
    async with connected(sqlite_url, watched) as (d, connection):
        assert await connection.look()
        await d.slack.socket.disconnect()
        await d.slack.socket.deliver(payloads.message(WATCHED, SAM, SAID, at=d.now))
        assert len(d.tickets()) == 1


async def test_the_watchdog_opens_another_connection_when_nothing_receives_any_more(
    sqlite_url: str, watched: Watched
) -> None:
    async with connected(sqlite_url, watched) as (d, connection):
        handler = connection._handler
        assert handler is not None and handler.client.message_receiver is not None
        handler.client.message_receiver.cancel()
        await asyncio.wait([handler.client.message_receiver])
        assert not await connection.look()
        assert await connection.look()
        await d.slack.socket.deliver(payloads.message(WATCHED, SAM, SAID, at=d.now))
        assert len(d.tickets()) == 1


async def test_the_watchdog_opens_another_connection_when_there_has_been_none_for_long(
    sqlite_url: str, watched: Watched
) -> None:
    async with connected(sqlite_url, watched) as (d, connection):
        # The library's own repair is switched off: it is the case in which it does not work.
        handler = connection._handler
        assert handler is not None
        handler.client.auto_reconnect_enabled = False
        await handler.client.disconnect()  # type: ignore[no-untyped-call]
        looks = [await connection.look() for _ in range(PATIENCE)]
        assert looks == [False] * PATIENCE
        assert await connection.look()
        await d.slack.socket.deliver(payloads.message(WATCHED, SAM, SAID, at=d.now))
        assert len(d.tickets()) == 1


async def test_a_token_that_slack_does_not_take_is_said_so(sqlite_url: str, watched: Watched) -> None:
    with pytest.raises(ConfigurationError, match="SLACK_APP_TOKEN: Slack does not take it"):
        async with connected(sqlite_url, watched, token="xapp-wrong"):
            raise AssertionError("it must not come to this")
