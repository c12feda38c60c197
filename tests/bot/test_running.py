"""`golddust run` as a process of its own, beside a fake Slack, over real HTTP and Socket Mode."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.clock import SystemClock
from tests.bot.slack.driver import DANA, PAYMENTS, SAM, shown
from tests.fakes import slack_payloads as payloads
from tests.fakes.slack_api import FakeSlack
from tests.fakes.slack_identity import APP_TOKEN, BOT_TOKEN, SIGNING_SECRET

SAID = "Mrs Ito’s card payment was taken twice"
ORGANISATION = Path(__file__).parents[1] / "golddust.yml"
START = """
import asyncio, sys
from bot.running import run
from bot.settings import read_settings
from complaints.errors import GolddustError
try:
    asyncio.run(run(read_settings()))
except GolddustError as error:
    sys.exit(f"error: {error}")
"""
PATIENCE = 30.0


class Bot:
    """A running Golddust, and what it has logged so far."""

    def __init__(self, environment: dict[str, str], directory: Path) -> None:
        self.environment = {"PYTHONPATH": str(ORGANISATION.parents[1]), **environment}
        self.process = subprocess.Popen(
            [sys.executable, "-c", START], env={**os.environ, **self.environment},
            cwd=directory, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.log: list[str] = []
        self._grown = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        for line in self.process.stderr or ():
            with self._grown:
                self.log.append(line)
                self._grown.notify_all()
        with self._grown:
            self.log.append("")
            self._grown.notify_all()

    def logged(self, event: str) -> dict[str, Any]:
        """Wait for a line of the log and return it."""

        def found() -> dict[str, Any] | None:
            lines = [json.loads(line) for line in self.log if line.startswith("{")]
            return next((line for line in lines if line["event"] == event), None)

        with self._grown:
            assert self._grown.wait_for(lambda: found() or self.log[-1:] == [""], PATIENCE), self.log
            line = found()
        assert line is not None, self.log
        return line

    def complains(self, text: str) -> Any:
        """Somebody types `/complaint …`, and Slack calls the bot over HTTP."""
        command = payloads.slash_command(SAM, text, channel=PAYMENTS)
        return self.posts(payloads.form_request(command, at=SystemClock().now())).json()

    def posts(self, request: tuple[bytes, dict[str, str]]) -> httpx.Response:
        body, headers = request
        return httpx.post(f"{self.logged('listening')['address']}/slack/events", content=body, headers=headers)

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Ask it to stop; its exit status."""
        self.process.send_signal(number)
        status = self.process.wait(PATIENCE)
        self._reader.join(PATIENCE)
        return status


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    with FakeSlack.in_thread() as fake:
        for user in (SAM, DANA):
            fake.add_user(user, user.lower())
        fake.add_channel(PAYMENTS, "payments", members=[SAM, DANA])
        yield fake


@contextmanager
def bot(slack: FakeSlack, directory: Path, **environment: str) -> Iterator[Bot]:
    """Golddust with a database in `directory`, on a free port."""
    running = Bot(
        {
            "GOLDDUST_CONFIG": str(ORGANISATION), "GOLDDUST_DATABASE_URL": f"sqlite:///{directory / 'golddust.db'}",
            "GOLDDUST_PORT": "0", "SLACK_API_URL": slack.url, "SLACK_BOT_TOKEN": BOT_TOKEN, **environment,
        },
        directory,
    )  # fmt: skip
    try:
        yield running
    finally:
        if running.process.poll() is None:
            running.process.kill()
            running.process.wait()


def test_over_http_it_goes_on_after_a_restart_where_it_was(slack: FakeSlack, tmp_path: Path) -> None:
    with bot(slack, tmp_path, SLACK_SIGNING_SECRET=SIGNING_SECRET) as first:
        assert "*C-1* is with Dana (Payments)" in shown(first.complains(SAID))
        slack.wait_until(lambda: slack.messages(PAYMENTS))
        assert first.stop() == 0
        assert first.logged("stopped")
    with bot(slack, tmp_path, SLACK_SIGNING_SECRET=SIGNING_SECRET) as second:
        card = slack.messages(PAYMENTS)[0]
        press = payloads.pressed(card["blocks"], "Acknowledge", at=SystemClock().now())
        pressed = payloads.action_on_message(DANA, press, PAYMENTS, card)
        assert second.posts(payloads.form_request(pressed, at=SystemClock().now())).status_code == 200
        slack.wait_until(lambda: payloads.labels(slack.messages(PAYMENTS)[0]["blocks"])[0] == "Resolve")
        assert second.stop(signal.SIGINT) == 0
    for secret in (SAID, "Ito", BOT_TOKEN, SIGNING_SECRET):
        assert secret not in "".join(first.log + second.log)


def test_over_socket_mode_health_is_served_beside(slack: FakeSlack, tmp_path: Path) -> None:
    with bot(slack, tmp_path, SLACK_APP_TOKEN=APP_TOKEN) as running:
        assert running.logged("the channel Slack runs")["by"] == "Socket Mode"
        ack = slack.run(slack.socket.deliver(payloads.slash_command(SAM, SAID, channel=PAYMENTS), timeout=PATIENCE))
        assert "*C-1* is with Dana (Payments)" in shown(ack.payload or {})
        slack.wait_until(lambda: slack.messages(PAYMENTS))
        address = running.logged("listening")["address"]
        assert httpx.get(f"{address}/readyz").text == "ready\n"
        assert httpx.post(f"{address}/slack/events").status_code == 404
        assert running.stop() == 0
        assert APP_TOKEN not in "".join(running.log)


def test_a_notice_that_could_not_be_sent_goes_out_after_a_kill(slack: FakeSlack, tmp_path: Path) -> None:
    with bot(slack, tmp_path, SLACK_SIGNING_SECRET=SIGNING_SECRET) as first:
        slack.fail_next("chat.postMessage", "timeout", times=2)
        assert "*C-1*" in shown(first.complains(SAID))
        slack.wait_until(lambda: len(slack.called("chat.postMessage")) == 2)
        first.process.kill()
        first.process.wait()
    assert slack.messages(PAYMENTS) == []
    shorten_leases(tmp_path / "golddust.db")
    with bot(slack, tmp_path, SLACK_SIGNING_SECRET=SIGNING_SECRET):
        slack.wait_until(lambda: slack.messages(PAYMENTS), PATIENCE)


def shorten_leases(database: Path) -> None:
    """Let two minutes have passed for the notices that the killed process had claimed."""
    from storage.database import open_engine

    with open_engine(f"sqlite:///{database}").begin() as connection:
        connection.exec_driver_sql("UPDATE outbox SET claimed_until = '2020-01-01 00:00:00.000000'")


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"SLACK_BOT_TOKEN": "", "SLACK_APP_TOKEN": ""}, "no channel is set up: set SLACK_BOT_TOKEN"),
        ({"SLACK_BOT_TOKEN": BOT_TOKEN}, "SLACK_BOT_TOKEN alone can’t listen: set SLACK_APP_TOKEN"),
        ({"SLACK_APP_TOKEN": "xapp-wrong"}, "SLACK_APP_TOKEN: Slack does not take it (invalid_auth)"),
        ({"SLACK_SIGNING_SECRET": "x", "GOLDDUST_CONFIG": "none.yml"}, "none.yml does not exist"),
        ({"SLACK_SIGNING_SECRET": "x", "GOLDDUST_DATABASE_URL": "mysql://x"}, "runs on SQLite and PostgreSQL"),
    ],
)
def test_what_it_cannot_start_with_is_one_clear_line(
    slack: FakeSlack, tmp_path: Path, environment: dict[str, str], said: str
) -> None:
    with bot(slack, tmp_path, **environment) as running:
        assert running.process.wait(PATIENCE) == 1
        running._reader.join(PATIENCE)
        [line] = [line for line in running.log if line.startswith("error: ")]
        assert said in line
        assert "Traceback" not in "".join(running.log)


def test_an_address_that_is_taken_is_said_so(slack: FakeSlack, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        with bot(slack, tmp_path, SLACK_SIGNING_SECRET="x", GOLDDUST_PORT=port) as running:
            assert running.process.wait(PATIENCE) == 1
            running._reader.join(PATIENCE)
            assert f"cannot listen on 127.0.0.1:{port}" in "".join(running.log)
