"""The settings that come from the environment, read once; secrets come from nowhere else."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from complaints.errors import ConfigurationError


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


def read_settings() -> Settings:
    """The settings; raises ConfigurationError that names the variable which is wrong."""
    try:
        return Settings()
    except ValidationError as error:
        problems = [f"{problem['loc'][0]}: {problem['msg']}" for problem in error.errors()]
        raise ConfigurationError(problems="; ".join(problems)) from None
