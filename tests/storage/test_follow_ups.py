"""Looking back at a cause: the database counts what a plain loop counts, and reads no more than it counts."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, insert, text
from sqlalchemy.orm import Session

from complaints.follow_ups import same_cause
from complaints.ticket import CloseReason, Kind, Resolution, State, Ticket
from storage import follow_ups, tickets
from storage.causes import digest_of
from storage.database import open_engine, upgrade
from storage.rows import row_of
from storage.tables import tickets as table
from tests.complaints.builders import MONDAY, a_ticket
from tests.storage.test_migrations import bring

CAUSES = ("", " ", "Retry  queue FULL", "retry queue full", "STRASSE", "straße", "a release")
ASIDE = (CloseReason.DUPLICATE, CloseReason.WITHDRAWN, CloseReason.NOT_A_COMPLAINT)


def complained(number: int, day: float, cause: str | None = None, **more: Any) -> Ticket:
    """A complaint captured so many days after Monday; with a cause it was resolved too."""
    resolution = None if cause is None else Resolution("Refunded", cause)
    at = MONDAY + timedelta(days=day)
    return replace(a_ticket(), number=number, captured_at=at, resolution=resolution, **more)


def many() -> list[Ticket]:
    """Complaints of half a year, actions among them, set aside or not, with causes or none."""
    chance = random.Random(5)  # noqa: S311 - the same every time
    return [
        complained(
            number, chance.choice((-90, -30, 0, 30, 90, chance.uniform(-100, 100))), chance.choice((None, *CAUSES)),
            team=chance.choice(("payments", "app")), category=chance.choice((None, "cards")),
            close_reason=chance.choice((None, CloseReason.TOLD, *ASIDE)), reporter=chance.choice(("sam", "noor")),
            kind=chance.choice((Kind.COMPLAINT, Kind.COMPLAINT, Kind.ACTION)), parent=chance.choice((None, 1)),
        )
        for number in range(1, 401)
    ]  # fmt: skip


@pytest.fixture
def session(database_url: str) -> Iterator[Session]:
    """A database with many complaints; those of another workspace do not count."""
    engine = open_engine(database_url)
    upgrade(engine)
    with Session(engine) as opened:
        for workspace in ("main", "other"):
            tickets.add_all(opened, workspace, many())
        opened.execute(text("ANALYZE"))
        yield opened
    engine.dispose()


def test_the_database_counts_what_a_loop_counts(session: Session) -> None:
    counting = [one for one in many() if one.kind is Kind.COMPLAINT and one.close_reason not in ASIDE]
    for cause, category, days in itertools.product(CAUSES, (None, "cards"), (30, 90)):
        found = follow_ups.counted(session, "main", cause, "payments", category, MONDAY, days)
        length = timedelta(days=days)
        since = [one for one in counting if MONDAY < one.captured_at <= MONDAY + length]
        before = [one for one in counting if MONDAY - length < one.captured_at <= MONDAY]
        alike = [
            [one for one in part if (one.team, one.category) == ("payments", category)] for part in (since, before)
        ]
        caused = [[one for one in part if given(one) == same_cause(cause)] for part in (since, before)]
        meant, unknown = (caused, len([one for one in alike[0] if not given(one)])) if cause.strip() else (alike, 0)
        assert (found.back, found.before, found.uncertain) == (*map(len, meant), unknown), (cause, category, days)
        assert found.how == ("cause" if cause.strip() else "category")


def test_only_indexes_are_read_to_count(session: Session) -> None:
    if session.get_bind().dialect.name != "sqlite":
        session.execute(text("SET enable_seqscan = off"))  # there are too few rows for an index to be worth it
    with asked(session) as found:
        for cause in ("", "a release"):
            follow_ups.counted(session, "main", cause, "payments", "cards", MONDAY, 90)
    assert len(found) == 3
    explain = "EXPLAIN QUERY PLAN" if session.get_bind().dialect.name == "sqlite" else "EXPLAIN"
    for statement, parameters in found.items():
        plan = str(session.connection().exec_driver_sql(f"{explain} {statement}", parameters).all())
        assert "tickets_caused" in plan or "tickets_alike" in plan, plan


def given(ticket: Ticket) -> str:
    """The cause as it is compared; empty where nobody has given one."""
    return same_cause(ticket.resolution.root_cause) if ticket.resolution else ""


@contextmanager
def asked(session: Session) -> Iterator[dict[str, Any]]:
    """What the database is asked meanwhile, each question once with what it was asked with."""
    found: dict[str, Any] = {}

    def note(_: Any, __: Any, statement: str, parameters: Any, *___: Any) -> None:
        found.setdefault(statement, parameters)

    event.listen(session.get_bind(), "before_cursor_execute", note)
    yield found
    event.remove(session.get_bind(), "before_cursor_execute", note)


def test_those_concerned_are_the_ticket_its_parts_and_what_has_the_same_cause_the_newest_first(
    session: Session,
) -> None:
    since, end = MONDAY - timedelta(days=80), MONDAY + timedelta(days=80)
    meant = [
        one for one in many()
        if one.kind is Kind.COMPLAINT and one.close_reason not in ASIDE and since < one.captured_at <= end
        and (one.number == 7 or one.parent == 7 or given(one) == "retry queue full")
    ]  # fmt: skip
    assert len(meant) > 20
    meant.sort(key=lambda one: (one.number == 7, one.captured_at), reverse=True)
    found = follow_ups.concerned(session, "main", "retry QUEUE full", 7, since, end, 20)
    assert [one.captured_at for one in found] == [one.captured_at for one in meant[:20]]
    parts = follow_ups.concerned(session, "main", "", 1, since, end, 500)
    assert {one.number for one in parts} == {
        one.number for one in many()
        if one.kind is Kind.COMPLAINT and one.close_reason not in ASIDE and since < one.captured_at <= end
        and 1 in (one.number, one.parent)
    }  # fmt: skip


def test_causes_given_before_the_update_are_found_after_it(sqlite_url: str) -> None:
    engine = open_engine(sqlite_url)
    with engine.begin() as connection:
        bring(connection, "0015")
        older = [complained(1, -1, "A  release", state=State.RESOLVED), complained(2, -1, " "), complained(3, -1)]
        for one in older:
            row = {name: value for name, value in row_of(one).items() if name != "cause"}
            connection.execute(insert(table).values(workspace="main", **row))
    upgrade(engine)
    with Session(engine) as session:
        assert follow_ups.counted(session, "main", "a release", "payments", None, MONDAY, 30).before == 1
        kept = session.execute(text("SELECT number, cause FROM tickets ORDER BY number")).all()
        assert [tuple(row) for row in kept] == [(1, digest_of("a release")), (2, None), (3, None)]
    engine.dispose()
