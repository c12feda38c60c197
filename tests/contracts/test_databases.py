"""What both databases have to do alike: migrate, take turns, hand out numbers, never lose or double anything."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, select, text, update
from sqlalchemy.orm import Session

from bot.watched import Watched
from bot.worker import Worker
from complaints import commands
from complaints.commands import CaptureComplaint
from complaints.errors import DatabaseError, StaleTicket
from complaints.notices import Captured, Card
from complaints.ticket import Source
from handlers.dispatch import handle
from storage import outbox, seen, tickets
from storage.counters import advance
from storage.database import head, open_engine, reading, revision, sessions, upgrade
from storage.once import insert_once
from storage.tables import INDEX_OF_WORDS, metadata
from storage.tables import seen as seen_table
from tests.complaints.builders import MONDAY, a_ticket

Engines = Callable[[], Engine]


@pytest.fixture
def engines(database_url: str) -> Iterator[Engines]:
    """Opens engines on one migrated database, as replicas would, and closes them in the end."""
    with ExitStack() as stack:

        def opened() -> Engine:
            engine = open_engine(database_url)
            stack.callback(engine.dispose)
            return engine

        upgrade(opened())
        yield opened


def _ours(name: str | None, *_: Any) -> bool:
    return not (name or "").startswith(INDEX_OF_WORDS)


def test_migrating_an_empty_database_gives_just_the_tables_the_code_knows(engines: Engines) -> None:
    with engines().connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_name": _ours})
        assert compare_metadata(context, metadata) == []
        assert revision(connection) == head()


def test_migrating_again_changes_nothing(engines: Engines) -> None:
    engine = engines()
    with sessions(engine)() as session, session.begin():
        seen.first_time(session, "main", "key", MONDAY)
    upgrade(engine)
    with sessions(engine)() as session:
        assert not seen.first_time(session, "main", "key", MONDAY)


def test_replicas_that_start_together_migrate_one_after_the_other(database_url: str) -> None:
    started = threading.Barrier(4)

    def start(_: int) -> list[str]:
        engine = open_engine(database_url)
        started.wait()
        upgrade(engine)
        try:
            return inspect(engine).get_table_names()
        finally:
            engine.dispose()

    with ThreadPoolExecutor(4) as replicas:
        found = list(replicas.map(start, range(4)))
    ours = [{name for name in names if _ours(name)} for names in found]
    assert ours == [{*metadata.tables, "alembic_version"}] * 4


def test_however_often_processes_open_a_new_file_at_once_none_is_refused(tmp_path: Path) -> None:
    def start(path: Path) -> str | None:
        engine = open_engine(f"sqlite:///{path}")
        started.wait()
        with engine.connect() as connection:
            mode: str | None = connection.scalar(text("PRAGMA journal_mode"))
        engine.dispose()
        return mode

    for number in range(40):
        started = threading.Barrier(4)
        with ThreadPoolExecutor(4) as processes:
            assert list(processes.map(start, [tmp_path / f"{number}.db"] * 4)) == ["wal"] * 4


def test_a_database_of_a_newer_golddust_is_left_as_it_is(engines: Engines) -> None:
    engine = engines()
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    upgrade(engine)
    with engine.connect() as connection:
        assert revision(connection) == "9999"


def test_a_database_of_another_program_is_refused(engines: Engines) -> None:
    engine = engines()
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'a1b2c3'"))
    with pytest.raises(DatabaseError, match="no Golddust has"):
        upgrade(engine)


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("", "no database address"),
        ("nonsense", "no database address"),
        ("postgresql://host:port/golddust", "no database address"),
        ("mysql://localhost/golddust", "not on mysql"),
        ("mongodb+srv://localhost/golddust", "not on mongodb"),
        ("sqlite://", "keep"),
        ("sqlite:///:memory:", "keep"),
    ],
)
def test_an_address_that_is_no_use_is_refused_with_what_to_write(url: str, says: str) -> None:
    with pytest.raises(DatabaseError, match=says):
        open_engine(url)


@pytest.mark.parametrize(
    "url", ["sqlite:////nowhere/at/all/golddust.db", "postgresql://golddust:s3cret@127.0.0.1:1/golddust"]
)
def test_a_database_that_does_not_answer_is_named_without_its_password(url: str) -> None:
    with pytest.raises(DatabaseError, match="cannot use the database") as refused:
        upgrade(open_engine(url))
    assert "s3cret" not in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg", "postgresql+psycopg2"])
def test_every_way_to_write_a_postgresql_address_uses_the_driver_that_is_installed(scheme: str) -> None:
    assert open_engine(f"{scheme}://localhost/golddust").driver == "psycopg"


def test_sqlite_is_opened_durable(sqlite_url: str) -> None:
    with open_engine(sqlite_url).connect() as connection:
        found = [connection.scalar(text(f"PRAGMA {name}")) for name in ("journal_mode", "synchronous", "foreign_keys")]
    assert found == ["wal", 2, 1]


def test_a_reader_never_waits_for_a_writer(engines: Engines) -> None:
    engine = engines()
    with sessions(engine)() as writer, writer.begin():
        seen.first_time(writer, "main", "key", MONDAY, 7)
        with reading(engine)() as reader:
            assert seen.ticket_seen(reader, "main", "key") is None
    with reading(engine)() as reader:
        assert seen.ticket_seen(reader, "main", "key") == 7


def test_a_row_is_inserted_once(engines: Engines) -> None:
    with sessions(engines())() as session, session.begin():
        row: dict[str, Any] = {"workspace": "main", "key": "k", "ticket": 1, "at": MONDAY}
        assert insert_once(session, seen_table, **row) is True
        assert insert_once(session, seen_table, **row) is False
        assert insert_once(session, seen_table, **{**row, "workspace": "other"}) is True
        assert session.scalars(select(seen_table.c.workspace).order_by(seen_table.c.workspace)).all() == [
            "main", "other"
        ]  # fmt: skip


def test_counters_count_for_themselves_in_each_workspace(engines: Engines) -> None:
    with sessions(engines())() as session, session.begin():
        assert [advance(session, "main", "ticket") for _ in range(3)] == [1, 2, 3]
        assert advance(session, "other", "ticket") == 1


def test_events_are_forgotten_in_time_and_messages_that_made_a_ticket_never(engines: Engines) -> None:
    with sessions(engines())() as session, session.begin():
        seen.first_time(session, "main", "event", MONDAY)
        seen.first_time(session, "main", "message", MONDAY, 1)
        seen.forget_events(session, "main", MONDAY)
        assert not seen.first_time(session, "main", "event", MONDAY), "not before its time"
        seen.forget_events(session, "main", MONDAY + timedelta(seconds=1))
        assert seen.first_time(session, "main", "event", MONDAY)
        assert not seen.first_time(session, "main", "message", MONDAY)


def test_a_ticket_changed_by_somebody_else_meanwhile_is_not_overwritten(engines: Engines) -> None:
    with sessions(engines())() as session, session.begin():
        saved = tickets.add(session, "main", a_ticket())
        newer = tickets.save(session, "main", saved)
        assert (saved.version, newer.version) == (1, 2)
        with pytest.raises(StaleTicket, match="C-1"):
            tickets.save(session, "main", saved)


def test_a_moment_without_a_zone_is_never_stored(engines: Engines) -> None:
    with sessions(engines())() as session, pytest.raises(Exception, match="no time zone"):
        seen.first_time(session, "main", "key", MONDAY.replace(tzinfo=None))


def capture(number: int) -> CaptureComplaint:
    source = Source("pigeon", "w", "C1", str(number))
    return CaptureComplaint(at=MONDAY, actor="sam", words=f"card {number}", source=source)


async def shared(engines: Engines, watched: Watched, work: Callable[[list[Worker]], Any]) -> Any:
    """What the work returns, done with two workers on two engines, as two replicas would."""
    with ExitStack() as stack:
        workers = [stack.enter_context(closing(Worker(sessions(engines()), lambda: watched.current))) for _ in range(2)]
        return await work(workers)


async def test_two_replicas_give_every_ticket_its_own_number(engines: Engines, watched: Watched) -> None:
    async def work(workers: list[Worker]) -> list[int]:
        jobs = [
            workers[number % 2].run(lambda context, number=number: handle(context, capture(number)), MONDAY)
            for number in range(60)
        ]
        return [reply.ticket.number for reply in await asyncio.gather(*jobs)]

    assert sorted(await shared(engines, watched, work)) == list(range(1, 61))


async def test_the_same_message_captured_by_two_replicas_makes_one_ticket(engines: Engines, watched: Watched) -> None:
    async def work(workers: list[Worker]) -> list[tuple[int, bool]]:
        jobs = [
            worker.run(lambda context, number=number: handle(context, capture(number)), MONDAY)
            for number in range(15)
            for worker in workers
        ]
        return [(reply.ticket.number, reply.again) for reply in await asyncio.gather(*jobs)]

    found = await shared(engines, watched, work)
    assert len({number for number, _ in found}) == 15
    assert sum(not again for _, again in found) == 15
    with sessions(engines())() as session:
        assert len(tickets.everything(session, "main")) == 15


async def test_of_two_replicas_that_acknowledge_one_wins(engines: Engines, watched: Watched) -> None:
    async def work(workers: list[Worker]) -> list[Any]:
        await workers[0].run(lambda context: handle(context, capture(1)), MONDAY)
        jobs = [
            worker.run(
                lambda context, who=who: handle(context, commands.Acknowledge(at=MONDAY, actor=who, number=1)), MONDAY
            )
            for worker, who in zip(workers, ("dana", "omar"), strict=True)
        ]
        return await asyncio.gather(*jobs, return_exceptions=True)

    found = await shared(engines, watched, work)
    assert sorted(type(one).__name__ for one in found) == ["AlreadyDone", "Done"]


def put(session: Session, *numbers: int) -> None:
    for number in numbers:
        outbox.put(session, "main", [Captured(ticket=number, audience=f"person:p{number}")], MONDAY)


async def test_two_deliverers_never_claim_one_notice_twice(engines: Engines) -> None:
    engine = engines()
    with sessions(engine)() as session, session.begin():
        put(session, *range(40))
    turns = count()

    def deliver(_: int) -> list[int]:
        found: list[int] = []
        maker = sessions(engines())
        while next(turns) < 200:
            with maker() as session, session.begin():
                batch = outbox.claim(session, "main", MONDAY, 3)
                found += [parcel.id for parcel in batch]
                for parcel in batch:
                    outbox.finish(session, parcel, "sent", MONDAY)
            if not batch:
                break
        return found

    with ThreadPoolExecutor(4) as pool:
        claimed = [one for found in pool.map(deliver, range(4)) for one in found]
    assert len(claimed) == len(set(claimed))
    with sessions(engine)() as session:
        assert outbox.counts(session, "main") == {"sent": 40}


def test_what_one_deliverer_is_claiming_another_passes_over(postgresql: Any, tmp_path: Path) -> None:
    from tests.conftest import fresh_postgresql

    engine = open_engine(fresh_postgresql(postgresql))
    upgrade(engine)
    maker = sessions(engine)
    with maker() as session, session.begin():
        put(session, 1, 2, 3)
        outbox.put(session, "main", [Card(ticket=1, audience="person:p1")], MONDAY)
    with maker() as one, one.begin(), maker() as two, two.begin():
        two.execute(text("SET LOCAL lock_timeout = '5s'"))  # who waits for a lock here fails rather than hangs
        mine = [parcel.notice.ticket for parcel in outbox.claim(one, "main", MONDAY, 2)]
        theirs = [parcel.notice.ticket for parcel in outbox.claim(two, "main", MONDAY, 9)]
        assert (mine, theirs) == ([1, 2], [3])
    engine.dispose()


def test_two_replicas_never_judge_one_ticket_at_once(postgresql: Any) -> None:
    from tests.conftest import fresh_postgresql

    engine = open_engine(fresh_postgresql(postgresql))
    upgrade(engine)
    maker = sessions(engine)
    with maker() as session, session.begin():
        for number in (1, 2, 3):
            tickets.add(session, "main", a_ticket(number=number))
        session.execute(update(metadata.tables["tickets"]).values(next_nudge_at=MONDAY))
    with maker() as one, one.begin(), maker() as two, two.begin():
        two.execute(text("SET LOCAL lock_timeout = '5s'"))  # who waits for a lock here fails rather than hangs
        mine = [ticket.number for ticket in tickets.due(one, "main", MONDAY, 2)]
        theirs = [ticket.number for ticket in tickets.due(two, "main", MONDAY, 9)]
        assert len(mine) == 2
        assert sorted(mine + theirs) == [1, 2, 3]
    engine.dispose()
