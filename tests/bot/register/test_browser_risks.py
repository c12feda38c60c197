"""A lead edits a risk in a real browser, by keyboard and on a phone."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator

import pytest
import uvicorn
from playwright.sync_api import Browser, ConsoleMessage, expect

from bot.watched import Watched
from tests.bot.register.test_risks import visited
from tests.bot.web.browsing import PHONE
from tests.bot.web.conftest import chromium  # noqa: F401

pytestmark = pytest.mark.browser


@pytest.fixture
def address(sqlite_url: str, watched: Watched) -> Iterator[str]:
    """The pages of a small world, served by a thread of their own."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    ready, serving = threading.Event(), list[uvicorn.Server]()

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            ready.set()

    async def serve() -> None:
        async with visited(sqlite_url, watched) as v:
            serving.append(Server(uvicorn.Config(v.app, port=port, log_level="error")))
            await serving[0].serve()

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    assert ready.wait(30)
    yield f"http://127.0.0.1:{port}"
    serving[0].should_exit = True
    thread.join(30)


def _is_wrong(message: ConsoleMessage) -> bool:
    # Browsers ask every host for an icon.
    return message.type == "error" and not message.location["url"].endswith("/favicon.ico")


def test_a_lead_finds_a_risk_in_the_matrix_edits_it_and_sees_what_became_of_it(
    chromium: Browser,  # noqa: F811
    address: str,
) -> None:
    page = chromium.new_page(viewport=PHONE, extra_http_headers={"x-person": "lee"})  # type: ignore[arg-type]
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text) if _is_wrong(message) else None)
    page.goto(f"{address}/register/risks")
    page.get_by_role("link", name="1 with likelihood 4 and impact 5").press("Enter")
    page.get_by_role("link", name="R-1").press("Enter")
    page.get_by_label("What could happen").fill("A fraud ring")
    page.get_by_label("Impact").select_option("2")
    page.get_by_label("Mitigation").fill("C-7")
    page.get_by_role("button", name="Save").press("Enter")
    expect(page.get_by_role("heading", name="R-1: A fraud ring")).to_be_visible()
    expect(page.get_by_text("4 × 2 = 8")).to_be_visible()
    expect(page.get_by_text("Lee: impact “5” → “2”")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "nothing sticks out on a phone"
    assert wrong == []
    page.close()
