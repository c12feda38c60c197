"""A database for the real process, which reads the machine's clock: its tickets are not due while a bench runs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import update

from bench import table_of_tickets
from bot.app import Golddust
from bot.clock import VirtualClock
from bot.watched import Watched
from storage import tables
from storage.database import open_engine, upgrade


async def fill(folder: Path, count: int) -> None:
    """Put so many open tickets into golddust.db of the folder, whose golddust.yml is then known to it.

    Without that the process would judge every ticket anew at its start, as under any file that has changed.
    """
    engine = open_engine(f"sqlite:///{folder / 'golddust.db'}")
    upgrade(engine)
    bot = Golddust(engine, Watched(folder / "golddust.yml"), VirtualClock(table_of_tickets.NOW))
    try:
        await bot.nudge(table_of_tickets.NOW)
        table_of_tickets.fill(engine, bot.organisation, count, due=False)
        with engine.begin() as connection:
            far = datetime.now(UTC) + timedelta(days=30)
            connection.execute(update(tables.tickets).values(next_nudge_at=far))
    finally:
        bot.close()
