"""Forms that are handed in: what somebody filled in becomes a command, and what is wrong is shown at its field."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from bot.slack import entries, forms, modals, render
from bot.slack.captures import Said, capture
from bot.slack.inputs import LONGEST_INPUT
from bot.slack.listen import Room
from bot.slack.originals import Gone, Unreadable, original
from bot.slack.payloads import Json, moment
from bot.slack.people import Who
from bot.slack.presses import opened_by, settle
from complaints import commands
from complaints.commands import Command
from complaints.errors import BadInput
from complaints.replies import Captured, Done, Refused, Reply
from complaints.ticket import Blocked, Source

Answer = dict[str, Any] | None
"""What Slack is answered: None closes the form."""

NOT_A_PERSON = "I take complaints from people only."
UNCHANGED = "Nothing changed"


async def handed_in(room: Room, body: Json) -> Answer:
    """Do what a form asks for; a wrong field is named, anything else that stands in the way is said in its place."""
    view, user, at = body["view"], str(body["user"]["id"]), room.now()
    name = str(view["callback_id"])
    who = await room.people.who(user, at)
    if who is None:
        return _says(UNCHANGED, NOT_A_PERSON)
    try:
        if name == "capture":
            return _captured(await _capture(room, view, user, who, at))
        reply = await room.golddust.execute(await _COMMANDS[name](room, view, who, at))
    except BadInput as error:
        return _wrong(name, error.field, str(error))
    if isinstance(reply, Refused):
        return _wrong(name, reply.field, reply.reason) if reply.field else _says(UNCHANGED, reply.reason)
    if isinstance(reply, Done):
        outcome = render.captured(reply.ticket) if name == "edit" else render.reply(reply)
        await settle(room, opened_by(view, user), who, outcome)
    return None


async def _capture(room: Room, view: Json, user: str, who: Who, at: datetime) -> Reply:
    form = forms.capture(view)
    place = form.metadata
    if place is None:
        # Said to nobody but us: the form itself is the message.
        source = await room.source(user, str(view["id"]), private=True)
    else:
        source = await room.source(
            place.channel, place.message, private=place.private, permalink=place.permalink, thread=place.thread
        )
    received = moment(place.message, at) if place else None
    words = await _whole(room, view, form.words, source)
    said = Said(
        words=words, source=source, attachments=form.files, received_at=received, customer=form.customer,
        severity=form.severity,
    )  # fmt: skip
    return await capture(room, who.person, said, at)


async def _whole(room: Room, view: Json, words: str, source: Source) -> str:
    """The words as they were handed in; where a form had no room for all of a message, the whole of it if we may."""
    if source.message == view["id"] or len(words) < LONGEST_INPUT or words != entries.initial(view, "words"):
        return words
    try:
        return await room.words((await original(room, source.conversation, source.message, last_try=True)).get("text"))
    except (Unreadable, Gone):
        return words


def _captured(reply: Reply) -> Answer:
    if isinstance(reply, Refused):
        return _wrong("capture", reply.field or "words", reply.reason)
    if isinstance(reply, Captured) and reply.again:
        ticket = reply.ticket
        return _says("Reported already", f"{ticket.ref} already has this one. It is with {ticket.owner_or_team}.")
    return None


async def _resolve(room: Room, view: Json, who: Who, at: datetime) -> Command:
    form = forms.resolve(view)
    return commands.Resolve(
        at=at, actor=who.person, number=form.ticket, done=form.done, root_cause=form.root_cause, tell=form.tell
    )


async def _blocked(room: Room, view: Json, who: Who, at: datetime) -> Command:
    form = forms.blocked(view)
    what = await _colleague(room, form.slack_user, "person", at) if form.slack_user else form.what
    return commands.Block(at=at, actor=who.person, number=form.ticket, blocked=Blocked(form.by, what, form.why))


async def _not_mine(room: Room, view: Json, who: Who, at: datetime) -> Command:
    form = forms.not_mine(view)
    if form.not_a_complaint or form.duplicate_of is not None:
        return commands.Dismiss(
            at=at, actor=who.person, number=form.ticket, duplicate_of=form.duplicate_of, reason=form.reason
        )
    person = await _colleague(room, form.slack_user, "whom", at) if form.slack_user else None
    return commands.HandBack(
        at=at, actor=who.person, number=form.ticket, to_person=person, to_team=form.team, reason=form.reason
    )


async def _promise(room: Room, view: Json, who: Who, at: datetime) -> Command:
    form = forms.promise(view, who.zone)
    return commands.MakePromise(at=at, actor=who.person, number=form.ticket, until=form.until, reason=form.reason)


async def _reopen(room: Room, view: Json, who: Who, at: datetime) -> Command:
    form = forms.reopen(view)
    return commands.Reopen(at=at, actor=who.person, number=form.ticket, reason=form.reason)


async def _edit(room: Room, view: Json, who: Who, at: datetime) -> Command:
    form = forms.edit(view)
    return commands.EditWords(at=at, actor=who.person, number=form.ticket, words=form.words, customer=form.customer)


async def _colleague(room: Room, user: str, field: str, at: datetime) -> str:
    """The person who was picked; raises BadInput for one whom the file does not list."""
    person = await room.people.person(user, at)
    if person is None or person not in room.golddust.organisation.people:
        raise BadInput(field=field, reason="I don’t know them yet; pick somebody who is in golddust.yml, or a team.")
    return person


def _wrong(form: str, field: str, reason: str) -> Answer:
    return {"response_action": "errors", "errors": {forms.block_of(form, field): reason}}


def _says(title: str, words: str) -> Answer:
    return {"response_action": "update", "view": modals.message_view(title, words)}


_COMMANDS: dict[str, Callable[[Room, Json, Who, datetime], Awaitable[Command]]] = {
    "resolve": _resolve, "blocked": _blocked, "not_mine": _not_mine, "promise": _promise, "reopen": _reopen,
    "edit": _edit,
}  # fmt: skip
FORMS = dict.fromkeys(("capture", *_COMMANDS), handed_in)
