"""The platforms as `golddust run` connects to them, each with what every organisation needs of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from pydantic import SecretStr
from slack_bolt.async_app import AsyncApp

from bot.app import Golddust
from bot.channel import Channel
from bot.keeper import Keeper
from bot.organisations import must_be_one
from bot.server import Handler
from bot.settings import Settings
from bot.slack import app as slack
from bot.slack import send
from bot.slack.access import Access
from bot.slack.door import door
from bot.slack.keeping import Keeping, replay_through
from bot.slack.listen import Room
from bot.slack.switchboard import Dispatching, Switchboard
from bot.teams.settings import TeamsSettings
from bot.tenants import Tenants
from complaints.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class Connected:
    """A platform: where each organisation's notices go, what it calls us by over HTTP, and Slack's application."""

    channels: Mapping[Golddust, Channel]
    door: Handler | None
    app: AsyncApp | None = None
    rooms: tuple[Room, ...] = ()


def slack_connected(settings: Settings, tenants: Tenants, way: Access, keeper: Keeper | None = None) -> Connected:
    """Slack for every organisation that has a workspace; `way` makes the client that an organisation calls with."""
    if way.installations is None:
        must_be_one(sorted(one.organisation.workspace for one in tenants.on_slack()))
    here = tenants.on_slack()
    rooms = {golddust: slack.room(golddust, way.client(golddust, alone=len(here) == 1)) for golddust in here}
    apps = {golddust: _behind(keeper, slack.build(room), room) for golddust, room in rooms.items()}
    removed = way.installations.uninstalled if way.installations else None
    board = Switchboard(tenants, apps, send.client("", settings.slack_api_url), removed)
    if keeper is not None:
        keeper.serve("slack", replay_through(board))
    secret = text_of(settings.slack_signing_secret)
    channels = {golddust: send.SlackChannel(room.client, golddust.clock) for golddust, room in rooms.items()}
    entrance = door(board, secret, tenants.first.clock) if secret else None
    return Connected(channels, entrance, board, tuple(rooms.values()))


def _behind(keeper: Keeper | None, app: AsyncApp, room: Room) -> Dispatching:
    return app if keeper is None else Keeping(app, room, keeper)


@asynccontextmanager
async def teams_connected(
    settings: TeamsSettings, tenants: Tenants, keeper: Keeper | None = None
) -> AsyncIterator[Connected]:
    """Microsoft Teams for every organisation that has a directory there, over one registration of the bot."""
    # Loaded only where it is wanted: Microsoft's SDK takes its time.
    from bot.teams import app as teams
    from bot.teams.door import door as teams_door

    made = teams.join(tenants, settings, keeper)
    await made.transport.prepare()
    try:
        yield Connected({one: part.channel for one, part in made.parts.items()}, teams_door(made.transport))
    finally:
        await made.transport.close()


def connect(tenants: Tenants, platforms: Sequence[Mapping[Golddust, Channel]]) -> None:
    """Let each organisation deliver where it is; raises ConfigurationError for one that is nowhere that runs."""
    for golddust in tenants:
        channels = [ways[golddust] for ways in platforms if golddust in ways]
        if not channels:
            raise ConfigurationError(
                problems=f"{golddust.watched.path}: the organisation is on no platform that is set up here: set "
                "SLACK_BOT_TOKEN or MicrosoftAppId, or correct its slack_workspaces and teams_tenants"
            )
        golddust.connect(channels)


def text_of(value: SecretStr | None) -> str | None:
    """The secret itself, or None."""
    return value.get_secret_value() if value is not None else None
