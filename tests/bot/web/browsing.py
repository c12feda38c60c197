"""A playground that another process serves, and a browser page on it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, expect

ROOT = Path(__file__).parents[3]
NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
SERVE = """
import sys
from datetime import datetime
from pathlib import Path
from bot.demo import serve
from bot.web import player
player.SECONDS_TO_READ = player.SECONDS_TO_SEE = float(sys.argv[3])
serve(host="127.0.0.1", port=int(sys.argv[1]), config=Path("golddust.example.yml"), database=sys.argv[2],
      open_browser=False, start=datetime.fromisoformat("2026-11-23T09:00:00+00:00"), renderer=Path(sys.argv[4]),
      lived=False)
"""
NOWHERE = Path("nowhere")
"""In the place of Microsoft's renderer where the playground is to draw cards itself."""
WIDE, PHONE = {"width": 1400, "height": 900}, {"width": 390, "height": 844}
TWICE = "Mrs Ito’s card payment at the market was taken twice"


@contextmanager
def served(folder: Path, pace: float = 2.0, renderer: Path = NOWHERE) -> Iterator[str]:
    """The address of a playground of its own; `pace` is the seconds that each half of a scene of the day takes."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = {key: value for key, value in os.environ.items() if key != "PYTEST_CURRENT_TEST"}
    command = [sys.executable, "-c", SERVE, str(port), str(folder / "demo.db"), str(pace), str(renderer)]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        line = server.stdout.readline()
        assert f"http://127.0.0.1:{port}" in line, f"the playground did not start: {line}"
        yield f"http://127.0.0.1:{port}"
        server.terminate()


@contextmanager
def opened(chromium: Browser, address: str, size: dict[str, int]) -> Iterator[Page]:
    """The page, which must neither complain on the console nor ask another host for anything."""
    complaints: list[str] = []
    hosts: set[str] = set()
    page = chromium.new_page(viewport=size)  # type: ignore[arg-type]
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: hosts.add(request.url.split("/")[2]) if "://" in request.url else None)
    page.on("websocket", lambda opened: hosts.add(opened.url.split("/")[2]))
    page.goto(address)
    expect(page.get_by_role("heading", name="Frontline")).to_be_visible()
    yield page
    page.close()
    assert complaints == []
    assert hosts == {address.removeprefix("http://")}


def pane(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name=name, exact=True)


def report(page: Page, words: str) -> None:
    page.get_by_label("What did the customer complain about?").fill(words)
    page.keyboard.press("Enter")


def button(place: Page | Locator, name: str) -> Locator:
    return place.get_by_role("button", name=name, exact=True)
