"""A desk in front of Teams for each test that asks."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.bot.teams.driver import DANA, DANA_DM, LEE, LEE_DM, OMAR, OMAR_DM, Desk, desk, organisation_file


@pytest_asyncio.fixture
async def at(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Desk]:
    async with desk(sqlite_url, organisation_file(tmp_path)) as made:
        for person, place in ((DANA, DANA_DM), (OMAR, OMAR_DM), (LEE, LEE_DM)):
            await made.event(made.says_.installed(person, place))
            made.teams.conversations.at(place.id).activities.clear()
        yield made
