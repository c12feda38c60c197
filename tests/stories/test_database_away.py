"""A running Golddust whose PostgreSQL is stopped and started, and which is killed in the worst moments."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from bot.clock import SystemClock
from bot.keeper import KEPT_REPORT
from storage.database import open_engine
from tests.away import Server, own_postgresql
from tests.bot import test_running
from tests.bot.slack.driver import PAYMENTS, SAM, WATCHED
from tests.bot.teams.driver import SAM as SAM_IN_TEAMS
from tests.bot.teams.driver import SAM_DM
from tests.bot.test_running import PATIENCE, Bot, bot
from tests.bot.test_running_teams import posts
from tests.complaints.builders import written
from tests.fakes import slack_payloads as payloads
from tests.fakes.slack_api import FakeSlack
from tests.fakes.slack_identity import APP_TOKEN, SIGNING_SECRET, TEAM
from tests.fakes.teams_connector import FakeTeams
from tests.fakes.teams_identity import APP, SECRET, TENANT
from tests.fakes.teams_identity import PAYMENTS as IN_TEAMS

SAID = "Mrs Ito’s card payment was taken twice"
DIES = """
import os, signal
from bot import {module}

def dying(do):
    def die(*given):
        done = do(*given)
        os.kill(os.getpid(), signal.SIGKILL)
        return done
    return die

{where} = dying({where})
"""
AFTER_KEEPING = DIES.format(module="spool", where="spool.Spool.put")
BEFORE_REMOVING = """
import os, signal
from bot import spool
spool.Spool.remove = lambda *given: os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with own_postgresql() as made:
        yield made


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    with FakeSlack.in_thread() as fake:
        fake.add_user(SAM, "sam")
        for channel, name in ((PAYMENTS, "payments"), (WATCHED, "branch-feedback")):
            fake.add_channel(channel, name, members=[SAM])
        yield fake


@pytest.fixture
def environment(server: Server, tmp_path: Path) -> Iterator[dict[str, str]]:
    yield {
        "GOLDDUST_DATABASE_URL": server.database(), "GOLDDUST_SPOOL": str(tmp_path / "spool"),
        "SLACK_SIGNING_SECRET": SIGNING_SECRET,
    }  # fmt: skip
    server.start()


def words(environment: dict[str, str]) -> list[str]:
    """What everybody reported, in the order of the tickets."""
    engine = open_engine(environment["GOLDDUST_DATABASE_URL"])
    with engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT verbatim FROM tickets ORDER BY workspace, number")
        said = [str(row[0]) for row in found]
    engine.dispose()
    return said


def event(running: Bot, text: str, ts: str, retry: int = 0) -> httpx.Response:
    now = SystemClock().now()
    said = payloads.message(WATCHED, SAM, text, at=now, ts=ts)
    said["event_id"] = f"Ev{ts.replace('.', '')}"
    return running.posts(payloads.event_request(said, at=now, retry=retry))


def test_a_running_golddust_goes_on_when_its_database_is_back(
    server: Server, slack: FakeSlack, environment: dict[str, str], tmp_path: Path
) -> None:
    with bot(slack, tmp_path, **environment) as running:
        assert "*C-1*" in str(running.complains(SAID))
        server.stop()
        address = running.logged("listening")["address"]
        assert httpx.get(f"{address}/healthz").status_code == 200
        assert httpx.get(f"{address}/readyz", timeout=PATIENCE).status_code == 503
        assert running.complains("A refund is missing")["text"] == KEPT_REPORT
        assert event(running, "The app logs me out", "1790000000.000100").status_code == 200
        assert 'golddust_spool_entries{state="waiting"} 2.0' in httpx.get(f"{address}/metrics").text
        server.start()
        assert running.logged("the database is back; what was kept is dealt with")["entries"] == 2
        assert httpx.get(f"{address}/readyz", timeout=PATIENCE).status_code == 200
        slack.wait_until(lambda: "C-2" in str(slack.ephemerals(SAM)), PATIENCE)
        assert running.stop() == 0
    assert words(environment) == [SAID, "A refund is missing", "The app logs me out"]
    assert not [line for line in running.log if "refund" in line], "nobody’s words are in the log"


def test_started_while_the_database_is_away_after_a_kill_it_goes_on_where_it_was(
    server: Server, slack: FakeSlack, environment: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(test_running, "START", AFTER_KEEPING + test_running.START)
        with bot(slack, tmp_path, **environment) as first:
            first.logged("listening")
            server.stop()
            with pytest.raises(httpx.HTTPError):
                event(first, SAID, "1790000000.000200")
            assert first.process.wait(PATIENCE) == -9
    with bot(slack, tmp_path, **environment) as second:
        assert event(second, SAID, "1790000000.000200", retry=1).status_code == 200
        assert second.complains("A refund is missing")["text"] == KEPT_REPORT
        address = second.logged("listening")["address"]
        assert httpx.get(f"{address}/healthz").status_code == 200
        unready = httpx.get(f"{address}/readyz", timeout=PATIENCE)
        assert (unready.status_code, "cannot use the database" in unready.text) == (503, True)
        server.start()
        assert second.logged("the database is back; what was kept is dealt with")["entries"] == 2
        assert httpx.get(f"{address}/readyz", timeout=PATIENCE).status_code == 200
        slack.wait_until(lambda: "C-2" in str(slack.ephemerals(SAM)), PATIENCE)
        assert second.stop() == 0
        assert len([line for line in second.log if "the database is away; Golddust goes on" in line]) == 1
    assert words(environment) == [SAID, "A refund is missing"]


def test_started_without_a_spool_while_the_database_is_away_it_leaves_everything_with_slack(
    server: Server, slack: FakeSlack, environment: dict[str, str], tmp_path: Path
) -> None:
    server.stop()
    with bot(slack, tmp_path, **environment | {"GOLDDUST_SPOOL": "", "SLACK_APP_TOKEN": APP_TOKEN}) as running:
        assert event(running, SAID, "1790000000.000300").status_code == 503
        assert not slack.called("apps.connections.open"), "over Socket Mode another process gets it meanwhile"
        server.start()
        ack = slack.run(slack.socket.deliver(payloads.slash_command(SAM, SAID, channel=PAYMENTS), timeout=PATIENCE))
        assert "*C-1*" in str(ack.payload)
        assert running.stop() == 0


def test_a_kill_after_the_commit_and_before_the_removal_makes_one_ticket(
    server: Server, slack: FakeSlack, environment: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(test_running, "START", BEFORE_REMOVING + test_running.START)
        with bot(slack, tmp_path, **environment) as first:
            first.logged("listening")
            server.stop()
            assert first.complains(SAID)["text"] == KEPT_REPORT
            server.start()
            assert first.process.wait(PATIENCE) == -9
    assert words(environment) == [SAID]
    with bot(slack, tmp_path, **environment) as second:
        assert second.logged("the database is back; what was kept is dealt with")["entries"] == 1
        assert second.stop() == 0
    assert words(environment) == [SAID]


def test_two_organisations_in_slack_and_in_teams_each_get_their_own(
    server: Server, slack: FakeSlack, environment: dict[str, str], tmp_path: Path
) -> None:
    config = tmp_path / "organisations"
    config.mkdir()
    written(config / "a.yml", organisation={"id": "in-slack", "slack_workspaces": [TEAM]})
    people = {"sam": {"email": "sam@example.com"}, "dana": {"email": "dana@example.com"}}
    about = {"id": "in-teams", "teams_tenants": [TENANT]}
    written(config / "b.yml", organisation=about, teams={"payments": {"channel": IN_TEAMS.id}}, people=people)
    with FakeTeams.in_thread() as teams:
        teams.conversations.add(IN_TEAMS, [SAM_IN_TEAMS])
        teams.conversations.add(SAM_DM, [SAM_IN_TEAMS])
        more = {
            "GOLDDUST_CONFIG": str(config), "MicrosoftAppId": APP, "MicrosoftAppPassword": SECRET,
            "MicrosoftAppTenantId": TENANT, "TEAMS_LOGIN_URL": teams.login_url,
            "TEAMS_OPENID_METADATA_URL": teams.metadata_url,
        }  # fmt: skip
        with bot(slack, tmp_path, **environment, **more) as running:
            running.logged("listening")
            server.stop()
            assert posts(running, teams, teams.activities.message("In Teams", SAM_IN_TEAMS, SAM_DM)).status_code == 202
            assert running.complains(SAID)["text"] == KEPT_REPORT
            teams.wait_until(lambda: KEPT_REPORT in str(teams.said(SAM_DM)), PATIENCE)
            server.start()
            running.logged("the database is back; what was kept is dealt with")
            slack.wait_until(lambda: "C-1" in str(slack.ephemerals(SAM)), PATIENCE)
            teams.wait_until(lambda: "C-1" in str(teams.said(SAM_DM)), PATIENCE)
            assert running.stop() == 0
    assert words(environment) == [SAID, "In Teams"]
