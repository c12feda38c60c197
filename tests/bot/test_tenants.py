"""A folder of organisations: read together, refused where two want the same, and one’s trouble is not another’s."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog.testing
from prometheus_client import REGISTRY

from bot.clock import VirtualClock
from bot.connections import connect
from bot.organisations import file_of, must_be_one, paths, read_all
from bot.scheduler import metronome
from bot.tenants import Tenants, tenants
from bot.watched import Accepted, Refused
from complaints.errors import ConfigurationError
from storage.database import open_engine, upgrade
from tests.bot.conftest import CommandLine
from tests.complaints.builders import written
from tests.fakes.slack_identity import TEAM
from tests.fakes.teams_identity import OTHER_TENANT, TENANT
from tests.tenants import OTHER_TEAM, OURS, SECRET, THEIRS, both, folder
from tests.world import MONDAY, Pigeons, World


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return folder(tmp_path / "organisations")


@pytest.fixture
def served(path: Path, sqlite_url: str) -> Iterator[Tenants]:
    engine = open_engine(sqlite_url)
    upgrade(engine)
    found = tenants(path, engine, VirtualClock(MONDAY))
    yield found
    found.close()


def keys(served: Tenants) -> list[str]:
    return [one.organisation.workspace for one in served]


def changed(path: Path, key: str, old: str, new: str) -> Path:
    """The file of an organisation, after a text in it was replaced."""
    file = path / f"{key}.yml"
    said = file.read_text()
    assert old in said
    file.write_text(said.replace(old, new))
    return file


def test_every_file_of_the_folder_is_an_organisation(path: Path, served: Tenants) -> None:
    (path / "notes.txt").write_text("none")
    assert keys(served) == [OURS, THEIRS]
    assert paths(path / f"{OURS}.yml") == [path / f"{OURS}.yml"]


def test_a_folder_without_any_file_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"has no \*\.yml in it"):
        read_all(tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("id: theirs", "id: ours", r"organisation\.id: found “ours”"),
        (OTHER_TEAM, TEAM, r"organisation\.slack_workspaces\[0\]: found “T0GOLD001”"),
        (OTHER_TENANT, TENANT.upper(), rf"organisation\.teams_tenants\[0\]: found “{TENANT}”"),
    ],
)
def test_what_two_files_claim_is_refused_and_both_are_named(path: Path, old: str, new: str, said: str) -> None:
    file = changed(path, THEIRS, old, new)
    with pytest.raises(ConfigurationError, match=rf"{file}:\d+: {said}.*{path / 'ours.yml'} has it too"):
        read_all(path)


def test_one_of_several_has_to_say_where_it_is(path: Path) -> None:
    lonely = written(path / "alone.yml", organisation={"id": "alone"})
    with pytest.raises(ConfigurationError, match=rf"{lonely}:\d+: organisation: found nothing; allowed: slack_"):
        read_all(path)


@pytest.mark.parametrize("wrong", [{"slack_workspaces": ["C0123"]}, {"teams_tenants": ["contoso"]}])
def test_what_is_no_id_is_refused(tmp_path: Path, wrong: dict[str, list[str]]) -> None:
    with pytest.raises(ConfigurationError, match=r"allowed: (the id of a Slack workspace|a directory \(tenant\) id)"):
        read_all(written(tmp_path / "golddust.yml", organisation=wrong))


def test_a_file_that_is_alone_need_not_say_where_it_is(tmp_path: Path, sqlite_url: str) -> None:
    served = tenants(written(tmp_path / "golddust.yml"), open_engine(sqlite_url), VirtualClock(MONDAY))
    assert served.in_slack(None, "T0ANY0001") is served.in_teams("any") is served.first
    served.close()


def test_a_file_that_is_alone_and_says_where_it_is_serves_nobody_else(tmp_path: Path, sqlite_url: str) -> None:
    about = {"slack_workspaces": TEAM, "teams_tenants": [TENANT]}
    served = tenants(written(tmp_path / "a.yml", organisation=about), open_engine(sqlite_url), VirtualClock(MONDAY))
    assert served.in_slack(None, TEAM) is served.in_teams(TENANT) is served.first
    assert served.in_slack(None, OTHER_TEAM) is served.in_teams(OTHER_TENANT) is None
    served.close()


def test_a_change_that_takes_anothers_id_is_refused_until_the_other_gives_it_up(path: Path, served: Tenants) -> None:
    ours, theirs = served
    changed(path, OURS, TEAM, OTHER_TEAM)
    change = ours.watched.refresh()
    assert isinstance(change, Refused)
    assert str(path / "theirs.yml") in change.problems
    assert ours.watched.refresh() is None, "told once"
    assert served.in_slack(None, OTHER_TEAM) is theirs
    changed(path, THEIRS, OTHER_TEAM, "T0MOVED01")
    assert isinstance(theirs.watched.refresh(), Accepted)
    assert isinstance(ours.watched.refresh(), Accepted)
    assert served.in_slack(None, OTHER_TEAM) is ours


def test_a_new_file_is_said_once_to_wait_for_the_next_start(path: Path, served: Tenants) -> None:
    written(path / "third.yml", organisation={"id": "third", "slack_workspaces": ["T0THIRD01"]})
    with structlog.testing.capture_logs() as logs:
        served.look(path)
        served.look(path)
    assert [line["file"] for line in logs] == [str(path / "third.yml")]
    assert keys(served) == [OURS, THEIRS]


def test_an_organisation_that_is_nowhere_that_runs_is_not_started(served: Tenants) -> None:
    with pytest.raises(ConfigurationError, match=r"theirs\.yml: the organisation is on no platform"):
        connect(served, [{served.first: Pigeons(VirtualClock(MONDAY))}])


def test_one_token_does_not_do_for_two_workspaces() -> None:
    must_be_one(["ours"])
    with pytest.raises(ConfigurationError, match=r"2 organisations are in Slack \(ours, theirs\).*SLACK_CLIENT_ID"):
        must_be_one(["ours", "theirs"])


async def test_one_broken_organisation_does_not_stop_the_others(sqlite_url: str, tmp_path: Path) -> None:
    async with both(sqlite_url, tmp_path / "organisations") as told:
        ours, theirs = told.ours.golddust, told.theirs.golddust
        await told.theirs.says("sam", "another card")
        told.theirs.forget()
        told.ours.clock.advance(days=1)
        ours.worker.close()  # nothing of ours can be saved any more
        tick = next(job.func for job in metronome(ours, theirs).get_jobs() if job.id == "nudge")
        before = failed(OURS)
        with structlog.testing.capture_logs() as logs:
            await tick()
        assert [(line["workspace"], line["log_level"]) for line in logs if "tick" in line] == [(OURS, "error")]
        assert failed(OURS) == before + 1
        await theirs.deliverer.deliver_due(told.theirs.now)
        assert told.theirs.pigeons.delivered


def failed(workspace: str) -> float:
    labels = {"workspace": workspace, "tick": "nudge"}
    return REGISTRY.get_sample_value("golddust_ticks_failed_total", labels) or 0.0


# -- the command line


@pytest.fixture
def line(golddust: CommandLine, path: Path) -> CommandLine:
    """The command line on both, with what has happened to them."""

    async def happen() -> None:
        async with both(golddust.database, path):
            pass

    asyncio.run(happen())
    golddust.monkeypatch.setenv("GOLDDUST_CONFIG", str(path))
    return golddust


ONE = [
    ("tickets",), ("ticket", "C-1"), ("nudges", "--report"), ("outbox",), ("outbox", "retry", "--all"), ("export",),
    ("tick", "--dry-run"), ("digest", "--for", "ines"), ("explain", "card"),
]  # fmt: skip


@pytest.mark.parametrize("words", ONE, ids=" ".join)
def test_a_command_on_one_organisation_asks_which(line: CommandLine, words: tuple[str, ...]) -> None:
    assert "say which with --workspace (ours, theirs)" in line(*words).complaint
    assert "one of: ours, theirs" in line(*words, "--workspace", "nobody").complaint
    answer = line(*words, "--workspace", OURS)
    assert answer.code == 0, answer.err
    assert SECRET not in answer.out


def test_the_same_command_shows_each_its_own(line: CommandLine) -> None:
    found = {key: line("tickets", "--json", "--workspace", key).json for key in (OURS, THEIRS)}
    assert [len(found[key]) for key in (OURS, THEIRS)] == [1, 5]
    assert SECRET in str(found[THEIRS])


def test_a_broken_file_is_in_nobody_elses_way(line: CommandLine, path: Path) -> None:
    changed(path, THEIRS, "triage: triage", "triage: nobody")
    assert line("tickets", "--workspace", OURS).code == 0
    assert "theirs.yml" in line("tickets").err
    assert "theirs.yml" in line("check", str(path)).err


def test_a_file_that_is_alone_needs_no_key(golddust: CommandLine) -> None:
    golddust.given(_said)
    assert golddust("tickets").out == golddust("tickets", "--workspace", "main").out
    assert "no organisation “other”" in golddust("tickets", "--workspace", "other").complaint


async def _said(w: World) -> None:
    await w.says("sam", "my card")


def test_check_and_doctor_look_at_all_of_them(line: CommandLine, path: Path) -> None:
    assert [part.split(" is good")[0] for part in line("check", str(path)).out.splitlines()] == [
        str(path / "ours.yml"), str(path / "theirs.yml")
    ]  # fmt: skip
    found = [(one["about"], one["ok"]) for one in line("doctor", "--json").json]
    assert {("ours: outbox", True), ("theirs: outbox", True)} <= set(found)


@pytest.mark.parametrize("key", [OURS, THEIRS])
def test_the_file_of_a_key_is_found(path: Path, key: str) -> None:
    assert file_of(path, key).path == path / f"{key}.yml"


def test_a_key_that_two_files_have_is_refused(path: Path) -> None:
    changed(path, THEIRS, "id: theirs", "id: ours")
    with pytest.raises(ConfigurationError, match="has it too"):
        file_of(path, OURS)
