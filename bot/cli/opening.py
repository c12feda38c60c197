"""What a command works with: the settings, the file, and the database as it is or as it must be."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from bot.clock import SystemClock
from bot.configuration import Loaded
from bot.organisations import file_of
from bot.settings import Settings, read_settings
from complaints.errors import DatabaseError
from handlers.context import Context
from storage import database

NOTHING_YET = "there is no database at {place} yet; start with `golddust run` or `golddust db upgrade`"


@contextmanager
def reading(workspace: str | None) -> Iterator[Context]:
    """A context that only reads, as of now; raises DatabaseError where there is no database to read."""
    settings = read_settings()
    loaded = file_of(settings.config, workspace).loaded
    engine = existing(settings)
    with database.reading(engine)() as session:
        yield context_of(session, loaded)
    engine.dispose()


@contextmanager
def writing(workspace: str | None) -> Iterator[Context]:
    """A context whose changes are saved when the block ends; raises DatabaseError where there is no database."""
    settings = read_settings()
    loaded = file_of(settings.config, workspace).loaded
    engine = existing(settings)
    with database.sessions(engine)() as session, session.begin():
        yield context_of(session, loaded)
    engine.dispose()


def context_of(session: Session, loaded: Loaded) -> Context:
    """The context of a session as of now."""
    return Context(session, loaded.organisation, loaded.version, loaded.document, SystemClock().now())


def existing(settings: Settings) -> Engine:
    """The database as it is, with this version's tables; raises DatabaseError that says how to get there."""
    engine = database.open_engine(settings.database_url.get_secret_value())
    missing = missing_file(engine)
    found = None if missing else revision_of(engine)
    if found is None:
        raise DatabaseError(reason=NOTHING_YET.format(place=missing or database.address(engine)))
    if not database.fits(found):
        raise DatabaseError(
            reason=f"the database is at {found} and this version needs {database.head()}; run `golddust db upgrade`"
        )
    return engine


def upgraded(settings: Settings) -> Engine:
    """The database, created and brought to this version's tables where it was not."""
    engine = database.open_engine(settings.database_url.get_secret_value())
    if missing_file(engine) or not database.fits(revision_of(engine)):
        database.upgrade(engine)
    return engine


def missing_file(engine: Engine) -> Path | None:
    """The file of an SQLite database that does not exist yet, else None."""
    name = engine.url.database
    if engine.dialect.name != "sqlite" or not name or name == ":memory:":
        return None
    return None if Path(name).exists() else Path(name)


def revision_of(engine: Engine) -> str | None:
    """The revision that the database is at, None for an empty one; raises DatabaseError when it does not answer."""
    try:
        with engine.execution_options(golddust_reads=True).connect() as connection:
            return database.revision(connection)
    except DBAPIError as error:
        raise DatabaseError(reason=database.unreachable(engine, error)) from None
