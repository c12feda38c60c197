"""Buttons of cards (`Action.Execute`): each is answered with the card as it is then, or with a sentence."""

from __future__ import annotations

from typing import Any

from bot import bundles, buttons, phrases
from bot.buttons import Press
from bot.teams import forms, listen_preferences, preferences, render
from bot.teams.answers import list_of, mine_list, open_list
from bot.teams.elements import CARD, Activity, Element
from bot.teams.listen import Heard, Room, tolerated
from bot.teams.presses import RIGHTS, Pressed, command_of, pressed, votes_of
from complaints import notices
from complaints.commands import CorrectSeverity
from complaints.errors import BadInput, NotAllowed, UnknownTicket
from complaints.replies import Done, Refused
from complaints.rights import refusal
from complaints.views import TicketView
from handlers import reading
from handlers.context import Context
from handlers.viewing import foreseen, view
from storage import tickets

UNSURE = "I can’t tell who you are right now; please try again in a minute."
MESSAGE = "application/vnd.microsoft.activity.message"
FORGED = "I don’t understand that button any more; nothing has been changed. Write “mine” to see what is yours."

Answer = dict[str, Any]


async def executed(room: Room, heard: Heard) -> Answer:
    """The answer to a press: the new card, the form with what is wrong at its field, or why nothing has changed."""
    press = pressed(heard, await room.who(heard))
    away = room.turned_away(press.who)
    if away is not None:
        return says(away)
    try:
        return await _answer(room, press)
    except BadInput as error:
        return await _wrong(room, press, error.field, str(error))


def says(words: str) -> Answer:
    """An answer that leaves the card as it is and says something beside it."""
    return {"statusCode": 200, "type": MESSAGE, "value": words}


def shows(card: Element) -> Answer:
    """An answer that puts a card in the place of the one that was pressed on."""
    return {"statusCode": 200, "type": CARD, "value": card}


async def _answer(room: Room, press: Pressed) -> Answer:
    if press.verb == preferences.VERB:
        return shows(await listen_preferences.saved(room, press))
    if press.verb == "page":
        return shows(render.card_of(await open_list(room, press.who, forms.list_page(press.data)[1])))
    if press.verb == "mine":
        return shows(render.card_of(await mine_list(room, press.who, *forms.mine_pages(press.data))))
    if press.verb == "ask":
        return await _ask(room, press, forms.wanted(press.data), {})
    if press.verb == "show":
        return await _show(room, press)
    if press.verb in {"useful", "not_useful"}:
        return await _rate(room, press)
    command = command_of(press, room.golddust.organisation)
    if command is None:
        return says(FORGED)
    reply = await room.golddust.execute(command)
    if isinstance(reply, Refused) and not press.who.certain:
        return says(UNSURE)
    if isinstance(reply, Refused):
        return await _wrong(room, press, reply.field, reply.reason)
    if not isinstance(reply, Done):
        return await _show(room, press)
    changes_little = isinstance(command, CorrectSeverity) or press.verb == "edit"
    # The message that it was pressed on still has Edit and Withdraw to offer.
    return await _settle(room, press, render.captured(reply.ticket) if changes_little else render.reply(reply))


async def _settle(room: Room, press: Pressed, outcome: Activity) -> Answer:
    """Show what came of a press that changed something.

    A ticket's card is shown as it is now (its own notice edits it for everybody); any other message gives way to the
    outcome, for good, so that no dead button stays.
    """
    shown = await _list(room, press) or await _card(room, press)
    if shown is None:
        shown = await _nudged(room, press, outcome) or outcome
        await tolerated(room.line.update(press.heard.ref, press.card, shown))
    return shows(render.card_of(shown))


async def _rate(room: Room, press: Pressed) -> Answer:
    """Note whether a nudge was useful, and put thanks in the place of the question."""
    found = await room.nudged_at(press.heard.ref.root, press.card)
    replies = [await room.golddust.execute(vote) for vote in votes_of(press, found)]
    refused = next((one for one in replies if isinstance(one, Refused)), None)
    if refused is not None and len(replies) == 1:
        return says(render.sentence(refused))
    shown = await _nudged(room, press)
    if shown is None:
        return says(bundles.THANKS)
    await tolerated(room.line.update(press.heard.ref, press.card, shown))
    return shows(render.card_of(shown))


async def _nudged(room: Room, press: Pressed, outcome: Activity | None = None) -> Activity | None:
    """The nudge, or the bundle of them, that was pressed on, as it is now; None where it was another message."""
    found = await room.nudged_at(press.heard.ref.root, press.card)
    if found is None or not found.items or found.reader != press.who.person:
        return None
    return render.nudged(found, room.golddust.organisation, outcome)


async def _show(room: Room, press: Pressed) -> Answer:
    """What was pressed on, as it is now."""
    number = forms.origin(press.data).ticket
    shown = await _list(room, press) or await _card(room, press)
    if shown is None and (shown := await _nudged(room, press)):
        # No notice edits a nudge, so that what is answered has to stand there too.
        await tolerated(room.line.update(press.heard.ref, press.card, shown))
    if shown is None:
        ticket = await room.read(lambda context: reading.readable(context, number, press.who.person))
        if ticket is None:
            return says(render.sentence(Refused(str(UnknownTicket(ref=f"C-{number}")))))
        shown = _for(room, ticket, press.who.person)
    return shows(render.card_of(shown))


def _for(room: Room, ticket: TicketView, person: str) -> Activity:
    """The ticket for somebody who sees it outside of its cards."""
    if person == ticket.reporter_key and person != ticket.owner_key:
        return render.captured(ticket)
    card = notices.Card(ticket=ticket.number, audience=notices.person(person))
    return render.message(card, ticket, room.golddust.organisation, person)


async def _list(room: Room, press: Pressed) -> Activity | None:
    return await list_of(room, press.who, forms.origin(press.data).token)


async def _card(room: Room, press: Pressed) -> Activity | None:
    """The ticket's card as it is now, where it was pressed on that."""
    number = forms.origin(press.data).ticket
    posted = await room.posted(press.heard.ref.root, press.card)
    if posted is None or not posted.card or posted.ticket != number:
        return None
    if posted.audience.startswith("person:") and posted.audience != notices.person(press.who.person):
        return None  # somebody kept their card whom the file knows by that name no longer

    def question(context: Context) -> TicketView:
        return foreseen(context, view(context, tickets.load(context.session, context.workspace, number)))

    card = notices.Card(ticket=number, audience=posted.audience)
    return render.message(card, await room.read(question), room.golddust.organisation)


async def _wrong(room: Room, press: Pressed, field: str | None, reason: str) -> Answer:
    """What is wrong, at its field where a form was handed in."""
    if press.form is None or field is None or field in {"ticket", "token", "form", "before"}:
        return says(render.sentence(Refused(reason)))
    name = forms.input_of(press.form, _field(press, field))
    try:
        return await _ask(room, press, press.form, {name: render.sentence(Refused(reason))})
    except BadInput as outdated:
        return says(render.sentence(Refused(str(outdated))))


async def _ask(room: Room, press: Pressed, form: Press, errors: dict[str, str]) -> Answer:
    """The card with a form open, for whoever may hand it in."""
    origin = forms.origin(press.data)

    def question(context: Context) -> TicketView | Refused:
        ticket = tickets.find(context.session, context.workspace, origin.ticket)
        if ticket is None:
            return Refused(str(UnknownTicket(ref=f"C-{origin.ticket}")))
        reason = refusal(context.organisation, ticket, press.who.person, RIGHTS[form])
        if reason:
            return Refused(str(NotAllowed(reason=reason)) if press.who.certain else UNSURE)
        shown = view(context, ticket)
        return shown if buttons.offered(form, shown) else Refused(phrases.stands(shown))

    found = await room.read(question)
    if isinstance(found, Refused):
        return says(render.sentence(found))
    organisation = room.golddust.organisation
    return shows(
        render.asked_card(found, form, errors, organisation, token=origin.token, typed=press.data if errors else None)
    )


def _field(press: Pressed, field: str) -> str:
    """The field, more exactly where it is one of several ways to say who blocks."""
    if press.form == "blocked" and field == "what":
        for name in ("ticket", "other", "name", "team", "colleague"):
            if press.data.get(f"blocked.{name}"):
                return name
    return field
