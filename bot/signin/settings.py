"""What the environment says about signing in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.cipher import NEW_KEY, read_cipher
from bot.public_address import public_address
from bot.settings import Settings
from bot.teams.settings import TeamsSettings, is_safe
from complaints.errors import ConfigurationError

SHORTEST_KEY = 32

Platform = Literal["slack", "teams"]

CALLBACK = "/sign-in/{name}/callback"


@dataclass(frozen=True, slots=True)
class ProviderSettings:
    """An OpenID provider, and who we are for it.

    `tenants` are the directories that it may speak for, in lower case; None where the organisations’ files say so.
    `pkce` says that it takes a code challenge although it does not announce it.
    """

    name: Literal["slack", "microsoft"]
    label: str
    metadata_url: str
    client_id: str
    client_secret: str
    pkce: bool
    tenants: frozenset[str] | None = None

    @property
    def platform(self) -> Platform:
        """Where its accounts are known in chat."""
        return "slack" if self.name == "slack" else "teams"

    @property
    def for_any_directory(self) -> bool:
        """Whether it is Microsoft’s for any organisation, where the issuer has to tell which one it is."""
        return self.name == "microsoft" and self.tenants is None


@dataclass(frozen=True, slots=True)
class SignInSettings:
    """Under which address, with which keys (the newest first), and with whom one signs in."""

    public_url: str
    keys: tuple[bytes, ...]
    providers: tuple[ProviderSettings, ...]

    @property
    def secure(self) -> bool:
        """Whether browsers reach us by https, so that they may keep cookies from everything else."""
        return self.public_url.startswith("https:")

    def redirect_url(self, name: str) -> str:
        """Where a provider sends people back to; it has to be listed in its pages."""
        return self.public_url + CALLBACK.format(name=name)


def read_sign_in(settings: Settings, for_teams: TeamsSettings | None) -> SignInSettings:
    """The settings; raises ConfigurationError that says in one line what keeps people from signing in."""
    public_url = public_address(settings.public_url)
    if public_url is None:
        raise ConfigurationError(
            problems="GOLDDUST_PUBLIC_URL is not set: nobody could be sent back here after signing in"
        )
    providers = tuple(_providers(settings, for_teams))
    if not providers:
        raise ConfigurationError(
            problems="there is nothing to sign in with: set SLACK_CLIENT_ID and SLACK_CLIENT_SECRET, or MicrosoftAppId "
            "and MicrosoftAppPassword (a managed identity has none, so nobody can sign in with it)"
        )
    return SignInSettings(public_url, _keys(settings), providers)


def _providers(settings: Settings, for_teams: TeamsSettings | None) -> Iterator[ProviderSettings]:
    secret = settings.slack_client_secret.get_secret_value() if settings.slack_client_secret else ""
    if settings.slack_client_id and secret:
        if not is_safe(settings.slack_openid_metadata_url):
            raise ConfigurationError(problems="SLACK_OPENID_METADATA_URL must be an https address")
        # Slack takes a code challenge only of apps that gave up their secret for it, and can’t have it back
        # (docs.slack.dev/authentication/using-pkce). There the nonce alone ties the token to the browser.
        yield ProviderSettings(
            "slack", "Slack", settings.slack_openid_metadata_url, settings.slack_client_id, secret, pkce=False
        )
    password = for_teams.app_password.get_secret_value() if for_teams else ""
    if for_teams is not None and for_teams.app_id and password:
        yield ProviderSettings(
            "microsoft", "Microsoft", for_teams.sign_in_metadata, for_teams.app_id, password, pkce=True,
            tenants=None if for_teams.app_type == "MultiTenant" else frozenset({for_teams.tenant.lower()}),
        )  # fmt: skip


def _keys(settings: Settings) -> tuple[bytes, ...]:
    """The keys of sessions, made from those of GOLDDUST_SECRET_KEYS, or from GOLDDUST_SESSION_KEY where there are none.

    A key is used for one thing only: what is derived here opens no token.
    """
    read_cipher(settings)  # raises for keys that are none
    written = settings.secret_keys or settings.session_key
    found = [key.strip() for key in written.get_secret_value().split(",") if key.strip()] if written else []
    if not found:
        raise ConfigurationError(
            problems="neither GOLDDUST_SECRET_KEYS nor GOLDDUST_SESSION_KEY is set, so sessions can’t be signed; "
            + NEW_KEY
        )
    if any(len(key) < SHORTEST_KEY for key in found):
        raise ConfigurationError(
            problems=f"GOLDDUST_SESSION_KEY has fewer than {SHORTEST_KEY} characters and could be guessed; {NEW_KEY}"
        )
    return tuple(HKDF(SHA256(), 32, None, b"golddust sessions").derive(key.encode()) for key in found)
