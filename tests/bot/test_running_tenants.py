"""`golddust run` on a folder, as a process of its own: two organisations, one in Slack and one in Teams."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.clock import SystemClock
from tests.bot.slack.driver import PAYMENTS, SAM, shown
from tests.bot.teams.driver import SAM as SAM_IN_TEAMS
from tests.bot.teams.driver import SAM_DM
from tests.bot.test_running import PATIENCE, Bot, bot
from tests.bot.test_running_teams import posts
from tests.complaints.builders import written
from tests.fakes import slack_payloads as payloads
from tests.fakes.slack_api import FakeSlack
from tests.fakes.slack_identity import SIGNING_SECRET, TEAM
from tests.fakes.teams_connector import FakeTeams
from tests.fakes.teams_identity import APP, SECRET, TENANT
from tests.fakes.teams_identity import PAYMENTS as IN_TEAMS
from tests.tenants import folder

SAID = "Mrs Ito’s card payment was taken twice"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "organisations"
    path.mkdir()
    written(path / "slack.yml", organisation={"id": "in-slack", "slack_workspaces": [TEAM]})
    channel = {"payments": {"channel": IN_TEAMS.id}}
    people = {"sam": {"email": "sam@example.com"}, "dana": {"email": "dana@example.com"}}
    about = {"id": "in-teams", "teams_tenants": [TENANT]}
    written(path / "teams.yml", organisation=about, teams=channel, people=people)
    return path


def test_a_folder_runs_each_organisation_where_it_is(config: Path, tmp_path: Path) -> None:
    with FakeSlack.in_thread() as slack, FakeTeams.in_thread() as teams:
        slack.add_user(SAM, "sam")
        slack.add_channel(PAYMENTS, "payments", members=[SAM])
        teams.conversations.add(IN_TEAMS, [SAM_IN_TEAMS])
        teams.conversations.add(SAM_DM, [SAM_IN_TEAMS])
        environment = {
            "GOLDDUST_CONFIG": str(config), "SLACK_SIGNING_SECRET": SIGNING_SECRET, "MicrosoftAppId": APP,
            "MicrosoftAppPassword": SECRET, "MicrosoftAppTenantId": TENANT, "TEAMS_LOGIN_URL": teams.login_url,
            "TEAMS_OPENID_METADATA_URL": teams.metadata_url,
        }  # fmt: skip
        with bot(slack, tmp_path, **environment) as running:
            assert "*C-1*" in shown(running.complains(SAID))
            assert "isn’t set up for this workspace" in stranger(running)
            assert posts(running, teams, teams.activities.message(SAID, SAM_IN_TEAMS, SAM_DM)).status_code == 202
            slack.wait_until(lambda: slack.messages(PAYMENTS), PATIENCE)
            teams.wait_until(lambda: teams.said(IN_TEAMS) and teams.said(SAM_DM), PATIENCE)
            assert running.stop() == 0
        assert [line for line in running.log if "C-2" in line] == [], "each counts for itself"


def stranger(running: Bot) -> str:
    """What somebody in a workspace is answered that no file names."""
    command = {**payloads.slash_command(SAM, SAID, channel=PAYMENTS), "team_id": "T0THIRD01"}
    answer = running.posts(payloads.form_request(command, at=SystemClock().now()))
    return str(answer.json()["text"])


def test_two_workspaces_with_one_token_are_one_clear_line(tmp_path: Path) -> None:
    path = folder(tmp_path / "organisations")
    with FakeSlack.in_thread() as slack:
        environment = {"GOLDDUST_CONFIG": str(path), "SLACK_SIGNING_SECRET": "x"}
        with bot(slack, tmp_path, **environment) as running:
            assert running.process.wait(PATIENCE) == 1
            running._reader.join(PATIENCE)
            assert "SLACK_BOT_TOKEN is the token of one workspace" in "".join(running.log)
