"""Who has installed the app; never with which token."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot import terminal
from bot.cli.opening import existing
from bot.cli.options import AsJson
from bot.settings import read_settings
from storage import database
from storage.installations import Installation, listed

_UTC = ZoneInfo("UTC")


def installations(json: AsJson = False) -> None:
    """Show which Slack workspaces have installed the app; their tokens are not shown."""
    engine = existing(read_settings())
    with database.reading(engine)() as session:
        found = listed(session)
    engine.dispose()
    if json:
        terminal.dump([_record(one) for one in found])
        return
    rows = [_row(one) for one in found]
    headings = ("platform", "workspace", "name", "state", "installed", "by", "token good until")
    if rows:
        terminal.tabulate(headings, rows)
    gone = sum(one.removed_at is not None for one in found)
    terminal.say(f"{terminal.counted(len(found) - gone, 'installation')}, {gone} removed")


def _row(one: Installation) -> tuple[str, ...]:
    where = " in ".join(part for part in (one.place.team or "every workspace", one.place.enterprise) if part)
    expires = one.sealed.expires_at if one.sealed else None
    until = terminal.moment(expires, _UTC) if expires else "" if one.removed_at else "it is removed"
    state = "removed" if one.removed_at else "installed"
    installed = terminal.moment(one.installed_at, _UTC)
    return one.platform, where, one.name, state, installed, one.installed_by, until


def _record(one: Installation) -> dict[str, Any]:
    return {
        "platform": one.platform,
        "enterprise": one.place.enterprise or None,
        "team": one.place.team or None,
        "name": one.name,
        "app": one.app,
        "bot": one.bot,
        "bot_user": one.bot_user,
        "scopes": list(one.scopes),
        "installed_by": one.installed_by,
        "installed_at": _iso(one.installed_at),
        "removed_at": _iso(one.removed_at),
        "token_expires_at": _iso(one.sealed.expires_at if one.sealed else None),
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat().replace("+00:00", "Z") if moment else None
