"""Copying a whole database while it is in use, and cleaning up behind what was erased."""

from __future__ import annotations

import shlex
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from complaints.errors import DatabaseError


def back_up(engine: Engine, file: Path) -> None:
    """Copy an SQLite database into a new file, consistent as of one moment while others write to it.

    Raises DatabaseError where the file is there already, and for PostgreSQL, whose own program does it.
    """
    if engine.dialect.name != "sqlite":
        raise DatabaseError(reason=f"PostgreSQL has a program of its own for that; run: {dump_command(engine, file)}")
    if file.exists():
        raise DatabaseError(reason=f"{file} exists; name a new file, as a back-up never takes the place of another")
    if not file.parent.is_dir():
        raise DatabaseError(reason=f"there is no folder {file.parent}; create it first")
    partial = file.with_name(f"{file.name}.part")
    partial.unlink(missing_ok=True)
    partial.touch(mode=0o600)  # it holds what customers said
    try:
        _copy(Path(engine.url.database or ""), partial)
        partial.rename(file)
    except sqlite3.Error as error:
        raise DatabaseError(reason=f"the back-up {file} can’t be written: {error}") from None
    finally:
        partial.unlink(missing_ok=True)


def dump_command(engine: Engine, file: Path) -> str:
    """The command that backs up a PostgreSQL database into a file; never with the password in it."""
    query = {key: value for key, value in engine.url.query.items() if key != "password"}
    address = engine.url.set(drivername="postgresql", query=query)._replace(password=None)
    target = address.render_as_string(hide_password=False)
    return shlex.join(["pg_dump", "--format=custom", f"--file={file}", f"--dbname={target}"])


def fold_back(engine: Engine) -> None:
    """Empty SQLite's write-ahead log, where what was erased still stands; nothing where others are reading."""
    if engine.dialect.name == "sqlite":
        with suppress(OperationalError), engine.execution_options(golddust_reads=True).connect() as connection:
            connection.rollback()
            raw = connection.connection.driver_connection
            if raw is not None:
                raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _copy(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as here, closing(sqlite3.connect(target)) as there:
        here.backup(there)
