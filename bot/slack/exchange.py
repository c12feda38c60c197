"""`oauth.v2.access`: a code, or a refresh token, in exchange for a bot token (docs.slack.dev/authentication)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from storage.installations import Place


class NotGranted(SlackClientError):
    """Slack answered without a bot token."""


@dataclass(frozen=True, slots=True)
class Fresh:
    """A bot token and, where tokens are rotated, what it is refreshed with and until when it is good."""

    token: str
    refresh: str | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Grant:
    """What an installation brought."""

    place: Place
    name: str
    app: str
    bot: str
    bot_user: str
    scopes: tuple[str, ...]
    installed_by: str
    fresh: Fresh


class Exchange:
    """Exchanges with the app's credentials; every way of failing is one of slack_sdk's or of the connection.

    slack_sdk's own AsyncTokenRotator reads the machine's clock and hides what Slack said, so the call is made here.
    """

    def __init__(
        self, client: AsyncWebClient, client_id: str, client_secret: str, redirect_url: str | None = None
    ) -> None:
        self._client = client
        self._id, self._secret, self._redirect = client_id, client_secret, redirect_url

    async def granted(self, code: str, at: datetime) -> Grant:
        """What a code from the redirect is worth; it is good once and for ten minutes."""
        client = self._client
        answer = await client.oauth_v2_access(
            client_id=self._id, client_secret=self._secret, code=code, redirect_uri=self._redirect
        )
        found: Mapping[str, Any] = answer.data if isinstance(answer.data, dict) else {}
        fresh = _fresh(found, at)
        # oauth.v2.access does not tell the bot's id; asking with the token also shows that it works.
        bot = str((await client.auth_test(token=fresh.token)).get("bot_id") or "")
        return Grant(
            _place(found), _name(found), str(found.get("app_id") or ""), bot, str(found.get("bot_user_id") or ""),
            _scopes(found), str((found.get("authed_user") or {}).get("id") or ""), fresh,
        )  # fmt: skip

    async def refreshed(self, refresh_token: str, at: datetime) -> Fresh:
        """What a refresh token is worth; it is good once (docs.slack.dev/authentication/using-token-rotation)."""
        client = self._client
        answer = await client.oauth_v2_access(
            client_id=self._id, client_secret=self._secret, grant_type="refresh_token", refresh_token=refresh_token
        )
        return _fresh(answer.data if isinstance(answer.data, dict) else {}, at)


def _fresh(found: Mapping[str, Any], at: datetime) -> Fresh:
    token, seconds = found.get("access_token"), found.get("expires_in")
    if not isinstance(token, str) or not token or found.get("token_type", "bot") != "bot":
        raise NotGranted("Slack’s answer holds no bot token")
    if not isinstance(seconds, int) or not found.get("refresh_token"):
        return Fresh(token)
    return Fresh(token, str(found["refresh_token"]), at + timedelta(seconds=seconds))


def _place(found: Mapping[str, Any]) -> Place:
    enterprise, team = (str((found.get(part) or {}).get("id") or "") for part in ("enterprise", "team"))
    place = Place(enterprise, "" if found.get("is_enterprise_install") else team)
    if not any(place):
        raise NotGranted("Slack’s answer names no workspace")
    return place


def _name(found: Mapping[str, Any]) -> str:
    named = found.get("enterprise" if found.get("is_enterprise_install") else "team") or {}
    return str(named.get("name") or "")


def _scopes(found: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(scope.strip() for scope in str(found.get("scope") or "").split(",") if scope.strip())
