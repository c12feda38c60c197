"""Each bench runs, and counts right; how fast it was is nobody's business here."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bench import signals
from bench.captures_host import slack
from bench.delivery import delivered, least, to_channel, to_people
from bench.digests import measure
from bench.limited_slack import CONVERSATION_BURST, WORKSPACE_BURST, LimitedSlack
from bench.memory import held
from bench.replicas import captures, databases, nudges
from bench.start import started
from bench.teams_sends import measured


async def test_start_waits_until_the_real_process_is_ready(tmp_path: Path) -> None:
    found = await started(tmp_path, tickets=3, times=1)
    assert (found.tickets, len(found.each), found.seconds > 0) == (3, 1, True)


def test_a_digest_over_three_years_has_a_week_of_tickets_and_the_open_ones() -> None:
    found = measure(300, times=1)
    assert (found.tickets, found.received, found.open) == (300, 2, 6)
    assert min(found.digest, found.charts) > 0


async def test_memory_is_watched_while_every_capture_is_answered(tmp_path: Path) -> None:
    found = await held(tmp_path, tickets=3, rate=20, seconds=0.5)
    assert found.captured == 10
    assert found.most >= found.start > 10


async def test_every_person_and_every_channel_gets_what_was_said(tmp_path: Path) -> None:
    people = await delivered(tmp_path / "people", to_people(5), speed=20)
    channel = await delivered(tmp_path / "channel", to_channel(3), speed=20)
    assert (people.messages, people.refused, people.doubled) == (5, 0, 0)
    assert (channel.messages, channel.refused, channel.doubled) == (3, 0, 0)


def test_the_least_time_is_that_of_the_busiest_conversation_or_of_the_workspace() -> None:
    assert least(to_channel(300)) == 298
    assert least(to_people(1000)) == 196


def test_the_slack_of_the_bench_refuses_a_conversation_that_goes_too_fast() -> None:
    slack = LimitedSlack()
    taken = [slack.wait("C1", now=0.0) for _ in range(int(CONVERSATION_BURST) + 1)]
    assert taken == [0.0, 0.0, 1.0]
    assert slack.wait("C1", now=1.0) == 0.0


def test_the_slack_of_the_bench_refuses_a_workspace_that_goes_too_fast() -> None:
    slack = LimitedSlack()
    taken = [slack.wait(f"D{person}", now=0.0) for person in range(int(WORKSPACE_BURST) + 1)]
    assert [early for early in taken if early] == [pytest.approx(0.2)]


async def test_a_new_connector_opens_a_connection_for_each_send_and_ours_does_not() -> None:
    found = await measured(count=40, peer_count=4)
    assert found.peer_connections == 5
    assert found.connections <= 20


def test_two_replicas_capture_and_nudge_everything_once(tmp_path_factory: pytest.TempPathFactory) -> None:
    # What is lost or doubled ends the bench.
    async def both() -> tuple[float, float]:
        async with slack() as url:
            taken = await captures(2, 10, folder, there.fresh(), url)
        return taken, await nudges(2, 30, folder, there.fresh())

    import tempfile

    with tempfile.TemporaryDirectory(prefix="golddust-bench-") as place, databases(folder := Path(place)) as there:
        assert min(asyncio.run(both())) > 0


def test_the_page_of_early_warning_says_in_how_many_years_its_tables_are_measured_by_default() -> None:
    page = (Path(__file__).parents[2] / "docs" / "signals.md").read_text(encoding="utf-8")
    assert f"{signals.BEGIN}\n\n{signals.measured(signals.YEARS)}\n" in page
