"""Opening a database: SQLite in its durable settings, or PostgreSQL, migrated to what this version needs."""

from __future__ import annotations

import os
import sqlite3
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, OperationalError
from sqlalchemy.orm import Session, sessionmaker

from complaints.errors import DatabaseAway, DatabaseError
from storage.absence import may_come_back
from storage.json_text import dumped, loaded
from storage.links import link_all

_MIGRATION_LOCK = 4_201_964  # any number, as long as every replica uses the same
BUSY_SECONDS = 15
WRITE_AHEAD_TRIES = 20

_JSON = {"json_serializer": dumped, "json_deserializer": loaded}

_BETTER = {
    "readonly database": "it can’t be written to; give this user the right to write the file and its folder",
    "unable to open database file": "it can’t be opened; is it a file, and may this user write it and its folder?",
}


class _Hinted(SQLiteCompiler):
    """Writes hints such as INDEXED BY, which SQLAlchemy leaves out for SQLite."""

    def get_from_hint_text(self, table: Any, text: str | None) -> str | None:
        return text


def open_engine(url: str) -> Engine:
    """An engine for a `sqlite:///…` or `postgresql://…` address; raises DatabaseError for any other."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise DatabaseError(
            reason="GOLDDUST_DATABASE_URL is no database address; write sqlite:///golddust.db"
        ) from None
    if parsed.get_backend_name() == "sqlite":
        if parsed.database in {None, "", ":memory:"}:
            raise DatabaseError(reason="A database in memory keeps nothing; write sqlite:///golddust.db")
        engine = create_engine(
            parsed, hide_parameters=True, connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False}, **_JSON
        )
        engine.dialect.statement_compiler = _Hinted
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin)
        return engine
    if parsed.get_backend_name() in {"postgresql", "postgres"}:
        return _open_postgresql(parsed.set(drivername="postgresql+psycopg"))
    raise DatabaseError(reason=f"Golddust runs on SQLite and PostgreSQL, not on {parsed.get_backend_name()}.")


def _open_postgresql(url: Any) -> Engine:
    try:
        return create_engine(
            url, hide_parameters=True, pool_pre_ping=True, pool_size=5, connect_args={"connect_timeout": 10}, **_JSON
        )
    except NoSuchModuleError as error:
        raise DatabaseError(reason=str(error)) from None


def sessions(engine: Engine) -> sessionmaker[Session]:
    """A maker of sessions that keep values readable after the commit."""
    return sessionmaker(engine, expire_on_commit=False)


def reading(engine: Engine) -> sessionmaker[Session]:
    """A maker of sessions that only read, and so never wait for a writer on SQLite."""
    return sessionmaker(engine.execution_options(golddust_reads=True), expire_on_commit=False)


def upgrade(engine: Engine) -> None:
    """Bring the database to this version's tables; replicas that start together take turns.

    A newer Golddust's database is left as it is: during a rolling upgrade old replicas go on beside new ones, and
    every migration leaves what the version before it needs. What an older version wrote to the timelines is chained
    afterwards, in small portions, because it may be much. Raises DatabaseAway where it may answer later, DatabaseError
    where it never will, or is at a revision that no Golddust has.
    """
    try:
        with engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
            if not fits(revision(connection)):
                _must_be_known(connection)
                config = _alembic()
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
        link_all(engine)
    except OperationalError as error:
        if may_come_back(error):
            raise DatabaseAway(reason=unreachable(engine, error), why=why(error)) from None
        raise DatabaseError(reason=unreachable(engine, error)) from None


def revision(connection: Connection) -> str | None:
    """The revision that the database is at, or None for an empty one."""
    return MigrationContext.configure(connection).get_current_revision()


@cache
def head() -> str | None:
    """The newest revision that this version knows."""
    return ScriptDirectory.from_config(_alembic()).get_current_head()


def clock(engine: Engine) -> datetime | None:
    """What time it is for a database that may be on another machine; None for one that has no clock of its own."""
    if engine.dialect.name != "postgresql":
        return None
    with engine.connect() as connection:
        found: datetime | None = connection.scalar(text("SELECT clock_timestamp()"))
        return found


def fits(found: str | None) -> bool:
    """Whether this version can work with a database at a revision: its own newest, or a newer Golddust's."""
    return found == head() or newer(found)


def newer(found: str | None) -> bool:
    """Whether a revision is one of a newer Golddust; they are numbered."""
    newest = head()
    return found is not None and newest is not None and found.isdecimal() and int(found) > int(newest)


def _must_be_known(connection: Connection) -> None:
    known = {script.revision for script in ScriptDirectory.from_config(_alembic()).walk_revisions()}
    found = revision(connection)
    if found is not None and found not in known:
        raise DatabaseError(
            reason=f"the database is at revision {found}, which no Golddust has; is it another program’s?"
        )


def unreachable(engine: Engine, error: Exception) -> str:
    """A sentence for an operator about a database that does not answer; it names no password."""
    told = f"cannot use the database {address(engine)}: {why(error)}"
    if engine.dialect.name == "postgresql":
        return f"{told}; check that it runs, and that host, port, user, password and name in the address are right"
    folder = Path(engine.url.database or "").absolute().parent
    return told if folder.is_dir() else f"cannot use the database {address(engine)}: create the folder {folder} first"


def address(engine: Engine) -> str:
    """The address of a database as people write it, without the driver and with the password hidden."""
    name = engine.url.get_backend_name()
    return engine.url.set(drivername=name).render_as_string(hide_password=True)


def why(error: Exception) -> str:
    """What the driver says, on one line; in other words where it says too little for anybody to act on."""
    first, *_ = (*str(getattr(error, "orig", error)).strip().splitlines(), type(error).__name__)
    for said, better in _BETTER.items():
        if said in first:
            return better
    return first


def _alembic() -> Config:
    config = Config()
    config.set_main_option("script_location", os.path.join(os.path.dirname(__file__), "migrations"))  # noqa: PTH118, PTH120
    return config


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver's own transaction handling breaks savepoints; SQLAlchemy says BEGIN itself (see _begin).
    connection.isolation_level = None
    cursor = connection.cursor()
    _write_ahead(cursor)
    for pragma in ("synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _write_ahead(cursor: sqlite3.Cursor) -> None:
    # Of two processes that open a new file at once SQLite refuses one the switch without waiting; so wait in a
    # transaction, which does keep to the timeout, and ask again.
    for _ in range(WRITE_AHEAD_TRIES):
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            cursor.execute("BEGIN IMMEDIATE")
            cursor.execute("COMMIT")
        else:
            return
    cursor.execute("PRAGMA journal_mode=WAL")


def _begin(connection: Connection) -> None:
    # A transaction that reads first and writes later could not wait for another writer; so ask for the pen at once.
    reads = connection.get_execution_options().get("golddust_reads", False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")
