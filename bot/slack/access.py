"""With which tokens Slack is called: the environment’s, or those of the workspaces that installed the app."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import Engine
from starlette.routing import Route

from bot.app import Golddust
from bot.clock import Clock
from bot.settings import Settings
from bot.slack import send
from bot.slack.client import TenantClient
from bot.slack.exchange import Exchange
from bot.slack.install import Install
from bot.slack.installations import Installations
from bot.slack.installed import InstalledTokens
from bot.slack.safe import Safe
from bot.slack.settings import read_oauth
from bot.slack.tokens import FixedToken
from bot.slackcheck import manifest_scopes
from complaints.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class Access:
    """The way to Slack; without `installations` there is only the token of the environment."""

    api_url: str
    token: str | None
    installations: Installations | None = None
    routes: tuple[Route, ...] = ()
    """The pages on which the app is installed."""

    def client(self, golddust: Golddust, *, alone: bool = True) -> AsyncWebClient:
        """The client of an organisation; where it is `alone` the environment’s token serves until it has installed."""
        return self.client_of(lambda: golddust.organisation.organisation.slack_workspaces, alone=alone)

    def client_of(self, ids: Callable[[], Sequence[str]], *, alone: bool = True) -> AsyncWebClient:
        """The client of the organisation whose file lists these workspaces, as it stands at each call."""
        if self.installations is None:
            return send.client(self.token or "", self.api_url)
        before = FixedToken(self.token) if self.token and alone else None
        return TenantClient(InstalledTokens(self.installations, ids, before), self.api_url)


def access(settings: Settings, engine: Engine, clock: Clock) -> Access:
    """The way to Slack that the settings say; raises ConfigurationError for half of OAuth."""
    token = settings.slack_bot_token.get_secret_value() if settings.slack_bot_token else None
    oauth = read_oauth(settings)
    if oauth is None:
        return Access(settings.slack_api_url, token)
    exchange = Exchange(
        send.client("", settings.slack_api_url), oauth.client_id, oauth.client_secret, oauth.redirect_url
    )
    installations = Installations(Safe(engine, oauth.cipher), exchange, clock, oauth.install_url)
    pages = Install(oauth, _scopes(), settings.slack_api_url, engine, exchange, installations, clock)
    return Access(settings.slack_api_url, token, installations, tuple(pages.routes()))


def _scopes() -> list[str]:
    """What manifest.yml asks for; it is the one place where scopes are listed."""
    found = manifest_scopes()
    if found is None:
        raise ConfigurationError(
            problems="manifest.yml is not beside this installation, so Slack can’t be asked for its scopes: run "
            "Golddust from its own folder"
        )
    return sorted(found)
