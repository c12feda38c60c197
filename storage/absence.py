"""Whether an error says that the database is away, and nothing about what was asked of it."""

from __future__ import annotations

import re
import sqlite3

from sqlalchemy.exc import DBAPIError, InterfaceError, PendingRollbackError, TimeoutError

_SQLITE = frozenset(
    {
        sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PROTOCOL,
    }
)  # fmt: skip
"""https://www.sqlite.org/rescode.html; a missing table is SQLITE_ERROR, and our own mistake."""

_POSTGRESQL = ("08", "25006", "40", "53", "55P03", "57P", "58")
"""How SQLSTATEs begin: connection, read-only standby, rollback of a transaction that got in another's way, resources,
locks, shutdown and start, system error (https://www.postgresql.org/docs/current/errcodes-appendix.html)."""


_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL})

_REFUSED = re.compile(
    "authentication failed|no password supplied|does not exist|no pg_hba.conf entry|not permitted to log in|"
    "permission denied|certificate verify failed|does not support SSL|invalid .*(value|number|option)"
)
"""What PostgreSQL and its library say where another try would end the same; of a refused connection they tell no
SQLSTATE (https://www.postgresql.org/docs/current/client-authentication-problems.html)."""


def may_come_back(error: DBAPIError) -> bool:
    """Whether it is of use to wait: the database is stopped, starting or busy, and has not refused to let us in.

    In words that we do not know, such as another language’s, a refusal is waited out too.
    """
    if isinstance(error.orig, sqlite3.Error):
        return getattr(error.orig, "sqlite_errorcode", 0) & 0xFF in _BUSY
    return away(error) and _REFUSED.search(str(error.orig)) is None


def away(error: BaseException | None) -> bool:
    """Whether the same may well work once the database is back: it can't be reached, opened, locked or written."""
    while error is not None:
        if isinstance(error, TimeoutError | PendingRollbackError):
            return True
        if isinstance(error, DBAPIError):
            return error.connection_invalidated or _says(error)
        error = error.__cause__
    return False


def _says(error: DBAPIError) -> bool:
    told = error.orig
    if isinstance(told, sqlite3.Error):
        # Extended codes carry the plain one in their lowest byte.
        return getattr(told, "sqlite_errorcode", 0) & 0xFF in _SQLITE
    state = getattr(told, "sqlstate", None)
    if state is None:
        # The driver alone speaks: there is no connection, or no longer.
        return isinstance(error, InterfaceError) or type(told).__name__ in {"OperationalError", "ConnectionTimeout"}
    return str(state).startswith(_POSTGRESQL)
