"""Opening the database at the start: what is waited for, what ends at once, and what others find meanwhile."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from sqlalchemy import make_url
from sqlalchemy.exc import OperationalError

from bot.opening import Opening, beginning
from complaints.errors import DatabaseError
from storage.absence import away, may_come_back
from storage.database import fits, revision
from storage.gate import NotOpened
from tests.conftest import fresh_postgresql

NOWHERE = "postgresql://somebody@/golddust?host=/nowhere"


async def test_a_database_that_is_there_is_open_at_once(sqlite_url: str) -> None:
    async with beginning(sqlite_url) as opening:
        await opening.there()
        with opening.engine.connect() as connection:
            assert fits(revision(connection))
        opening.engine.dispose()


async def test_one_that_is_away_is_waited_for_and_whoever_comes_meanwhile_hears_why() -> None:
    async with beginning(NOWHERE) as opening:
        with pytest.raises(NotOpened, match=r"connection is bad.*No such file") as early:
            opening.engine.connect()
        assert away(early.value)


@pytest.mark.parametrize(("part", "said"), [("database", "database .* does not exist"), ("username", "role .* does")])
async def test_one_that_does_not_let_us_in_is_said_at_once(postgresql: Any, part: str, said: str) -> None:
    wrong = make_url(fresh_postgresql(postgresql)).set(**{part: "elsewhere"})
    with pytest.raises(DatabaseError, match=f"cannot use the database .*{said}.*; check that it runs, and that host"):
        await Opening(str(wrong)).begin()


@pytest.mark.parametrize(
    ("said", "waited"),
    [
        ("connection to server at “db”, port 5432 failed: Connection refused", True),
        ("connection timeout expired", True),
        ("failed to resolve host 'db': [Errno -2] Name or service not known", True),
        ("FATAL:  the database system is starting up", True),
        ("FATAL:  sorry, too many clients already", True),
        ('FATAL:  password authentication failed for user "golddust"', False),
        ("connection to server failed: fe_sendauth: no password supplied", False),
        (
            'FATAL:  no pg_hba.conf entry for host "10.0.0.1", user "golddust", database "golddust", no encryption',
            False,
        ),
        ('FATAL:  permission denied for database "golddust"', False),
        ('invalid sslmode value: "on"', False),
    ],
)
def test_what_may_come_back_is_waited_for(said: str, waited: bool) -> None:
    assert may_come_back(OperationalError("", {}, psycopg.OperationalError(said))) is waited
