"""The command line as a test types it, in a folder of its own, with nothing of this machine's settings."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from bot.main import main
from bot.watched import Watched
from tests.world import MONDAY, World, world

ORGANISATION = Path(__file__).parent.parent / "golddust.yml"


@dataclass(frozen=True)
class Answer:
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def complaint(self) -> str:
        """The one line of an error."""
        lines = self.err.splitlines()
        assert (self.code, self.out, len(lines)) == (2, "", 1), self
        return lines[0]


@dataclass(frozen=True)
class CommandLine:
    """`golddust …` in this process, on a database that stories can write to."""

    capsys: pytest.CaptureFixture[str]
    monkeypatch: pytest.MonkeyPatch
    database: str

    def __call__(self, *words: str) -> Answer:
        self.capsys.readouterr()
        code = main(words)
        printed = self.capsys.readouterr()
        return Answer(code, printed.out, printed.err)

    def given(self, story: Callable[[World], Awaitable[None]], start: datetime = MONDAY) -> None:
        """Let a story happen on the database first."""

        async def happen() -> None:
            async with world(self.database, Watched(ORGANISATION), start) as told:
                await story(told)

        asyncio.run(happen())


@pytest.fixture
def golddust(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], sqlite_url: str
) -> CommandLine:
    ours = ("GOLDDUST_", "SLACK_", "TEAMS_", "MICROSOFT")
    for name in [name for name in os.environ if name.upper().startswith(ours)]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GOLDDUST_CONFIG", str(ORGANISATION))
    monkeypatch.setenv("GOLDDUST_DATABASE_URL", sqlite_url)
    monkeypatch.chdir(tmp_path)
    return CommandLine(capsys, monkeypatch, sqlite_url)
