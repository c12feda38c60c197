"""“Report a complaint” from anywhere, and “Report as complaint” on a message."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import structlog

from bot.slack import modals
from bot.slack.inputs import LONGEST_INPUT
from bot.slack.listen import SECONDS, Room, Whole, respond, sentence
from bot.slack.modals import CaptureMetadata
from bot.slack.patience import left
from bot.slack.payloads import Json, attachments, text_of, thread_of
from bot.slack.trouble import TROUBLE, code

PERMALINK_SECONDS = 1.0

NOT_OPENED = "The form did not open. Please try again."
OUR_OWN = "That is a message of mine. Reply in its thread instead, or use its buttons."

log = structlog.get_logger()


async def report_complaint(room: Room, body: Json) -> None:
    """Open the empty form."""
    room.later(_empty(room, body))


async def _empty(room: Room, body: Json) -> None:
    if not await open_form(room, _trigger(body), modals.capture_form(metadata=None)):
        await room.tell(str(body["user"]["id"]), sentence(NOT_OPENED))


async def report_as_complaint(room: Room, body: Json) -> None:
    """Open the form with the words of a message; where it was said goes along. Without a message it is empty."""
    if "message" not in body or "channel" not in body:
        await report_complaint(room, body)
        return
    message, user, channel = body.get("message") or {}, str(body["user"]["id"]), str(body["channel"]["id"])
    if message.get("user") == (await room.identity()).user:
        room.later(_answer(room, body, channel, user, OUR_OWN))
        return
    ts = str(message.get("ts") or body.get("message_ts") or "")
    metadata = CaptureMetadata(
        channel=channel, message=ts, permalink=await permalink(room, channel, ts), files=attachments(message),
        private=channel.startswith("D"), thread=thread_of(message),
    )  # fmt: skip
    room.later(_filled(room, body, await room.words(text_of(message)), metadata))


async def _filled(room: Room, body: Json, words: str, metadata: CaptureMetadata) -> None:
    metadata = replace(metadata, cut=len(words) > LONGEST_INPUT)
    opened = await open_form(room, _trigger(body), modals.capture_form(words=words, metadata=metadata))
    if opened is None:
        await _answer(room, body, metadata.channel, str(body["user"]["id"]), NOT_OPENED)
    elif metadata.shortened():
        room.keep_whole(opened, Whole(words, metadata.files))


async def open_form(room: Room, trigger: str, view: dict[str, Any]) -> str | None:
    """The id of the form once it is open, or None when Slack did not open it."""
    client = room.client
    try:
        opened = await asyncio.wait_for(client.views_open(trigger_id=trigger, view=view), SECONDS)
    except TROUBLE as error:
        log.warning("a form did not open", form=view.get("callback_id"), error=code(error))
        return None
    return str((opened.get("view") or {}).get("id") or "-")


async def permalink(room: Room, channel: str, ts: str) -> str | None:
    """The address of a message, or None where Slack does not tell, as in conversations that we are no member of."""
    client = room.client
    try:
        asked = client.chat_getPermalink(channel=channel, message_ts=ts)
        found = await asyncio.wait_for(asked, left(PERMALINK_SECONDS))
    except TROUBLE as error:
        log.info("a message has no address that we may know", conversation=channel, error=code(error))
        return None
    return str(found.get("permalink") or "") or None


async def _answer(room: Room, body: Json, channel: str, user: str, words: str) -> None:
    url = body.get("response_url")
    if not url or not await respond(str(url), sentence(words)):
        await room.whisper(channel, user, sentence(words))


def _trigger(body: Json) -> str:
    return str(body.get("trigger_id") or "")


SHORTCUTS = {"report_complaint": report_complaint, "report_as_complaint": report_as_complaint}
