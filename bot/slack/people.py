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

from bot import guests
from bot.app import Golddust
from bot.slack.identity import Introduction, NotIntroduced
from bot.slack.outside import is_guest, is_outsider
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

    `certain` is False where Slack did not say just now who they are. `outsider` is True for guests and for people of
    other organisations, unless golddust.yml lists their member id itself.
    """

    person: str
    zone: ZoneInfo
    certain: bool = True
    outsider: bool = False


class People:
    """Finds the person behind a user: by the file, by what has been seen, or by asking Slack."""

    def __init__(self, golddust: Golddust, client: AsyncWebClient, introduction: Introduction | None = None) -> None:
        self._golddust = golddust
        self._introduction = introduction or Introduction(client)
        self._outside: dict[str, bool] = {}
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
        self._known.pop(user, None)
        self._outside.pop(user, None)
        if known is not None and not _is_bot(profile):
            account, (outsider, certain) = _account(profile), await self._is_outsider(profile)
            if certain:
                self._outside[user] = outsider
            if outsider:
                # Who is no colleague is not recognised by an address, which another organisation may have given them.
                account = replace(account, email=None)
            if account != Account("slack", user, "", known.name, known.email, known.zone):
                await self._keep(account, at)

    async def _find(self, user: str, at: datetime) -> tuple[Who | None, bool]:
        person, known = await self._behind(user)
        if self._golddust.organisation.with_account("slack", user) is None:
            if user not in self._outside:
                return await self._ask(user, person, known, at)
            if self._outside[user]:
                return self._guest(user), True
            if known is None:
                return await self._ask(user, person, known, at)
        if known is not None and known.person != person:
            # The file has learnt of them since: what they reported before is theirs now.
            await self._keep(known, at)
        return self._who(person, known), True

    async def _ask(self, user: str, person: str, known: Account | None, at: datetime) -> tuple[Who | None, bool]:
        client = self._client
        try:
            answer = await asyncio.wait_for(client.users_info(user=user), left(SECONDS))
        except TROUBLE as error:
            log.warning("a person could not be looked up; asked again next time", user=user, error=code(error))
            return replace(self._who(person, known), certain=known is not None), False
        profile = answer.get("user") or {}
        if _is_bot(profile):
            return None, True
        account, (outsider, certain) = _account({**profile, "id": user}), await self._is_outsider(profile)
        if certain:
            self._outside[user] = outsider
        if outsider:
            if known is not None:
                await self._keep(replace(account, email=None), at)
            return self._guest(user), certain
        if known is not None and known.person == person and known.email == account.email:
            return self._who(person, known), certain
        return self._who(await self._keep(account, at), account), certain

    async def _is_outsider(self, profile: Mapping[str, Any]) -> tuple[bool, bool]:
        """Whether somebody is no colleague, and whether that is certain: not where our own workspace is not known."""
        try:
            own = await self._introduction.identity()
        except NotIntroduced:
            return is_guest(profile), False
        return is_outsider(profile, own.team, own.enterprise), True

    def _guest(self, user: str) -> Who:
        return Who(guests.key("slack", user), self._golddust.organisation.zone_of(user), outsider=True)

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
