"""Where the app is installed, and its tokens, sealed: nothing here can open them.

Not of a workspace of ours, unlike every other row: somebody installs the app before any file names their Slack
workspace, requests bring Slack's ids alone, and one organisation may have several Slack workspaces.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, RowMapping, Select, and_, delete, insert, or_, select, tuple_, update
from sqlalchemy.orm import Session

from storage.once import changed
from storage.tables import installations


class Place(NamedTuple):
    """Where an app is installed: enterprise `""` outside of a Grid, team `""` for the whole of one."""

    enterprise: str
    team: str


@dataclass(frozen=True, slots=True)
class Sealed:
    """A bot token and, where tokens are rotated, what it is refreshed with and until when it is good."""

    token: str
    refresh: str | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Installation:
    """The app in one place; `sealed` is None once it has been removed."""

    platform: str
    place: Place
    name: str
    app: str
    bot: str
    bot_user: str
    scopes: tuple[str, ...]
    sealed: Sealed | None
    installed_by: str
    installed_at: datetime
    removed_at: datetime | None = None


def put(session: Session, one: Installation) -> None:
    """Keep an installation, in the place of an older one there; a refresh that is under way comes to nothing."""
    session.execute(delete(installations).where(_at(one.platform, one.place)))
    session.execute(insert(installations).values(**_row(one)))


def find(session: Session, platform: str, place: Place) -> Installation | None:
    """The installation in exactly this place, removed or not, or None."""
    row = session.execute(select(installations).where(_at(platform, place))).mappings().first()
    return _installation(row) if row else None


def active(session: Session, platform: str, ids: Sequence[str]) -> list[Installation]:
    """The installations in these workspaces and Grids that have not been removed; whole Grids and the newest first."""
    named = [one for one in ids if one]  # what is empty in a row is no id
    of_ids = or_(installations.c.enterprise.in_(named), installations.c.team.in_(named))
    where = and_(installations.c.platform == platform, installations.c.removed_at.is_(None), of_ids)
    rows = session.execute(select(installations).where(where)).mappings()
    found = sorted(map(_installation, rows), key=lambda one: one.installed_at, reverse=True)
    return sorted(found, key=lambda one: one.place.team != "")


def listed(session: Session) -> list[Installation]:
    """Every installation, the removed ones too, by place."""
    return [_installation(row) for row in session.execute(_by_place()).mappings()]


def portion(session: Session, after: tuple[str, Place] | None, limit: int) -> list[Installation]:
    """The next so many installations that hold tokens, by place, which nobody else changes until the commit."""
    query = _by_place().where(installations.c.token_cipher.is_not(None)).limit(limit)
    if after is not None:
        key = tuple_(installations.c.platform, installations.c.enterprise, installations.c.team)
        query = query.where(key > tuple_(after[0], after[1].enterprise, after[1].team))
    return [_installation(row) for row in session.execute(query.with_for_update()).mappings()]


def reseal(session: Session, one: Installation, sealed: Sealed) -> None:
    """Keep the same tokens under other seals; a refresh that is under way goes on."""
    session.execute(update(installations).where(_at(one.platform, one.place)).values(**_sealed(sealed)))


def lease(session: Session, one: Installation, name: str, at: datetime, until: datetime) -> bool:
    """Take the right to refresh these very tokens; False where they have changed or somebody else is at it."""
    refresh = one.sealed.refresh if one.sealed else None
    free = or_(installations.c.leased_until.is_(None), installations.c.leased_until <= at)
    where = and_(_at(one.platform, one.place), installations.c.refresh_cipher == refresh, free)
    return changed(session.execute(update(installations).where(where).values(lease=name, leased_until=until))) == 1


def refreshed(session: Session, one: Installation, name: str, sealed: Sealed) -> bool:
    """Keep what a refresh brought and end its lease; False where the app was installed anew or removed meanwhile.

    Resealed meanwhile, the lease is ours yet; with the lease run out and taken by others, the tokens are the old ones.
    """
    unchanged = installations.c.refresh_cipher == (one.sealed.refresh if one.sealed else None)
    where = and_(_at(one.platform, one.place), or_(installations.c.lease == name, unchanged))
    values = {**_sealed(sealed), "lease": None, "leased_until": None}
    return changed(session.execute(update(installations).where(where).values(**values))) == 1


def release(session: Session, one: Installation, name: str) -> None:
    """Give a lease back after a refresh that brought nothing."""
    where = and_(_at(one.platform, one.place), installations.c.lease == name)
    session.execute(update(installations).where(where).values(lease=None, leased_until=None))


def remove(session: Session, platform: str, place: Place, at: datetime) -> bool:
    """Forget the tokens of an installation that is not younger than `at`, in whole seconds; False where there is none.

    The row stays, so that an operator sees what was there; the tickets are none of its business.
    """
    not_younger = installations.c.installed_at < at + timedelta(seconds=1)
    where = and_(_at(platform, place), installations.c.removed_at.is_(None), not_younger)
    values = {"removed_at": at, **_sealed(None), "lease": None, "leased_until": None}
    return changed(session.execute(update(installations).where(where).values(**values))) == 1


def _at(platform: str, place: Place) -> ColumnElement[bool]:
    return and_(
        installations.c.platform == platform, installations.c.enterprise == place.enterprise,
        installations.c.team == place.team,
    )  # fmt: skip


def _by_place() -> Select[tuple[object, ...]]:
    return select(installations).order_by(installations.c.platform, installations.c.enterprise, installations.c.team)


def _row(one: Installation) -> dict[str, object]:
    return {
        "platform": one.platform, "enterprise": one.place.enterprise, "team": one.place.team, "name": one.name[:200],
        "app": one.app, "bot": one.bot, "bot_user": one.bot_user, "scopes": ",".join(one.scopes),
        "installed_by": one.installed_by, "installed_at": one.installed_at, "removed_at": one.removed_at,
        **_sealed(one.sealed),
    }  # fmt: skip


def _sealed(sealed: Sealed | None) -> dict[str, object]:
    if sealed is None:
        return {"token_cipher": None, "refresh_cipher": None, "expires_at": None}
    return {"token_cipher": sealed.token, "refresh_cipher": sealed.refresh, "expires_at": sealed.expires_at}


def _installation(row: RowMapping) -> Installation:
    sealed = Sealed(row["token_cipher"], row["refresh_cipher"], row["expires_at"]) if row["token_cipher"] else None
    return Installation(
        row["platform"], Place(row["enterprise"], row["team"]), row["name"], row["app"], row["bot"], row["bot_user"],
        tuple(scope for scope in row["scopes"].split(",") if scope), sealed, row["installed_by"], row["installed_at"],
        row["removed_at"],
    )  # fmt: skip
