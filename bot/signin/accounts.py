"""Whose account it is that a provider vouches for: by its ids alone.

An e-mail address in a token is not proof: in Microsoft’s anybody may write any address into a directory of their own
(learn.microsoft.com: ID token claims reference, `email`: “never use it for authorization”).
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.app import Golddust
from bot.signin.openid import NotSignedIn
from bot.signin.session import Account
from bot.signin.settings import ProviderSettings
from bot.tenants import Tenants
from complaints.rights import is_listed
from handlers.identify import person_behind

_SLACK = "https://slack.com/"


def account_of(provider: ProviderSettings, claims: dict[str, Any]) -> Account:
    """The account that verified claims are about; raises NotSignedIn for claims that are about none.

    docs.slack.dev: sign in with Slack; learn.microsoft.com: ID token claims reference, `oid` and `tid`.
    """
    if provider.platform == "slack":
        user, place = _text(claims, f"{_SLACK}user_id"), _text(claims, f"{_SLACK}team_id")
        grid = claims.get(f"{_SLACK}enterprise_id")
        return Account("slack", user, place, grid if isinstance(grid, str) and grid else None)
    return Account("teams", _text(claims, "oid").lower(), _text(claims, "tid").lower())


def _text(claims: dict[str, Any], name: str) -> str:
    found = claims.get(name)
    if not isinstance(found, str) or not found:
        raise NotSignedIn("token", f"the id token has no {name}")
    return found


@dataclass(frozen=True, slots=True)
class Known:
    """The organisation of an account, and the person’s key; None for somebody whom its file does not list."""

    golddust: Golddust
    person: str | None


class Directory:
    """Finds people by their accounts, as chat does: the file’s ids, and the accounts that were seen in chat."""

    def __init__(self, tenants: Tenants, providers: Sequence[ProviderSettings]) -> None:
        self._tenants = tenants
        self._providers = {one.platform: one for one in providers}

    async def find(self, account: Account) -> Known | None:
        """Who it is, as the file stands now; None for an account of a place that is no organisation’s."""
        golddust = self._whose(account)
        if golddust is None:
            return None
        person = golddust.organisation.with_account(account.platform, account.user)
        if person is None:
            # Guests and people of other organisations have no address there, so that they are nobody (bot/guests.py).
            person, _ = await asyncio.to_thread(
                golddust.read, lambda context: person_behind(context, account.platform, account.user)
            )
        return Known(golddust, person if person and is_listed(golddust.organisation, person) else None)

    def _whose(self, account: Account) -> Golddust | None:
        """The organisation; a file that is alone need not say in chat where it is, but here anybody may come."""
        provider = self._providers.get(account.platform)
        if provider is None:
            return None  # one signs in with it no more
        abouts = [one.organisation.organisation for one in self._tenants]
        if provider.platform == "slack":
            listed = any(about.slack_workspaces for about in abouts)
            return self._tenants.in_slack(account.grid, account.place) if listed else None
        if provider.tenants is None:
            listed = any(about.teams_tenants for about in abouts)
        else:
            listed = account.place in provider.tenants
        return self._tenants.in_teams(account.place) if listed else None
