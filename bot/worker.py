"""One thread that does everything with the database, many small jobs to a commit."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy.orm import Session, sessionmaker

from bot.configuration import Loaded
from complaints.errors import StaleTicket
from handlers.context import Context

Result = TypeVar("Result")

MOST_IN_ONE_COMMIT = 64
TRIES = 3


@dataclass(slots=True)
class _Job:
    work: Callable[[Context], Any]
    at: datetime
    future: asyncio.Future[Any]
    loop: asyncio.AbstractEventLoop
    result: Any = None
    error: BaseException | None = None


class Worker:
    """Runs jobs one after the other; those that wait together share a transaction, each in its own savepoint.

    A job's result is handed back only after the commit, so that who gets an answer may rely on it. A job that fails
    undoes only itself; where a commit fails, each of its jobs is tried once more on its own.
    """

    def __init__(self, sessions: sessionmaker[Session], configuration: Callable[[], Loaded]) -> None:
        self._sessions = sessions
        self._configuration = configuration
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="golddust-worker", daemon=True)
        self._thread.start()

    async def run(self, work: Callable[[Context], Result], at: datetime) -> Result:
        """The result of `work`, committed; raises what it raised, and then nothing of it is saved."""
        if not self._thread.is_alive():
            raise RuntimeError("the worker has been closed")
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Result] = loop.create_future()
        self._jobs.put(_Job(work, at, future, loop))
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
            with self._sessions() as session, session.begin():
                for job in jobs:
                    self._do(session, job)
        except Exception as error:  # noqa: BLE001 - whatever failed the commit must reach everybody who waits for it
            if len(jobs) > 1:
                # Nothing of it is saved. Replicas can be in each other's way with many locks; with few each gets by.
                for job in jobs:
                    job.error = None
                    self._commit_together([job])
                return
            jobs[0].error = error
        for job in jobs:
            with suppress(RuntimeError):  # whoever asked is gone, with the event loop they asked from
                job.loop.call_soon_threadsafe(_answer, job)

    def _do(self, session: Session, job: _Job) -> None:
        loaded = self._configuration()
        for attempt in range(1, TRIES + 1):
            context = Context(session, loaded.organisation, loaded.version, loaded.document, job.at)
            try:
                with session.begin_nested():
                    job.result = job.work(context)
                return
            except StaleTicket as error:
                job.error = error if attempt == TRIES else None
            except Exception as error:
                if not session.is_active:
                    raise
                job.error = error
                return


def _answer(job: _Job) -> None:
    if job.future.done():
        return
    if job.error is not None:
        job.future.set_exception(job.error)
    else:
        job.future.set_result(job.result)
