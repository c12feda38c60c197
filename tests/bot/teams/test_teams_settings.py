"""What the environment says about Teams, and what it is told when it says it wrongly."""

from __future__ import annotations

import pytest

from bot.teams.settings import LOGIN, OPENID_METADATA, TeamsSettings, is_loopback, read_teams_settings
from complaints.errors import ConfigurationError

WHOLE = {"MicrosoftAppId": "app", "MicrosoftAppPassword": "secret", "MicrosoftAppTenantId": "Tenant"}


def _read(monkeypatch: pytest.MonkeyPatch, host: str = "127.0.0.1", **environment: str) -> TeamsSettings | None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return read_teams_settings(host)


def test_without_an_app_there_is_no_teams(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _read(monkeypatch) is None


def test_a_single_tenant_app_is_read_with_microsofts_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = _read(monkeypatch, host="0.0.0.0", **WHOLE)  # noqa: S104 - a name here, nothing listens
    assert settings is not None
    assert (settings.app_id, settings.app_password.get_secret_value(), settings.tenants) == (
        "app",
        "secret",
        frozenset({"tenant"}),
    )
    assert (settings.authority, settings.openid_metadata_url) == (f"{LOGIN}/Tenant", OPENID_METADATA)
    assert "secret" not in repr(settings)


def test_a_managed_identity_needs_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = {**WHOLE, "MicrosoftAppPassword": "", "MicrosoftAppType": "UserAssignedMSI"}
    assert _read(monkeypatch, **kept) is not None


def test_a_registration_for_any_organisation_needs_no_tenant_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = _read(monkeypatch, **{**WHOLE, "MicrosoftAppTenantId": "", "MicrosoftAppType": "MultiTenant"})
    assert settings is not None
    assert (settings.authority, settings.tenants) == (f"{LOGIN}/botframework.com", None)


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"MicrosoftAppPassword": ""}, "MicrosoftAppPassword"),
        ({"MicrosoftAppTenantId": ""}, "MicrosoftAppTenantId"),
        ({"MicrosoftAppType": "AnyTenant"}, "MicrosoftAppType"),
        ({"MicrosoftAppType": "MultiTenant", "MicrosoftAppPassword": ""}, "a MultiTenant app needs its client secret"),
        ({"TEAMS_LOGIN_URL": "http://login.example.com"}, "TEAMS_LOGIN_URL"),
        ({"TEAMS_LOGIN_URL": "login"}, "TEAMS_LOGIN_URL"),
        ({"TEAMS_OPENID_METADATA_URL": "http://keys.example.com"}, "TEAMS_OPENID_METADATA_URL"),
        ({"GOLDDUST_TEAMS_UNAUTHENTICATED": "perhaps"}, "GOLDDUST_TEAMS_UNAUTHENTICATED"),
    ],
)
def test_what_is_wrong_is_named(monkeypatch: pytest.MonkeyPatch, changed: dict[str, str], named: str) -> None:
    with pytest.raises(ConfigurationError, match=named):
        _read(monkeypatch, **{**WHOLE, **changed})


def test_without_authentication_only_this_machine_may_listen(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = _read(monkeypatch, GOLDDUST_TEAMS_UNAUTHENTICATED="1")
    assert settings is not None
    assert settings.unauthenticated
    with pytest.raises(ConfigurationError, match="GOLDDUST_HOST"):
        _read(monkeypatch, host="0.0.0.0")  # noqa: S104 - this is what is refused


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "[::1]", "localhost", "LOCALHOST"])
def test_this_machine_is_known_by_its_names(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.1", "127.0.0.1.example.com", ""])  # noqa: S104
def test_other_names_are_not_this_machine(host: str) -> None:
    assert not is_loopback(host)
