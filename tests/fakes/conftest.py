"""A fake workspace with Dana and Sam in it, and slack_sdk's client for it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from slack_sdk.web.async_client import AsyncWebClient

from tests.fakes.samples import DANA, PAYMENTS, SAM
from tests.fakes.slack_api import FakeSlack
from tests.fakes.slack_identity import BOT_TOKEN


@pytest_asyncio.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack() as fake:
        fake.add_user(DANA, "dana", email="dana@example.com")
        fake.add_user(SAM, "sam")
        fake.add_channel(PAYMENTS, "payments", members=[DANA])
        yield fake


@pytest.fixture
def client(slack: FakeSlack) -> AsyncWebClient:
    return AsyncWebClient(BOT_TOKEN, base_url=slack.url, retry_handlers=[], timeout=5)
