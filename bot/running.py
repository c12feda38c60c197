"""`golddust run`: everything that has to run, started in order and ended in order."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress

import structlog
import uvicorn
from pydantic import SecretStr

from bot.app import Golddust
from bot.clock import SystemClock
from bot.journal import keep_journal
from bot.scheduler import metronome
from bot.server import Handler, application
from bot.settings import Settings
from bot.slack import app as slack
from bot.slack import send
from bot.slack.door import door
from bot.slack.socket import Socket
from bot.watched import Watched
from complaints.errors import ConfigurationError
from storage.database import open_engine, upgrade

DRAIN_SECONDS = 10.0
"""How long the notices that are on their way may take to arrive once we are asked to stop."""
REQUESTS_SECONDS = 5

log = structlog.get_logger()


async def run(settings: Settings, stop: asyncio.Event | None = None) -> None:
    """Run until a signal (or `stop`) comes; raises ConfigurationError or DatabaseError where it can't start."""
    keep_journal()
    stop = stop or asyncio.Event()
    token = _bot_token(settings)
    async with AsyncExitStack() as running:
        golddust = running.enter_context(_golddust(settings))
        client = send.client(token, settings.slack_api_url)
        golddust.connect([send.SlackChannel(client)])
        app = slack.build(slack.room(golddust, client))
        running.enter_context(_signals(stop))
        await running.enter_async_context(_delivering(golddust))
        secret, app_token = _secret(settings.slack_signing_secret), _secret(settings.slack_app_token)
        handler = door(app, secret, golddust.clock) if secret else None
        server = await running.enter_async_context(_serving(settings, golddust, handler))
        if app_token:
            await running.enter_async_context(_listening(Socket(app, app_token)))
        log.info("Slack is connected", by="Socket Mode" if app_token else "POST /slack/events")
        stopped = asyncio.create_task(stop.wait())
        await asyncio.wait({stopped, server}, return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        log.info("stopping: what is on its way is finished first")
    log.info("stopped")


def _bot_token(settings: Settings) -> str:
    """The bot's token; raises ConfigurationError that says what to set where a channel can't run without it."""
    token = _secret(settings.slack_bot_token)
    if token is None:
        raise ConfigurationError(
            problems="no channel is set up: set SLACK_BOT_TOKEN (xoxb-…), and SLACK_APP_TOKEN (xapp-…) for Socket Mode "
            "or SLACK_SIGNING_SECRET for HTTP; docs/slack.md shows where to find them"
        )
    if settings.slack_app_token is None and settings.slack_signing_secret is None:
        raise ConfigurationError(
            problems="SLACK_BOT_TOKEN alone can’t listen: set SLACK_APP_TOKEN (xapp-…) for Socket Mode, which needs no "
            "public address, or SLACK_SIGNING_SECRET for HTTP"
        )
    return token


def _secret(value: SecretStr | None) -> str | None:
    return value.get_secret_value() if value is not None else None


@contextmanager
def _golddust(settings: Settings) -> Iterator[Golddust]:
    watched = Watched(settings.config)
    engine = open_engine(settings.database_url.get_secret_value())
    upgrade(engine)
    log.info("configuration and database are good", config=str(settings.config), version=watched.current.version,
             database=engine.url.render_as_string(hide_password=True))  # fmt: skip
    golddust = Golddust(engine, watched, SystemClock())
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
        try:
            await asyncio.wait_for(golddust.deliverer.drain(), DRAIN_SECONDS)
        except TimeoutError:
            log.warning("some notices are not out yet; they go out after the next start")


@asynccontextmanager
async def _serving(
    settings: Settings, golddust: Golddust, handler: Handler | None
) -> AsyncIterator[asyncio.Task[None]]:
    """The HTTP server; on the way out it accepts nothing more and finishes the requests it has."""
    config = uvicorn.Config(
        application(golddust, handler), log_config=None, access_log=False, lifespan="off", server_header=False,
        timeout_graceful_shutdown=REQUESTS_SECONDS,
    )  # fmt: skip
    server = _Server(config)
    listener = _listener(settings)
    host, port = listener.getsockname()[:2]
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    offered = ("/slack/events", "/healthz", "/readyz", "/metrics")[0 if handler else 1 :]
    log.info("listening", address=f"http://{host}:{port}", paths=" ".join(offered))
    try:
        yield serving
    finally:
        server.should_exit = True
        await serving


@asynccontextmanager
async def _listening(connection: Socket) -> AsyncIterator[None]:
    await connection.open()
    watching = asyncio.create_task(connection.watch())
    try:
        yield
    finally:
        watching.cancel()
        await connection.close()


def _listener(settings: Settings) -> socket.socket:
    """The socket to listen on; raises ConfigurationError where the address is taken or not ours."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family, backlog=2048)
    except OSError as error:
        where = f"{settings.host}:{settings.port}"
        raise ConfigurationError(
            problems=f"cannot listen on {where}: {error.strerror}; set GOLDDUST_HOST or GOLDDUST_PORT to another"
        ) from None


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


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals to us: the server is only one of the things that have to end in order."""
        yield
