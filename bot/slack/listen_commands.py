"""`/complaint`: report in a sentence, open the form, or ask."""

from __future__ import annotations

from bot.intents import OpenForm, Report
from bot.slack import modals, render
from bot.slack.answers import answer
from bot.slack.captures import Said, capture
from bot.slack.listen import Room, sentence
from bot.slack.listen_shortcuts import open_form
from bot.slack.payloads import Json
from bot.slack.render import SlackMessage
from bot.slack.text import plain

NOT_A_PERSON = "I take complaints from people only."


async def complaint(room: Room, body: Json) -> SlackMessage | None:
    """What only the person sees in answer; None once the form is open."""
    at = room.now()
    who = await room.people.who(str(body.get("user_id") or ""), at)
    if who is None:
        return sentence(NOT_A_PERSON)
    trigger = str(body.get("trigger_id") or "")
    meant = await answer(room, str(body.get("text") or ""), who, at)
    if isinstance(meant, Report):
        # A command is no message and has no id; its trigger is as good as one, and stays the same in a retry.
        source = await room.source(str(body.get("channel_id") or ""), f"command-{trigger}")
        said = Said(words=plain(meant.words), source=source, answered_at_once=True)
        return render.reply(await capture(room, who.person, said, at))
    if isinstance(meant, OpenForm):
        opened = await open_form(room, trigger, modals.capture_form(metadata=None))
        return None if opened else sentence("The form did not open. Please try `/complaint` again.")
    return meant


COMMANDS = {"/complaint": complaint}
