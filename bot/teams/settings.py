"""What the environment says about Microsoft Teams, read once."""

from __future__ import annotations

import ipaddress
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from complaints.errors import ConfigurationError

LOGIN = "https://login.microsoftonline.com"
MULTI_TENANT = "botframework.com"
"""Where a registration for any organisation gets its tokens (learn.microsoft.com: connector authentication)."""
OPENID_METADATA = "https://login.botframework.com/v1/.well-known/openidconfiguration"


class TeamsSettings(BaseSettings):
    """Who the bot is for Microsoft; each name is documented in docs/reference.md.

    The three addresses are for tests and for clouds other than the public one.
    """

    model_config = SettingsConfigDict(extra="ignore", populate_by_name=True, env_ignore_empty=True)

    app_id: str = Field(default="", alias="MicrosoftAppId")
    app_password: SecretStr = Field(default=SecretStr(""), alias="MicrosoftAppPassword")
    app_type: Literal["SingleTenant", "UserAssignedMSI", "MultiTenant"] = Field(
        default="SingleTenant", alias="MicrosoftAppType"
    )
    tenant: str = Field(default="", alias="MicrosoftAppTenantId")
    login_url: str = Field(default=LOGIN, alias="TEAMS_LOGIN_URL")
    openid_metadata_url: str = Field(default=OPENID_METADATA, alias="TEAMS_OPENID_METADATA_URL")
    sign_in_metadata_url: str = Field(default="", alias="TEAMS_SIGN_IN_METADATA_URL")
    unauthenticated: bool = Field(default=False, alias="GOLDDUST_TEAMS_UNAUTHENTICATED")

    @property
    def wanted(self) -> bool:
        """Whether Teams is switched on at all."""
        return self.unauthenticated or bool(self.app_id)

    @property
    def tenants(self) -> frozenset[str] | None:
        """The organisations that may write to the bot, in lower case; None: any, and the files say which are served."""
        return None if self.unauthenticated or self.app_type == "MultiTenant" else frozenset({self.tenant.lower()})

    @property
    def authority(self) -> str:
        """Where the bot’s own token comes from."""
        home = MULTI_TENANT if self.app_type == "MultiTenant" else self.tenant
        return f"{self.login_url.rstrip('/')}/{home}"

    @property
    def sign_in_metadata(self) -> str:
        """Where Microsoft says how one signs in with it (learn.microsoft.com: OpenID Connect, fetch the document)."""
        home = "organizations" if self.app_type == "MultiTenant" else self.tenant
        return self.sign_in_metadata_url or f"{self.login_url.rstrip('/')}/{home}/v2.0/.well-known/openid-configuration"

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.app_id and not self.unauthenticated:
            if not self.tenant and self.app_type != "MultiTenant":
                raise ValueError("MicrosoftAppTenantId is missing: the directory (tenant) id of the bot’s app")
            if self.app_type != "UserAssignedMSI" and not self.app_password.get_secret_value():
                raise ValueError(f"MicrosoftAppPassword is missing: a {self.app_type} app needs its client secret")
        for name, url in (("TEAMS_LOGIN_URL", self.login_url), ("TEAMS_OPENID_METADATA_URL", self.openid_metadata_url),
                          ("TEAMS_SIGN_IN_METADATA_URL", self.sign_in_metadata)):  # fmt: skip
            if not is_safe(url):
                raise ValueError(f"{name} must be an https address; plain http is for this machine only")
        return self


def read_teams_settings(host: str) -> TeamsSettings | None:
    """The settings, or None where Teams is not configured; raises ConfigurationError that says what is wrong.

    `host` is the address that Golddust listens on: only on this machine may anybody say anything unauthenticated.
    """
    try:
        settings = TeamsSettings()
    except ValidationError as error:
        raise ConfigurationError(problems="; ".join(_named(one["loc"], one["msg"]) for one in error.errors())) from None
    if settings.unauthenticated and not is_loopback(host):
        raise ConfigurationError(
            problems="GOLDDUST_TEAMS_UNAUTHENTICATED=1 is for the Agents Playground on this machine: "
            f"it needs GOLDDUST_HOST=127.0.0.1, and GOLDDUST_HOST is {host}"
        )
    return settings if settings.wanted else None


def is_loopback(host: str) -> bool:
    """Whether a host name or address can only be reached from this machine."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def is_safe(url: str) -> bool:
    """Whether secrets may travel to this address: https, or plain http within this machine."""
    parts = urlsplit(url)
    return bool(parts.hostname) and (
        parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))
    )


def _named(place: tuple[int | str, ...], message: str) -> str:
    message = message.removeprefix("Value error, ")
    return f"{place[0]}: {message}" if place else message
