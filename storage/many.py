"""One statement for many rows, without what SQLAlchemy does anew for each of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Dialect, Insert, Update
from sqlalchemy.orm import Session

STATEMENT = "golddust_statement"
"""The option under which whoever watches what is executed finds the statement that a text was made of."""


class _Parameter(NamedTuple):
    """A parameter of a statement: its value where the rows say none, and how the driver keeps it."""

    name: str
    fixed: Any
    convert: Callable[[Any], Any] | None

    def of(self, rows: Sequence[Mapping[str, Any]]) -> Iterable[Any]:
        """Its value in each row, as the driver takes it."""
        values = [row.get(self.name, self.fixed) for row in rows]
        return values if self.convert is None else map(self.convert, values)


class _Prepared(NamedTuple):
    """A statement as its driver takes it, its parameters in order, and whether the driver knows them by name."""

    text: str
    parameters: Sequence[_Parameter]
    named: bool


def execute(session: Session, statement: Insert | Update, rows: Sequence[Mapping[str, Any]]) -> None:
    """Run a statement, a constant of its module, once for each row: the values of its parameters, always the same."""
    if not rows:
        return
    connection = session.connection()
    text, parameters, named = _prepared(statement, tuple(rows[0]), connection.dialect)
    values = zip(*(parameter.of(rows) for parameter in parameters), strict=True)
    names = [parameter.name for parameter in parameters]
    given: list[Any] = [dict(zip(names, row, strict=True)) for row in values] if named else list(values)
    connection.exec_driver_sql(text, given, execution_options={STATEMENT: statement})


@lru_cache(maxsize=64)
def _prepared(statement: Insert | Update, given: tuple[str, ...], dialect: Dialect) -> _Prepared:
    columns = list(given) if isinstance(statement, Insert) else None
    compiled = statement.compile(dialect=dialect, column_keys=columns)
    order = compiled.positiontup if compiled.positional else None
    types = {name: bound.type.dialect_impl(dialect) for bound, name in compiled.bind_names.items()}
    parameters = [
        _Parameter(name, compiled.params[name], types[name].bind_processor(dialect))
        for name in (compiled.params if order is None else order)
    ]
    return _Prepared(str(compiled), parameters, named=order is None)
