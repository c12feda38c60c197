"""Migrations: an older Golddust goes on beside a newer one, and nothing that it saved is lost."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import JSON, Connection, Engine, MetaData, Table, insert, select

import storage.migrations.versions as folder
from storage import tickets
from storage.database import _alembic, open_engine, reading, upgrade
from storage.rows import row_of
from storage.tables import INDEX_OF_WORDS, metadata
from tests.complaints.builders import a_ticket

VERSIONS = sorted(Path(folder.__path__[0]).glob("[0-9]*.py"))
SINCE = "0002"
"""The first revision that was in use; what came before it nobody has."""

_FORBIDDEN = {
    "drop_table", "drop_column", "drop_constraint", "rename_table", "alter_column", "create_unique_constraint",
    "create_check_constraint", "create_foreign_key", "create_primary_key", "create_exclude_constraint",
}  # fmt: skip
_WORDS = ("drop", "rename", "alter", "truncate")


def dangers(source: str) -> list[str]:
    """What in a migration an older version would stumble over, in the order of its lines."""
    return [said for call in ast.walk(ast.parse(source)) if isinstance(call, ast.Call) for said in _dangers(call)]


def _dangers(call: ast.Call) -> Iterator[str]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    given = {one.arg: one.value for one in call.keywords}
    if name in _FORBIDDEN:
        yield name
    if name == "create_index" and _is(given.get("unique"), True):
        yield "a unique index"
    if name == "add_column":
        columns = [one for one in call.args if isinstance(one, ast.Call)]
        options = {one.arg: one.value for column in columns for one in column.keywords}
        if not columns or (not _is(options.get("nullable"), True) and "server_default" not in options):
            yield "a column that must be filled"
    if name in {"execute", "exec_driver_sql", "text"}:
        said = " ".join(ast.unparse(one).lower() for one in call.args)
        yield from (word for word in _WORDS if word in said.replace("'", " ").split())


def _is(node: ast.expr | None, value: bool) -> bool:
    return isinstance(node, ast.Constant) and node.value is value


@pytest.mark.parametrize("path", [path for path in VERSIONS if path.name[:4] > SINCE], ids=lambda path: path.stem)
def test_a_migration_takes_nothing_away_that_the_version_before_needs(path: Path) -> None:
    assert dangers(path.read_text()) == []


@pytest.mark.parametrize(
    ("line", "danger"),
    [
        ('op.drop_column("tickets", "words")', "drop_column"),
        ('batch_op.alter_column("words", new_column_name="said")', "alter_column"),
        ('op.rename_table("tickets", "cases")', "rename_table"),
        ('op.add_column("tickets", sa.Column("tenant", sa.Text(), nullable=False))', "a column that must be filled"),
        ('op.add_column("tickets", sa.Column("tenant", sa.Text()), nullable=True)', "a column that must be filled"),
        ('op.create_index("one", "tickets", ["owner"], unique=True)', "a unique index"),
        ('op.execute("ALTER TABLE tickets RENAME TO cases")', "rename"),
        ('op.execute(sa.text("DROP TABLE tickets"))', "drop"),
    ],
)
def test_what_takes_something_away_is_noticed(line: str, danger: str) -> None:
    assert danger in dangers(line)


@pytest.mark.parametrize(
    "line",
    [
        'op.add_column("tickets", sa.Column("tenant", sa.Text(), nullable=True))',
        'op.add_column("tickets", sa.Column("tenant", sa.Text(), nullable=False, server_default="x"))',
        'op.create_table("other", sa.Column("id", sa.Integer(), nullable=False))',
        'op.create_index("one", "tickets", ["owner"], unique=False)',
    ],
)
def test_what_only_adds_is_no_danger(line: str) -> None:
    assert dangers(line) == []


def bring(connection: Connection, revision: str) -> None:
    """Migrate to a revision and no further, as an older version did."""
    config = _alembic()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def known(engine: Engine) -> dict[str, Table]:
    """The tables as they are in the database."""
    found = MetaData()
    found.reflect(engine)
    others = ("alembic_version", *INDEX_OF_WORDS)
    return {name: table for name, table in found.tables.items() if not name.startswith(others)}


def row(table: Table, number: int) -> dict[str, Any]:
    """A row that says something in every column that the database does not fill by itself."""
    columns = [column for column in table.columns if f"{table.name}.{column.name}" != "tickets.due_at"]
    return {column.name: _value(column.type, number) for column in columns}


def _value(kind: Any, number: int) -> Any:
    if isinstance(kind, JSON):
        return {"number": number}
    made: dict[type, Any] = {
        str: str(number), int: number, float: float(number), bool: True,
        datetime: datetime(2026, 11, 23, 9, number, tzinfo=UTC if getattr(kind, "timezone", False) else None),
    }  # fmt: skip
    return made[kind.python_type]


def fill(connection: Connection, tables: dict[str, Table], number: int) -> None:
    """A row in every table, tickets first."""
    for name in sorted(tables, key=lambda name: name != "tickets"):
        connection.execute(insert(tables[name]).values(**row(tables[name], number)))


@pytest.mark.parametrize("revision", [path.name[:4] for path in VERSIONS if path.name[:4] >= SINCE])
def test_what_an_older_version_saved_stays_and_it_can_go_on_saving(database_url: str, revision: str) -> None:
    engine = open_engine(database_url)
    with engine.begin() as connection:
        bring(connection, revision)
    older = known(engine)
    with engine.begin() as connection:
        fill(connection, older, 1)
    upgrade(engine)
    with engine.begin() as connection:
        for name, table in older.items():
            (saved,) = connection.execute(select(table)).mappings()
            assert dict(saved) == {**dict(saved), **row(table, 1)}, name
        fill(connection, older, 2)
    engine.dispose()


def test_a_ticket_of_the_first_version_is_the_same_ticket_afterwards(database_url: str) -> None:
    engine = open_engine(database_url)
    with engine.begin() as connection:
        bring(connection, SINCE)
    table = known(engine)["tickets"]
    ticket = a_ticket()
    saved = {**row_of(ticket), "workspace": "main"}
    with engine.begin() as connection:
        bound = {name: value for name, value in saved.items() if name in table.columns}
        connection.execute(insert(metadata.tables["tickets"]).values(**bound))
    upgrade(engine)
    with reading(engine)() as session:
        found = tickets.load(session, "main", ticket.number)
    assert (found.verbatim, found.clocks, found.next_nudge_at) == (ticket.verbatim, ticket.clocks, ticket.next_nudge_at)
    engine.dispose()
