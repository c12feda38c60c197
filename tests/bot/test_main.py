"""The command line as such: help, errors in one line, exit codes, pipes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import typer.main
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from bot.main import app, main
from storage.database import why
from tests.bot.conftest import ORGANISATION, CommandLine
from tests.world import World

TOP = Path(__file__).parent.parent.parent


def commands() -> list[str]:
    found: list[str] = []

    def walk(group: object, prefix: str) -> None:
        for name, command in getattr(group, "commands", {}).items():
            found.append(f"{prefix}{name}")
            walk(command, f"{prefix}{name} ")

    walk(typer.main.get_command(app), "")
    return found


@pytest.mark.parametrize("command", commands())
def test_every_command_explains_itself(golddust: CommandLine, command: str) -> None:
    answer = golddust(*command.split(), "--help")
    assert (answer.code, answer.err) == (0, "")
    assert "Usage: golddust " in answer.out
    assert "." in answer.out.split("Usage:")[1].split("╭")[0]


def test_without_a_command_the_help_is_shown(golddust: CommandLine) -> None:
    answer = golddust()
    assert (answer.code, answer.err) == (0, "")
    assert "nudges until the customer has been told" in " ".join(answer.out.split())


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["ticktes"], "No such command 'ticktes'"),
        (["tickets", "--jsn"], "No such option: --jsn"),
        (["tickets", "--limit", "many"], "--limit: write a whole number, 1 or more. See `golddust tickets --help`."),
        (["tickets", "--limit", "0"], "--limit: write a whole number, 1 or more."),
        (["demo", "--port", "99999"], "--port: write a whole number from 0 to 65535."),
        (["ticket"], "Missing argument"),
        (["explain"], "Missing argument"),
        (["import"], "Missing argument"),
        (["export", "--format", "xml"], "--format is “xml”; write jsonl or csv."),
        (["export", "--output", "."], "is a folder; name a file in it"),
        (["export", "--output", "nope/x.csv"], "there is no folder nope; create it"),
        (["explain", " "], "TEXT: it is blank"),
        (["explain", "x", "--reporter", "noo"], "did you mean noor? See"),
        (["outbox", "--state", "lost"], "lost"),
        (["outbox", "retry"], "their ids, --parked"),
        (["outbox", "retry", "3", "--all"], "their ids, --parked"),
        (["db"], "Missing command"),
        (["tick", "--at", "2026-11-24T09:00"], "add Z for UTC, or an offset"),
        (["tick", "--at", "tomorrow"], "no moment"),
        (["import", "x.csv", "--map", "colour=Red"], "FIELD is words, id, captured_at"),
        (["import", "x.csv", "--source", "a:b"], "letters, digits"),
        (["import", "x.csv", "--date-format", "american"], "dmy, mdy"),
        (["import", "nowhere.csv"], "nowhere.csv: No such file or directory"),
        (["explain", "x", "--reporter", "nobody"], "no person “nobody”"),
        (["explain", "x", "--at", "soon"], "no moment"),
    ],
)
def test_a_wrong_command_is_answered_in_one_line(golddust: CommandLine, words: list[str], told: str) -> None:
    complaint = golddust(*words).complaint
    assert complaint.startswith("golddust: ")
    assert told in complaint


@pytest.mark.parametrize("words", [["tickets"], ["ticket", "C-1"], ["export"], ["outbox"], ["tick", "--dry-run"]])
def test_what_only_reads_says_how_to_start_where_there_is_no_database(golddust: CommandLine, words: list[str]) -> None:
    complaint = golddust(*words).complaint
    assert "there is no database at " in complaint
    assert complaint.endswith("golddust.db yet; start with `golddust run` or `golddust db upgrade`")
    assert not Path("golddust.db").exists()


def test_a_database_of_another_version_is_not_read(golddust: CommandLine) -> None:
    golddust("db", "upgrade")
    with create_engine(golddust.database).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    assert "the database is at 0000" in golddust("tickets").complaint


def test_a_file_that_is_no_database_is_told_in_one_line(golddust: CommandLine) -> None:
    Path("golddust.db").write_text("this is a letter to my aunt, not a database\n" * 50)
    for words in (["tickets"], ["db", "upgrade"], ["tick"]):
        assert "file is not a database" in golddust(*words).complaint


def test_a_database_server_that_does_not_answer_is_told_in_one_line(golddust: CommandLine) -> None:
    golddust.monkeypatch.setenv("GOLDDUST_DATABASE_URL", "postgresql://sam:secret@127.0.0.1:1/golddust")
    complaint = golddust("tickets").complaint
    assert "cannot use the database postgresql://sam:***@127.0.0.1:1/golddust: " in complaint
    assert "Connection refused; check that it runs, and that host, port, user" in complaint
    assert "secret" not in complaint


def test_a_database_of_another_kind_is_refused(golddust: CommandLine) -> None:
    golddust.monkeypatch.setenv("GOLDDUST_DATABASE_URL", "mysql://localhost/golddust")
    assert "SQLite and PostgreSQL" in golddust("tickets").complaint


def test_a_wrong_setting_is_named(golddust: CommandLine) -> None:
    golddust.monkeypatch.setenv("GOLDDUST_PORT", "http")
    complaint = golddust("tickets").complaint
    assert complaint == "golddust: GOLDDUST_PORT is “http”; write a number from 0 to 65535"


@pytest.mark.parametrize(
    ("variable", "token", "told"),
    [
        ("SLACK_BOT_TOKEN", "xapp-1", "SLACK_BOT_TOKEN begins with xapp-, so it is an app-level token; put the “Bot"),
        ("SLACK_BOT_TOKEN", "xoxp-1", "so it is a user’s token"),
        ("SLACK_APP_TOKEN", "xoxb-1", "SLACK_APP_TOKEN begins with xoxb-, so it is a bot token; put the app-level"),
        ("SLACK_SIGNING_SECRET", "xoxb-1", "SLACK_SIGNING_SECRET begins with xoxb-"),
    ],
)
def test_a_token_of_another_kind_is_named_before_anybody_is_called(
    golddust: CommandLine, variable: str, token: str, told: str
) -> None:
    golddust.monkeypatch.setenv("SLACK_API_URL", "http://127.0.0.1:1/")
    golddust.monkeypatch.setenv("SLACK_BOT_TOKEN", "some-emulators-token")
    golddust.monkeypatch.setenv(variable, token)
    for command in ("run", "tick"):
        complaint = golddust(command).complaint
        assert complaint.startswith("golddust: SLACK_")
        assert told in complaint
    findings = golddust("doctor", "--json").json
    found = [f"{one['found']}; {one['do']}" for one in findings if one["about"] == "Slack token"]
    assert len(found) == 1
    assert told in found[0]
    assert not Path("golddust.db").exists()


def test_a_missing_configuration_says_how_to_begin(golddust: CommandLine) -> None:
    golddust.monkeypatch.delenv("GOLDDUST_CONFIG")
    assert golddust("check").complaint == (
        "golddust: golddust.yml does not exist; start with: cp golddust.example.yml golddust.yml"
    )


def test_a_database_in_a_folder_that_is_missing_says_so(golddust: CommandLine, tmp_path: Path) -> None:
    golddust.monkeypatch.setenv("GOLDDUST_DATABASE_URL", "sqlite:///nope/golddust.db")
    assert golddust("db", "upgrade").complaint.endswith(f"create the folder {tmp_path / 'nope'} first")
    golddust.monkeypatch.setenv("GOLDDUST_DATABASE_URL", f"sqlite:///{tmp_path}")
    assert "it can’t be opened; is it a file" in golddust("db", "upgrade").complaint


def test_a_database_that_may_not_be_written_says_so(golddust: CommandLine, tmp_path: Path) -> None:
    golddust("db", "upgrade")
    engine = create_engine(f"sqlite:///file:{tmp_path}/golddust.db?mode=ro&uri=true")
    with engine.connect() as connection, pytest.raises(OperationalError) as caught:
        connection.execute(text("DELETE FROM tickets"))
    assert "give this user the right to write the file and its folder" in why(caught.value)


def test_the_demo_plays_the_shipped_example_unless_a_file_is_named(golddust: CommandLine, tmp_path: Path) -> None:
    broken = tmp_path / "broken.yml"
    broken.write_text("people: 3\n")
    golddust.monkeypatch.setenv("GOLDDUST_CONFIG", str(broken))
    assert golddust("demo", "--story").code == 0
    assert "broken.yml:1: people" in golddust("demo", "--story", "--config", str(broken)).err
    assert "nope.yml does not exist" in golddust("demo", "--config", "nope.yml").complaint


def test_each_problem_of_the_configuration_has_its_line(golddust: CommandLine, tmp_path: Path) -> None:
    broken = tmp_path / "broken.yml"
    broken.write_text(ORGANISATION.read_text().replace("lead: lee", "lead: leo").replace("lead: kim", "lead: kin"))
    for words in (["check", str(broken)], ["explain", "x"]):
        golddust.monkeypatch.setenv("GOLDDUST_CONFIG", str(broken))
        answer = golddust(*words)
        assert (answer.code, answer.out) == (2, "")
        lines = answer.err.splitlines()
        assert len(lines) == 2
        assert all(line.startswith(f"{broken}:") for line in lines)


def test_the_database_is_created_and_told_from_where_to_where_it_came(golddust: CommandLine) -> None:
    assert golddust("db", "upgrade").out.startswith("sqlite:///")
    Path("golddust.db").unlink()
    created = golddust("db", "upgrade")
    assert (created.code, "from nothing to 0" in created.out) == (0, True)
    assert golddust("db", "upgrade").out.rstrip().endswith("already")


# -- the real entry point, in a process of its own


def golddust_process(*words: str, folder: Path, read: int | None = None) -> subprocess.CompletedProcess[str]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("GOLDDUST_", "SLACK_"))}
    environment = clean | {"PYTHONPATH": str(TOP), "GOLDDUST_CONFIG": str(ORGANISATION)}
    return subprocess.run(
        [sys.executable, "-m", "bot", *words],
        cwd=folder, env=environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def test_an_error_of_the_real_command_is_one_line_on_stderr(tmp_path: Path) -> None:
    done = golddust_process("tickets", folder=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "golddust: there is no database at golddust.db yet; start with `golddust run` or `golddust db upgrade`\n"
    )


def test_the_real_command_succeeds(tmp_path: Path) -> None:
    assert golddust_process("db", "upgrade", folder=tmp_path).returncode == 0
    done = golddust_process("tickets", "--json", folder=tmp_path)
    assert (done.returncode, json.loads(done.stdout), done.stderr) == (0, [], "")


def test_a_reader_that_goes_away_is_no_error(golddust: CommandLine, tmp_path: Path) -> None:
    async def much(w: World) -> None:
        for _ in range(3):
            await w.says("sam", "The app is slow. " * 5000)

    golddust.given(much)
    shell = f"set -o pipefail; {sys.executable} -m bot tickets --json | head -n 1"
    environment = os.environ | {"PYTHONPATH": str(TOP)}
    done = subprocess.run(
        ["bash", "-c", shell], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "[\n", "")


def test_the_exit_code_is_returned_for_the_console_script() -> None:
    assert main(["--help"]) == 0
