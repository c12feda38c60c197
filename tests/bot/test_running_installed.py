"""`golddust run` with an app that workspaces install: from the page to the card, and what is left after a removal."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from bot.cipher import new_key
from bot.clock import SystemClock
from tests.bot.slack.driver import PAYMENTS, shown
from tests.bot.test_running import ORGANISATION, PATIENCE, Bot, bot, slack
from tests.fakes import slack_payloads as payloads
from tests.fakes.slack_api import FakeSlack
from tests.fakes.slack_identity import BOT_TOKEN, SIGNING_SECRET, TEAM
from tests.fakes.slack_oauth import CLIENT_ID, CLIENT_SECRET, allow

__all__ = ["slack"]

SAID = "Mrs Ito’s card payment was taken twice"
KEY = new_key()


def served(slack: FakeSlack, directory: Path, *ids: str, **more: str) -> Any:
    """Golddust for an organisation that lists these workspaces."""
    file, text = directory / "served.yml", ORGANISATION.read_text()
    listed = f"organisation:\n  slack_workspaces: [{', '.join(ids)}]\n"
    file.write_text(text.replace("organisation:\n", listed, 1))
    environment = {
        "SLACK_BOT_TOKEN": "", "SLACK_CLIENT_ID": CLIENT_ID, "SLACK_CLIENT_SECRET": CLIENT_SECRET,
        "GOLDDUST_SECRET_KEYS": KEY, "SLACK_SIGNING_SECRET": SIGNING_SECRET, "GOLDDUST_CONFIG": str(file),
    }  # fmt: skip
    return bot(slack, directory, **{**environment, **more})


def installs(running: Bot, slack: FakeSlack) -> httpx.Response:
    """Somebody installs the app; the page that they see."""
    address = running.logged("listening")["address"]
    begun = httpx.get(f"{address}/slack/install")
    state = parse_qs(urlsplit(begun.headers["location"]).query)["state"][0]
    cookie = begun.headers["set-cookie"].partition(";")[0]
    said = {"state": state, "code": slack_code(slack)}
    return httpx.get(f"{address}/slack/oauth_redirect", params=said, headers={"cookie": cookie})


def slack_code(slack: FakeSlack) -> str:
    slack.now = SystemClock().now()
    return allow(slack)


def outbox(directory: Path) -> list[tuple[str, str | None]]:
    """The state of each notice, and the problem with it."""
    with sqlite3.connect(directory / "golddust.db") as connection:
        return connection.execute("SELECT state, problem FROM outbox ORDER BY id").fetchall()


def test_a_workspace_that_installs_is_served_with_its_own_token_until_it_removes_the_app(
    slack: FakeSlack, tmp_path: Path
) -> None:
    slack.bot_token = "xoxb-nobodys"
    with served(slack, tmp_path, TEAM) as running:
        assert "Golddust is installed in" in installs(running, slack).text
        assert "*C-1* is with Dana (Payments)" in shown(running.complains(SAID))
        slack.wait_until(lambda: slack.messages(PAYMENTS))
        token = next(iter(slack.grants.tokens))
        assert {call.token for call in slack.called("chat.postMessage")} == {token}
        slack.grants.revoke_all()
        said = payloads.event_request(payloads.app_uninstalled(at=SystemClock().now()), at=SystemClock().now())
        assert running.posts(said).status_code == 200
        running.complains(SAID)
        running.logged("a reader can’t be reached")
        assert running.stop() == 0
    parked = [problem or "" for state, problem in outbox(tmp_path) if state == "parked"]
    assert any("not installed in Slack in T0GOLD001: install it, at /slack/install" in why for why in parked), parked
    for secret in (SAID, token, CLIENT_SECRET, KEY, SIGNING_SECRET):
        assert secret not in "".join(running.log)


def test_a_workspace_that_no_file_lists_may_install_but_is_told_nothing(slack: FakeSlack, tmp_path: Path) -> None:
    with served(slack, tmp_path, "T0ELSE001") as running:
        assert f"<code>{TEAM}</code>" in installs(running, slack).text
        answer = running.complains(SAID)
        assert "isn’t set up for this workspace" in answer["text"]
        said = payloads.event_request(payloads.app_uninstalled(at=SystemClock().now()), at=SystemClock().now())
        assert running.posts(said).status_code == 200
        assert running.stop() == 0
    assert outbox(tmp_path) == []
    with sqlite3.connect(tmp_path / "golddust.db") as connection:
        assert connection.execute("SELECT removed_at IS NOT NULL FROM installations").fetchall() == [(1,)]


def test_a_file_that_is_alone_and_lists_no_workspace_serves_none_where_any_may_install(
    slack: FakeSlack, tmp_path: Path
) -> None:
    with served(slack, tmp_path, SLACK_BOT_TOKEN=BOT_TOKEN) as running:
        assert "isn’t set up for this workspace" in running.complains(SAID)["text"]
        assert running.stop() == 0


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"GOLDDUST_SECRET_KEYS": ""}, "`golddust secrets new-key`"),
        ({"GOLDDUST_SECRET_KEYS": "abc"}, "GOLDDUST_SECRET_KEYS: key 1 is none"),
        ({"SLACK_CLIENT_SECRET": ""}, "SLACK_CLIENT_SECRET is not set"),
        ({"SLACK_SIGNING_SECRET": ""}, "SLACK_CLIENT_ID alone can’t listen"),
        ({"GOLDDUST_PUBLIC_URL": "http://golddust.example.com"}, "GOLDDUST_PUBLIC_URL is"),
    ],
)
def test_half_a_setting_stops_it_at_once(slack: FakeSlack, tmp_path: Path, settings: dict[str, str], said: str) -> None:
    with served(slack, tmp_path, TEAM, **settings) as running:
        assert running.process.wait(PATIENCE) == 1
        running._reader.join(PATIENCE)
        assert said in "".join(running.log)
        assert "abc" not in "".join(running.log) or settings.get("GOLDDUST_SECRET_KEYS") != "abc"
