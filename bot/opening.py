"""Opening the database when Golddust starts: it waits where the database is only away."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog

from complaints.errors import DatabaseAway
from storage.database import address, open_engine, upgrade
from storage.gate import Gate

FIRST_SECONDS = 10.0
"""How long the first try may take before everything else goes on; a try to connect is given up after as long."""
PAUSE_SECONDS, MOST_SECONDS = 0.5, 5.0
"""How long after the first try the second one is, and how long the pauses, each twice the last, become."""

log = structlog.get_logger()


class Opening:
    """A database on its way to this version's tables; until it is there nobody gets through to `engine`.

    Raises DatabaseError for an address that is none.
    """

    def __init__(self, url: str) -> None:
        self.engine = open_engine(url)
        self._url = url
        self._gate = Gate(self.engine)
        self._tried = asyncio.Event()
        self._trying: asyncio.Task[None] | None = None

    async def begin(self) -> None:
        """Try once, and go on trying where it is of use; raises DatabaseError where it is not."""
        self._trying = asyncio.create_task(self._try())
        tried = asyncio.create_task(self._tried.wait())
        await asyncio.wait({self._trying, tried}, timeout=FIRST_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        tried.cancel()
        if self._trying.done():
            self._trying.result()

    async def there(self) -> None:
        """Wait until it can be worked with; raises DatabaseError where nobody need wait any longer."""
        if self._trying is not None:
            await asyncio.shield(self._trying)

    def end(self) -> None:
        """Try no more."""
        if self._trying is not None:
            self._trying.cancel()

    async def _try(self) -> None:
        pause = PAUSE_SECONDS
        while (why := await asyncio.to_thread(_opened, self._url)) is not None:
            if why != self._gate.why:
                log.warning("the database is away; Golddust goes on as soon as it is there",
                            database=address(self.engine), why=why)  # fmt: skip
            self._gate.why = why
            self._tried.set()
            await asyncio.sleep(pause)
            pause = min(2 * pause, MOST_SECONDS)
        self._gate.open()


@asynccontextmanager
async def beginning(url: str) -> AsyncIterator[Opening]:
    """The database, tried once and, where it is away, again and again; raises DatabaseError where that is of no use."""
    opening = Opening(url)
    try:
        await opening.begin()
        yield opening
    finally:
        opening.end()


def _opened(url: str) -> str | None:
    """None once the database has this version's tables, or why it is away; raises DatabaseError for any other reason.

    It goes through an engine of its own, because everybody else's is shut.
    """
    engine = open_engine(url)
    try:
        upgrade(engine)
    except DatabaseAway as error:
        return error.why
    finally:
        engine.dispose()
    return None
