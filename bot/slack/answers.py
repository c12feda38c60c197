"""What is answered to the words that are no complaint: help, lists, away, back, and small talk."""

from __future__ import annotations

import re
from datetime import datetime
from typing import assert_never

from bot import choosing, phrases_settings
from bot.intents import (
    AskAction,
    AskDigest,
    Asked,
    Away,
    Back,
    Help,
    JoinThem,
    LeaveIt,
    ListMine,
    ListOpen,
    OpenForm,
    OwnSettings,
    Report,
    understand,
)
from bot.joining import joining
from bot.slack import preferences, render
from bot.slack.listen import Room, plainly
from bot.slack.people import Who
from bot.slack.render import SlackMessage
from bot.slack.text import plain
from bot.subscribing import subscription
from complaints.commands import ComeBack, GoAway, Plan, PlanAction, Unsubscribe
from complaints.errors import BadInput
from complaints.organisation import Organisation
from complaints.replies import Refused
from handlers import prefer, reading, subscribing

OPEN_SHOWN = 10
MINE_SHOWN = 5

_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>")


async def answer(room: Room, text: str, who: Who, at: datetime) -> SlackMessage | Report | OpenForm:
    """The answer to a text as Slack sent it, or what is to be done with it: a complaint, or nothing was said."""
    try:
        intent = understand(text, at, who.zone)
        away = room.turned_away(who, reporting=isinstance(intent, Report | OpenForm))
        if away is not None:
            return plainly(away)
        if isinstance(intent, Report | OpenForm):
            return intent
        return await _said(room, intent, who, at)
    except BadInput as error:
        return render.reply(Refused(str(error), error.field))


async def _said(room: Room, intent: Asked, who: Who, at: datetime) -> SlackMessage:
    match intent:
        case Help():
            return render.help_message()
        case ListOpen():
            return await _open(room, who)
        case ListMine():
            return await _mine(room, who)
        case Away():
            deputy = await _deputy(room, intent.deputy, at) if intent.deputy else None
            return render.reply(
                await room.golddust.execute(GoAway(at=at, actor=who.person, until=intent.until, deputy=deputy))
            )
        case Back():
            return render.reply(await room.golddust.execute(ComeBack(at=at, actor=who.person)))
        case JoinThem() | LeaveIt():
            return render.reply(await room.golddust.execute(joining(intent, who.person, at)))
        case AskDigest():
            return await _digest(room, intent, who, at)
        case OwnSettings():
            return await _settings(room, intent, who, at)
        case AskAction():
            owner = await _deputy(room, intent.who, at) if intent.who else None
            action = Plan(plain(intent.what), owner, intent.until)
            wanted = PlanAction(at=at, actor=who.person, number=intent.ticket, action=action)
            return render.reply(await room.golddust.execute(wanted))
        case _:
            assert_never(intent)


async def _open(room: Room, who: Who) -> SlackMessage:
    admin = room.golddust.organisation.is_admin(who.person)
    page = await room.read(
        lambda context: reading.page(context, "open" if admin else "team", who.person, size=OPEN_SHOWN)
    )
    return render.listing(page, "Open tickets" if admin else "Open in your teams")


async def _mine(room: Room, who: Who) -> SlackMessage:
    held = await room.read(lambda context: reading.page(context, "held", who.person, size=MINE_SHOWN))
    reported = await room.read(lambda context: reading.page(context, "reported", who.person, size=MINE_SHOWN))
    first, second = render.listing(held, "Yours to act on"), render.listing(reported, "Reported by you")
    return SlackMessage(f"{first.text}\n{second.text}", [*first.blocks, *second.blocks])


async def _digest(room: Room, intent: AskDigest, who: Who, at: datetime) -> SlackMessage:
    match intent.what:
        case "subscribe":
            wanted = subscription(intent, who.person, at)
            return render.reply(await room.golddust.execute(wanted))
        case "unsubscribe":
            return render.reply(await room.golddust.execute(Unsubscribe(at=at, actor=who.person)))
        case "now":
            found = await room.read(
                lambda context: subscribing.answered(context, who.person, intent.teams, intent.every)
            )
            if isinstance(found, Refused):
                return render.reply(found)
            return render.message(found, None)


async def _settings(room: Room, intent: OwnSettings, who: Who, at: datetime) -> SlackMessage:
    if not who.certain:
        return render.reply(Refused(phrases_settings.UNSURE))
    change = choosing.command_of(intent, who.person, at)
    if change is not None:
        return render.reply(await room.golddust.execute(change))
    return preferences.message(await room.read(lambda context: prefer.settings_of(context, who.person)))


async def _deputy(room: Room, typed: str, at: datetime) -> str:
    """The person meant: a mention, a key or a name; raises BadInput for somebody whom the file does not list."""
    mention = _MENTION.fullmatch(typed.strip())
    found = await room.people.person(mention[1], at) if mention else named(room.golddust.organisation, typed)
    if found is None or found not in room.golddust.organisation.people:
        shown = "them" if mention else f"“{typed[:80]}”"
        raise BadInput(field="deputy", reason=f"I don’t know {shown}; name a colleague who is in golddust.yml.")
    return found


def named(organisation: Organisation, typed: str) -> str | None:
    """The key of the person with this key or name, whatever its case, with or without `@`; None for several or none."""
    wanted = " ".join(typed.removeprefix("@").split()).casefold()
    if wanted in organisation.people:
        return wanted
    found = [key for key, person in organisation.people.items() if person.name.casefold() == wanted]
    return found[0] if len(found) == 1 else None
