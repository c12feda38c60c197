"""What tests of the playground's page have in common."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.bot.web.browsing import ARGUMENTS, NAMES, WIDE, opened, served


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    path = next((found for name in NAMES if (found := shutil.which(name))), None)
    if path is None:
        why = f"no browser: none of {', '.join(NAMES)} is installed"
        if os.environ.get("CI") == "true":
            pytest.fail(why)
        pytest.skip(why)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def pace() -> float:
    """Seconds that each half of a scene of the day takes."""
    return 2.0


@pytest.fixture
def address(tmp_path: Path, pace: float) -> Iterator[str]:
    """A playground of its own, served by another process."""
    with served(tmp_path, pace) as address:
        yield address


@pytest.fixture
def page(chromium: Browser, address: str) -> Iterator[Page]:
    with opened(chromium, address, WIDE) as page:
        yield page
