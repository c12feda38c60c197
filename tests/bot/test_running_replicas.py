"""`golddust run` several times on one PostgreSQL: started together, beside a newer version, and stopped under load."""

from __future__ import annotations

import signal
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from storage.database import open_engine
from tests.bot.slack.driver import PAYMENTS
from tests.bot.test_running import SAID, Bot, bot, shown, slack
from tests.conftest import fresh_postgresql
from tests.fakes.slack_api import FakeSlack
from tests.fakes.slack_identity import SIGNING_SECRET

__all__ = ["slack"]

DRAIN_SECONDS = 10
"""What issue and docs promise."""


@pytest.fixture
def database(postgresql: Any) -> str:
    return fresh_postgresql(postgresql)


def replica(fake: FakeSlack, directory: Path, database: str) -> Any:
    return bot(fake, directory, SLACK_SIGNING_SECRET=SIGNING_SECRET, GOLDDUST_DATABASE_URL=database)


def ready(running: Bot) -> str:
    return httpx.get(f"{running.logged('listening')['address']}/readyz", timeout=30).text


def asked_to_stop(running: Bot) -> int:
    running.process.send_signal(signal.SIGTERM)
    return running.process.wait(DRAIN_SECONDS)


def test_three_that_start_at_once_are_ready_and_one_stopped_under_load_loses_nothing(
    slack: FakeSlack, tmp_path: Path, database: str
) -> None:
    with ExitStack() as stack:
        three = [stack.enter_context(replica(slack, tmp_path, database)) for _ in range(3)]
        assert [ready(one) for one in three] == ["ready\n"] * 3
        stopping, answered = threading.Event(), threading.Event()

        def load(number: int) -> list[str]:
            """Complaints to one replica, one after the other, until it has gone; what it answered."""
            said: list[str] = []
            for turn in range(400):
                try:
                    said.append(shown(three[number % 3].complains(f"{SAID} {number} {turn}")))
                except httpx.TransportError:
                    break  # it does not listen any more
                if turn == 3:
                    answered.set()
                if stopping.is_set() and number % 3:
                    break
            return said

        with ThreadPoolExecutor(6) as people:
            loads = [people.submit(load, number) for number in range(6)]
            assert answered.wait(60)
            assert asked_to_stop(three[0]) == 0
            stopping.set()
            replies = [said for one in loads for said in one.result()]
        assert all("is with Dana (Payments)" in said for said in replies)
        for one in three[1:]:
            assert asked_to_stop(one) == 0
    engine = open_engine(database)
    with engine.connect() as connection:
        tickets = connection.execute(text("SELECT number FROM tickets")).scalars().all()
        states = Counter(connection.execute(text("SELECT state FROM outbox")).scalars().all())
    engine.dispose()
    assert len(tickets) >= len(replies), "what was answered is safe"
    numbers = {int(said.split("*C-")[1].split("*")[0]) for said in replies}
    assert len(numbers) == len(replies)
    assert numbers <= set(tickets)
    assert states["claimed"] == 0


def test_a_request_that_has_begun_is_answered_before_it_stops(slack: FakeSlack, tmp_path: Path, database: str) -> None:
    with replica(slack, tmp_path, database) as running, ThreadPoolExecutor(1) as person:
        assert ready(running) == "ready\n"
        engine = open_engine(database)
        with engine.begin() as connection:
            connection.execute(text("LOCK TABLE tickets IN ACCESS EXCLUSIVE MODE"))
            begun = person.submit(running.complains, SAID)
            waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'tickets'::regclass")
            while not connection.scalar(waiting):
                assert not begun.done(), begun.result()
            running.process.send_signal(signal.SIGTERM)
            assert running.logged("stopping: what is on its way is finished first")
        assert "*C-1* is with Dana (Payments)" in shown(begun.result(30))
        assert running.process.wait(DRAIN_SECONDS) == 0
        engine.dispose()


def test_an_old_version_goes_on_beside_a_newer_one(slack: FakeSlack, tmp_path: Path, database: str) -> None:
    with replica(slack, tmp_path, database) as first:
        assert ready(first) == "ready\n"
        engine = open_engine(database)
        with engine.begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
            connection.execute(text("ALTER TABLE tickets ADD COLUMN mood TEXT NOT NULL DEFAULT 'calm'"))
        assert ready(first) == "ready\n"
        with replica(slack, tmp_path, database) as second:
            assert ready(second) == "ready\n"
            assert "*C-1* is with Dana (Payments)" in shown(second.complains(SAID))
            slack.wait_until(lambda: slack.messages(PAYMENTS))
        with engine.connect() as connection:
            assert connection.scalar(text("SELECT version_num FROM alembic_version")) == "9999"
        engine.dispose()
