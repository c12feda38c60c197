"""`golddust doctor`: what is wrong with a set-up, and what to do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import create_engine, text

from bot.clock import SystemClock
from bot.doctor import Finding, clocks
from bot.slack.send import client
from bot.slackcheck import examine, manifest_scopes
from complaints.notices import Captured, person
from storage import outbox
from storage.database import open_engine
from tests.bot.conftest import ORGANISATION, CommandLine
from tests.conftest import fresh_postgresql
from tests.fakes.slack_api import FakeSlack
from tests.fakes.slack_identity import APP_TOKEN, BOT_TOKEN, SIGNING_SECRET
from tests.fakes.slack_scopes import BOT_SCOPES
from tests.world import MONDAY, World

CHANNELS = ("C0PAYMENTS", "C0APP0001", "C0TRIAGE1", "C0WATCHED")


@pytest.fixture
def slack(golddust: CommandLine) -> Iterator[FakeSlack]:
    """A workspace in which everything is in order, and the settings for it."""
    with FakeSlack.in_thread(scopes=manifest_scopes() or BOT_SCOPES) as fake:
        for channel in CHANNELS:
            fake.add_channel(channel)
        golddust.monkeypatch.setenv("SLACK_BOT_TOKEN", BOT_TOKEN)
        golddust.monkeypatch.setenv("SLACK_SIGNING_SECRET", SIGNING_SECRET)
        golddust.monkeypatch.setenv("SLACK_API_URL", fake.url)
        yield fake


def findings(golddust: CommandLine) -> tuple[int, dict[str, dict[str, Any]]]:
    answer = golddust("doctor", "--json")
    assert answer.err == ""
    assert all(set(finding) == {"about", "ok", "found", "do"} for finding in answer.json)
    assert all(finding["ok"] == (finding["do"] is None) for finding in answer.json)
    return answer.code, {finding["about"]: finding for finding in answer.json}


def problems(golddust: CommandLine) -> dict[str, str]:
    """What is wrong, each with its finding and its cure in one text."""
    code, found = findings(golddust)
    wrong = {about: f"{one['found']} → {one['do']}" for about, one in found.items() if not one["ok"]}
    assert code == (1 if wrong else 0)
    return wrong


def test_a_good_set_up_is_in_order(golddust: CommandLine, slack: FakeSlack) -> None:
    golddust("db", "upgrade")
    answer = golddust("doctor")
    assert (answer.code, answer.err) == (0, ""), answer.out
    assert answer.out.splitlines()[-1] == "everything is in order"
    assert problems(golddust) == {}


def test_an_empty_folder_is_told_everything_that_is_missing(golddust: CommandLine) -> None:
    golddust.monkeypatch.delenv("GOLDDUST_CONFIG")
    wrong = problems(golddust)
    assert set(wrong) == {"configuration", "database", "Slack token"}
    assert "golddust check" in wrong["configuration"]
    assert "golddust db upgrade" in wrong["database"]
    assert "SLACK_BOT_TOKEN is not set" in wrong["Slack token"]
    answer = golddust("doctor")
    assert (answer.code, answer.out.splitlines()[-1]) == (1, "3 problems found")


def test_a_database_of_another_version_is_a_problem(golddust: CommandLine, slack: FakeSlack) -> None:
    golddust("db", "upgrade")
    with create_engine(golddust.database).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    assert "is at 0000, this version needs" in problems(golddust)["database"]


def test_a_database_that_does_not_answer_is_a_problem_that_names_no_password(
    golddust: CommandLine, slack: FakeSlack
) -> None:
    golddust.monkeypatch.setenv("GOLDDUST_DATABASE_URL", "postgresql://sam:secret@127.0.0.1:1/golddust")
    (told,) = problems(golddust).values()
    assert "cannot use the database" in told
    assert "secret" not in told


def test_a_team_without_a_channel_is_a_problem(golddust: CommandLine, slack: FakeSlack, tmp_path: Path) -> None:
    golddust("db", "upgrade")
    file = tmp_path / "no_channel.yml"
    file.write_text(ORGANISATION.read_text().replace(", channel: C0APP0001", ""))
    golddust.monkeypatch.setenv("GOLDDUST_CONFIG", str(file))
    assert problems(golddust) == {
        "team app": "it has no channel, so its cards have nowhere to go → set teams.app.channel in the file"
    }


@pytest.mark.parametrize("error", ["invalid_auth", "token_revoked", "account_inactive"])
def test_a_token_that_slack_refuses_is_a_problem(golddust: CommandLine, slack: FakeSlack, error: str) -> None:
    golddust("db", "upgrade")
    slack.token_error = error
    (told,) = problems(golddust).values()
    assert f"Slack does not accept SLACK_BOT_TOKEN: {error}" in told


@pytest.mark.parametrize("how", [{"trouble": "reset"}, {"status": 503}, {"status": 404}])
def test_slack_out_of_reach_is_one_finding_and_no_crash(
    golddust: CommandLine, slack: FakeSlack, how: dict[str, Any]
) -> None:
    golddust("db", "upgrade")
    slack.fail_next("auth.test", **how)
    (told,) = problems(golddust).values()
    assert re.match("Slack could not be reached: it (hung up in the middle|answered HTTP status [45])", told), told


def test_a_machine_that_is_not_there_is_told_in_words(golddust: CommandLine, slack: FakeSlack) -> None:
    golddust("db", "upgrade")
    golddust.monkeypatch.setenv("SLACK_API_URL", "http://127.0.0.1:1/api/")
    assert "nothing listens there, or a firewall is in between" in problems(golddust)["Slack"]
    golddust.monkeypatch.setenv("SLACK_API_URL", "http://nobody.invalid/api/")
    assert "no machine is known by its name" in problems(golddust)["Slack"]


def test_slack_that_breaks_off_half_way_is_one_finding(golddust: CommandLine, slack: FakeSlack) -> None:
    golddust("db", "upgrade")
    slack.fail_next("conversations.info", "reset", times=9)
    assert list(problems(golddust)) == ["Slack"]


def test_nobody_listening_is_a_problem(golddust: CommandLine, slack: FakeSlack) -> None:
    golddust("db", "upgrade")
    golddust.monkeypatch.delenv("SLACK_SIGNING_SECRET")
    assert "neither SLACK_APP_TOKEN nor SLACK_SIGNING_SECRET" in problems(golddust)["listening"]


def test_the_app_token_is_tried(golddust: CommandLine, slack: FakeSlack) -> None:
    golddust("db", "upgrade")
    golddust.monkeypatch.delenv("SLACK_SIGNING_SECRET")
    golddust.monkeypatch.setenv("SLACK_APP_TOKEN", APP_TOKEN)
    assert findings(golddust)[1]["Socket Mode"]["ok"]
    golddust.monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-old")
    assert "SLACK_APP_TOKEN: invalid_auth → make an app-level token" in problems(golddust)["Socket Mode"]


def test_channels_that_golddust_cannot_use_are_problems(golddust: CommandLine, slack: FakeSlack) -> None:
    golddust("db", "upgrade")
    slack.add_channel("C0PAYMENTS", "payments", with_bot=False)
    slack.add_channel("C0APP0001", "app", archived=True)
    del slack.channels["C0TRIAGE1"]
    wrong = problems(golddust)
    assert (
        "Golddust is not a member of #payments, the channel of payments → write /invite" in wrong["channel C0PAYMENTS"]
    )
    assert "#app, the channel of app, is archived" in wrong["channel C0APP0001"]
    assert "Slack answers channel_not_found" in wrong["channel C0TRIAGE1"]
    assert len(wrong) == 3


def test_a_teams_channel_that_others_see_is_a_problem(golddust: CommandLine, slack: FakeSlack) -> None:
    slack.channels["C0PAYMENTS"].shared = True
    _, found = findings(golddust)
    assert "is shared with another organisation" in found["channel C0PAYMENTS"]["found"]


def test_a_channel_given_by_name_is_no_problem(golddust: CommandLine, slack: FakeSlack, tmp_path: Path) -> None:
    golddust("db", "upgrade")
    file = tmp_path / "named.yml"
    file.write_text(ORGANISATION.read_text().replace("watch: [C0WATCHED]", 'watch: ["#complaints"]'))
    golddust.monkeypatch.setenv("GOLDDUST_CONFIG", str(file))
    code, found = findings(golddust)
    assert (code, found["channel #complaints"]["ok"]) == (0, True)


async def left_lying(w: World) -> None:
    await w.says("sam", "The card payment was taken twice")

    def park(context: Any) -> None:
        outbox.put(context.session, context.workspace, [Captured(ticket=1, audience=person("noor"))] * 2, MONDAY)
        parcel, *_ = outbox.claim(context.session, context.workspace, MONDAY, 1)
        outbox.finish(context.session, parcel, "parked", MONDAY, problem="no way")
        context.session.execute(text("UPDATE tickets SET next_nudge_at = '2020-01-06 09:00:00.000000'"))
        context.session.execute(text("UPDATE outbox SET due_at = '2020-01-06 09:00:00.000000' WHERE state = 'waiting'"))

    await w.golddust.worker.run(park, MONDAY)


async def left_uncertain(w: World) -> None:
    def park(context: Any) -> None:
        outbox.put(context.session, context.workspace, [Captured(ticket=1, audience=person("noor"))], MONDAY)
        (parcel,) = outbox.claim(context.session, context.workspace, MONDAY, 1)
        outbox.finish(context.session, parcel, "parked", MONDAY, problem="who knows", uncertain_since=MONDAY)

    await w.golddust.worker.run(park, MONDAY)


def test_what_may_have_arrived_is_found_apart_from_what_did_not(golddust: CommandLine, slack: FakeSlack) -> None:
    golddust.given(left_uncertain)
    wrong = problems(golddust)
    assert set(wrong) == {"outbox"}
    assert "1 uncertain: nobody knows whether they arrived" in wrong["outbox"]
    assert "golddust outbox --state uncertain" in wrong["outbox"]


def test_work_that_lies_about_is_found(golddust: CommandLine, slack: FakeSlack) -> None:
    golddust.given(left_lying)
    wrong = problems(golddust)
    assert set(wrong) == {"outbox", "nudges", "delivery"}
    assert "1 parked" in wrong["outbox"]
    assert "the first of 1 has been due since 2020-01-06 09:00 UTC → is `golddust run` alive?" in wrong["nudges"]
    assert "golddust run" in wrong["delivery"]


def test_an_open_ticket_that_nobody_would_be_reminded_of_is_found(golddust: CommandLine, slack: FakeSlack) -> None:
    golddust.given(left_lying)
    with create_engine(golddust.database).begin() as connection:
        connection.execute(text("UPDATE tickets SET next_nudge_at = NULL"))
    assert "1 open without a next nudge" in problems(golddust)["tickets"]


# -- what Slack is asked


async def asked(slack: FakeSlack, now: datetime, scopes: frozenset[str] | None = None) -> dict[str, Finding]:
    found = await examine(client(BOT_TOKEN, slack.url), None, None, scopes, now)
    return {finding.about: finding for finding in found}


@pytest.mark.parametrize(("skew", "good"), [(-290, False), (-50, True), (50, True), (290, False)])
async def test_a_clock_that_is_wrong_is_told_before_slacks_signatures_fail(skew: int, good: bool) -> None:
    async with FakeSlack() as slack:
        now = datetime.now(UTC)  # noqa: TID251 - the fake's HTTP server dates its answers itself
        found = (await asked(slack, now + timedelta(seconds=skew)))["clock"]
    assert found.ok is good
    assert good or ("ahead of" if skew > 0 else "behind") in found.found


def test_the_manifests_scopes_are_those_that_are_not_optional(tmp_path: Path) -> None:
    manifest = tmp_path / "manifest.yml"
    scopes = {"bot": ["chat:write", "commands"], "bot_optional": ["files:write"]}
    manifest.write_text(yaml.safe_dump({"oauth_config": {"scopes": scopes}}))
    assert manifest_scopes(manifest) == {"chat:write", "commands"}
    assert manifest_scopes(tmp_path / "none.yml") is None


async def test_a_scope_that_is_missing_is_named() -> None:
    async with FakeSlack(scopes=["chat:write"]) as slack:
        found = await asked(slack, MONDAY, frozenset({"chat:write", "commands", "im:write"}))
    assert (found["Slack scopes"].ok, found["Slack scopes"].found) == (False, "the token lacks commands, im:write")


async def test_without_a_manifest_the_scopes_are_not_compared() -> None:
    async with FakeSlack(scopes=[]) as slack:
        assert (await asked(slack, MONDAY))["Slack scopes"].ok


def test_a_database_of_a_newer_golddust_is_in_order(golddust: CommandLine, slack: FakeSlack) -> None:
    golddust("db", "upgrade")
    with create_engine(golddust.database).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    code, found = findings(golddust)
    assert code == 0
    assert "of a newer Golddust" in found["database"]["found"]


def test_notices_of_which_nobody_knows_are_told_with_what_to_do(golddust: CommandLine, slack: FakeSlack) -> None:
    golddust("db", "upgrade")

    async def story(w: World) -> None:
        said = [Captured(ticket=1, audience=person("sam"))]
        await w.golddust.worker.run(lambda context: outbox.put(context.session, "main", said, w.now), w.now)

    golddust.given(story)
    with create_engine(golddust.database).begin() as connection:
        connection.execute(text("UPDATE outbox SET state = 'parked', uncertain_since = created_at"))
    assert "1 uncertain" in problems(golddust)["outbox"]


def test_clocks_that_disagree_with_the_databases_are_a_problem(postgresql: Any) -> None:
    engine = open_engine(fresh_postgresql(postgresql))
    now = SystemClock().now()
    (good,) = clocks(engine, now)
    (wrong,) = clocks(engine, now - timedelta(minutes=1))
    engine.dispose()
    assert good.ok
    assert not wrong.ok
    assert wrong.found.endswith("s apart")


def test_a_database_on_this_machine_has_its_clock(sqlite_url: str) -> None:
    assert list(clocks(open_engine(sqlite_url), MONDAY)) == []
