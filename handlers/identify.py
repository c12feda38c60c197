"""Who an account on a platform is."""

from __future__ import annotations

from typing import Literal

from complaints.commands import KnowAccount
from complaints.organisation import is_zone
from complaints.replies import Nothing
from complaints.words import named, storable
from handlers.context import Context
from storage import people, tickets
from storage.people import Account

LONGEST_EMAIL = 320


def person_behind(context: Context, platform: Literal["slack", "teams"], user: str) -> tuple[str, Account | None]:
    """The key of the person behind an account, and the account if it has been seen.

    Somebody whom the file does not list is known as `platform:user`.
    """
    known = people.account(context.session, context.workspace, platform, user)
    listed = context.organisation.with_account(platform, user)
    if listed is None and known is not None:
        listed = context.organisation.with_email(known.email)
    return listed or f"{platform}:{user}", known


def know_account(context: Context, command: KnowAccount) -> Nothing:
    """Nothing to say; what an account reported before it was recognised now belongs to the person."""
    known = Account(
        command.platform,
        command.user,
        command.actor,
        named(command.name),
        storable(command.email)[:LONGEST_EMAIL] if command.email else None,
        command.zone if command.zone and is_zone(command.zone) else None,
    )
    people.keep_account(context.session, context.workspace, known, command.at)
    provisional = f"{command.platform}:{command.user}"
    if command.actor != provisional:
        tickets.rename_reporter(context.session, context.workspace, provisional, command.actor)
    return Nothing()
