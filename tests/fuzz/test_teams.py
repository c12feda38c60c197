"""Whatever arrives at the door for Teams, nothing fails, and the next complaint is still captured."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.bot.teams.driver import SAM, SAM_DM, WATCHED, Desk, desk, organisation_file
from tests.fuzz.cases import share
from tests.fuzz.hostile import noise, written
from tests.fuzz.siege import Siege
from tests.fuzz.teams_cases import documented
from tests.model.stage import hurried


async def _proper(d: Desk, words: str) -> None:
    before = {ticket.number for ticket in d.tickets()}
    await d.says(words, SAM, WATCHED)
    assert words in [ticket.verbatim for ticket in d.tickets() if ticket.number not in before]


@pytest.fixture
def siege(sqlite_url: str, tmp_path: Path) -> Iterator[Siege[Desk]]:
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()

        async def begin() -> Siege[Desk]:
            made = await stack.enter_async_context(desk(sqlite_url, organisation_file(tmp_path)))
            hurried(made.golddust.engine)
            await made.event(made.says_.installed(SAM, SAM_DM))
            return Siege(runner, made, await documented(made), _proper)

        made = runner.run(begin())
        yield made
        made.stands()
        runner.run(stack.aclose())


async def _post(d: Desk, body: bytes, headers: dict[str, str]) -> int:
    raw = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    answer = await d.http.post("/api/messages", content=body, headers=raw)
    await d.golddust.deliverer.deliver_due(d.now)
    return int(answer.status_code)


def test_documented_activities_with_hostile_values_fail_nowhere(siege: Siege[Desk]) -> None:
    @share(0.3)
    @given(st.data())
    def attacked(data: st.DataObject) -> None:
        name, activity = siege.drawn(data)

        async def attack() -> None:
            headers = {"content-type": "application/json", "authorization": siege.desk.teams.header()}
            status = await _post(siege.desk, written(activity), headers)
            assert status in {200, 202, 400, 401, 403}, status

        siege.take(f"{name}: {activity!r}"[:20_000], attack)

    attacked()


def test_noise_is_refused_whoever_signs_it(siege: Siege[Desk]) -> None:
    signatures = st.sampled_from(
        ("", "Bearer", "Bearer x", "Bearer a.b.c", "Basic x", "\xff", "Bearer " + "a." * 9000, "own")
    )

    @share(0.05)
    @given(noise, signatures)
    def attacked(body: bytes, signature: str) -> None:
        async def attack() -> None:
            signed = siege.desk.teams.header() if signature == "own" else signature
            status = await _post(siege.desk, body, {"authorization": signed})
            assert 400 <= status < 500 or (signature == "own" and status < 300), status

        siege.take(f"{signature[:20]}: {body[:2000]!r}", attack)

    attacked()
