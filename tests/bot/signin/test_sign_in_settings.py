"""What has to be set before anybody can sign in, and what is said where it is not."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import SecretStr

from bot.cipher import new_key
from bot.settings import SLACK_OPENID_METADATA, Settings
from bot.signin.settings import read_sign_in
from bot.teams.settings import TeamsSettings
from complaints.errors import ConfigurationError
from tests.bot.conftest import CommandLine
from tests.fakes.teams_identity import TENANT

KEY = new_key()
PUBLIC = {"GOLDDUST_PUBLIC_URL": "https://golddust.test/"}
SLACK = {"SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "secret"}
MICROSOFT = {"MicrosoftAppId": "app", "MicrosoftAppPassword": "secret", "MicrosoftAppTenantId": TENANT}


def given(**environment: str) -> tuple[Settings, TeamsSettings | None]:
    """The settings of an environment."""
    values: dict[str, Any] = dict(environment)
    for_teams = TeamsSettings(**values)
    return Settings(**values), for_teams if for_teams.wanted else None


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({}, "GOLDDUST_PUBLIC_URL is not set"),
        ({**SLACK, "GOLDDUST_PUBLIC_URL": "http://golddust.test"}, "GOLDDUST_PUBLIC_URL is “http://golddust.test”"),
        (PUBLIC, "there is nothing to sign in with"),
        ({**PUBLIC, "SLACK_CLIENT_ID": "1.2"}, "there is nothing to sign in with"),
        (
            {**PUBLIC, "MicrosoftAppId": "app", "MicrosoftAppType": "UserAssignedMSI", "MicrosoftAppTenantId": TENANT},
            "a managed identity has none",
        ),
        ({**PUBLIC, **SLACK}, "neither GOLDDUST_SECRET_KEYS nor GOLDDUST_SESSION_KEY is set"),
        ({**PUBLIC, **SLACK, "GOLDDUST_SESSION_KEY": " , "}, "neither GOLDDUST_SECRET_KEYS nor"),
        ({**PUBLIC, **SLACK, "GOLDDUST_SESSION_KEY": "short"}, "GOLDDUST_SESSION_KEY has fewer than 32"),
        ({**PUBLIC, **SLACK, "GOLDDUST_SECRET_KEYS": "short"}, "GOLDDUST_SECRET_KEYS: key 1 is none"),
        ({**PUBLIC, **SLACK, "SLACK_OPENID_METADATA_URL": "http://slack.test"}, "SLACK_OPENID_METADATA_URL must be"),
    ],
)
def test_what_is_missing_is_said_in_one_line(environment: dict[str, str], said: str) -> None:
    with pytest.raises(ConfigurationError, match=said) as error:
        read_sign_in(*given(**environment))
    assert "\n" not in str(error.value)
    assert "short" not in str(error.value).replace("shorter", "")


def test_the_metadata_is_slacks_and_the_clouds_own() -> None:
    keys = {"GOLDDUST_SECRET_KEYS": KEY}
    slack, microsoft = read_sign_in(*given(**PUBLIC, **SLACK, **MICROSOFT, **keys)).providers
    assert slack.metadata_url == SLACK_OPENID_METADATA == "https://slack.com/.well-known/openid-configuration"
    base = f"https://login.microsoftonline.com/{TENANT}/v2.0/.well-known/openid-configuration"
    assert (microsoft.metadata_url, microsoft.tenants) == (base, frozenset({TENANT}))
    older = {**MICROSOFT, "MicrosoftAppType": "MultiTenant", "TEAMS_LOGIN_URL": "https://login.partner.example/"}
    (shared,) = read_sign_in(*given(**PUBLIC, **older, **keys)).providers
    assert shared.metadata_url == "https://login.partner.example/organizations/v2.0/.well-known/openid-configuration"
    assert shared.tenants is None


def test_a_session_key_will_do_where_no_tokens_are_kept() -> None:
    own = {"GOLDDUST_SESSION_KEY": f"{KEY},{new_key()}"}
    read = read_sign_in(*given(**PUBLIC, **MICROSOFT, **own))
    assert len(read.keys) == 2
    kept = read_sign_in(*given(**PUBLIC, **MICROSOFT, **own, GOLDDUST_SECRET_KEYS=KEY))
    assert kept.keys == read.keys[:1], "the keys of tokens come first, and make the same of the same"
    assert KEY.encode() not in b"".join(read.keys)


def test_where_people_are_sent_back_to() -> None:
    read = read_sign_in(*given(**PUBLIC, **SLACK, GOLDDUST_SECRET_KEYS=KEY))
    assert read.redirect_url("slack") == "https://golddust.test/sign-in/slack/callback"


def test_an_address_that_is_not_safe_is_refused_for_teams_too() -> None:
    with pytest.raises(ValueError, match="TEAMS_SIGN_IN_METADATA_URL must be an https address"):
        TeamsSettings(app_id="a", app_password=SecretStr("b"), tenant=TENANT, sign_in_metadata_url="http://login.test")


@pytest.mark.parametrize(
    ("environment", "ok", "found"),
    [
        ({}, True, "the register is not served: GOLDDUST_PUBLIC_URL is not set"),
        (PUBLIC, False, "the register is not served: there is nothing to sign in with"),
        (
            {**PUBLIC, **SLACK, "GOLDDUST_SECRET_KEYS": KEY},
            True,
            "https://golddust.test/register; its redirect URLs: https://golddust.test/sign-in/slack/callback",
        ),
    ],
)
def test_the_doctor_says_whether_managers_can_sign_in(
    golddust: CommandLine, environment: dict[str, str], found: str, *, ok: bool
) -> None:
    for name, value in {"SLACK_API_URL": "http://127.0.0.1:1/", **environment}.items():
        golddust.monkeypatch.setenv(name, value)
    findings = {one["about"]: one for one in golddust("doctor", "--json").json}
    assert (findings["register"]["ok"], findings["register"]["found"][: len(found)]) == (ok, found)
