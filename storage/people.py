"""Accounts seen on the platforms, and who is away."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import RowMapping, delete, insert, select, update
from sqlalchemy.orm import Session

from complaints.presence import Leave
from storage.once import changed, insert_once
from storage.tables import accounts, leaves


@dataclass(frozen=True, slots=True)
class Account:
    """One account on a platform, and the person (key) it is."""

    platform: str
    user: str
    person: str
    name: str
    email: str | None = None
    zone: str | None = None


def account(session: Session, workspace: str, platform: str, user: str) -> Account | None:
    """The account with this id on a platform, or None when it has not been seen."""
    query = select(accounts).where(
        accounts.c.workspace == workspace, accounts.c.platform == platform, accounts.c.user == user
    )
    row = session.execute(query).mappings().first()
    return _account(row) if row else None


def accounts_of(session: Session, workspace: str, person: str) -> list[Account]:
    """The accounts that a person has been seen with."""
    query = select(accounts).where(accounts.c.workspace == workspace, accounts.c.person == person)
    return [_account(row) for row in session.execute(query).mappings()]


def zone_of(session: Session, workspace: str, person: str) -> str | None:
    """The time zone of the account that a person was seen with last, or None where none of theirs has one."""
    query = select(accounts.c.zone).where(
        accounts.c.workspace == workspace, accounts.c.person == person, accounts.c.zone.is_not(None)
    )
    zone: str | None = session.scalar(query.order_by(accounts.c.seen_at.desc()).limit(1))
    return zone


def accounts_of_any(session: Session, workspace: str, persons: Collection[str]) -> list[Account]:
    """The accounts that any of these people have been seen with."""
    query = select(accounts).where(accounts.c.workspace == workspace, accounts.c.person.in_(persons))
    return [_account(row) for row in session.execute(query).mappings()]


def keep_account(session: Session, workspace: str, known: Account, at: datetime) -> None:
    """Save an account, or what is new about it."""
    where = (
        (accounts.c.workspace == workspace) & (accounts.c.platform == known.platform) & (accounts.c.user == known.user)
    )
    values = {"person": known.person, "name": known.name, "email": known.email, "zone": known.zone, "seen_at": at}
    if changed(session.execute(update(accounts).where(where).values(values))):
        return
    insert_once(session, accounts, workspace=workspace, platform=known.platform, user=known.user, **values)


def add_leave(session: Session, workspace: str, leave: Leave) -> None:
    """Note that somebody is away; what they announced before ends as this one starts."""
    end_leave(session, workspace, leave.person, leave.start)
    session.execute(
        insert(leaves).values(
            workspace=workspace, person=leave.person, start=leave.start, until=leave.until, deputy=leave.deputy
        )
    )


def end_leave(session: Session, workspace: str, person: str, at: datetime) -> bool:
    """Let the absences that somebody announced end at `at`; whether there were any that went on.

    They are kept as they were until then, for a replay of what happened.
    """
    still = (leaves.c.workspace == workspace, leaves.c.person == person, leaves.c.until > at)
    unbegun = session.execute(delete(leaves).where(*still, leaves.c.start >= at))
    ended = session.execute(update(leaves).where(*still).values(until=at))
    return changed(unbegun) + changed(ended) > 0


def present_leaves(session: Session, workspace: str, at: datetime) -> tuple[Leave, ...]:
    """The announced absences that have not ended by `at`."""
    query = select(leaves).where(leaves.c.workspace == workspace, leaves.c.until > at).order_by(leaves.c.id)
    return tuple(
        Leave(row["person"], row["start"], row["until"], row["deputy"]) for row in session.execute(query).mappings()
    )


def _account(row: RowMapping) -> Account:
    return Account(row["platform"], row["user"], row["person"], row["name"], row["email"], row["zone"])
