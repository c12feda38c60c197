"""Who a Slack user is."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.app import Golddust
from bot.slack.patience import left
from bot.slack.trouble import TROUBLE, code
from complaints.commands import KnowAccount
from handlers.identify import person_behind
from storage.people import Account

SECONDS = 2.0
_MOST = 50_000

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Who:
    """A person by their key, and the time zone in which they read and write times.

    `certain` is False where Slack did not say just now who they are.
    """

    person: str
    zone: ZoneInfo
    certain: bool = True


class People:
    """Finds the person behind a user: by the file, by what has been seen, or by asking Slack."""

    def __init__(self, golddust: Golddust, client: AsyncWebClient) -> None:
        self._golddust = golddust
        self._client = client
        self._known: dict[str, Who | None] = {}
        self._version = ""

    async def person(self, user: str, at: datetime) -> str | None:
        """The key of the person, or None for a bot; `slack:U…` for somebody whom the file does not list."""
        who = await self.who(user, at)
        return who.person if who else None

    async def who(self, user: str, at: datetime) -> Who | None:
        """The person and their zone, or None for a bot; where Slack does not answer it is asked again next time."""
        self._forget_old_version()
        if user not in self._known:
            found, certain = await self._find(user, at)
            if not certain:
                return found
            if len(self._known) >= _MOST:
                self._known.clear()
            self._known[user] = found
        return self._known[user]

    def remembers(self, user: str) -> bool:
        """Whether it is known without asking who a user is."""
        self._forget_old_version()
        return user in self._known

    async def changed(self, profile: Mapping[str, Any], at: datetime) -> None:
        """Take up a changed profile of somebody who has been seen before; the others do not concern us."""
        user = str(profile.get("id") or "")
        _, known = await self._behind(user)
        if known is not None and not _is_bot(profile):
            self._known.pop(user, None)
            account = _account(profile)
            if account != Account("slack", user, "", known.name, known.email, known.zone):
                await self._keep(account, at)

    async def _find(self, user: str, at: datetime) -> tuple[Who | None, bool]:
        person, known = await self._behind(user)
        if known is None and self._golddust.organisation.with_account("slack", user) is None:
            return await self._ask(user, at)
        if known is not None and known.person != person:
            # The file has learnt of them since: what they reported before is theirs now.
            await self._keep(known, at)
        return self._who(person, known), True

    async def _ask(self, user: str, at: datetime) -> tuple[Who | None, bool]:
        client = self._client
        try:
            answer = await asyncio.wait_for(client.users_info(user=user), left(SECONDS))
        except TROUBLE as error:
            log.warning("a person could not be looked up; asked again next time", user=user, error=code(error))
            return replace(self._who(f"slack:{user}", None), certain=False), False
        profile = answer.get("user") or {}
        if _is_bot(profile):
            return None, True
        account = _account({**profile, "id": user})
        return self._who(await self._keep(account, at), account), True

    async def _keep(self, account: Account, at: datetime) -> str:
        organisation = self._golddust.organisation
        listed = organisation.with_account("slack", account.user) or organisation.with_email(account.email)
        person = listed or f"slack:{account.user}"
        await self._golddust.execute(
            KnowAccount(
                at=at, actor=person, platform="slack", user=account.user, name=account.name, zone=account.zone,
                email=account.email,
            )
        )  # fmt: skip
        return person

    async def _behind(self, user: str) -> tuple[str, Account | None]:
        return await asyncio.to_thread(self._golddust.read, lambda context: person_behind(context, "slack", user))

    def _who(self, person: str, account: Account | None) -> Who:
        listed = self._golddust.organisation.person(person)
        own = _zone(account.zone) if account is not None and listed is None else None
        return Who(person, own or self._golddust.organisation.zone_of(person))

    def _forget_old_version(self) -> None:
        if self._version != self._golddust.watched.current.version:
            self._version = self._golddust.watched.current.version
            self._known.clear()


def _account(profile: Mapping[str, Any]) -> Account:
    """What a user object tells, without the person it is."""
    shown = profile.get("profile") or {}
    user = str(profile["id"])
    name = profile.get("real_name") or shown.get("real_name") or profile.get("name") or user
    zone = profile.get("tz")
    return Account("slack", user, "", str(name), shown.get("email") or None, zone if _zone(zone) else None)


def _is_bot(profile: Mapping[str, Any]) -> bool:
    return bool(profile.get("is_bot")) or profile.get("id") == "USLACKBOT"


def _zone(name: str | None) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError):
        return None
