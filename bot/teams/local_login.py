"""A login on this machine, in place of Microsoft's: MSAL refuses to speak to one over plain http; for tests."""

from __future__ import annotations

import json
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import ProxyHandler, build_opener

from bot.teams.settings import TeamsSettings


class LocalLogin:
    """Gives out credentials the way the SDK's own factories do, and is the credentials at once."""

    def __init__(self, settings: TeamsSettings, scope: str) -> None:
        self._settings = settings
        self._scope = scope

    async def is_valid_app_id(self, app_id: str) -> bool:
        """Whether a token is meant for this bot."""
        return app_id == self._settings.app_id

    async def is_authentication_disabled(self) -> bool:
        """No: the SDK asks, because without an id it would let everybody in."""
        return False

    async def create_credentials(self, *_: object) -> LocalLogin:
        """The credentials."""
        return self

    def get_access_token(self, force_refresh: bool = False) -> str:
        """A new token; raises PermissionError when it is refused, OSError when there is no answer."""
        form = {
            "grant_type": "client_credentials",
            "client_id": self._settings.app_id,
            "client_secret": self._settings.app_password.get_secret_value(),
            "scope": f"{self._scope}/.default",
        }
        url = f"{self._settings.authority}/oauth2/v2.0/token"
        try:
            with build_opener(ProxyHandler({})).open(url, urlencode(form).encode(), timeout=10) as answer:
                return str(json.load(answer)["access_token"])
        except HTTPError as error:
            raise PermissionError(f"the login answered {error.code}") from None
