"""Where conversations are on platforms that need more than a name to write there."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import Session

from storage.once import changed, insert_once
from storage.tables import references


def keep(session: Session, workspace: str, platform: str, key: str, reference: str, at: datetime) -> None:
    """Save where the conversation of a key is, a person's or its own; it takes the place of what was known."""
    values = {"reference": reference, "seen_at": at}
    if changed(session.execute(update(references).where(*_is(workspace, platform, key)).values(values))):
        return
    insert_once(session, references, workspace=workspace, platform=platform, key=key, **values)


def find(session: Session, workspace: str, platform: str, key: str) -> str | None:
    """Where the conversation of a key is, or None when it is not known."""
    found: str | None = session.scalar(select(references.c.reference).where(*_is(workspace, platform, key)))
    return found


def newest(session: Session, workspace: str, platform: str) -> str | None:
    """Where something was heard last on a platform, or None."""
    query = select(references.c.reference).where(references.c.workspace == workspace, references.c.platform == platform)
    found: str | None = session.scalar(query.order_by(references.c.seen_at.desc()).limit(1))
    return found


def forget(session: Session, workspace: str, platform: str, key: str) -> None:
    """Forget where a conversation is, because it is gone."""
    session.execute(delete(references).where(*_is(workspace, platform, key)))


def _is(workspace: str, platform: str, key: str) -> tuple[ColumnElement[bool], ...]:
    return references.c.workspace == workspace, references.c.platform == platform, references.c.key == key
