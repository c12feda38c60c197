"""Forms that are handed in: what somebody filled in becomes a command, and what is wrong is shown at its field."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from bot.slack import entries, forms, modals, render
from bot.slack.captures import Said, brought_by, capture
from bot.slack.forms import CaptureForm
from bot.slack.identity import NotIntroduced
from bot.slack.listen import Room, Whole
from bot.slack.listen_actions import UNSURE
from bot.slack.modals import CaptureMetadata
from bot.slack.originals import Gone, Unreadable, original
from bot.slack.payloads import Json, attachments, moment, text_of
from bot.slack.people import Who
from bot.slack.presses import opened_by, settle
from complaints import commands, replies
from complaints.commands import Command
from complaints.errors import BadInput
from complaints.replies import Captured, Done, Refused, Reply
from complaints.ticket import Blocked, Source

Answer = dict[str, Any] | None
"""What Slack is answered: None closes the form."""

NOT_A_PERSON = "I take complaints from people only."
UNCHANGED = "Nothing changed"
CUT = "I could not read the original again, so I kept what was in the form; the rest stays in the original."


async def handed_in(room: Room, body: Json) -> Answer:
    """Do what a form asks for; a wrong field is named, anything else that stands in the way is said in its place."""
    view, user, at = body["view"], str(body["user"]["id"]), room.now()
    name = str(view["callback_id"])
    try:
        if name == "capture":
            return await _capture(room, body, user, at)
        who = await room.people.who(user, at)
        if who is None:
            return _says(UNCHANGED, NOT_A_PERSON)
        away = room.turned_away(who)
        if away is not None:
            return _says(UNCHANGED, away)
        reply = await room.golddust.execute(await _COMMANDS[name](room, view, who, at))
    except BadInput as error:
        return _wrong(name, error.field, str(error))
    if isinstance(reply, Refused):
        return _refused(view, name, reply, who)
    if isinstance(reply, Done):
        outcome = render.captured(reply.ticket) if name == "edit" else render.reply(reply)
        room.later(settle(room, opened_by(view, user), who, outcome))
    return None


def _refused(view: Json, name: str, reply: Refused, who: Who) -> Answer:
    if not reply.field:
        return _says(UNCHANGED, reply.reason if who.certain else UNSURE)
    kind = forms.blocked(view).by if name == "blocked" and reply.field == "what" else reply.field
    return _wrong(name, kind, reply.reason)


async def _capture(room: Room, body: Json, user: str, at: datetime) -> Answer:
    view, form = body["view"], forms.capture(body["view"])
    place = form.metadata
    (who, channels), source, whole = await asyncio.gather(
        brought_by(room, user, place.channel if place else user, at), _source(room, body, user, place),
        _whole(room, view, form),
    )  # fmt: skip
    if who is None:
        return _says(UNCHANGED, NOT_A_PERSON)
    untouched = form.words == entries.initial(view, "words")
    said = Said(
        words=whole.words if whole and untouched else form.words, source=source, channels=channels,
        attachments=(*whole.files, *form.files[len(place.files) :]) if whole and place else form.files,
        received_at=moment(place.message, at) if place else None, customer=form.customer, severity=form.severity,
    )  # fmt: skip
    reply = await capture(room, who, said, at)
    if isinstance(reply, Captured):
        room.whole.pop(str(view["id"]), None)
    return _captured(reply, cut=whole is None and place is not None and place.cut)


async def _source(room: Room, body: Json, user: str, place: CaptureMetadata | None) -> Source:
    team = str((body.get("team") or {}).get("id") or body["view"].get("team_id") or "")
    if place is None:
        # Said to nobody but us: the form itself is the message.
        return await room.source(user, str(body["view"]["id"]), private=True, team=team)
    return await room.source(
        place.channel, place.message, private=place.private, permalink=place.permalink, thread=place.thread, team=team
    )


async def _whole(room: Room, view: Json, form: CaptureForm) -> Whole | None:
    """All of the message that a form reports, where the form does not hold it; None where it does, or nobody knows."""
    kept, place = room.whole.get(str(view["id"])), form.metadata
    if kept is not None or place is None or not place.cut:
        return kept
    try:
        message = await original(room, place.channel, place.message, last_try=True)
        return Whole(await room.words(text_of(message)), attachments(message))
    except (Unreadable, Gone, NotIntroduced):
        return None


def _captured(reply: Reply, *, cut: bool) -> Answer:
    if isinstance(reply, replies.Said):
        return _says("Reported", reply.said)
    if isinstance(reply, Refused):
        return _wrong("capture", reply.field or "words", reply.reason)
    if isinstance(reply, Captured) and reply.again:
        ticket = reply.ticket
        return _says("Reported already", f"{ticket.ref} already has this one. It is with {ticket.owner_or_team}.")
    if isinstance(reply, Captured) and cut:
        return _says("Reported", f"{reply.ticket.ref} is with {reply.ticket.owner_or_team}. {CUT}")
    return None


async def _resolve(room: Room, view: Json, who: Who, at: datetime) -> Command:
    form = forms.resolve(view)
    owner = await _colleague(room, form.who, "action_who", at) if form.who else None
    return commands.Resolve(
        at=at, actor=who.person, number=form.ticket, done=form.done, root_cause=form.root_cause, tell=form.tell,
        action=form.plan(owner),
    )  # fmt: skip


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
