"""Watches every statement that storage/ makes: each table in it must be bound to one workspace."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any

from sqlalchemy import BindParameter, Delete, Insert, Select, Table, Update, event
from sqlalchemy.engine import Engine
from sqlalchemy.sql import operators
from sqlalchemy.sql.elements import BinaryExpression, BooleanClauseList, ColumnClause
from sqlalchemy.sql.selectable import Alias, FromClause, Join

from storage.many import STATEMENT
from storage.tables import metadata

STORAGE = str(Path(__file__).parent.parent / "storage")
WORKSPACE = "workspace"
TENANT_TABLES = {table.name for table in metadata.tables.values() if WORKSPACE in table.c}

BY_ID = {
    "outbox.claim": "the rows that it has just selected of its workspace, locked",
    "outbox._taken": "a row that claim has just selected",
    "outbox._readable": "a row that claim has just selected",
    "outbox.rewrite": "a notice that was claimed",
    "outbox.finish": "a notice that was claimed",
    "outbox.postpone": "a notice that was claimed",
    "bundling.waiting": "notices that the people’s days name, which are of the workspace",
    "bundling.extend": "the same",
}
"""The functions of storage/ that name notices by their id alone, and why each id is of the workspace."""

IDS = {("outbox", "id"), ("bundles", "notice")}
"""Where the id of a notice is."""

OF_ALL = {
    "timeline.unlinked": "finds the places of events that an older version wrote, to link them; nobody is shown any",
}
"""The functions that are about every workspace on purpose, and why."""


class Watch:
    """What has been seen so far: statements that are not bound to a workspace, and who asked."""

    def __init__(self) -> None:
        self.judged: dict[tuple[str, str], str | None] = {}
        self.asked: set[str] = set()

    @property
    def unbound(self) -> list[str]:
        """Each statement that could show or change a row of another workspace."""
        return [problem for problem in self.judged.values() if problem]

    def start(self) -> None:
        """Watch every engine from now on."""
        event.listen(Engine, "before_cursor_execute", self._seen)

    def stop(self) -> None:
        """Watch no more."""
        event.remove(Engine, "before_cursor_execute", self._seen)

    def _seen(self, _connection: Any, _cursor: Any, sql: str, _values: Any, context: Any, _many: bool) -> None:
        compiled = getattr(context, "compiled", None)
        named = context.execution_options.get(STATEMENT) if context is not None else None
        statement = named if named is not None else getattr(compiled, "statement", None)
        if not isinstance(statement, Select | Update | Delete | Insert):
            return
        asker = _asker(sys._getframe())
        if asker is None or asker in OF_ALL:
            return
        self.asked.add(asker)
        if (sql, asker) not in self.judged:
            loose = unbound(statement, by_id=asker in BY_ID)
            self.judged[sql, asker] = (
                f"{asker}: {', '.join(sorted(loose))} of any workspace in {sql}" if loose else None
            )


def unbound(statement: Any, *, by_id: bool = False) -> set[str]:
    """The tables of a statement from which it takes rows whatever their workspace.

    Bound is what is compared with one workspace where nothing else is enough, or with a table that is; `by_id` takes
    rows of a notice that are named by its id for bound.
    """
    if isinstance(statement, Insert):
        # Rows always carry their workspace: the column is not null.
        inner = statement.select
        return unbound(inner) if inner is not None else set()
    return _loose(statement, set(), by_id)


def _loose(statement: Any, outer: set[str], by_id: bool) -> set[str]:
    froms = {_name(one): one for one in _froms(statement)}
    own = {name for name in froms if name not in outer} or set(froms)
    bound = set(outer) - own if own != set(froms) else set()
    conditions = list(_conditions(statement))
    while True:
        more = {name for name in own - bound if any(_binds(one, froms[name], bound, by_id) for one in conditions)}
        if not more:
            break
        bound |= more
    loose = {_table(froms[name]) for name in own - bound} & TENANT_TABLES
    for inner in _inner(statement):
        loose |= _loose(inner, bound, by_id)
    return loose


def _froms(statement: Any) -> Iterator[FromClause]:
    if isinstance(statement, Update | Delete):
        yield statement.table
        return
    for one in statement.get_final_froms():
        yield from _parts(one)


def _parts(one: FromClause) -> Iterator[FromClause]:
    if isinstance(one, Join):
        yield from _parts(one.left)
        yield from _parts(one.right)
    elif isinstance(one, Table | Alias):
        yield one


def _conditions(statement: Any) -> Iterator[Any]:
    """What has to hold, all of it, for a row to be taken."""
    yield from _all(statement.whereclause)
    for one in () if isinstance(statement, Update | Delete) else statement.get_final_froms():
        if isinstance(one, Join):
            yield from _all(one.onclause)


def _all(clause: Any) -> Iterator[Any]:
    if isinstance(clause, BooleanClauseList) and clause.operator is operators.and_:
        for part in clause.clauses:
            yield from _all(part)
    elif hasattr(clause, "element") and type(clause).__name__ in {"Grouping", "AsBoolean"}:
        yield from _all(clause.element)
    elif clause is not None:
        yield clause


def _binds(condition: Any, one: FromClause, bound: set[str], by_id: bool) -> bool:
    if not isinstance(condition, BinaryExpression):
        return False
    named = any(table == _table(one) and _is(condition.left, one, column) for table, column in IDS)
    if by_id and named and condition.operator in {operators.eq, operators.in_op}:
        return isinstance(condition.right, BindParameter) or condition.operator is operators.in_op
    if condition.operator is not operators.eq:
        return False
    sides = ((condition.left, condition.right), (condition.right, condition.left))
    return any(_is(mine, one, WORKSPACE) and _known(other, bound) for mine, other in sides)


def _known(other: Any, bound: set[str]) -> bool:
    if isinstance(other, BindParameter):
        return True
    return isinstance(other, ColumnClause) and other.name == WORKSPACE and _name(other.table) in bound


def _is(column: Any, one: FromClause, name: str) -> bool:
    return isinstance(column, ColumnClause) and column.name == name and _name(column.table) == _name(one)


def _name(one: Any) -> str:
    return str(one.name)


def _table(one: Any) -> str:
    return str(one.element.name) if isinstance(one, Alias) else str(one.name)


def _inner(statement: Any) -> Iterator[Select[Any]]:
    """The selects directly within, wherever they are."""
    stack = list(statement.get_children())
    while stack:
        element = stack.pop()
        if isinstance(element, Select):
            yield element
        elif not isinstance(element, Table):
            stack += list(element.get_children())


def _asker(frame: FrameType | None) -> str | None:
    """The innermost function of storage/ that a statement comes from, or None for one of a test’s own."""
    while frame is not None:
        path = frame.f_code.co_filename
        if path.startswith(STORAGE) and "/migrations/" not in path and not path.endswith("once.py"):
            return f"{Path(path).stem}.{frame.f_code.co_name}"
        frame = frame.f_back
    return None
