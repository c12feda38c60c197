"""“Report as complaint”: opened on a message or beside the compose box, and handed in."""

from __future__ import annotations

from typing import Any

from bot import arrival
from bot.teams import activities, dialogs
from bot.teams.activities import permalink_of, sent_at, words_in
from bot.teams.captures import Complaint, capture
from bot.teams.desk import mark
from bot.teams.dialogs import Answer, CaptureForm, CaptureMetadata
from bot.teams.entries import OUTDATED
from bot.teams.listen import SORRY, Heard, Room
from bot.teams.port import Json, inside
from bot.teams.render import captured
from bot.teams.roster import Who
from bot.teams.text import in_chat
from complaints.errors import BadInput
from complaints.replies import Captured, Refused, Said
from complaints.ticket import Attachment

OUR_OWN = "That is a message of mine. Reply to it instead, or use its buttons."
_THREAD = ";messageid="


async def opened(room: Room, heard: Heard) -> Answer:
    """The dialog, filled in with the words of the message where it was opened on one; where it was said goes along."""
    payload = _part(heard.raw.get("value"), "messagePayload")
    if not payload:
        return dialogs.capture_dialog(token=_token(heard))
    if inside(payload, "from", "application", "id") in {room.app_id, f"28:{room.app_id}"}:
        return dialogs.message_dialog("Report as complaint", OUR_OWN)
    metadata = _metadata(heard, payload)
    return dialogs.capture_dialog(_words(payload), metadata, token=_token(heard))


async def handed_in(room: Room, heard: Heard) -> Answer:
    """Who has it and by when they look; or the dialog again, with what is wrong at its field."""
    data = _part(heard.raw.get("value"), "data")
    try:
        form = dialogs.capture(data)
        said = _complaint(room, heard, form)
    except BadInput as error:
        return _again(data, error.field, str(error))
    who = await room.who(heard)
    reply = await capture(room, who, said, heard.at)
    if isinstance(reply, Said):
        return dialogs.message_dialog("Report as complaint", reply.said)
    if isinstance(reply, Refused):
        return _again(data, reply.field or "words", reply.reason)
    if not isinstance(reply, Captured):
        return dialogs.message_dialog("Report as complaint", "That has arrived already.")
    await _tell(room, who, reply)
    return dialogs.receipt_dialog(reply)


def sorry(raw: Json) -> Answer:
    """The dialog again with everything that was filled in, because something of ours broke."""
    return _again(_part(raw.get("value"), "data"), "words", SORRY)


async def _tell(room: Room, who: Who, reply: Captured) -> None:
    """The receipt with its buttons in the chat with us alone; who does not have us there has seen it in the dialog."""
    brought = arrival.here()
    if brought is not None and brought.by_notice:
        return
    if not reply.again and reply.ticket.reporter_key == who.person:
        await room.tell(who, captured(reply.ticket))


def _complaint(room: Room, heard: Heard, form: CaptureForm) -> Complaint:
    place = form.metadata
    if place is None:
        # Said to nobody but us: the dialog itself is the message.
        source = room.source(heard.ref, form.token, private=True)
        return Complaint(
            words=form.words, source=source, customer=form.customer, severity=form.severity, answered_at_once=True
        )
    root, _, thread = place.conversation.partition(_THREAD)
    if root != heard.ref.root or len(place.message) > activities.LONGEST_ID or len(thread) > activities.LONGEST_ID:
        raise BadInput(field="words", reason=OUTDATED)
    source = room.source(
        heard.ref, place.message, permalink=_safe(place.permalink), thread=thread or None, private=place.private
    )
    words, files = _whole(heard, form.words, place)
    return Complaint(
        words=words, source=source, channels=activities.channels_of(heard.raw, heard.ref),
        attachments=files, received_at=_written(place.message, heard), customer=form.customer,
        severity=form.severity, answered_at_once=True,
    )  # fmt: skip


def _whole(heard: Heard, words: str, place: CaptureMetadata) -> tuple[str, tuple[Attachment, ...]]:
    """All of the message that is reported, which comes again with the dialog; the dialog itself may hold a part only.

    Words that were changed in the dialog are meant as they are.
    """
    payload = _part(heard.raw.get("value"), "messagePayload")
    if inside(payload, "id") != place.message:
        return words, place.files
    untouched = bool(place.cut) and place.cut == mark(words)
    return _words(payload) if untouched else words, _files(payload, _safe(place.permalink))


def _metadata(heard: Heard, payload: Json) -> CaptureMetadata:
    number, thread = inside(payload, "id"), inside(payload, "replyToId")
    link = _safe(inside(payload, "linkToMessage")) or permalink_of(heard.ref, number, thread or None)
    place = f"{heard.ref.root}{_THREAD}{thread}" if thread and thread != number else heard.ref.root
    return CaptureMetadata(place, number, link, _files(payload, link), heard.ref.kind == "personal")


def _files(payload: Json, link: str | None) -> tuple[Attachment, ...]:
    html = {"contentType": "text/html", "content": inside(payload, "body", "content")}
    listed = payload.get("attachments")
    return activities.files_of({"attachments": [*(listed if isinstance(listed, list) else ()), html]}, link)


def _words(payload: Json) -> str:
    content = inside(payload, "body", "content")
    return words_in(content, []) if inside(payload, "body", "contentType") != "text" else content.strip()


def _written(message: str, heard: Heard) -> Any:
    """When the message was written: its id counts the milliseconds since 1970."""
    payload = _part(heard.raw.get("value"), "messagePayload")
    return sent_at(inside(payload, "createdDateTime"), heard.at) if inside(payload, "id") == message else None


def _again(data: Json, field: str, reason: str) -> Answer:
    try:
        metadata = CaptureMetadata.from_data(data["source"]) if data.get("source") is not None else None
    except BadInput:
        return dialogs.message_dialog("Report as complaint", OUTDATED)
    token = inside(data, "token") or "again"
    shown = field if field in {"words", "customer", "severity"} else "words"
    return dialogs.capture_dialog(metadata=metadata, token=token, errors={shown: in_chat(reason)}, typed=data)


def _token(heard: Heard) -> str:
    return f"{heard.id}.{heard.speaker.user}"[:200]


def _safe(link: str | None) -> str | None:
    """A link to a message in Teams, or None for a link to anywhere else."""
    return (
        link if link and link.startswith(("https://teams.microsoft.com/", "https://teams.cloud.microsoft/")) else None
    )


def _part(value: object, name: str) -> Json:
    found = value.get(name) if isinstance(value, dict) else None
    return found if isinstance(found, dict) else {}
