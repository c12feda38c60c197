"""Adding many rows of a table at once, without what SQLAlchemy does anew for every row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Dialect, Table, insert
from sqlalchemy.orm import Session

_Written = Callable[[Any], Any]


def add_rows(session: Session, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that all have the same columns."""
    if not rows:
        return
    connection = session.connection()
    if connection.dialect.name != "sqlite":
        connection.execute(insert(table), rows)
        return
    statement, names, written = _prepared(table, tuple(rows[0]), connection.dialect)
    columns = (_column([row[name] for row in rows], write) for name, write in zip(names, written, strict=True))
    connection.exec_driver_sql(statement, list(zip(*columns, strict=True)))


def _column(values: list[Any], write: _Written | None) -> list[Any]:
    return values if write is None else [write(value) for value in values]


@lru_cache(maxsize=64)
def _prepared(table: Table, given: tuple[str, ...], dialect: Dialect) -> tuple[str, list[str], list[_Written | None]]:
    """The statement, the columns in the order of its values, and for each how SQLite keeps it."""
    columns = [column for column in table.columns if column.name in given]
    written: list[_Written | None] = [column.type.dialect_impl(dialect).bind_processor(dialect) for column in columns]
    statement = insert(table).compile(dialect=dialect, column_keys=given)
    return str(statement), [column.name for column in columns], written
