"""`golddust teams-package`, and what the other commands make of Microsoft Teams."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest

from bot.teams.port import Ref
from complaints.commands import CaptureComplaint
from complaints.ticket import Source
from storage import references
from tests.bot.conftest import CommandLine
from tests.bot.teams.driver import organisation_file
from tests.fakes.teams_connector import FakeTeams
from tests.fakes.teams_identity import APP, PAYMENTS, SECRET, TENANT
from tests.world import MONDAY, World


@pytest.fixture
def teams(golddust: CommandLine) -> Iterator[FakeTeams]:
    """A Teams in which everything is in order, and the settings for it."""
    with FakeTeams.in_thread() as fake:
        settings = {
            "MicrosoftAppId": APP, "MicrosoftAppPassword": SECRET, "MicrosoftAppTenantId": TENANT,
            "TEAMS_LOGIN_URL": fake.login_url, "TEAMS_OPENID_METADATA_URL": fake.metadata_url,
        }  # fmt: skip
        for name, value in settings.items():
            golddust.monkeypatch.setenv(name, value)
        yield fake


def problems(golddust: CommandLine) -> dict[str, str]:
    return {one["about"]: f"{one['found']} → {one['do']}" for one in golddust("doctor", "--json").json if not one["ok"]}


def test_the_package_is_written_for_the_bot_of_the_settings(golddust: CommandLine, teams: FakeTeams) -> None:
    assert "golddust-teams.zip is written" in golddust("teams-package").out
    with ZipFile("golddust-teams.zip") as package:
        assert json.loads(package.read("manifest.json"))["bots"][0]["botId"] == APP


def test_the_package_can_be_for_another_bot_and_a_domain(golddust: CommandLine, tmp_path: Path) -> None:
    other = APP.replace("1", "9")
    answer = golddust("teams-package", "other.zip", "--app-id", other, "--domain", "golddust.example.com")
    assert (answer.code, answer.err) == (0, "")
    with ZipFile(tmp_path / "other.zip") as package:
        made = json.loads(package.read("manifest.json"))
    assert (made["id"], made["validDomains"]) == (other, ["golddust.example.com"])


def test_without_an_app_id_it_says_what_to_set(golddust: CommandLine) -> None:
    assert "set MicrosoftAppId" in golddust("teams-package").complaint
    assert "which is no GUID" in golddust("teams-package", "--app-id", "me").complaint


def test_the_doctor_finds_a_good_set_up_in_order_without_slack(
    golddust: CommandLine, teams: FakeTeams, tmp_path: Path
) -> None:
    text = organisation_file(tmp_path).read_text()
    (tmp_path / "good.yml").write_text(re.sub(r"channel: \"19:[^\"]+\"", "channel: C0PAYMENTS", text))
    golddust.monkeypatch.setenv("GOLDDUST_CONFIG", "good.yml")
    golddust("db", "upgrade")
    assert problems(golddust) == {}


def test_the_doctor_says_what_is_wrong_with_teams(golddust: CommandLine, teams: FakeTeams, tmp_path: Path) -> None:
    golddust.monkeypatch.setenv("GOLDDUST_CONFIG", str(organisation_file(tmp_path)))
    golddust.monkeypatch.setenv("MicrosoftAppPassword", "run out")
    golddust("db", "upgrade")
    teams.fail_next("metadata", status=503)
    wrong = problems(golddust)
    assert set(wrong) == {"Teams token", "Teams keys", f"channel {PAYMENTS.id}"}
    assert "MicrosoftAppPassword is the value of a client secret" in wrong["Teams token"]
    assert "mention it there once" in wrong[f"channel {PAYMENTS.id}"]
    golddust.monkeypatch.setenv("MicrosoftAppTenantId", "")
    assert "MicrosoftAppTenantId is missing" in problems(golddust)["Teams settings"]


def test_a_tick_delivers_into_teams(golddust: CommandLine, teams: FakeTeams, tmp_path: Path) -> None:
    file = organisation_file(tmp_path)
    golddust.monkeypatch.setenv("GOLDDUST_CONFIG", str(file))
    teams.conversations.add(PAYMENTS, [])

    async def story(told: World) -> None:
        ref = Ref(teams.service_url, TENANT, PAYMENTS.id, PAYMENTS.kind, f"28:{APP}", PAYMENTS.id, PAYMENTS.team)
        await told.golddust.worker.run(
            lambda context: references.keep(
                context.session, context.workspace, "teams", PAYMENTS.id, ref.to_json(), told.now
            ),
            told.now,
        )
        source = Source("pigeon", "w", "person:sam", "1")
        complaint = CaptureComplaint(at=told.now, actor="sam", words="her card was charged twice", source=source)
        await told.golddust.execute(complaint)

    golddust.given(story)
    at = MONDAY.isoformat()
    assert golddust("tick", "--at", at, "--json").json["deliveries"] == {"sent": 1, "parked": 2}
    (card,) = teams.said(PAYMENTS)
    assert "her card was charged twice" in str(card)
