"""The worker: results only after the commit, and a job that fails undoes only itself."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event, text

from bot.watched import Watched
from bot.worker import TRIES, Worker
from complaints.errors import AlreadyDone, BadInput, StaleTicket
from handlers.context import Context
from storage import seen
from storage.database import open_engine, sessions, upgrade
from tests.complaints.builders import MONDAY


class Bench:
    """A worker on a database of its own, whose first job can be held so that the next ones share a commit."""

    def __init__(self, engine: Engine, watched: Watched) -> None:
        self.engine = engine
        self.worker = Worker(sessions(engine), lambda: watched.current)
        self._held, self._gate = threading.Event(), threading.Event()

    def note(self, key: str) -> Any:
        """A job that notes a key."""
        return self.worker.run(lambda context: seen.first_time(context.session, "main", key, MONDAY), MONDAY)

    async def together(self, *jobs: Any) -> list[Any]:
        """What the jobs came to, all of them done in one transaction."""
        first = asyncio.ensure_future(self.worker.run(lambda _: self._hold(), MONDAY))
        await asyncio.to_thread(self._held.wait, 10)
        waiting = [asyncio.ensure_future(job) for job in jobs]
        await asyncio.sleep(0)
        self._gate.set()
        await first
        return await asyncio.gather(*waiting, return_exceptions=True)

    def _hold(self) -> None:
        self._held.set()
        self._gate.wait(10)

    def noted(self, key: str) -> bool:
        """Whether a key is there for everybody."""
        with self.engine.connect() as connection:
            return connection.scalar(text("SELECT 1 FROM seen WHERE key = :key"), {"key": key}) == 1


@pytest.fixture
def bench(database_url: str, watched: Watched) -> Iterator[Bench]:
    engine = open_engine(database_url)
    upgrade(engine)
    found = Bench(engine, watched)
    yield found
    found.worker.close()
    engine.dispose()


async def test_a_result_is_handed_back_only_after_it_is_committed(bench: Bench) -> None:
    for number in range(20):
        assert await bench.note(f"k{number}") is True
        assert bench.noted(f"k{number}")


async def test_a_job_is_told_the_moment_and_the_configuration_in_force(bench: Bench, watched: Watched) -> None:
    later = MONDAY + timedelta(days=3)
    at, version, workspace = await bench.worker.run(lambda c: (c.at, c.version, c.workspace), later)
    assert (at, version, workspace) == (later, watched.current.version, "main")


async def test_a_job_that_fails_undoes_only_itself(bench: Bench) -> None:
    def half(context: Context) -> None:
        seen.first_time(context.session, "main", "half", MONDAY)
        raise AlreadyDone(reason="no")

    found = await bench.together(bench.note("before"), bench.worker.run(half, MONDAY), bench.note("after"))
    assert [type(one) for one in found] == [bool, AlreadyDone, bool]
    assert [bench.noted(key) for key in ("before", "half", "after")] == [True, False, True]


async def test_a_job_that_breaks_the_database_undoes_only_itself(bench: Bench) -> None:
    def broken(context: Context) -> None:
        context.session.execute(text("SELECT * FROM nowhere"))

    found = await bench.together(bench.note("before"), bench.worker.run(broken, MONDAY), bench.note("after"))
    assert found[0] is found[2] is True
    assert "nowhere" in str(found[1])
    assert bench.noted("before")
    assert bench.noted("after")


async def test_waiting_jobs_share_one_commit(bench: Bench) -> None:
    commits: list[object] = []
    event.listen(bench.engine, "commit", commits.append)
    await bench.together(*(bench.note(f"k{number}") for number in range(30)))
    assert len(commits) == 1, "the job that held the gate touched nothing"


async def test_where_a_commit_fails_each_of_its_jobs_is_tried_once_more_alone(bench: Bench) -> None:
    def refuse(connection: Connection) -> None:
        if connection.scalar(text("SELECT 1 FROM seen WHERE key = 'a'")):
            raise OSError("the disk is full")

    event.listen(bench.engine, "commit", refuse)
    found = await bench.together(bench.note("a"), bench.note("b"))
    assert [str(one) for one in found] == ["the disk is full", "True"]
    assert not bench.noted("a")
    assert bench.noted("b")
    event.remove(bench.engine, "commit", refuse)
    assert await bench.note("a") is True, "and the worker goes on"


async def test_a_closed_worker_says_so(bench: Bench) -> None:
    bench.worker.close()
    with pytest.raises(RuntimeError, match="closed"):
        await bench.note("a")


async def test_a_stale_ticket_is_tried_again(bench: Bench) -> None:
    tries: list[int] = []

    def work(context: Context) -> str:
        tries.append(len(tries))
        assert seen.first_time(context.session, "main", "k", MONDAY), "an earlier try was undone"
        if len(tries) < TRIES:
            raise StaleTicket(ref="C-1")
        return "done"

    assert await bench.worker.run(work, MONDAY) == "done"
    assert len(tries) == TRIES


async def test_a_ticket_that_stays_stale_is_given_up_with_its_name(bench: Bench) -> None:
    tries: list[int] = []

    def work(_: Context) -> None:
        tries.append(1)
        raise StaleTicket(ref="C-1")

    with pytest.raises(StaleTicket, match="C-1 was changed by someone else"):
        await bench.worker.run(work, MONDAY)
    assert len(tries) == TRIES


async def test_many_more_jobs_than_fit_one_commit_are_all_done_in_order(bench: Bench) -> None:
    done: list[int] = []
    jobs = [bench.worker.run(lambda _, number=number: done.append(number), MONDAY) for number in range(300)]
    await bench.together(*jobs)
    assert done == list(range(300))


async def test_somebody_who_no_longer_waits_does_no_harm(bench: Bench) -> None:
    impatient = asyncio.ensure_future(bench.note("a"))
    await asyncio.sleep(0)
    impatient.cancel()
    assert await bench.note("b") is True
    assert bench.noted("a")


async def test_closing_finishes_what_waits(bench: Bench) -> None:
    waiting = [asyncio.ensure_future(bench.note(f"k{number}")) for number in range(100)]
    await asyncio.sleep(0)
    bench.worker.close()
    assert await asyncio.gather(*waiting) == [True] * 100


async def test_items_for_the_same_work_that_wait_together_are_worked_on_in_one_call(bench: Bench) -> None:
    calls: list[tuple[list[str], datetime]] = []

    def note(context: Context, keys: Sequence[str]) -> list[str | BadInput]:
        calls.append((list(keys), context.at))
        return [BadInput(field="key", reason="no key") if key == "" else f"{key}!" for key in keys]

    later = [MONDAY + timedelta(minutes=minutes) for minutes in (2, 1, 3)]
    items = zip(("a", "", "c"), later, strict=True)
    found = await bench.together(*(bench.worker.run_among(note, key, at) for key, at in items))
    assert [str(one) for one in found] == ["a!", "no key", "c!"]
    assert isinstance(found[1], BadInput)
    assert calls == [(["a", "", "c"], later[1])], "as of the earliest of them"


async def test_where_work_on_several_items_fails_each_is_done_on_its_own(bench: Bench) -> None:
    def note(context: Context, keys: Sequence[str]) -> list[bool]:
        noted = [seen.first_time(context.session, "main", key, MONDAY) for key in keys]
        if "bad" in keys:
            raise ValueError("this key breaks it")
        return noted

    found = await bench.together(*(bench.worker.run_among(note, key, MONDAY) for key in ("a", "bad", "c")))
    assert [str(one) for one in found] == ["True", "this key breaks it", "True"]
    assert [bench.noted(key) for key in ("a", "bad", "c")] == [True, False, True]
