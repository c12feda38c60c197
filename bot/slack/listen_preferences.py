"""Choices made in the Home: each counts at once, and the Home is drawn anew."""

from __future__ import annotations

from datetime import datetime

from bot import phrases_settings
from bot.slack import preferences
from bot.slack.listen import Room
from bot.slack.listen_home import pages_of, publish
from bot.slack.payloads import Json
from bot.slack.people import Who
from complaints.commands import SetPreference
from complaints.replies import Refused


async def chosen(room: Room, body: Json) -> None:
    """Keep what somebody chose about themselves; a refusal stands in the Home, beside what still holds."""
    user, at = str(body["user"]["id"]), room.now()
    who = await room.people.who(user, at)
    if who is None:
        return
    if room.turned_away(who) is not None:
        room.later(publish(room, user, who))
        return
    wrong = await _keep(room, who, body["actions"], at) if who.certain else phrases_settings.UNSURE
    pages = pages_of((body.get("view") or {}).get("private_metadata"))
    room.later(publish(room, user, who, pages, wrong=wrong))


async def _keep(room: Room, who: Who, actions: list[Json], at: datetime) -> str:
    """Why what was chosen is refused, or nothing."""
    changed = {name: value for one in actions for name, value in _change(one).items()}
    reply = await room.golddust.execute(SetPreference(at=at, actor=who.person, **changed)) if changed else None
    return reply.reason if isinstance(reply, Refused) else ""


def _change(action: Json) -> Json:
    """The setting that an element of the Home changes, by its name; empty for one that says nothing of ours."""
    option = action.get("selected_option")
    match action.get("action_id"):
        case preferences.BUNDLE if isinstance(action.get("selected_time"), str):
            return {"bundle_at": action["selected_time"]}
        case preferences.CHANNEL if isinstance(option, dict) and isinstance(option.get("value"), str):
            return {"platform": option["value"]}
        case preferences.EARLY if isinstance(action.get("selected_options"), list):
            return {"early": bool(action["selected_options"])}
    return {}


ACTIONS = dict.fromkeys((preferences.BUNDLE, preferences.CHANNEL, preferences.EARLY), chosen)
