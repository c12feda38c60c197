"""What is stored of one person beside the tickets, and forgetting it."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, Table, delete, func, or_, select, update
from sqlalchemy.orm import Session

from storage.erasing import audiences
from storage.once import changed
from storage.people import Account
from storage.tables import (
    accounts,
    attention,
    bundles,
    digests,
    leaves,
    preferences,
    references,
    seen,
)
from storage.tables import subscriptions as subscribed


def known_as(session: Session, workspace: str, named: str) -> list[Account]:
    """The accounts of a person, who is named by their key, by `platform:user` or by an e-mail address."""
    meant = or_(
        accounts.c.person == named,
        func.lower(accounts.c.email) == named.lower(),
        (accounts.c.platform + ":" + accounts.c.user) == named,
    )
    people = select(accounts.c.person).where(accounts.c.workspace == workspace, meant)
    query = select(accounts).where(accounts.c.workspace == workspace, accounts.c.person.in_(people))
    return [
        Account(row["platform"], row["user"], row["person"], row["name"], row["email"], row["zone"])
        for row in session.execute(query).mappings()
    ]


def forget_accounts(session: Session, workspace: str, keys: Collection[str], known: Collection[Account]) -> int:
    """Forget a person's accounts, and where their conversations are; how many accounts there were."""
    for one in known:
        mine = (references.c.workspace == workspace, references.c.platform == one.platform)
        where = select(references.c.reference).where(*mine, references.c.key == one.user)
        # The same place is also kept under the conversation's own id.
        _drop(session, references, workspace, references.c.reference.in_(list(session.scalars(where))))
    users = [(accounts.c.platform == one.platform) & (accounts.c.user == one.user) for one in known]
    return _drop(session, accounts, workspace, or_(accounts.c.person.in_(keys), *users))


def forget_conversations(session: Session, workspace: str, keys: Collection[str], instead: str) -> None:
    """Let what was said alone with a person be recognised without their key, where a channel names it by that."""
    for key in keys:
        named = f":person:{key}:"
        here = (seen.c.workspace == workspace, seen.c.key.contains(named, autoescape=True))
        new = func.replace(seen.c.key, named, f":person:{instead}:")
        session.execute(update(seen).where(*here).values(key=new))
    _drop(session, bundles, workspace, bundles.c.conversation.in_(audiences(keys)))


def forget_choices(session: Session, workspace: str, keys: Collection[str]) -> int:
    """Forget what a person has chosen for themselves, and how much they were nudged; how many choices there were."""
    _drop(session, attention, workspace, attention.c.person.in_(keys))
    return _drop(session, preferences, workspace, preferences.c.person.in_(keys))


def forget_absences(session: Session, workspace: str, keys: Collection[str]) -> int:
    """Forget when a person is away, and for whom they step in; how many absences of theirs there were."""
    stepping_in = update(leaves).where(leaves.c.workspace == workspace, leaves.c.deputy.in_(keys))
    session.execute(stepping_in.values(deputy=None))
    return _drop(session, leaves, workspace, leaves.c.person.in_(keys))


def forget_subscriptions(session: Session, workspace: str, keys: Collection[str]) -> int:
    """Forget the digests that a person gets; how many subscriptions there were."""
    theirs = subscribed.c.audience.in_(audiences(keys))
    ids = list(session.scalars(select(subscribed.c.id).where(subscribed.c.workspace == workspace, theirs)))
    _drop(session, digests, workspace, digests.c.subscription.in_(ids))
    return _drop(session, subscribed, workspace, subscribed.c.id.in_(ids))


def _drop(session: Session, table: Table, workspace: str, which: ColumnElement[bool]) -> int:
    return changed(session.execute(delete(table).where(table.c.workspace == workspace, which)))
