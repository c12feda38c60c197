"""What the tests of signing in have in common: a clock, and a provider of each kind."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.clock import VirtualClock
from tests.bot.signin.driver import MICROSOFT_CLAIMS, SLACK_CLAIMS, Browser, browsing
from tests.fakes.openid_provider import FakeOpenId
from tests.world import MONDAY


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(MONDAY)


@pytest.fixture
async def slack(clock: VirtualClock) -> AsyncIterator[FakeOpenId]:
    async with FakeOpenId(clock, dict(SLACK_CLAIMS)) as fake:
        yield fake


@pytest.fixture
async def microsoft(clock: VirtualClock) -> AsyncIterator[FakeOpenId]:
    async with FakeOpenId(clock, dict(MICROSOFT_CLAIMS)) as fake:
        yield fake


@pytest.fixture
async def browser(
    slack: FakeOpenId, microsoft: FakeOpenId, clock: VirtualClock, sqlite_url: str, tmp_path: Path
) -> AsyncIterator[Browser]:
    both = {"slack": slack.metadata_url, "microsoft": microsoft.metadata_url}
    async with browsing(sqlite_url, tmp_path / "files", clock, **both) as one:
        yield one
