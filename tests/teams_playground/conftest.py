"""One bot and one playground for each file of tests; the tests in a file tell their tickets apart by their words."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.clock import SystemClock
from tests.bot.teams.driver import organisation_file
from tests.bot.test_running_teams import bot as started
from tests.fakes.teams_activities import Activities
from tests.fakes.teams_connector import FakeTeams
from tests.fakes.teams_identity import TENANT
from tests.teams_playground.playground import ALONE, CHANNEL, GENERAL, GROUP, install, playground
from tests.teams_playground.proxy import free_port, signing
from tests.teams_playground.stage import Stage

DIGESTS = """emoji: ticket

digests:
  - {to: payments, every: daily}
"""
"""The file's last line, and what the stage adds to it."""


@pytest.fixture(scope="session")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The playground, installed for this run; in CI it must be, elsewhere its tests are skipped without it."""
    try:
        return install(tmp_path_factory.mktemp("agentsplayground"))
    except (AssertionError, OSError, subprocess.SubprocessError) as error:
        assert os.environ.get("CI") != "true", f"in CI the playground must run: {error!r}"
        pytest.skip(f"npm can’t install the Agents Playground here: {error!r}")


@pytest.fixture(scope="module")
def stage(program: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The app is installed for Dana, in the group chat and in the team, whose first channel is watched."""
    folder, port, start = tmp_path_factory.mktemp("stage"), free_port(), SystemClock().now()
    service = f"http://localhost:{port}/_connector"
    # On any day of the year: nobody is nudged on a holiday.
    changes = {"C0WATCHED": GENERAL, "C0APP0001": GENERAL, ", holidays: [GB-ENG]": "", "emoji: ticket": DIGESTS}
    file = organisation_file(tmp_path_factory.mktemp("configuration"), **changes)
    made: Stage | None = None
    with FakeTeams.in_thread(at=start) as teams:
        first = started(teams, folder, GOLDDUST_CONFIG=str(file))

        def address() -> str:
            running = made.bot if made is not None else first
            return str(running.logged("listening")["address"]) + "/api/messages"

        try:
            with (
                signing(teams, service, address) as endpoint,
                playground(program, folder, endpoint, port) as play,
            ):
                made = Stage(play, first, folder, endpoint, Activities(service, TENANT, start))
                for conversation in (ALONE, GROUP, CHANNEL):
                    play.installs(conversation)
                made.shown(ALONE, "Say in one sentence")
                yield made
        finally:
            last = made.bot if made is not None else first
            last.process.kill()
            last.process.wait()
