"""`golddust demo`: the playground's composition root."""

from __future__ import annotations

import asyncio
import random
import socket
import sys
import tempfile
from collections.abc import Callable
from datetime import datetime
from importlib import resources
from pathlib import Path

from bot.app import Golddust
from bot.clock import SystemClock, VirtualClock
from bot.configuration import EXAMPLE
from bot.previews import previews
from bot.register.open import open_pages
from bot.watched import Watched
from bot.web import past, transcript
from bot.web.board import Board
from bot.web.playground import Playground, first_morning
from bot.web.send import WebChannel
from bot.web.slate import clean, wipe
from complaints.errors import ConfigurationError

RENDERER = Path(sys.prefix) / "node_modules" / "adaptivecards" / "dist" / "adaptivecards.min.js"
"""Where `make demo` puts Microsoft's renderer of Adaptive Cards, if there is an npm to bring it."""
DEFAULT_DATABASE = "sqlite:///golddust-demo.db"


def serve(
    *, host: str, port: int, config: Path, database: str, open_browser: bool, start: datetime | None = None,
    renderer: Path = RENDERER, lived: bool = True,
) -> None:  # fmt: skip
    """Serve the playground until it is interrupted; raises ConfigurationError or DatabaseError.

    The database starts afresh each time; only one that a playground made is ever removed. `start` is the virtual
    moment at which it begins, else 09:00 on the next working Monday. `renderer` is Microsoft's JavaScript for Adaptive
    Cards; where there is none the playground draws them itself. `lived` says whether there is a past before it.
    """
    from bot.web.page import run  # NiceGUI takes a second to load, which nothing else should wait for

    port = _free_port(host, port)
    playground = open_playground(config, database, start, lived=lived)
    try:
        # As long as it runs: starting over makes another Golddust.
        register = open_pages(lambda: playground.golddust)
        run(playground, host, port, open_browser=open_browser, renderer=renderer, pages=register)
    finally:
        playground.golddust.close()


def story(*, config: Path, echo: Callable[[str], None], start: datetime | None = None) -> None:
    """Print one day of complaints, in a database that is thrown away; raises ConfigurationError."""
    with tempfile.TemporaryDirectory(prefix="golddust-story-") as folder:
        playground = open_playground(config, f"sqlite:///{Path(folder) / 'story.db'}", start)
        try:
            asyncio.run(transcript.write(playground, echo))
        finally:
            playground.golddust.close()


def open_playground(
    config: Path, database: str, start: datetime | None = None, *, lived: bool = False
) -> Playground:  # fmt: skip
    """A playground over a clean database, with some weeks before it or none; raises as `serve` does."""
    watched = Watched(_organisation_file(config))
    engine = clean(database, watched.current.organisation.workspace)
    board = Board()

    def begin() -> tuple[Golddust, VirtualClock]:
        wipe(engine, watched.current.organisation.workspace)
        clock = VirtualClock(start or first_morning(watched.current.organisation, SystemClock().now()))
        if lived:
            past.live(engine, watched.current, clock.now())
        golddust = Golddust(engine, watched, clock, random.Random(1))  # noqa: S311 - the same day every time
        golddust.connect([WebChannel(board)])
        return golddust, clock

    return Playground(begin, board, previews())


def _organisation_file(config: Path) -> Path:
    """The file itself; the example that came along where nobody has written golddust.yml yet."""
    if config.exists() or config.name != "golddust.yml":
        return config
    return example()


def example() -> Path:
    """The example that came along, from the source or from inside the package."""
    beside = (Path(__file__).parent.parent / EXAMPLE, Path(str(resources.files("bot") / EXAMPLE)))
    return next((path for path in beside if path.exists()), beside[0])


def _free_port(host: str, port: int) -> int:
    """The port, known to be free; any free one for 0."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.create_server((host, port), family=family) as found:
            return int(found.getsockname()[1])
    except OSError as error:
        why = error.strerror or "cannot be used"
        raise ConfigurationError(
            problems=f"{host}:{port}: {why}; close what uses it or choose another --port"
        ) from None
