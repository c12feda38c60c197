"""The settings' card, handed in: what was chosen counts at once, and the card shows what holds."""

from __future__ import annotations

from bot import choosing, phrases_settings
from bot.teams import preferences
from bot.teams.elements import Element
from bot.teams.listen import Room, tolerated
from bot.teams.presses import Pressed
from bot.teams.render import card_of
from complaints.preferences import Settings
from complaints.replies import Refused
from handlers import prefer


async def saved(room: Room, press: Pressed) -> Element:
    """The card as it is then: with what holds from now on, or with what is wrong at its field.

    Raises BadInput for a form that is none of ours.
    """
    typed, person = preferences.typed(press.data), press.who.person
    settings = await _settings(room, person)
    if not press.who.certain:
        return card_of(preferences.form(settings, before=typed, said=phrases_settings.UNSURE))
    command = choosing.changed(
        settings, person, press.heard.at, bundle_at=typed.bundle_at, platform=typed.platform, early=typed.early
    )
    reply = await room.golddust.execute(command) if command is not None else None
    if isinstance(reply, Refused):
        field = reply.field or "bundle_at"
        return card_of(preferences.form(settings, before=typed, wrong={field: reply.reason}))
    shown = preferences.form(await _settings(room, person), said=phrases_settings.SAVED)
    # For good: the answer alone is forgotten when the client is started anew.
    await tolerated(room.line.update(press.heard.ref, press.card, shown))
    return card_of(shown)


async def _settings(room: Room, person: str) -> Settings:
    return await room.read(lambda context: prefer.settings_of(context, person))
