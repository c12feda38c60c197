"""`/complaint`: report in a sentence, open the form, or ask."""

from __future__ import annotations

import asyncio
from datetime import datetime
from uuid import uuid4

from bot.intents import OpenForm, Report
from bot.slack import modals, render
from bot.slack.answers import answer
from bot.slack.captures import Said, capture
from bot.slack.listen import Room, sentence
from bot.slack.listen_shortcuts import open_form
from bot.slack.payloads import Json
from bot.slack.render import SlackMessage
from bot.slack.text import plain
from complaints.ticket import Source

NOT_A_PERSON = "I take complaints from people only."
UNNAMED = "privategroup"
"""What Slack calls each private channel in a command."""


async def complaint(room: Room, body: Json) -> SlackMessage | None:
    """What only the person sees in answer; None once the form is open."""
    at, user, text = room.now(), str(body.get("user_id") or ""), str(body.get("text") or "")
    if not text.strip():
        return await _form(room, str(body.get("trigger_id") or ""))
    who, (source, channels) = await asyncio.gather(room.people.who(user, at), _place(room, body, user, at))
    if who is None:
        return sentence(NOT_A_PERSON)
    meant = await answer(room, text, who, at)
    if isinstance(meant, Report):
        said = Said(words=plain(meant.words), source=source, channels=channels, answered_at_once=True)
        return render.reply(await capture(room, who, said, at))
    return await _form(room, str(body.get("trigger_id") or "")) if isinstance(meant, OpenForm) else meant


async def _form(room: Room, trigger: str) -> SlackMessage | None:
    opened = await open_form(room, trigger, modals.capture_form(metadata=None))
    return None if opened else sentence("The form did not open. Please try `/complaint` again.")


async def _place(room: Room, body: Json, user: str, at: datetime) -> tuple[Source, tuple[str, ...]]:
    """Where a command was typed, and what that conversation is called."""
    channel, name = str(body.get("channel_id") or ""), str(body.get("channel_name") or "")
    # A command is no message and has no id; its trigger is as good as one, and stays the same in a retry.
    trigger = str(body.get("trigger_id") or "") or uuid4().hex
    source = room.source(channel, f"command-{trigger}-{user}", team=str(body.get("team_id") or ""))
    if name == UNNAMED or not name:
        return await asyncio.gather(source, room.conversations.names(channel, at))
    return await source, (channel, name, f"#{name}") if channel[:1] in "CG" else (channel,)


COMMANDS = {"/complaint": complaint}
