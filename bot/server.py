"""The HTTP side of `golddust run`: the channels' addresses, health, readiness and metrics."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager

import structlog
import uvicorn
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route

from bot.app import Golddust
from bot.gauges import Gauges
from bot.refusals import MOST_BYTES, BodyLimit, failed, refused
from bot.requests import Answered
from bot.settings import Settings
from bot.spool import Spool, SpoolFailed
from complaints.errors import ConfigurationError
from handlers.context import Context
from storage.database import fits, head, revision, unreachable

READY_SECONDS = 5.0
REQUESTS_SECONDS = 2
"""How long requests that have begun may take once we are asked to stop."""

Handler = Callable[[Request], Awaitable[Response]]

log = structlog.get_logger()


def application(
    tenants: Sequence[Golddust], slack_handler: Handler | None, teams_handler: Handler | None = None,
    pages: Sequence[Route | Mount] = (), spool: Spool | None = None,
) -> Starlette:  # fmt: skip
    """The web application: health, readiness and metrics, where the platforms call us, and pages for people."""
    golddust = tenants[0]

    async def ready(_: Request) -> Response:
        reason = await unready(golddust) or (await _full(spool) if spool is not None else None)
        return PlainTextResponse(reason or "ready\n", status_code=503 if reason else 200)

    gauges = Gauges(tenants)

    async def metrics(_: Request) -> Response:
        await gauges.refresh(golddust.clock.now())
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    # What is asked for most stands first.
    called = (("/slack/events", slack_handler), ("/api/messages", teams_handler))
    routes: list[Route | Mount] = [
        *(Route(path, handler, methods=["POST"]) for path, handler in called if handler is not None),
        Route("/healthz", _healthy),
        Route("/readyz", ready),
        Route("/metrics", metrics),
        *pages,
    ]
    app = Starlette(
        routes=routes,
        middleware=[Middleware(Answered), Middleware(BodyLimit, most=MOST_BYTES)],
        exception_handlers={HTTPException: refused, Exception: failed},
    )
    app.router.redirect_slashes = False
    return app


async def unready(golddust: Golddust) -> str | None:
    """Why the database can't be worked with, in one line, or None when it answers and is migrated."""

    def at_revision(context: Context) -> str | None:
        return revision(context.session.connection())

    try:
        # asyncio.wait_for swallows a cancellation that comes together with its result on Python 3.11.
        async with asyncio.timeout(READY_SECONDS):
            found = await asyncio.to_thread(golddust.read, at_revision)
    except TimeoutError:
        return f"the database has not answered for {READY_SECONDS:.0f} seconds\n"
    except SQLAlchemyError as error:
        return unreachable(golddust.engine, error) + "\n"
    if not fits(found):
        return f"the database is at revision {found}, this version needs {head()}: run `golddust db upgrade`\n"
    return None


async def _full(spool: Spool) -> str | None:
    """Why nothing could be kept in the spool, or None."""
    try:
        await asyncio.to_thread(spool.check)
    except SpoolFailed as error:
        return f"the spool can’t be written: {error}\n"
    return None


async def _healthy(_: Request) -> Response:
    return PlainTextResponse("alive\n")


@asynccontextmanager
async def serving(
    settings: Settings, tenants: Sequence[Golddust], slack_handler: Handler | None,
    teams_handler: Handler | None = None, pages: Sequence[Route | Mount] = (), spool: Spool | None = None,
) -> AsyncIterator[asyncio.Task[None]]:  # fmt: skip
    """The HTTP server; on the way out it accepts nothing more and finishes the requests it has."""
    config = uvicorn.Config(
        application(tenants, slack_handler, teams_handler, pages, spool), log_config=None, access_log=False,
        lifespan="off", server_header=False, timeout_graceful_shutdown=REQUESTS_SECONDS,
    )  # fmt: skip
    server = _Server(config)
    listener = _listener(settings)
    host, port = listener.getsockname()[:2]
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    called = [path for path, one in (("/slack/events", slack_handler), ("/api/messages", teams_handler)) if one]
    paths = " ".join((*called, *(page.path for page in pages), "/healthz", "/readyz", "/metrics"))
    log.info("listening", address=f"http://{host}:{port}", paths=paths)
    try:
        yield serving
    finally:
        server.should_exit = True
        await serving


def event_loop() -> asyncio.AbstractEventLoop:
    """The event loop that serves requests fastest: uvloop's, where there is one."""
    try:
        # There is none for Windows.
        import uvloop
    except ImportError:
        return asyncio.new_event_loop()
    return uvloop.new_event_loop()


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


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals to us: the server is only one of the things that have to end in order."""
        yield
