"""Which bot token a call to Slack is made with: that of the environment, or that of an installation."""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any, Protocol

from storage.installations import Place

_here: ContextVar[Place | None] = ContextVar("here", default=None)


class Tokens(Protocol):
    """The bot tokens of one organisation."""

    async def token(self) -> str:
        """The token to call Slack with now; raises NoToken where there is none, and what a failing refresh raises."""

    async def instead_of(self, refused: str) -> str | None:
        """Another token than the one that Slack has just refused, or None; raises like `token`."""

    def doubt(self) -> None:
        """Look the tokens up anew next time, because Slack said that it has revoked one."""

    async def uninstalled(self, body: Mapping[str, Any]) -> None:
        """The app was removed from the workspace that Slack’s event names."""


class FixedToken:
    """The token of the environment, which only an operator can change."""

    def __init__(self, token: str) -> None:
        self._token = token

    async def token(self) -> str:
        """The token."""
        return self._token

    async def instead_of(self, refused: str) -> str | None:
        """None: there is no other."""
        return None

    def doubt(self) -> None:
        """Nothing: there is nowhere to look."""

    async def uninstalled(self, body: Mapping[str, Any]) -> None:
        """Nothing: Slack will refuse it from now on."""


def arrived(place: Place | None) -> None:
    """From now on this request’s calls to Slack are made with the token of the workspace that it came from."""
    _here.set(place)


def here() -> Place | None:
    """The workspace that the present request came from; None outside of requests."""
    return _here.get()


def place_of(payload: Mapping[str, Any]) -> Place | None:
    """Where the app is installed that Slack sent this payload to, as far as the payload says; else None.

    Events name team and enterprise at their top and, rather, in `authorizations`, commands at their top, interactions
    as objects; installed on a whole Grid the team may be null (docs.slack.dev/enterprise).
    """
    first = next((one for one in payload.get("authorizations") or () if isinstance(one, dict)), {})
    enterprise = _id(first, "enterprise") or _id(payload, "enterprise")
    team = _id(first, "team") or _id(payload, "team")
    whole = any(str(one.get("is_enterprise_install")).lower() == "true" for one in (first, payload))
    if team.startswith("E"):
        enterprise, whole = team, True
    place = Place(enterprise, "" if whole else team)
    return place if any(place) else None


def _id(part: Mapping[str, Any], name: str) -> str:
    found = part.get(name)
    return str((found.get("id") if isinstance(found, dict) else part.get(f"{name}_id")) or "")
