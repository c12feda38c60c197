"""Inserting a row unless it is there already, safely beside other replicas."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import CursorResult, Executable, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session


def insert_once(session: Session, table: Table, **values: Any) -> bool:
    """Insert a row; False when one with its key was there before, by whichever replica."""
    return session.execute(_insert(table, session.get_bind().dialect.name), values).first() is not None


@cache
def _insert(table: Table, dialect: str) -> Executable:
    maker = postgresql.insert if dialect == "postgresql" else sqlite.insert
    # Not by the row count, which drivers need not keep for an INSERT.
    return maker(table).on_conflict_do_nothing().returning(table.c.workspace)


def changed(result: Any) -> int:
    """How many rows a statement changed."""
    return result.rowcount if isinstance(result, CursorResult) else 0
