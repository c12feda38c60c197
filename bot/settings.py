"""The settings that come from the environment, read once; secrets come from nowhere else."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from complaints.errors import ConfigurationError

SLACK_OPENID_METADATA = "https://slack.com/.well-known/openid-configuration"
"""Where Slack says how one signs in with it (docs.slack.dev/authentication/sign-in-with-slack)."""


class Settings(BaseSettings):
    """What the environment says; each name is documented in docs/reference.md."""

    model_config = SettingsConfigDict(extra="ignore", populate_by_name=True, env_ignore_empty=True)

    database_url: SecretStr = Field(default=SecretStr("sqlite:///golddust.db"), alias="GOLDDUST_DATABASE_URL")
    config: Path = Field(default=Path("golddust.yml"), alias="GOLDDUST_CONFIG")
    host: str = Field(default="127.0.0.1", alias="GOLDDUST_HOST")
    port: int = Field(default=3000, ge=0, le=65535, alias="GOLDDUST_PORT")
    slack_bot_token: SecretStr | None = Field(default=None, alias="SLACK_BOT_TOKEN")
    slack_signing_secret: SecretStr | None = Field(default=None, alias="SLACK_SIGNING_SECRET")
    slack_app_token: SecretStr | None = Field(default=None, alias="SLACK_APP_TOKEN")
    slack_api_url: str = Field(default="https://slack.com/api/", alias="SLACK_API_URL")
    slack_client_id: str | None = Field(default=None, alias="SLACK_CLIENT_ID")
    slack_client_secret: SecretStr | None = Field(default=None, alias="SLACK_CLIENT_SECRET")
    secret_keys: SecretStr | None = Field(default=None, alias="GOLDDUST_SECRET_KEYS")
    public_url: str | None = Field(default=None, alias="GOLDDUST_PUBLIC_URL")
    session_key: SecretStr | None = Field(default=None, alias="GOLDDUST_SESSION_KEY")
    slack_openid_metadata_url: str = Field(default=SLACK_OPENID_METADATA, alias="SLACK_OPENID_METADATA_URL")
    spool: Path | None = Field(default=None, alias="GOLDDUST_SPOOL")


def read_settings() -> Settings:
    """The settings; raises ConfigurationError that names the variable which is wrong."""
    try:
        return Settings()
    except ValidationError as error:
        problems = [_told(str(problem["loc"][0]), problem["input"]) for problem in error.errors()]
        raise ConfigurationError(problems="; ".join(problems)) from None


def mistaken_tokens(settings: Settings) -> list[str]:
    """What to put right about tokens of another kind than their variable is for, as their first letters tell.

    A token of no known kind is not mistaken: other servers that speak Slack's API make tokens of their own.
    """
    problems = []
    for variable, (wanted, value) in _tokens(settings).items():
        text = value.get_secret_value().strip() if value else ""
        found = next((start for start in _KINDS if text.startswith(start)), None)
        if found is not None and found != wanted:
            problems.append(f"{variable} begins with {found}, so it is {_KINDS[found]}; {_PLACES[variable]}")
    return problems


def refuse_mistaken_tokens(settings: Settings) -> None:
    """Raises ConfigurationError where a token is of another kind than its variable is for."""
    problems = mistaken_tokens(settings)
    if problems:
        raise ConfigurationError(problems="; ".join(problems))


_KINDS = {
    "xoxb-": "a bot token",
    "xapp-": "an app-level token",
    "xoxp-": "a user’s token",
    "xoxe-": "a configuration token",
    "xoxe.": "a configuration token",
}
"""How Slack's tokens begin (https://docs.slack.dev/authentication/tokens)."""

_PLACES = {
    "SLACK_BOT_TOKEN": "put the “Bot User OAuth Token” (xoxb-…) there, from “OAuth & Permissions”",
    "SLACK_APP_TOKEN": "put the app-level token (xapp-…) there, from “Basic Information”",
    "SLACK_SIGNING_SECRET": "put the “Signing Secret” there, from “Basic Information”",
}


def _tokens(settings: Settings) -> dict[str, tuple[str | None, SecretStr | None]]:
    return {
        "SLACK_BOT_TOKEN": ("xoxb-", settings.slack_bot_token),
        "SLACK_APP_TOKEN": ("xapp-", settings.slack_app_token),
        "SLACK_SIGNING_SECRET": (None, settings.slack_signing_secret),
    }


def _told(variable: str, given: object) -> str:
    if variable == "GOLDDUST_PORT":
        return f"{variable} is “{given}”; write a number from 0 to 65535"
    return f"{variable} can’t be read; docs/reference.md says what it may be"
