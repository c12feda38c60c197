"""One thread that does everything with the database, many small jobs to a commit."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, TypeAlias, TypeVar

from sqlalchemy.orm import Session, sessionmaker

from bot.configuration import Loaded
from complaints.errors import GolddustError, StaleTicket
from handlers.context import Context

Item = TypeVar("Item")
Result = TypeVar("Result")
Together: TypeAlias = Callable[[Context, Sequence[Item]], Sequence[Result | GolddustError]]
"""Work on several items at once: for each its result, or why it is refused; nothing is saved of what is refused."""

MOST_IN_ONE_COMMIT = 64
TRIES = 3


@dataclass(slots=True)
class _Job:
    work: Together[Any, Any]
    item: Any
    at: datetime
    future: asyncio.Future[Any]
    loop: asyncio.AbstractEventLoop
    result: Any = None
    error: BaseException | None = None


class Worker:
    """Runs jobs one after the other; those that wait together share a transaction, each in its own savepoint.

    A job's result is handed back only after the commit, so that who gets an answer may rely on it. A job that fails
    undoes only itself; where a commit fails, each of its jobs is tried once more on its own. Items for the same work
    that follow each other are worked on in one call.
    """

    def __init__(
        self, sessions: sessionmaker[Session], configuration: Callable[[], Loaded], address: str | None = None
    ) -> None:
        self._sessions = sessions
        self._address = address
        self._configuration = configuration
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="golddust-worker", daemon=True)
        self._thread.start()

    async def run(self, work: Callable[[Context], Result], at: datetime) -> Result:
        """The result of `work`, committed; raises what it raised, and then nothing of it is saved."""
        return await self._enqueue(lambda context, _: [work(context)], None, at)

    async def run_among(self, work: Together[Item, Result], item: Item, at: datetime) -> Result:
        """The result of `work` on an item, committed; raises why it is refused.

        Others' items may be worked on in the same call, whose context then has the earliest of their moments.
        """
        return await self._enqueue(work, item, at)

    async def _enqueue(self, work: Together[Any, Result], item: Any, at: datetime) -> Result:
        if not self._thread.is_alive():
            raise RuntimeError("the worker has been closed")
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Result] = loop.create_future()
        self._jobs.put(_Job(work, item, at, future, loop))
        return await future

    @property
    def waiting(self) -> int:
        """How many jobs wait to be begun."""
        return self._jobs.qsize()

    def close(self) -> None:
        """Finish the jobs that wait, then stop."""
        self._jobs.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            jobs = [job]
            closing = False
            while len(jobs) < MOST_IN_ONE_COMMIT and not self._jobs.empty():
                another = self._jobs.get()
                if another is None:
                    closing = True
                    break
                jobs.append(another)
            self._commit_together(jobs)
            if closing:
                return

    def _commit_together(self, jobs: list[_Job]) -> None:
        try:
            if not self._done_alone(jobs):
                with self._sessions() as session, session.begin():
                    for _, alike in groupby(jobs, key=lambda job: job.work):
                        self._do(session, list(alike))
        except Exception as error:  # noqa: BLE001 - whatever failed the commit must reach everybody who waits for it
            if len(jobs) > 1:
                # Nothing of it is saved. Replicas can be in each other's way with many locks; with few each gets by.
                for job in jobs:
                    job.error = None
                    self._commit_together([job])
                return
            jobs[0].error = error
        for loop, theirs in groupby(jobs, key=lambda job: job.loop):
            with suppress(RuntimeError):  # whoever asked is gone, with the event loop they asked from
                loop.call_soon_threadsafe(_answer, list(theirs))

    def _done_alone(self, jobs: list[_Job]) -> bool:
        """Whether jobs for the same work were done in a transaction that they have to themselves, without a savepoint.

        False, with nothing done, for what needs one: other work beside it, or a failure that may be of one job alone.
        """
        if any(job.work is not jobs[0].work for job in jobs):
            return False
        for attempt in range(1, TRIES + 1):
            try:
                with self._sessions() as session, session.begin():
                    self._work(session, jobs)
                return True
            except Exception as error:
                if len(jobs) > 1:
                    return False
                if attempt == TRIES or not isinstance(error, StaleTicket):
                    raise
        return False

    def _work(self, session: Session, jobs: list[_Job]) -> None:
        loaded, at = self._configuration(), min(job.at for job in jobs)
        context = Context(session, loaded.organisation, loaded.version, loaded.document, at, address=self._address)
        _note(jobs, jobs[0].work(context, [job.item for job in jobs]))

    def _do(self, session: Session, jobs: list[_Job]) -> None:
        for attempt in range(1, TRIES + 1):
            try:
                with session.begin_nested():
                    self._work(session, jobs)
                return
            except StaleTicket as error:
                failure: Exception = error
                if attempt < TRIES:
                    continue
            except Exception as error:
                if not session.is_active:
                    raise
                failure = error
            break
        self._fail(session, jobs, failure)

    def _fail(self, session: Session, jobs: list[_Job], error: Exception) -> None:
        """Let a job fail; of several nobody knows whose fault it was, so each is done on its own."""
        if len(jobs) == 1:
            jobs[0].error = error
            return
        for job in jobs:
            self._do(session, [job])


def _note(jobs: Sequence[_Job], results: Sequence[Any]) -> None:
    for job, result in zip(jobs, results, strict=True):
        refused = isinstance(result, GolddustError)
        job.result, job.error = (None, result) if refused else (result, None)


def _answer(jobs: Iterable[_Job]) -> None:
    for job in jobs:
        if job.future.done():
            continue
        if job.error is not None:
            job.future.set_exception(job.error)
        else:
            job.future.set_result(job.result)
