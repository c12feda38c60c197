"""One statement for many rows, without what SQLAlchemy does anew for each of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Dialect, Insert, Update
from sqlalchemy.orm import Session

STATEMENT = "golddust_statement"
"""The option under which whoever watches what is executed finds the statement that a text was made of."""


class _Prepared(NamedTuple):
    """A statement as its driver takes it: the values that are the same for each row, and how the others are kept.

    `order` is that of the parameters, None for a driver that knows them by name.
    """

    text: str
    order: tuple[str, ...] | None
    fixed: Mapping[str, Any]
    converted: Sequence[tuple[str, Callable[[Any], Any]]]


def execute(session: Session, statement: Insert | Update, rows: Sequence[Mapping[str, Any]]) -> None:
    """Run a statement, a constant of its module, once for each row: the values of its parameters, always the same."""
    if not rows:
        return
    connection = session.connection()
    text, order, fixed, converted = _prepared(statement, tuple(rows[0]), connection.dialect)
    given, said = list[dict[str, Any]](), {STATEMENT: statement}
    for row in rows:
        values = {**fixed, **row}
        for name, convert in converted:
            values[name] = convert(values[name])
        given.append(values)
    if order is None:
        connection.exec_driver_sql(text, given, execution_options=said)
    else:
        placed = [tuple([values[name] for name in order]) for values in given]
        connection.exec_driver_sql(text, placed, execution_options=said)


@lru_cache(maxsize=64)
def _prepared(statement: Insert | Update, names: tuple[str, ...], dialect: Dialect) -> _Prepared:
    columns = list(names) if isinstance(statement, Insert) else None
    compiled = statement.compile(dialect=dialect, column_keys=columns)
    found = {name: bind.type.dialect_impl(dialect).bind_processor(dialect) for name, bind in compiled.binds.items()}
    converted = [(name, convert) for name, convert in found.items() if convert is not None]
    fixed = {name: value for name, value in compiled.params.items() if name not in names}
    order = tuple(compiled.positiontup) if compiled.positional and compiled.positiontup is not None else None
    return _Prepared(str(compiled), order, fixed, converted)
