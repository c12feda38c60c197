"""The configurations that tickets were decided under."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from storage.once import insert_once
from storage.tables import policy_versions


def keep_version(session: Session, workspace: str, version: str, document: str, at: datetime) -> bool:
    """Save a configuration; False when it is known already."""
    # Asked first, because the document is long and nearly always there.
    if session.scalar(_KNOWN, {"of_workspace": workspace, "of_version": version}) is not None:
        return False
    return insert_once(
        session, policy_versions, workspace=workspace, version=version, document=document, first_used_at=at
    )


_KNOWN = select(policy_versions.c.version).where(
    policy_versions.c.workspace == bindparam("of_workspace"), policy_versions.c.version == bindparam("of_version")
)


def document_of(session: Session, workspace: str, version: str) -> str | None:
    """The configuration of a version as canonical JSON, or None."""
    found: str | None = session.scalar(
        select(policy_versions.c.document).where(
            policy_versions.c.workspace == workspace, policy_versions.c.version == version
        )
    )
    return found
