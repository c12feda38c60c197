"""What is answered to the words that are no complaint: help, lists, away, back."""

from __future__ import annotations

from dataclasses import dataclass
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
from bot.subscribing import subscription
from bot.teams import people, preferences, render
from bot.teams.activities import people_mentioned
from bot.teams.elements import Activity
from bot.teams.listen import Heard, Room
from bot.teams.roster import Who
from complaints.commands import ComeBack, GoAway, Plan, PlanAction, Unsubscribe
from complaints.errors import BadInput
from complaints.replies import Done, Refused, Reply, Said
from handlers import prefer, reading, subscribing

OPEN_SHOWN = 10
MINE_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Answered:
    """What is shown in answer; `private` where it is nobody else's business."""

    shown: Activity
    private: bool = False


async def answer(room: Room, heard: Heard, words: str, who: Who) -> Answered | Report | OpenForm:
    """The answer to words, or what is to be done with them: a complaint, or nothing was said."""
    try:
        intent = understand(words, heard.at, who.zone)
        away = room.turned_away(who, reporting=isinstance(intent, Report | OpenForm))
        if away is not None:
            return Answered(render.said(Refused(away)))
        if isinstance(intent, Report | OpenForm):
            return intent
        return await _said(room, heard, intent, who)
    except BadInput as error:
        return Answered(render.said(Refused(str(error), error.field)))


async def _said(room: Room, heard: Heard, intent: Asked, who: Who) -> Answered:
    match intent:
        case Help():
            return Answered(render.help_message())
        case ListOpen():
            return Answered(await open_list(room, who), private=True)
        case ListMine():
            return Answered(await mine_list(room, who), private=True)
        case Away():
            deputy = await _deputy(room, heard, intent.deputy) if intent.deputy else None
            away = GoAway(at=heard.at, actor=who.person, until=intent.until, deputy=deputy)
            return Answered(_shown(await room.golddust.execute(away)))
        case Back():
            return Answered(_shown(await room.golddust.execute(ComeBack(at=heard.at, actor=who.person))))
        case JoinThem() | LeaveIt():
            return Answered(_shown(await room.golddust.execute(joining(intent, who.person, heard.at))))
        case AskDigest():
            return Answered(await _digest(room, heard, intent, who), private=True)
        case OwnSettings():
            return Answered(await _settings(room, heard, intent, who), private=True)
        case AskAction():
            owner = await _deputy(room, heard, intent.who) if intent.who else None
            action = Plan(intent.what, owner, intent.until)
            wanted = PlanAction(at=heard.at, actor=who.person, number=intent.ticket, action=action)
            return Answered(_shown(await room.golddust.execute(wanted)))
        case _:
            assert_never(intent)


async def open_list(room: Room, who: Who, number: int = 0) -> Activity:
    """What is open in somebody's teams, or everywhere for an admin."""
    admin = room.golddust.organisation.is_admin(who.person)
    page = await room.read(
        lambda context: reading.page(context, "open" if admin else "team", who.person, number, OPEN_SHOWN)
    )
    title = "Open tickets" if admin else "Open in your teams"
    return render.listing(page, title, which="open", token=f"open.{page.number}")


async def mine_list(room: Room, who: Who, held: int = 0, reported: int = 0) -> Activity:
    """What is somebody's to act on, and what they reported."""
    first = await room.read(lambda context: reading.page(context, "held", who.person, held, MINE_SHOWN))
    second = await room.read(lambda context: reading.page(context, "reported", who.person, reported, MINE_SHOWN))
    return render.mine(first, second, token=f"mine.{first.number}.{second.number}")


async def list_of(room: Room, who: Who, token: str) -> Activity | None:
    """The list whose token this is, as it is now; None for another token."""
    kind, *numbers = token.split(".")
    if not all(number.isascii() and number.isdigit() and len(number) < 7 for number in numbers):
        return None
    if kind == "open" and len(numbers) == 1:
        return await open_list(room, who, int(numbers[0]))
    if kind == "mine" and len(numbers) == 2:
        return await mine_list(room, who, int(numbers[0]), int(numbers[1]))
    return None


def _shown(reply: Reply) -> Activity:
    return render.said(reply) if isinstance(reply, Said | Refused | Done) else render.help_message()


async def _digest(room: Room, heard: Heard, intent: AskDigest, who: Who) -> Activity:
    match intent.what:
        case "subscribe":
            wanted = subscription(intent, who.person, heard.at)
            return _shown(await room.golddust.execute(wanted))
        case "unsubscribe":
            return _shown(await room.golddust.execute(Unsubscribe(at=heard.at, actor=who.person)))
        case "now":
            found = await room.read(
                lambda context: subscribing.answered(context, who.person, intent.teams, intent.every)
            )
            if isinstance(found, Refused):
                return render.said(found)
            return render.message(found, None, room.golddust.organisation)


async def _settings(room: Room, heard: Heard, intent: OwnSettings, who: Who) -> Activity:
    if not who.certain:
        return render.said(Refused(phrases_settings.UNSURE))
    change = choosing.command_of(intent, who.person, heard.at)
    if change is not None:
        return _shown(await room.golddust.execute(change))
    return preferences.form(await room.read(lambda context: prefer.settings_of(context, who.person)))


async def _deputy(room: Room, heard: Heard, typed: str) -> str:
    """The person meant: a mention, a key, a name or an e-mail; raises BadInput for somebody who is not in the file."""
    organisation = room.golddust.organisation
    mention = people_mentioned(heard.raw).get(typed.strip().removeprefix("@").casefold())
    found = await room.roster.person(mention, heard.ref, heard.at) if mention else None
    found = found or people.named(organisation, typed)[0]
    if found is None or found not in organisation.people:
        reason = f"I don’t know “{typed[:80]}”; name a colleague who is in golddust.yml."
        raise BadInput(field="deputy", reason=reason)
    return found
