"""Asking Microsoft whether the set-up is good: the bot's own token, the public keys, the channels in the file."""

from __future__ import annotations

from collections.abc import Iterator

from bot.clock import Clock
from bot.doctor import Finding, good, problem
from bot.teams.port import Auth, Json, Throttled
from bot.teams.send import is_conversation
from bot.teams.settings import TeamsSettings
from bot.teams.transport import Transport
from bot.teams.wire import Wire
from complaints.organisation import Organisation
from handlers.context import Context
from storage import references

CREDENTIALS = (
    "see that MicrosoftAppId, MicrosoftAppTenantId and MicrosoftAppType are the bot’s, and that MicrosoftAppPassword "
    "is the value of a client secret that is still valid; docs/teams.md, step 2"
)
REACH = "see that this machine may call Microsoft over https"


async def examine(settings: TeamsSettings, clock: Clock) -> list[Finding]:
    """What Microsoft says about the credentials and the keys, one finding each."""
    if settings.unauthenticated:
        return [good("Teams", "without tokens, for the Agents Playground on this machine only")]
    transport, wire = Transport(settings, _deaf, clock), Wire(10.0)
    try:
        return [await _token(transport, settings), await _keys(wire, settings)]
    finally:
        await transport.close()
        await wire.close()


def conversations(context: Context) -> Iterator[Finding]:
    """Whether Golddust has been heard of in the Teams channels that the file names."""
    for key, place in _named(context.organisation):
        known = references.find(context.session, context.workspace, "teams", place)
        about = f"channel {place}"
        if known is None:
            found = f"the channel of {key}: nothing has been heard from there yet"
            yield problem(about, found, "add Golddust to that team in Teams, and mention it there once")
        else:
            yield good(about, f"the channel of {key}, heard from before")


def _named(organisation: Organisation) -> Iterator[tuple[str, str]]:
    for key, team in organisation.teams.items():
        if team.channel and is_conversation(team.channel):
            yield key, team.channel


async def _token(transport: Transport, settings: TeamsSettings) -> Finding:
    try:
        await transport.log_in()
    except Auth as error:
        return problem("Teams token", f"Microsoft does not accept the bot’s credentials: {error}", CREDENTIALS)
    except Throttled as error:
        return problem("Teams token", f"Microsoft’s login could not be reached: {error}", REACH)
    return good("Teams token", f"good: {settings.app_type}{', tenant ' * bool(settings.tenant)}{settings.tenant}")


async def _keys(wire: Wire, settings: TeamsSettings) -> Finding:
    try:
        await wire.fetch(settings.openid_metadata_url)
    except (OSError, ValueError) as error:
        return problem("Teams keys", f"Microsoft’s public keys could not be fetched: {error}", REACH)
    return good("Teams keys", "Microsoft’s public keys can be fetched; listening at POST /api/messages")


async def _deaf(_: Json) -> None:
    """Nothing is listened to."""
