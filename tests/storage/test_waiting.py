"""Which tickets wait for which: found by an index, and filled in for tickets that were saved before there was one."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from importlib import import_module

from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import select, text, update

from complaints.ticket import Blocked, State, Ticket
from storage import tickets
from storage.database import open_engine, sessions, upgrade
from storage.tables import tickets as table
from tests.complaints.builders import MONDAY, a_ticket


def blocked(number: int, by: Blocked) -> Ticket:
    return replace(a_ticket(number=number), state=State.BLOCKED, blocked=by)


def some() -> list[Ticket]:
    return [
        a_ticket(number=1), blocked(2, Blocked("ticket", "1")), blocked(3, Blocked("ticket", "11")),
        blocked(4, Blocked("other", "1")), blocked(5, Blocked("ticket", "1")),
    ]  # fmt: skip


def test_what_waits_for_a_ticket_is_found_by_its_number_until_it_waits_no_longer(database_url: str) -> None:
    engine = open_engine(database_url)
    upgrade(engine)
    with sessions(engine)() as session, session.begin():
        for ticket in some():
            tickets.add(session, "main", ticket)
        waiting = tickets.waiting_for(session, "main", 1)
        assert [ticket.number for ticket in waiting] == [2, 5]
        tickets.save(session, "main", replace(waiting[0], state=State.ACKNOWLEDGED, blocked=None))
        assert [ticket.number for ticket in tickets.waiting_for(session, "main", 1)] == [5]
        assert tickets.waiting_for(session, "other", 1) == []
    engine.dispose()


def test_sqlite_asks_the_index_and_does_not_scan_what_is_blocked(sqlite_url: str) -> None:
    engine = open_engine(sqlite_url)
    upgrade(engine)
    with engine.connect() as connection:
        asked = "EXPLAIN QUERY PLAN SELECT * FROM tickets WHERE workspace = 'main' AND waits_for = 1"
        assert "tickets_waiting" in str(connection.execute(text(asked)).all())
    engine.dispose()


def test_the_migration_knows_what_tickets_waited_for_before_it(database_url: str) -> None:
    engine = open_engine(database_url)
    upgrade(engine)
    with sessions(engine)() as session, session.begin():
        for ticket in some():
            tickets.add(session, "main", ticket)
    with engine.begin() as connection:
        connection.execute(update(table).values(waits_for=None))
        with Operations.context(MigrationContext.configure(connection)):
            import_module("storage.migrations.versions.0003_attention")._fill_waits_for()
        found = connection.execute(select(table.c.number, table.c.waits_for).order_by(table.c.number)).all()
        assert [tuple(row) for row in found] == [(1, None), (2, 1), (3, 11), (4, None), (5, 1)]
    engine.dispose()


def test_a_ticket_that_is_looked_at_again_is_not_put_off(database_url: str) -> None:
    engine = open_engine(database_url)
    upgrade(engine)
    soon, late = MONDAY + timedelta(minutes=1), MONDAY + timedelta(days=1)
    with sessions(engine)() as session, session.begin():
        for ticket, at in zip(some(), (MONDAY, late, None), strict=False):
            tickets.add(session, "main", replace(ticket, next_nudge_at=at))
        tickets.look_again(session, "main", [1, 2, 3], soon)
        assert [tickets.load(session, "main", number).next_nudge_at for number in (1, 2, 3)] == [MONDAY, soon, None]
    engine.dispose()
