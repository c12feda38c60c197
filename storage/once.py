"""Inserting a row unless it is there already, safely beside other replicas."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CursorResult, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session


def insert_once(session: Session, table: Table, **values: Any) -> bool:
    """Insert a row; False when one with its key was there before, by whichever replica."""
    maker = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    # Not by the row count, which drivers need not keep for an INSERT.
    inserted = maker(table).values(values).on_conflict_do_nothing().returning(table.c.workspace)
    return session.execute(inserted).first() is not None


def changed(result: Any) -> int:
    """How many rows a statement changed."""
    return result.rowcount if isinstance(result, CursorResult) else 0
