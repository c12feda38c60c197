"""`golddust run`: everything that has to run, started in order and ended in order."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Awaitable, Iterable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress

import structlog
from starlette.routing import Mount, Route

from bot.clock import Clock, SystemClock
from bot.collector import seldom
from bot.connections import Connected, connect, slack_connected, teams_connected, text_of
from bot.journal import keep_journal
from bot.organisations import read_all
from bot.public_address import public_address
from bot.register.pages import pages
from bot.scheduler import CONFIGURATION_SECONDS, metronome
from bot.server import serving
from bot.settings import Settings
from bot.signin import app as signin
from bot.signin.desk import SIGN_OUT
from bot.signin.settings import read_sign_in
from bot.slack.access import access
from bot.slack.installations import Installations
from bot.slack.listen import Room
from bot.slack.settings import configured, read_oauth
from bot.slack.socket import Socket
from bot.spooling import keeping, replaying
from bot.teams.settings import TeamsSettings, read_teams_settings
from bot.teams.wire import Wire
from bot.tenants import Tenants, tenants
from complaints.errors import ConfigurationError
from storage.database import open_engine, upgrade

DRAIN_SECONDS = 1.5
"""How long the notices that are on their way may take to arrive once we are asked to stop; answers and tokens too.

With the server's REQUESTS_SECONDS and twice the deliverer's LETTING_GO_SECONDS it comes to less than nine seconds, one
before whoever stops us commonly kills.
"""

SIGN_IN_SECONDS = 10.0
"""How long Slack or Microsoft may take to answer while somebody signs in."""

log = structlog.get_logger()


async def run(settings: Settings, clock: Clock | None = None) -> None:
    """Run until SIGTERM or SIGINT; raises ConfigurationError or DatabaseError where it can't start.

    `clock` tells what time it is; the machine's where none is given.
    """
    keep_journal()
    for_teams, stop = read_teams_settings(settings.host), asyncio.Event()
    _check(settings, for_teams)
    open_to_install = read_oauth(settings) is not None
    async with AsyncExitStack() as running:
        running.enter_context(_signals(stop))
        served = running.enter_context(_tenants(settings, clock or SystemClock(), open_to_install=open_to_install))
        keeper = await running.enter_async_context(keeping(settings, served))
        way = access(settings, served.first.engine, served.first.clock)
        if way.installations is not None:
            running.push_async_callback(_refreshing, way.installations)
        in_slack = slack_connected(settings, served, way, keeper) if configured(settings) else None
        in_teams = await running.enter_async_context(teams_connected(for_teams, served, keeper)) if for_teams else None
        connect(served, [one.channels for one in (in_slack, in_teams) if one is not None])
        await running.enter_async_context(_delivering(settings, served))
        if in_slack is not None:
            running.push_async_callback(_answering, in_slack.rooms)
        doors = (in_slack.door if in_slack else None, in_teams.door if in_teams else None)
        spool = keeper.spool if keeper else None
        pages = [*way.routes, *await running.enter_async_context(_pages(settings, for_teams, served))]
        server = serving(settings, tuple(served), *doors, pages=pages, spool=spool)
        tasks = {await running.enter_async_context(server)}
        if in_slack is not None:
            tasks |= await _listen(in_slack, settings, running)
        if in_teams is not None:
            log.info("the channel Teams runs", by="POST /api/messages")
        tasks |= await running.enter_async_context(replaying(keeper))
        running.enter_context(seldom())
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


async def _listen(connected: Connected, settings: Settings, running: AsyncExitStack) -> set[asyncio.Task[None]]:
    """Socket Mode where there is a token for it; what keeps it."""
    app_token = text_of(settings.slack_app_token)
    tasks = set()
    if app_token and connected.app is not None:
        tasks.add(await running.enter_async_context(_listening(Socket(connected.app, app_token))))
    log.info("the channel Slack runs", by="Socket Mode" if app_token else "POST /slack/events")
    return tasks


def _check(settings: Settings, for_teams: TeamsSettings | None) -> None:
    """Nothing; raises ConfigurationError that says what to set where no channel, or not all of one, can run."""
    if not configured(settings):
        if for_teams is None:
            raise ConfigurationError(
                problems="no channel is set up: set SLACK_BOT_TOKEN (xoxb-…), and SLACK_APP_TOKEN (xapp-…) for Socket "
                "Mode or SLACK_SIGNING_SECRET for HTTP; docs/slack.md shows where to find them. For Microsoft Teams "
                "set MicrosoftAppId and what belongs to it; docs/teams.md shows how"
            )
    elif settings.slack_app_token is None and settings.slack_signing_secret is None:
        given = "SLACK_BOT_TOKEN" if settings.slack_bot_token else "SLACK_CLIENT_ID"
        raise ConfigurationError(
            problems=f"{given} alone can’t listen: set SLACK_APP_TOKEN (xapp-…) for Socket Mode, which needs no "
            "public address, or SLACK_SIGNING_SECRET for HTTP"
        )


@asynccontextmanager
async def _pages(
    settings: Settings, for_teams: TeamsSettings | None, served: Tenants
) -> AsyncIterator[list[Route | Mount]]:
    """The pages for people, and where they sign in; none where nobody could sign in, which the log says."""
    try:
        read = read_sign_in(settings, for_teams)
    except ConfigurationError as error:
        say = log.info if settings.public_url is None else log.warning
        say("the register is not served: nobody could sign in", why=str(error))
        yield []
        return
    wire = Wire(SIGN_IN_SECONDS)
    desk = signin.desk(read, served, wire, served.first.clock)
    try:
        yield [*signin.routes(desk), *pages(signin.viewers(desk), signin.sign_in_path, SIGN_OUT)]
    finally:
        await wire.close()


@contextmanager
def _tenants(settings: Settings, clock: Clock, *, open_to_install: bool) -> Iterator[Tenants]:
    read_all(settings.config)  # before the database is touched
    engine = open_engine(settings.database_url.get_secret_value())
    upgrade(engine)
    address = public_address(settings.public_url)
    found = tenants(settings.config, engine, clock, open_to_install=open_to_install, address=address)
    for golddust in found:
        log.info("configuration and database are good", config=str(golddust.watched.path),
                 workspace=golddust.organisation.workspace, version=golddust.watched.current.version,
                 database=engine.url.render_as_string(hide_password=True))  # fmt: skip
    try:
        yield found
    finally:
        found.close()


@asynccontextmanager
async def _delivering(settings: Settings, served: Tenants) -> AsyncIterator[None]:
    """The scheduler and the deliverers; on the way out nothing new is begun, and what flies may land."""
    scheduler = metronome(*served)
    if settings.config.is_dir():
        scheduler.add_job(served.look, "interval", [settings.config], seconds=CONFIGURATION_SECONDS, id="folder")
    scheduler.start()
    delivering = [asyncio.create_task(one.deliverer.run()) for one in served]
    try:
        yield
    finally:
        scheduler.shutdown(wait=False)
        for task in delivering:
            task.cancel()
        await asyncio.wait(delivering)
        unanswered = sum(await asyncio.gather(*(one.deliverer.drain(DRAIN_SECONDS) for one in served)))
        if unanswered:
            log.warning("a platform has not answered; these notices come round again", notices=unanswered)


async def _all(waits: Iterable[Awaitable[None]]) -> None:
    await asyncio.gather(*waits)


async def _refreshing(installations: Installations) -> None:
    """Let the tokens that are being refreshed be saved: Slack gives each out once."""
    try:
        await asyncio.wait_for(installations.drain(), DRAIN_SECONDS)
    except TimeoutError:
        log.warning("a token was being refreshed; where it is lost, its workspace has to install the app again")


async def _answering(rooms: Sequence[Room]) -> None:
    """Let the answers that are on their way arrive, once nothing more is listened to."""
    try:
        await asyncio.wait_for(_all(room.drain() for room in rooms), DRAIN_SECONDS)
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
