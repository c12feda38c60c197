"""`golddust spool` and what the doctor says of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.spool import MOST_TRIES, Spool
from tests.bot.conftest import CommandLine
from tests.world import MONDAY

WORDS = "Mrs Ito’s card payment was taken twice"


@pytest.fixture
def folder(golddust: CommandLine, tmp_path: Path) -> Path:
    """A spool with one entry that waits (1) and one that is poisoned (2)."""
    path = tmp_path / "spool"
    spool = Spool(path)
    for key in ("one", "two"):
        spool.put(key, "slack http: /complaint", "slack:main", MONDAY, f'{{"text": "{WORDS}"}}', "{}")
    for _ in range(MOST_TRIES):
        spool.failed(spool.listed()[1], "KeyError")
    assert spool.listed()[1].poisoned
    spool.close()
    golddust.monkeypatch.setenv("GOLDDUST_SPOOL", str(path))
    return path


def test_the_list_shows_what_waits_and_what_is_poisoned_without_words(golddust: CommandLine, folder: Path) -> None:
    shown = golddust("spool", "list")
    assert shown.out.endswith("in all: 1 waiting, 1 poisoned\n")
    assert "KeyError" in shown.out
    assert WORDS not in shown.out
    assert [(one["id"], one["state"]) for one in golddust("spool", "list", "--json").json] == [
        (1, "waiting"), (2, "poisoned"),
    ]  # fmt: skip


def test_a_poisoned_entry_is_tried_again_or_dropped(golddust: CommandLine, folder: Path) -> None:
    assert golddust("spool", "retry", "2").out == "entry 2 will be tried again\n"
    assert golddust("spool", "list").out.endswith("in all: 2 waiting, 0 poisoned\n")
    assert "no poisoned entry has the id 2" in golddust("spool", "drop", "2").complaint, "what waits is not lost"
    assert "no poisoned entry has the id 9" in golddust("spool", "retry", "9").complaint


def test_dropping_takes_a_poisoned_entry_away(golddust: CommandLine, folder: Path) -> None:
    assert golddust("spool", "drop", "2").out == "entry 2 is dropped\n"
    assert golddust("spool", "list").out.endswith("in all: 1 waiting, 0 poisoned\n")


def test_without_the_setting_it_says_so(golddust: CommandLine) -> None:
    assert "GOLDDUST_SPOOL is not set" in golddust("spool", "list").complaint


def test_the_doctor_names_what_is_poisoned_and_what_waits(golddust: CommandLine, folder: Path) -> None:
    assert "PROBLEM  spool: 1 poisoned: they could not be dealt with; 1 waiting" in golddust("doctor").out
    golddust("spool", "drop", "2")
    assert "PROBLEM  spool: 1 waiting for the database" in golddust("doctor").out
    spool = Spool(folder)
    spool.remove(1)
    spool.close()
    assert "ok       spool: " in golddust("doctor").out
