"""A press of a button: whose, on what, and how to answer it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from bot.slack import render
from bot.slack.listen import Room, respond, tolerated
from bot.slack.listen_home import pages_of, publish
from bot.slack.payloads import Json
from bot.slack.people import Who
from bot.slack.render import SlackMessage
from complaints.ticket import number_of


@dataclass(frozen=True, slots=True)
class Press:
    """One press. `channel` and `message` are empty on the Home; `respond` is where Slack takes the answer."""

    user: str
    name: str
    value: str
    trigger: str
    channel: str = ""
    message: str = ""
    respond: str = ""
    home: str | None = None
    """What the Home that was pressed on says of its pages; None elsewhere."""

    @property
    def ticket(self) -> int | None:
        """The number of the ticket that the button is about, or None for a value that is no number of ours."""
        number = self.value.partition(" ")[0]
        digits = number.isascii() and number.isdigit()
        return number_of(number) or None if digits else None

    @property
    def step(self) -> str:
        """The key of the nudge that the button rates, where its value names one after the ticket’s number."""
        return self.value.partition(" ")[2]


def press_of(body: Json) -> Press:
    """The press that a payload reports."""
    action, view, container = body["actions"][0], body.get("view") or {}, body.get("container") or {}
    chosen = action.get("selected_option")
    return Press(
        user=str(body["user"]["id"]),
        name=str(action.get("action_id") or ""),
        value=str(action.get("value") or (chosen.get("value") if isinstance(chosen, dict) else "") or ""),
        trigger=str(body.get("trigger_id") or ""),
        channel=str((body.get("channel") or {}).get("id") or container.get("channel_id") or ""),
        message=str(container.get("message_ts") or (body.get("message") or {}).get("ts") or ""),
        respond=str(body.get("response_url") or ""),
        home=str(view.get("private_metadata") or "") if view.get("type") == "home" else None,
    )


async def whisper(room: Room, press: Press, said: SlackMessage) -> None:
    """Tell the one who pressed, and nobody else; what they pressed stays as it is."""
    if press.respond and await respond(press.respond, said):
        return
    if press.channel:
        await room.whisper(press.channel, press.user, said)
    else:
        await room.tell(press.user, said)


async def settle(room: Room, press: Press, who: Who, said: SlackMessage) -> None:
    """Show what came of a press that changed something.

    A card is drawn anew by its own notice, the Home and a bundle here; any other message gives way to the outcome, so
    that no dead button stays (of a nudge the question whether it was useful does).
    """
    found = await room.nudged_at(press.channel, press.message) if press.message else None
    if press.home is not None:
        await publish(room, press.user, who, pages_of(press.home))
    elif found is not None and found.items and found.reader == who.person:
        await _replace(room, press, render.nudged(found, said))
    elif press.channel and press.message and not await room.is_card(press.channel, press.message):
        await _replace(room, press, said)


async def thank(room: Room, press: Press, said: SlackMessage) -> None:
    """Show that somebody’s word about a nudge has arrived, in the place of the question."""
    found = await room.nudged_at(press.channel, press.message) if press.message else None
    if found is not None and found.items:
        await _replace(room, press, render.nudged(found))
    else:
        await whisper(room, press, said)


async def _replace(room: Room, press: Press, said: SlackMessage) -> None:
    client = room.client
    if press.respond and await respond(press.respond, said, replace=True):
        return
    # The address is good for half an hour only, and a form may stay open longer.
    update = client.chat_update(channel=press.channel, ts=press.message, text=said.text, blocks=said.blocks)
    if not await tolerated(update):
        # What only one person sees can't be changed in this way.
        await room.whisper(press.channel, press.user, said)


def carried(view: dict[str, Any], press: Press) -> dict[str, Any]:
    """The form with the press that opened it, beside what it carries anyway."""
    metadata = json.loads(view["private_metadata"])
    return view | {"private_metadata": json.dumps({**metadata, "respond": press.respond, "home": press.home})}


def opened_by(view: Json, user: str) -> Press:
    """The press that opened a form, as `carried` noted it; whatever is missing stays empty."""
    try:
        kept = json.loads(view.get("private_metadata") or "{}")
    except ValueError:
        kept = {}
    kept = kept if isinstance(kept, dict) else {}
    found = {key: kept[key] for key in ("channel", "message", "respond", "home") if isinstance(kept.get(key), str)}
    return Press(user, str(view.get("callback_id") or ""), str(kept.get("ticket", "")), "", **found)
