"""Who somebody in Teams is."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

import structlog

from bot import guests
from bot.app import Golddust
from bot.teams.activities import Speaker
from bot.teams.port import Fault, Json, Ref, inside
from bot.teams.references import PLATFORM, Line
from complaints.commands import KnowAccount
from complaints.organisation import is_zone
from handlers.identify import person_behind
from storage.people import Account

SECONDS = 2.0
_MOST = 50_000

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Who:
    """A person by their key, the time zone in which they read and write times, and the name of their account.

    `certain` is False where Teams did not say just now who they are. `outsider` is True for guests and for people of
    other tenants, unless golddust.yml lists their object id itself.
    """

    person: str
    zone: ZoneInfo
    user: str
    certain: bool = True
    outsider: bool = False


class Roster:
    """Finds the person behind an account: by the file, by what has been seen, or by asking Teams."""

    def __init__(self, golddust: Golddust, line: Line) -> None:
        self._golddust = golddust
        self._line = line
        self._known: dict[str, Who] = {}
        self._outside: dict[str, bool] = {}
        self._version = ""

    async def who(self, speaker: Speaker, ref: Ref, at: datetime) -> Who:
        """The person and their zone; where Teams does not answer it is asked again next time."""
        self._forget_old_version()
        if speaker.id not in self._known:
            found, certain = await self._find(speaker, ref, at)
            if not certain:
                return found
            if len(self._known) >= _MOST:
                self._known.clear()
            self._known[speaker.id] = found
        return self._known[speaker.id]

    async def person(self, user_id: str, ref: Ref, at: datetime) -> str | None:
        """The key of somebody who was mentioned in a conversation; None where Teams does not tell who that is."""
        self._forget_old_version()
        if user_id in self._known:
            return self._known[user_id].person
        found, certain = await self._find(Speaker(user_id, "", "", ""), ref, at)
        return found.person if certain else None

    async def _find(self, speaker: Speaker, ref: Ref, at: datetime) -> tuple[Who, bool]:
        if not speaker.aad:
            return await self._ask(speaker, ref, at)
        person, known = await self._behind(speaker.user)
        if self._golddust.organisation.with_account(PLATFORM, speaker.user) is None:
            if self._outside.get(speaker.user):
                return self._guest(speaker.user), True
            if known is None or speaker.user not in self._outside:
                return await self._ask(speaker, ref, at)
        if known is None:
            return await self._ask(speaker, ref, at)
        if known.person != person:
            # The file has learnt of them since: what they reported before is theirs now.
            await self._keep(known, at)
        return self._who(person, speaker.user, known.zone or speaker.zone), True

    async def _ask(self, speaker: Speaker, ref: Ref, at: datetime) -> tuple[Who, bool]:
        try:
            told = await asyncio.wait_for(self._line.member(ref, speaker.id), SECONDS)
        except (Fault, TimeoutError, OSError) as error:
            log.warning("a person could not be looked up; asked again next time", error=type(error).__name__)
            person, known = await self._behind(speaker.user)
            found = self._who(person, speaker.user, known.zone if known else speaker.zone)
            return replace(found, certain=known is not None), False
        account = _account(speaker, told)
        listed = self._golddust.organisation.with_account(PLATFORM, account.user) is not None
        self._outside[account.user] = outsider = not listed and is_outsider(told, ref.tenant)
        if outsider:
            _, known = await self._behind(account.user)
            if known is not None:
                # Who is no colleague is not recognised by an address, which another organisation may have given them.
                await self._keep(replace(account, email=None), at)
            return self._guest(account.user), True
        return self._who(await self._keep(account, at), account.user, account.zone), True

    def _guest(self, user: str) -> Who:
        return Who(guests.key(PLATFORM, user), self._golddust.organisation.zone_of(user), user, outsider=True)

    async def _keep(self, account: Account, at: datetime) -> str:
        organisation = self._golddust.organisation
        listed = organisation.with_account(PLATFORM, account.user) or organisation.with_email(account.email)
        person = listed or f"{PLATFORM}:{account.user}"
        await self._golddust.execute(
            KnowAccount(
                at=at, actor=person, platform=PLATFORM, user=account.user, name=account.name, zone=account.zone,
                email=account.email,
            )
        )  # fmt: skip
        return person

    async def _behind(self, user: str) -> tuple[str, Account | None]:
        return await asyncio.to_thread(self._golddust.read, lambda context: person_behind(context, PLATFORM, user))

    def _who(self, person: str, user: str, zone: str | None) -> Who:
        listed = self._golddust.organisation.person(person)
        own = ZoneInfo(zone) if listed is None and zone and is_zone(zone) else None
        return Who(person, own or self._golddust.organisation.zone_of(person), user)

    def _forget_old_version(self) -> None:
        if self._version != self._golddust.watched.current.version:
            self._version = self._golddust.watched.current.version
            self._known.clear()


def is_outsider(told: Json, tenant: str) -> bool:
    """Whether a member is a guest, whose UPN has `#EXT#`, or of another tenant (learn.microsoft.com: get member)."""
    home = inside(told, "tenantId").lower()
    guest = inside(told, "userRole").lower() in {"guest", "anonymous"}
    invited = "#ext#" in inside(told, "userPrincipalName").lower()
    return guest or invited or bool(home and tenant and home != tenant.lower())


def _account(speaker: Speaker, told: Json) -> Account:
    """What Teams tells of a member, without the person it is."""
    user = speaker.aad or inside(told, "aadObjectId").lower()[:64] or speaker.id
    name = inside(told, "name") or speaker.name or user
    email = inside(told, "email") or inside(told, "userPrincipalName") or None
    return Account(PLATFORM, user, "", name, email, speaker.zone if is_zone(speaker.zone) else None)
