"""Microsoft Teams put together: what comes in finds its listener, and what goes out its way."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

import structlog

from bot.app import Golddust
from bot.journal import trail
from bot.teams.activities import speaker_of
from bot.teams.listen import SORRY, Heard, Room
from bot.teams.listen_cards import executed, says
from bot.teams.listen_dialogs import handed_in, opened, sorry
from bot.teams.listen_installation import installed
from bot.teams.listen_messages import deleted, edited, message
from bot.teams.port import Bad, Json, inside, ref_of
from bot.teams.references import References
from bot.teams.roster import Roster
from bot.teams.send import TeamsChannel
from bot.teams.settings import TeamsSettings
from bot.teams.transport import Transport

ACTIVITIES: dict[str, Callable[[Room, Heard], Awaitable[None]]] = {
    "message": message,
    "messageUpdate": edited,
    "messageDelete": deleted,
    "installationUpdate": installed,
    "conversationUpdate": installed,
}
INVOKES: dict[str, tuple[Callable[[Room, Heard], Awaitable[Json]], Callable[[Json], Json]]] = {
    "adaptiveCard/action": (executed, lambda raw: says(SORRY)),
    "composeExtension/fetchTask": (opened, sorry),
    "composeExtension/submitAction": (handed_in, sorry),
}
"""Who answers an invoke, and what is answered when that breaks."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Teams:
    """The channel as it runs: the way to Microsoft, the listen room, and what notices are sent through."""

    transport: Transport
    room: Room
    channel: TeamsChannel


def build(golddust: Golddust, settings: TeamsSettings, **more: Any) -> Teams:
    """Teams with its listeners; `more` goes to the transport."""

    async def heard(raw: Json) -> Json | None:
        return await hear(room, raw)

    transport = Transport(settings, heard, golddust.clock, **more)
    references = References(golddust, settings)
    room = Room(golddust, transport, references, Roster(golddust, transport), settings.app_id)
    return Teams(transport, room, TeamsChannel(golddust, transport, references))


async def hear(room: Room, raw: Json) -> Json | None:
    """Take up an activity; what is returned answers an invoke. What fails is raised, so that Teams sends it again."""
    speaker = speaker_of(raw)
    if speaker is None:
        return None
    try:
        heard = Heard(raw, speaker, ref_of(raw), room.now())
    except Bad:
        return None
    kind = inside(raw, "type")
    if kind == "invoke":
        return await _invoked(room, heard, inside(raw, "name"))
    await _remember(room, heard)
    listener = ACTIVITIES.get(kind)
    if listener is not None:
        await listener(room, heard)
    return None


async def _invoked(room: Room, heard: Heard, name: str) -> Json | None:
    if name not in INVOKES:
        return None
    answer, broken = INVOKES[name]
    try:
        if not name.startswith("composeExtension/"):
            # Those may come from conversations that we are no member of.
            await _remember(room, heard)
        return await answer(room, heard)
    except Exception as error:  # noqa: BLE001 - whoever waits must be told that nothing was saved
        # Without the message of the error: it may quote what somebody wrote.
        log.error("a listener failed; nothing was changed", kind=name, error=type(error).__name__, where=trail(error))
        return broken(heard.raw)


async def _remember(room: Room, heard: Heard) -> None:
    """Keep where the conversation is, without its thread, so that we can write there later and after a restart."""
    ref = heard.ref
    await room.references.keep(ref.root, replace(ref, conversation=ref.root))
    if ref.kind == "personal":
        await room.references.keep(heard.speaker.user, ref)
