"""A changed file is taken up; a broken one is refused once, and what was in force stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.configuration import read
from bot.watched import Accepted, Refused, Watched
from complaints.errors import ConfigurationError

GOOD = """\
organisation: {name: Bank, time_zone: UTC, admins: [dana], triage: desk}
people: {dana: {name: Dana, slack: U0DANA001}}
teams: {desk: {name: Desk, lead: dana, members: [dana]}}
"""
BETTER = GOOD.replace("Bank", "Better Bank")
BROKEN = GOOD.replace("triage: desk", "triage: dask")
WORSE = "organisation: ["


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "golddust.yml"
    path.write_text(GOOD, encoding="utf-8")
    return path


@pytest.fixture
def watched(path: Path) -> Watched:
    return Watched(path)


def after(watched: Watched, text: str) -> Accepted | Refused | None:
    watched.path.write_text(text, encoding="utf-8")
    return watched.refresh()


def test_a_file_that_stays_the_same_is_no_change(watched: Watched) -> None:
    assert watched.refresh() is None


def test_a_good_change_comes_into_force(watched: Watched) -> None:
    change = after(watched, BETTER)
    assert change == Accepted(read(watched.path).version)
    assert watched.current.organisation.organisation.name == "Better Bank"
    assert watched.refresh() is None


def test_a_broken_change_is_refused_and_the_last_good_one_stays(watched: Watched) -> None:
    good = watched.current
    change = after(watched, BROKEN)
    assert isinstance(change, Refused)
    assert change.problems == (
        f"{watched.path}:1: organisation.triage: found “dask”; allowed: desk (did you mean “desk”?)"
    )
    assert watched.current is good


def test_the_same_broken_content_is_told_once(watched: Watched) -> None:
    assert isinstance(after(watched, BROKEN), Refused)
    assert watched.refresh() is None
    assert isinstance(after(watched, WORSE), Refused)
    assert after(watched, BROKEN) is None


def test_content_that_breaks_again_after_a_good_one_is_told_again(watched: Watched) -> None:
    assert isinstance(after(watched, BROKEN), Refused)
    assert isinstance(after(watched, BETTER), Accepted)
    assert isinstance(after(watched, BROKEN), Refused)


def test_going_back_to_what_is_in_force_is_accepted(watched: Watched) -> None:
    version = watched.current.version
    assert isinstance(after(watched, BROKEN), Refused)
    assert after(watched, GOOD) == Accepted(version)


def test_a_file_that_vanished_is_refused_once_and_taken_up_when_it_is_back(watched: Watched) -> None:
    good = watched.current
    watched.path.unlink()
    change = watched.refresh()
    assert isinstance(change, Refused)
    assert "does not exist" in change.problems
    assert watched.refresh() is None
    assert watched.current is good
    assert after(watched, GOOD) == Accepted(good.version)


def test_a_file_that_is_broken_from_the_start_is_an_error(path: Path) -> None:
    path.write_text(BROKEN, encoding="utf-8")
    with pytest.raises(ConfigurationError, match="dask"):
        Watched(path)
