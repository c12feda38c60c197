"""`golddust tick` and `golddust doctor` with an app that workspaces install."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.cipher import Cipher, new_key
from bot.clock import SystemClock
from bot.slackcheck import manifest_scopes
from storage import installations
from storage.database import open_engine, sessions, upgrade
from storage.installations import Installation, Place, Sealed
from tests.bot.conftest import ORGANISATION, CommandLine
from tests.bot.test_main_tick import HALF
from tests.fakes.slack_api import FakeSlack
from tests.fakes.slack_identity import APP, BOT, BOT_USER, SIGNING_SECRET, TEAM
from tests.fakes.slack_oauth import CLIENT_ID, CLIENT_SECRET, Allowed
from tests.fakes.slack_scopes import BOT_SCOPES
from tests.world import World

KEY, TOKEN = new_key(), "xoxb-fake-installed"


@pytest.fixture
def slack(golddust: CommandLine, tmp_path: Path) -> Iterator[FakeSlack]:
    """A workspace with every channel, and the settings for an app that it may install."""
    file = tmp_path / "golddust.yml"
    file.write_text(ORGANISATION.read_text().replace("organisation:\n", f"organisation:\n  slack_workspaces: {TEAM}\n"))
    with FakeSlack.in_thread(scopes=manifest_scopes() or BOT_SCOPES, at=SystemClock().now()) as fake:
        for channel in ("C0PAYMENTS", "C0APP0001", "C0TRIAGE1", "C0WATCHED"):
            fake.add_channel(channel)
        fake.bot_token = "xoxb-nobodys"
        settings = {
            "SLACK_CLIENT_ID": CLIENT_ID, "SLACK_CLIENT_SECRET": CLIENT_SECRET, "GOLDDUST_SECRET_KEYS": KEY,
            "SLACK_SIGNING_SECRET": SIGNING_SECRET, "SLACK_API_URL": fake.url, "GOLDDUST_CONFIG": str(file),
        }  # fmt: skip
        for name, value in settings.items():
            golddust.monkeypatch.setenv(name, value)
        yield fake


def install(golddust: CommandLine, slack: FakeSlack) -> None:
    """Let the workspace have installed the app, with a token that does not expire."""
    now = SystemClock().now()
    slack.grants.tokens[TOKEN] = (Allowed(TEAM, None, False, now), None)
    engine, sealed = open_engine(golddust.database), Sealed(Cipher([KEY]).seal(TOKEN))
    upgrade(engine)
    with sessions(engine)() as session, session.begin():
        one = Installation("slack", Place("", TEAM), "Ito", APP, BOT, BOT_USER, ("commands",), sealed, "U9", now)
        installations.put(session, one)
    engine.dispose()


def problems(golddust: CommandLine) -> dict[str, Any]:
    """What the doctor finds wrong."""
    return {one["about"]: one for one in golddust("doctor", "--json").json if not one["ok"]}


async def one_complaint(w: World) -> None:
    await w.says("sam", "The card payment was taken twice")


def test_a_pass_delivers_with_the_token_that_was_installed(golddust: CommandLine, slack: FakeSlack) -> None:
    golddust.given(one_complaint)
    install(golddust, slack)
    assert golddust("tick", "--at", HALF).code == 0
    sent = slack.called("chat.postMessage")
    assert {call.token for call in sent} == {TOKEN}


def test_a_pass_parks_what_it_has_no_token_for_and_says_where_to_install(
    golddust: CommandLine, slack: FakeSlack
) -> None:
    golddust.given(one_complaint)
    assert golddust("tick", "--at", HALF).code == 0
    assert slack.called("chat.postMessage") == []
    reasons = [notice["reason"] or "" for notice in golddust("outbox", "--state", "parked", "--json").json]
    assert any("not installed in Slack in T0GOLD001: install it, at /slack/install" in why for why in reasons), reasons


def test_the_doctor_looks_with_the_token_that_was_installed(golddust: CommandLine, slack: FakeSlack) -> None:
    install(golddust, slack)
    assert problems(golddust) == {}


def test_the_doctor_says_where_to_install(golddust: CommandLine, slack: FakeSlack) -> None:
    golddust("db", "upgrade")
    (found,) = problems(golddust).values()
    assert found["about"] == "Slack token"
    assert "install it, at /slack/install" in found["found"]


def test_the_doctor_misses_the_keys(golddust: CommandLine, slack: FakeSlack) -> None:
    golddust("db", "upgrade")
    golddust.monkeypatch.delenv("GOLDDUST_SECRET_KEYS")
    assert "golddust secrets new-key" in problems(golddust)["Slack settings"]["found"]
