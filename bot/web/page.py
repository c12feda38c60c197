"""The playground's page, put together and served by NiceGUI."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from importlib import resources
from pathlib import Path

import typer
from nicegui import app, ui
from starlette.requests import Request
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.colours import COLOURS
from bot.web.backoffice import BackOffice
from bot.web.controls import tag
from bot.web.frontline import Frontline
from bot.web.header import Header
from bot.web.leadership import Leadership
from bot.web.looks import COOKIE, Showing, chosen
from bot.web.player import Player
from bot.web.playground import Playground
from bot.web.switch import switch

FAVICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">'
    '<path d="M16 3 27 11 23 27H9L5 11z" fill="#c8962e"/><path d="M16 3 27 11 16 15 5 11z" fill="#ecc766"/></svg>'
)
# The browser itself keeps the promise that nothing leaves this machine. NiceGUI compiles its templates in the page.
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; form-action 'self'"
)

RENDERER = "/adaptivecards.min.js"
"""Where the page finds Microsoft's renderer of Adaptive Cards."""
FRESH = "Each start is a new playground: nothing is kept of the last one."


class Page:
    """One open page: its panes, and the wish to be brought up to date."""

    def __init__(self, playground: Playground, player: Player, showing: Showing) -> None:
        self._client = ui.context.client
        self._waiting = False
        self._client.content.classes(replace="ground")
        ui.add_css("\n".join((COLOURS, *map(_file, ("playground.css", "looks.css")))))
        ui.add_head_html(f"<script>{_file('playground.js')}{_file('looks.js')}</script>")
        with self._client.content:
            self._header = Header(playground, player, lambda: switch(playground.looks, showing, self.refresh))
            with tag("nav", classes="jump", aria_label="Panes"):
                for name, label in (("front", "Frontline"), ("back", "Back office"), ("lead", "Manager")):
                    tag("a", label, href=f"#{name}")
            with tag("main", classes="panes"):
                self._parts = (
                    Frontline(playground, player, showing), BackOffice(playground, showing),
                    Leadership(playground, showing),
                )  # fmt: skip
        self._end = playground.board.watch(self.soon)
        self._client.on_delete(lambda: self._end())
        self.refresh()

    def soon(self) -> None:
        """Refresh once, after whatever is changing has changed."""
        if not self._waiting:
            self._waiting = True
            asyncio.get_running_loop().call_soon(self.refresh)

    def refresh(self) -> None:
        """Show how everything stands now."""
        self._waiting = False
        if self._client.is_deleted:
            self._end()
            return
        with self._client.content:
            self._header.refresh()
            for part in self._parts:
                part.refresh()


class Policy:
    """Adds the content security policy to every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"content-security-policy", POLICY.encode())]
            await send(message)

        await self._app(scope, receive, guarded if scope["type"] == "http" else send)


def run(
    playground: Playground, host: str, port: int, *, open_browser: bool, renderer: Path | None = None,
    pages: Sequence[Route] = (),
) -> None:  # fmt: skip
    """Serve the page, and others beside it, until it is interrupted; `renderer` is Microsoft's for Adaptive Cards."""
    player = Player(playground)
    native = renderer is not None and renderer.is_file()
    app.router.routes.extend(pages)
    if renderer is not None and native:
        app.add_static_file(local_file=renderer, url_path=RENDERER)

    @ui.page("/")
    def index(request: Request) -> None:
        if native:
            ui.add_head_html(f'<script src="{RENDERER}"></script>')
        Page(playground, player, Showing(chosen(playground.looks, request.cookies.get(COOKIE)), native))

    shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104 - compared, not bound
    app.on_startup(lambda: typer.echo(f"Golddust playground: http://{shown}:{port} (Ctrl+C ends it)\n{FRESH}"))
    app.add_middleware(Policy)
    ui.run(
        host=host, port=port, title="Golddust playground", favicon=FAVICON, dark=None, language="en-GB",
        tailwind=False, show=open_browser, reload=False, show_welcome_message=False, endpoint_documentation="none",
    )  # fmt: skip


def _file(name: str) -> str:
    return (resources.files("bot.web") / name).read_text(encoding="utf-8")
