"""What the environment says about installing the app by OAuth."""

from __future__ import annotations

from dataclasses import dataclass

from bot.cipher import NEW_KEY, Cipher, read_cipher
from bot.public_address import public_address
from bot.settings import Settings
from complaints.errors import ConfigurationError

INSTALL_PATH = "/slack/install"
REDIRECT_PATH = "/slack/oauth_redirect"


@dataclass(frozen=True, slots=True)
class OAuth:
    """The app's credentials, the keys for its tokens, and under which address people's browsers reach Golddust."""

    client_id: str
    client_secret: str
    cipher: Cipher
    public_url: str | None = None

    @property
    def install_url(self) -> str:
        """Where somebody installs the app, or only the path where the address is not known."""
        return f"{self.public_url or ''}{INSTALL_PATH}"

    @property
    def redirect_url(self) -> str | None:
        """Where Slack sends them back to; None: to the first one that the app's pages list."""
        return f"{self.public_url}{REDIRECT_PATH}" if self.public_url else None


def read_oauth(settings: Settings) -> OAuth | None:
    """The settings of OAuth, or None where there is no client id; raises ConfigurationError that says what to set."""
    if settings.slack_client_id is None and settings.slack_client_secret is None:
        return None
    if settings.slack_client_id is None or settings.slack_client_secret is None:
        missing = "SLACK_CLIENT_ID" if settings.slack_client_id is None else "SLACK_CLIENT_SECRET"
        raise ConfigurationError(
            problems=f"{missing} is not set: workspaces install the app only with both SLACK_CLIENT_ID and "
            "SLACK_CLIENT_SECRET, from “Basic Information”"
        )
    cipher = read_cipher(settings)
    if cipher is None:
        raise ConfigurationError(
            problems="SLACK_CLIENT_ID is set, so tokens are stored, but GOLDDUST_SECRET_KEYS is not, so they could be "
            f"read by anybody: set it; {NEW_KEY}"
        )
    secret = settings.slack_client_secret.get_secret_value()
    return OAuth(settings.slack_client_id, secret, cipher, public_address(settings.public_url))


def configured(settings: Settings) -> bool:
    """Whether the settings say how Slack is called; raises like `read_oauth`."""
    return settings.slack_bot_token is not None or read_oauth(settings) is not None
