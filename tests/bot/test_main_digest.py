"""`golddust digest`, and the digests of the file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.configuration import read
from complaints.errors import ConfigurationError
from tests.bot.conftest import CommandLine
from tests.complaints.builders import written
from tests.world import World

TUESDAY = "2026-11-24T08:30:00Z"


async def one_complaint(w: World) -> None:
    await w.says("sam", "The card payment was taken twice")


def test_it_prints_the_figures_of_one_reader(golddust: CommandLine) -> None:
    golddust.given(one_complaint)
    out = golddust("digest", "--for", "Lee", "--at", TUESDAY, "--print").out
    assert out.startswith("Payments, week to Tue 24 Nov 08:30")
    assert "1 received, 0 closed, 1 open (0 before)" in out
    assert golddust("outbox", "--json").json == []
    assert golddust("digest", "--for", "ines", "--at", TUESDAY, "--every", "daily").out.startswith("All teams, day to")


def test_json_has_every_figure(golddust: CommandLine) -> None:
    golddust.given(one_complaint)
    found = golddust("digest", "--for", "payments", "--at", TUESDAY, "--json").json
    assert (found["kind"], found["audience"]) == ("digest", "team:payments")
    figures = found["summary"]["figures"]
    assert (figures["opening"], figures["received"], figures["closing"]) == (0, 1, 1)
    assert sum(figures["ages"]) == 1


def test_it_ends_with_the_page_where_browsers_reach_us(golddust: CommandLine) -> None:
    golddust.given(one_complaint)
    golddust.monkeypatch.setenv("GOLDDUST_PUBLIC_URL", "https://golddust.example.com/")
    out = golddust("digest", "--for", "Lee", "--at", TUESDAY, "--print").out
    assert out.rstrip().endswith("https://golddust.example.com/register?team=payments")


def test_sent_without_a_channel_it_waits_in_the_outbox(golddust: CommandLine) -> None:
    golddust.given(one_complaint)
    assert "waits in the outbox" in golddust("digest", "--for", "lee", "--at", TUESDAY, "--send").out
    waiting = golddust("outbox", "--json").json
    assert [one["kind"] for one in waiting] == ["digest"]


@pytest.mark.parametrize(
    ("arguments", "why"),
    [(("--for", "nobody"), "no person “nobody”"), (("--for", "sam"), "Sam belongs to no team"),
     (("--for", "lee", "--every", "hourly"), "none of daily, weekly, monthly")],
)  # fmt: skip
def test_what_can_not_be_is_one_clear_line(golddust: CommandLine, arguments: tuple[str, ...], why: str) -> None:
    golddust.given(one_complaint)
    done = golddust("digest", *arguments)
    assert done.code == 2
    assert why in done.err and done.err.count("\n") == 1


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ({"to": "nobody"}, "digests[0].to: found “nobody”"),
        ({"to": "branches"}, "a person, or a team that has a `channel`"),
        ({"to": "ines", "teams": ["branches"]}, "digests[0].teams[0]: found “branches”"),
        ({"to": "ines", "teams": "some"}, "digests[0].teams"),
        ({"to": "ines", "every": "daily", "on": "monday"}, "only with every: weekly, not daily"),
        ({"to": "ines", "every": "hourly"}, "daily, weekly, monthly"),
        ({"to": "ines", "at": "8:30"}, "digests[0].at"),
        ({}, "digests[0].to: found nothing"),
    ],
)
def test_a_mistake_in_the_file_is_told_with_its_place(tmp_path: Path, entry: dict[str, Any], told: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        read(written(tmp_path / "golddust.yml", digests=[entry]))
    assert told in str(refused.value)


def test_a_list_of_digests_is_read(tmp_path: Path) -> None:
    entries = [{"to": "ines", "teams": "all"}, {"to": "payments", "teams": "app", "every": "weekly", "on": "friday"}]
    first, second = read(written(tmp_path / "golddust.yml", digests=entries)).organisation.digests
    assert (first.teams, first.every, first.at) == ("all", "weekly", "08:30")
    assert (second.teams, second.on) == (("app",), "friday")
