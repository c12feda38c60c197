"""`golddust run` with Microsoft Teams as a process of its own, beside a fake Teams, over real HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.bot.teams.driver import organisation_file
from tests.bot.test_running import PATIENCE, Bot
from tests.fakes.slack_api import FakeSlack
from tests.fakes.slack_identity import BOT_TOKEN, SIGNING_SECRET
from tests.fakes.teams_connector import FakeTeams
from tests.fakes.teams_identity import APP, DANA, PAYMENTS, SAM, SAM_DM, SECRET, TENANT

SAID = "Mrs Ito’s card payment was taken twice"


@pytest.fixture
def teams() -> Iterator[FakeTeams]:
    with FakeTeams.in_thread() as fake:
        fake.conversations.add(PAYMENTS, [DANA, SAM])
        fake.conversations.add(SAM_DM, [SAM])
        yield fake


def bot(teams: FakeTeams, folder: Path, **more: str) -> Bot:
    """Golddust with a database in `folder`, on a free port."""
    environment = {
        "GOLDDUST_CONFIG": str(organisation_file(folder)),
        "GOLDDUST_DATABASE_URL": f"sqlite:///{folder / 'golddust.db'}", "GOLDDUST_PORT": "0",
        "SLACK_BOT_TOKEN": "", "SLACK_APP_TOKEN": "", "MicrosoftAppId": APP, "MicrosoftAppPassword": SECRET,
        "MicrosoftAppTenantId": TENANT, "TEAMS_LOGIN_URL": teams.login_url,
        "TEAMS_OPENID_METADATA_URL": teams.metadata_url,
    }  # fmt: skip
    return Bot({**environment, **more}, folder)


def posts(running: Bot, teams: FakeTeams, activity: dict[str, Any], header: str | None = None) -> httpx.Response:
    address = running.logged("listening")["address"]
    headers = {"Authorization": teams.header() if header is None else header}
    return httpx.post(f"{address}/api/messages", json=activity, headers=headers)


def test_teams_alone_runs_and_goes_on_after_a_restart(teams: FakeTeams, tmp_path: Path) -> None:
    first = bot(teams, tmp_path)
    try:
        assert first.logged("the channel Teams runs")
        assert posts(first, teams, teams.activities.message(SAID, SAM, SAM_DM)).status_code == 202
        teams.wait_until(lambda: teams.said(PAYMENTS) and teams.said(SAM_DM), PATIENCE)
        assert first.stop() == 0
    finally:
        first.process.kill()
    card = teams.said(PAYMENTS)[0]
    second = bot(teams, tmp_path)
    try:
        press = teams.activities.executed("acknowledge", {"ticket": 1, "token": "v1"}, card["id"], DANA)
        assert posts(second, teams, press).json()["type"] == "application/vnd.microsoft.card.adaptive"
        teams.wait_until(lambda: teams.said(PAYMENTS)[0].get("edited"), PATIENCE)
        assert posts(second, teams, press, "Bearer forged").status_code == 401
        assert second.stop() == 0
    finally:
        second.process.kill()
    for secret in (SAID, "Ito", SECRET):
        assert secret not in "".join(first.log + second.log)


def test_slack_and_teams_run_together(teams: FakeTeams, tmp_path: Path) -> None:
    with FakeSlack.in_thread() as slack:
        running = bot(
            teams, tmp_path, SLACK_BOT_TOKEN=BOT_TOKEN, SLACK_SIGNING_SECRET=SIGNING_SECRET, SLACK_API_URL=slack.url
        )
        try:
            assert running.logged("the channel Slack runs")
            assert running.logged("the channel Teams runs")
            assert "/slack/events /api/messages" in running.logged("listening")["paths"]
            assert running.stop() == 0
        finally:
            running.process.kill()


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"MicrosoftAppTenantId": ""}, "MicrosoftAppTenantId is missing"),
        ({"MicrosoftAppPassword": ""}, "MicrosoftAppPassword is missing"),
        ({"GOLDDUST_TEAMS_UNAUTHENTICATED": "1", "GOLDDUST_HOST": "0.0.0.0"}, "it needs GOLDDUST_HOST=127.0.0.1"),  # noqa: S104
    ],
)
def test_what_it_cannot_start_with_is_one_clear_line(
    teams: FakeTeams, tmp_path: Path, environment: dict[str, str], said: str
) -> None:
    running = bot(teams, tmp_path, **environment)
    assert running.process.wait(PATIENCE) == 1
    running._reader.join(PATIENCE)
    [line] = [line for line in running.log if line.startswith("error: ")]
    assert said in line
