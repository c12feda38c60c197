"""Microsoft Teams put together: what comes in finds its listener, and what goes out its way."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import structlog

from bot import arrival
from bot.app import Golddust
from bot.journal import trail
from bot.keeper import Keeper
from bot.teams.activities import speaker_of
from bot.teams.keeping import Keeping
from bot.teams.listen import SORRY, Heard, Room
from bot.teams.listen_cards import executed, says
from bot.teams.listen_dialogs import handed_in, opened, sorry
from bot.teams.listen_installation import installed
from bot.teams.listen_messages import deleted, edited, message
from bot.teams.port import Bad, Json, inside, ref_of, tenant_of
from bot.teams.references import References
from bot.teams.roster import Roster
from bot.teams.send import TeamsChannel
from bot.teams.settings import TeamsSettings
from bot.teams.strangers import decline
from bot.teams.transport import Transport
from bot.tenants import Tenants
from complaints.errors import ConfigurationError
from storage.absence import away

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
    """The channel as one organisation has it: the way to Microsoft, the listen room, and what notices go through."""

    transport: Transport
    room: Room
    channel: TeamsChannel


@dataclass(frozen=True, slots=True)
class Joined:
    """The channel as it runs: one way to Microsoft, and each organisation’s own part."""

    transport: Transport
    parts: Mapping[Golddust, Teams]


def build(golddust: Golddust, settings: TeamsSettings, **more: Any) -> Teams:
    """Teams for one organisation; `more` goes to the transport."""
    return join(Tenants([golddust]), settings, **more).parts[golddust]


def join(tenants: Tenants, settings: TeamsSettings, keeper: Keeper | None = None, **more: Any) -> Joined:
    """Teams with its listeners for every organisation that is there; raises ConfigurationError, see `_check`."""
    _check(tenants, settings)

    async def heard(raw: Json) -> Json | None:
        room = whose(raw)
        return await hear(room, raw) if room is not None else await decline(transport, raw)

    def whose(raw: Json) -> Room | None:
        golddust = tenants.in_teams(tenant_of(raw))
        part = parts.get(golddust) if golddust is not None else None
        return part.room if part is not None else None

    taken = heard
    if keeper is not None:
        taken = Keeping(keeper, heard, whose, _broken).heard
        keeper.serve("teams", lambda raw, _: taken(raw))
    transport = Transport(settings, taken, tenants.first.clock, **more)
    parts = {golddust: _part(golddust, transport, settings) for golddust in tenants.on_teams()}
    return Joined(transport, parts)


def _check(tenants: Tenants, settings: TeamsSettings) -> None:
    """Nothing; raises ConfigurationError where a registration for any organisation would let in unknown ones."""
    lacking = [one for one in tenants.on_teams() if not one.organisation.organisation.teams_tenants]
    if settings.app_type == "MultiTenant" and lacking and not settings.unauthenticated:
        raise ConfigurationError(
            problems=f"{lacking[0].watched.path}: MicrosoftAppType is MultiTenant, so anybody’s organisation could "
            "write to the bot: list your directory (tenant) id under organisation.teams_tenants"
        )


def _part(golddust: Golddust, transport: Transport, settings: TeamsSettings) -> Teams:
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
    except Exception as error:
        here = arrival.here()
        if here is not None and (here.replayed or away(error)):
            raise  # the spool has it
        # Without the message of the error: it may quote what somebody wrote.
        log.error("a listener failed; nothing was changed", kind=name, error=type(error).__name__, where=trail(error))
        return broken(heard.raw)


def _broken(raw: Json) -> Json | None:
    name = inside(raw, "name")
    return INVOKES[name][1](raw) if name in INVOKES else None


async def _remember(room: Room, heard: Heard) -> None:
    """Keep where the conversation is, without its thread, so that we can write there later and after a restart."""
    ref = heard.ref
    await room.references.keep(ref.root, replace(ref, conversation=ref.root))
    if ref.kind == "personal":
        await room.references.keep(heard.speaker.user, ref)
