"""The configurations that tickets were decided under."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.once import insert_once
from storage.tables import policy_versions


def keep_version(session: Session, workspace: str, version: str, document: str, at: datetime) -> bool:
    """Save a configuration; False when it is known already."""
    return insert_once(
        session, policy_versions, workspace=workspace, version=version, document=document, first_used_at=at
    )


def document_of(session: Session, workspace: str, version: str) -> str | None:
    """The configuration of a version as canonical JSON, or None."""
    found: str | None = session.scalar(
        select(policy_versions.c.document).where(
            policy_versions.c.workspace == workspace, policy_versions.c.version == version
        )
    )
    return found
