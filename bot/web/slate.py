"""A clean database for the playground, which never wipes anybody else's."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlalchemy import Engine, delete
from sqlalchemy.orm import Session

from complaints.errors import DatabaseError
from storage.counters import advance
from storage.database import open_engine, revision, upgrade
from storage.tables import metadata

MARK = "playground"
"""The counter that says that a playground made this database."""


def clean(database: str, workspace: str) -> Engine:
    """A migrated, empty and marked database at an address or path; raises DatabaseError for one with others' data."""
    address = database if "://" in database else f"sqlite:///{database}"
    if address in ("sqlite://", "sqlite:///:memory:"):
        raise DatabaseError(reason="the playground needs a database in a file, such as sqlite:///golddust-demo.db")
    engine = open_engine(address)
    if engine.url.get_backend_name() == "sqlite":
        _sweep(Path(engine.url.database or ""))
    else:
        _check_empty(engine)
    upgrade(engine)
    with Session(engine) as session, session.begin():
        advance(session, workspace, MARK)
    return engine


def wipe(engine: Engine, workspace: str) -> None:
    """Empty a database that is ours, and mark it again."""
    with Session(engine) as session, session.begin():
        for table in reversed(metadata.sorted_tables):
            session.execute(delete(table))
        advance(session, workspace, MARK)


def _check_empty(engine: Engine) -> None:
    with engine.connect() as connection:
        if revision(connection) is not None:
            raise DatabaseError(reason=_refusal(engine.url.render_as_string(hide_password=True)))


def _sweep(path: Path) -> None:
    """Remove the file of an earlier playground, and nothing else."""
    if not path.exists() or path.stat().st_size == 0:
        return
    _check_ours(path)
    for end in ("", "-wal", "-shm"):
        path.with_name(path.name + end).unlink(missing_ok=True)


def _check_ours(path: Path) -> None:
    try:
        connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=rw", uri=True, timeout=1)
    except sqlite3.Error:
        raise DatabaseError(reason=_refusal(str(path))) from None
    try:
        marked = connection.execute("SELECT 1 FROM counters WHERE name = ?", (MARK,)).fetchone()
        if marked is None:
            raise DatabaseError(reason=_refusal(str(path)))
        # Leaving WAL needs the file for oneself alone, so it fails while another playground runs on it.
        connection.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise DatabaseError(reason=f"another playground runs on {path}; name another file") from None
        raise DatabaseError(reason=_refusal(str(path))) from None
    except sqlite3.Error:
        raise DatabaseError(reason=_refusal(str(path))) from None
    finally:
        connection.close()


def _refusal(where: str) -> str:
    return (
        f"{where} was not made by the playground, which starts afresh each time; name another database or leave it out"
    )
