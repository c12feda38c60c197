"""Buttons: the ones that act at once, the ones that ask first, and the pages of the Home."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from bot import buttons, phrases
from bot.keeper import AWAY
from bot.slack import modals, render
from bot.slack.listen import Room, plainly, sentence, tolerated
from bot.slack.listen_home import pages_of, publish
from bot.slack.listen_shortcuts import NOT_OPENED, open_form
from bot.slack.patience import left
from bot.slack.payloads import Json
from bot.slack.people import Who
from bot.slack.presses import Press, carried, press_of, settle, thank, whisper
from complaints.commands import (
    Acknowledge,
    Command,
    ConfirmTold,
    CorrectSeverity,
    JoinAlike,
    Leave,
    OnTicket,
    RateNudge,
    SettleSurge,
    Unblock,
    Withdraw,
)
from complaints.errors import NotAllowed, UnknownTicket
from complaints.organisation import Organisation
from complaints.replies import Done, Refused, Said
from complaints.rights import Action, refusal
from complaints.severity import Severity
from complaints.views import TicketView
from handlers.context import Context
from handlers.viewing import view
from storage import tickets
from storage.absence import away

AT_ONCE_SECONDS = 1.0
"""How long a form may wait for its ticket before something else is shown; Slack gives three seconds in all."""

FORGED = "I don’t understand that button any more; nothing has been changed. `/complaint mine` shows what is yours."
UNSURE = "I can’t tell who you are right now; please try again in a minute."
NOT_A_PERSON = "I take answers from people only."

_AT_ONCE: dict[str, type[OnTicket]] = {
    "acknowledge": Acknowledge, "unblock": Unblock, "told": ConfirmTold, "withdraw": Withdraw,
    "join": JoinAlike, "not_a_problem": SettleSurge, "leave": Leave,
}  # fmt: skip
_RIGHTS: dict[str, Action] = {
    "resolve": "resolve", "blocked": "block", "not_mine": "hand back", "promise": "promise", "reopen": "reopen",
    "edit": "edit",
}  # fmt: skip
_SEVERITIES = {f"severity_{one.value}": one for one in Severity}
RATES = {"useful": True, "not_useful": False}
HOME = ("home_held", "home_reported")


async def pressed(room: Room, body: Json) -> None:
    """Do what a button says, or open the form that asks for the rest."""
    press, at = press_of(body), room.now()
    who = await room.people.who(press.user, at)
    if who is None:
        room.later(whisper(room, press, sentence(NOT_A_PERSON)))
    elif (away := room.turned_away(who)) is not None:
        room.later(whisper(room, press, plainly(away)))
    elif press.name in HOME:
        room.later(publish(room, press.user, who, pages_of(press.value)))
    elif press.ticket is None:
        room.later(whisper(room, press, sentence(FORGED)))
    elif press.name in _RIGHTS:
        await _ask(room, press, who, press.ticket)
    elif press.name in RATES:
        await _rate(room, press, who, press.ticket, at)
    else:
        await _act(room, press, who, _command(press, press.ticket, who, at))


async def _rate(room: Room, press: Press, who: Who, ticket: int, at: datetime) -> None:
    """Note whether a nudge was useful; said under a bundle, it is about each nudge in it."""
    useful, found = RATES[press.name], await room.nudged_at(press.channel, press.message)
    alone = RateNudge(at=at, actor=who.person, number=ticket, useful=useful, step=press.step)
    votes = found.votes(useful, who.person, at) if found is not None and found.several else (alone,)
    replies = [await room.golddust.execute(vote) for vote in votes]
    reply = next((one for one in replies if isinstance(one, Said)), replies[0])
    show = thank if isinstance(reply, Said) else whisper
    room.later(show(room, press, render.reply(reply)))


def _command(press: Press, ticket: int, who: Who, at: datetime) -> Command:
    if press.name in _SEVERITIES:
        return CorrectSeverity(at=at, actor=who.person, number=ticket, severity=_SEVERITIES[press.name])
    return _AT_ONCE[press.name](at=at, actor=who.person, number=ticket)


async def _act(room: Room, press: Press, who: Who, command: Command) -> None:
    reply = await room.golddust.execute(command)
    if isinstance(reply, Done) and isinstance(command, CorrectSeverity):
        # The message that it was pressed on still has Edit and Withdraw to offer.
        room.later(settle(room, press, who, render.captured(reply.ticket)))
    elif isinstance(reply, Done):
        room.later(settle(room, press, who, render.reply(reply)))
    elif isinstance(reply, Refused) and not who.certain:
        room.later(whisper(room, press, sentence(UNSURE)))
    else:
        room.later(whisper(room, press, render.reply(reply)))


# -- forms: Slack wants them open within three seconds of the press


async def _ask(room: Room, press: Press, who: Who, ticket: int) -> None:
    loading = asyncio.create_task(_ticket(room, press, who, ticket))
    await asyncio.wait({loading}, timeout=left(AT_ONCE_SECONDS))
    if not loading.done():
        room.later(_open_then_fill(room, press, loading))
        return
    found = loading.result()
    if isinstance(found, Refused):
        room.later(whisper(room, press, render.reply(found)))
    else:
        room.later(_open(room, press, found))


async def _open(room: Room, press: Press, ticket: TicketView) -> None:
    if not await open_form(room, press.trigger, _form(room, press, ticket)):
        await whisper(room, press, sentence(NOT_OPENED))


async def _open_then_fill(room: Room, press: Press, loading: asyncio.Task[TicketView | Refused]) -> None:
    client, opened = room.client, await open_form(room, press.trigger, modals.loading())
    try:
        found = await loading
    except SQLAlchemyError as error:
        if not away(error):
            raise
        found = Refused(AWAY)
    if opened is None:
        await whisper(room, press, sentence(NOT_OPENED))
        return
    shown = (
        modals.message_view("Nothing changed", found.reason)
        if isinstance(found, Refused)
        else _form(room, press, found)
    )
    await tolerated(client.views_update(view_id=opened, view=shown))


async def _ticket(room: Room, press: Press, who: Who, number: int) -> TicketView | Refused:
    """The ticket that a form is about, or why this person may not do that to it."""

    def question(context: Context) -> TicketView | Refused:
        ticket = tickets.find(context.session, context.workspace, number)
        if ticket is None:
            return Refused(str(UnknownTicket(ref=f"C-{number}")))
        reason = refusal(context.organisation, ticket, who.person, _RIGHTS[press.name])
        if reason:
            return Refused(str(NotAllowed(reason=reason)) if who.certain else UNSURE)
        shown = view(context, ticket)
        return shown if buttons.offered(press.name, shown) else Refused(phrases.stands(shown))

    return await room.read(question)


def _form(room: Room, press: Press, ticket: TicketView) -> dict[str, Any]:
    return carried(_FORMS[press.name](ticket, room.golddust.organisation, press), press)


_FORMS: dict[str, Callable[[TicketView, Organisation, Press], dict[str, Any]]] = {
    "resolve": lambda ticket, _, press: modals.resolve_form(ticket, **_place(press)),
    "blocked": lambda ticket, organisation, press: modals.blocked_form(ticket, organisation, **_place(press)),
    "not_mine": lambda ticket, organisation, press: modals.not_mine_form(ticket, organisation, **_place(press)),
    "promise": lambda ticket, _, press: modals.promise_form(ticket, **_place(press)),
    "reopen": lambda ticket, _, press: modals.reopen_form(ticket, **_place(press)),
    "edit": lambda ticket, _, press: modals.edit_form(ticket, **_place(press)),
}


def _place(press: Press) -> dict[str, str]:
    return {"channel": press.channel, "message": press.message}


ACTIONS = dict.fromkeys((*_AT_ONCE, *_RIGHTS, *_SEVERITIES, *RATES, *HOME), pressed)
