"""`golddust run`: everything that has to run, started in order and ended in order."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass

import structlog
from pydantic import SecretStr
from slack_bolt.async_app import AsyncApp

from bot.app import Golddust
from bot.channel import Channel
from bot.clock import Clock, SystemClock
from bot.journal import keep_journal
from bot.scheduler import metronome
from bot.server import Handler, serving
from bot.settings import Settings
from bot.slack import app as slack
from bot.slack import send
from bot.slack.door import door
from bot.slack.listen import Room
from bot.slack.socket import Socket
from bot.teams.settings import TeamsSettings, read_teams_settings
from bot.watched import Watched
from complaints.errors import ConfigurationError
from storage.database import open_engine, upgrade

DRAIN_SECONDS = 3.0
"""How long the notices that are on their way may take to arrive once we are asked to stop."""

log = structlog.get_logger()


async def run(settings: Settings, clock: Clock | None = None) -> None:
    """Run until SIGTERM or SIGINT; raises ConfigurationError or DatabaseError where it can't start.

    `clock` tells what time it is; the machine's where none is given.
    """
    keep_journal()
    for_teams, stop = read_teams_settings(settings.host), asyncio.Event()
    _check(settings, for_teams)
    async with AsyncExitStack() as running:
        running.enter_context(_signals(stop))
        golddust = running.enter_context(_golddust(settings, clock or SystemClock()))
        in_slack = _slack(settings, golddust) if settings.slack_bot_token else None
        in_teams = await running.enter_async_context(_teams(for_teams, golddust)) if for_teams else None
        golddust.connect([one.channel for one in (in_slack, in_teams) if one is not None])
        await running.enter_async_context(_delivering(golddust))
        if in_slack is not None and in_slack.room is not None:
            running.push_async_callback(_answering, in_slack.room)
        doors = (in_slack.door if in_slack else None, in_teams.door if in_teams else None)
        tasks = {await running.enter_async_context(serving(settings, golddust, *doors))}
        if in_slack is not None:
            tasks |= await _listen(in_slack, settings, running)
        if in_teams is not None:
            log.info("the channel Teams runs", by="POST /api/messages")
        await _first(stop, tasks)
        log.info("stopping: what is on its way is finished first")
    log.info("stopped")


async def _first(stop: asyncio.Event, tasks: set[asyncio.Task[None]]) -> None:
    """Wait until we are asked to stop; raises what ended a task that should have gone on."""
    asked = asyncio.create_task(stop.wait())
    done, _ = await asyncio.wait({asked, *tasks}, return_when=asyncio.FIRST_COMPLETED)
    asked.cancel()
    for task in done & tasks:
        task.result()


@dataclass(frozen=True, slots=True)
class _Connected:
    """A platform: where notices go, what it calls us by over HTTP, and Slack's application."""

    channel: Channel
    door: Handler | None
    app: AsyncApp | None = None
    room: Room | None = None


def _slack(settings: Settings, golddust: Golddust) -> _Connected:
    client = send.client(_secret(settings.slack_bot_token) or "", settings.slack_api_url)
    room = slack.room(golddust, client)
    app = slack.build(room)
    secret = _secret(settings.slack_signing_secret)
    return _Connected(send.SlackChannel(client), door(app, secret, golddust.clock) if secret else None, app, room)


async def _listen(connected: _Connected, settings: Settings, running: AsyncExitStack) -> set[asyncio.Task[None]]:
    """Socket Mode where there is a token for it; what keeps it."""
    app_token = _secret(settings.slack_app_token)
    tasks = set()
    if app_token and connected.app is not None:
        tasks.add(await running.enter_async_context(_listening(Socket(connected.app, app_token))))
    log.info("the channel Slack runs", by="Socket Mode" if app_token else "POST /slack/events")
    return tasks


@asynccontextmanager
async def _teams(settings: TeamsSettings, golddust: Golddust) -> AsyncIterator[_Connected]:
    # Loaded only where it is wanted: Microsoft's SDK takes its time.
    from bot.teams import app as teams
    from bot.teams.door import door as teams_door

    made = teams.build(golddust, settings)
    await made.transport.prepare()
    try:
        yield _Connected(made.channel, teams_door(made.transport))
    finally:
        await made.transport.close()


def _check(settings: Settings, for_teams: TeamsSettings | None) -> None:
    """Nothing; raises ConfigurationError that says what to set where no channel, or not all of one, can run."""
    if settings.slack_bot_token is None:
        if for_teams is None:
            raise ConfigurationError(
                problems="no channel is set up: set SLACK_BOT_TOKEN (xoxb-…), and SLACK_APP_TOKEN (xapp-…) for Socket "
                "Mode or SLACK_SIGNING_SECRET for HTTP; docs/slack.md shows where to find them. For Microsoft Teams "
                "set MicrosoftAppId and what belongs to it; docs/teams.md shows how"
            )
    elif settings.slack_app_token is None and settings.slack_signing_secret is None:
        raise ConfigurationError(
            problems="SLACK_BOT_TOKEN alone can’t listen: set SLACK_APP_TOKEN (xapp-…) for Socket Mode, which needs no "
            "public address, or SLACK_SIGNING_SECRET for HTTP"
        )


def _secret(value: SecretStr | None) -> str | None:
    return value.get_secret_value() if value is not None else None


@contextmanager
def _golddust(settings: Settings, clock: Clock) -> Iterator[Golddust]:
    watched = Watched(settings.config)
    engine = open_engine(settings.database_url.get_secret_value())
    upgrade(engine)
    log.info("configuration and database are good", config=str(settings.config), version=watched.current.version,
             database=engine.url.render_as_string(hide_password=True))  # fmt: skip
    golddust = Golddust(engine, watched, clock)
    try:
        yield golddust
    finally:
        golddust.close()


@asynccontextmanager
async def _delivering(golddust: Golddust) -> AsyncIterator[None]:
    """The scheduler and the deliverer; on the way out nothing new is begun, and what flies may land."""
    scheduler = metronome(golddust)
    scheduler.start()
    delivering = asyncio.create_task(golddust.deliverer.run())
    try:
        yield
    finally:
        scheduler.shutdown(wait=False)
        delivering.cancel()
        with suppress(asyncio.CancelledError):
            await delivering
        unanswered = await golddust.deliverer.drain(DRAIN_SECONDS)
        if unanswered:
            log.warning("a platform has not answered; these notices come round again", notices=unanswered)


async def _answering(room: Room) -> None:
    """Let the answers that are on their way arrive, once nothing more is listened to."""
    try:
        await asyncio.wait_for(room.drain(), DRAIN_SECONDS)
    except TimeoutError:
        log.warning("some people have not been answered; what they did is saved")


@asynccontextmanager
async def _listening(connection: Socket) -> AsyncIterator[asyncio.Task[None]]:
    """Socket Mode; on the way out no more events are taken."""
    keeping = asyncio.create_task(connection.keep())
    try:
        yield keeping
    finally:
        keeping.cancel()
        await asyncio.wait({keeping})
        await connection.close()


@contextmanager
def _signals(stop: asyncio.Event) -> Iterator[None]:
    """SIGTERM and SIGINT ask to stop, where signals can be had: in the main thread."""
    loop, taken = asyncio.get_running_loop(), []
    for number in (signal.SIGTERM, signal.SIGINT):
        with suppress(NotImplementedError, RuntimeError, ValueError):
            loop.add_signal_handler(number, stop.set)
            taken.append(number)
    try:
        yield
    finally:
        for number in taken:
            loop.remove_signal_handler(number)
