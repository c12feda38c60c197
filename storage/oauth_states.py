"""The installations that somebody has begun: only the hash of each state, good once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from storage.once import changed
from storage.tables import oauth_states


def issue(session: Session, digest: str, at: datetime, until: datetime) -> None:
    """Remember a state until it is used or too old; those that are too old as of `at` are forgotten."""
    session.execute(delete(oauth_states).where(oauth_states.c.expires_at <= at))
    session.execute(insert(oauth_states).values(digest=digest, expires_at=until))


def consume(session: Session, digest: str, at: datetime) -> bool:
    """Use a state up; False where it was never given out, has been used, or is too old."""
    fresh = (oauth_states.c.digest == digest) & (oauth_states.c.expires_at > at)
    return changed(session.execute(delete(oauth_states).where(fresh))) == 1
