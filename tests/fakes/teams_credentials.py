"""Credentials in place of Microsoft's login, which the SDK only speaks to over https."""

from __future__ import annotations

from botframework.connector.auth import AppCredentials, ServiceClientCredentialsFactory

from tests.fakes.teams_connector import FakeTeams
from tests.fakes.teams_identity import APP


class FakeLogin(ServiceClientCredentialsFactory):
    """Gives out credentials for the fake connector; `made` counts them, `problem` is what getting a token meets."""

    def __init__(self, teams: FakeTeams) -> None:
        self.teams = teams
        self.made = 0
        self.problem: Exception | None = None

    async def is_valid_app_id(self, app_id: str) -> bool:
        return app_id == APP

    async def is_authentication_disabled(self) -> bool:
        return False

    async def create_credentials(
        self, app_id: str, oauth_scope: str, login_endpoint: str, validate_authority: bool
    ) -> AppCredentials:
        self.made += 1
        return FakeCredentials(self)


class FakeCredentials(AppCredentials):
    """A token of the fake's, a new one each time it is asked."""

    def __init__(self, login: FakeLogin) -> None:
        super().__init__(APP)
        self._login = login

    def get_access_token(self, force_refresh: bool = False) -> str:
        if self._login.problem is not None:
            raise self._login.problem
        return self._login.teams.tokens.issue(self._login.teams.now)
