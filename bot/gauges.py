"""The gauges that are read from the database: asked when Prometheus asks, beside the worker, and not too often."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from importlib.metadata import version
from math import nan

import structlog

from bot.app import Golddust
from bot.metrics import BUILD, DATABASE, OUTBOX, OUTBOX_SECONDS, OVERDUE, OVERDUE_SECONDS, WORKER_JOBS
from storage.backlog import UNARRIVED, Backlog, backlog

OFTEN = timedelta(seconds=5)
"""However often Prometheus asks, the database is asked no more often than this."""
PATIENCE_SECONDS = 3.0
"""Prometheus gives up after ten seconds unless told otherwise."""

log = structlog.get_logger()


class Gauges:
    """Keeps the gauges true; a database that does not answer makes them unknown and breaks nothing."""

    def __init__(self, tenants: Sequence[Golddust]) -> None:
        self._tenants = tenants
        self._asked_at: datetime | None = None
        self._asking: asyncio.Task[list[Backlog]] | None = None
        BUILD.clear()

    async def refresh(self, at: datetime) -> None:
        """Bring the gauges up to date as of `at`, unless that was done just before."""
        self._of_the_process()
        if self._asking is None:
            if self._asked_at is not None and timedelta(0) <= at - self._asked_at < OFTEN:
                return
            self._asked_at = at
            self._asking = asyncio.create_task(asyncio.to_thread(self._read, at))
        # One question at a time: a database that hangs must not take a thread for each scrape.
        done, _ = await asyncio.wait({self._asking}, timeout=PATIENCE_SECONDS)
        if not done:
            _unknown()
            return
        asked, self._asking = done.pop(), None
        if asked.exception() is None:
            _known(asked.result(), at)
        else:
            log.warning("the gauges could not be read", error=type(asked.exception()).__name__)
            _unknown()

    def _of_the_process(self) -> None:
        WORKER_JOBS.set(sum(one.worker.waiting for one in self._tenants))
        BUILD.clear()
        for one in self._tenants:
            BUILD.labels(version("golddust"), one.organisation.workspace, one.watched.current.version).set(1)

    def _read(self, at: datetime) -> list[Backlog]:
        return [one.read(lambda context: backlog(context.session, context.workspace, at), at) for one in self._tenants]


def _known(found: Sequence[Backlog], at: datetime) -> None:
    DATABASE.set(1)
    OVERDUE.set(sum(one.overdue for one in found))
    OVERDUE_SECONDS.set(max(_seconds(one.overdue_since, at) for one in found))
    for state in UNARRIVED:
        OUTBOX.labels(state).set(sum(one.notices.get(state, 0) for one in found))
    OUTBOX_SECONDS.set(max(_seconds(one.waiting_since, at) for one in found))


def _unknown() -> None:
    """Rather no value than an old one, which looks as if all were well."""
    DATABASE.set(0)
    for gauge in (OVERDUE, OVERDUE_SECONDS, OUTBOX_SECONDS, *(OUTBOX.labels(state) for state in UNARRIVED)):
        gauge.set(nan)


def _seconds(since: datetime | None, at: datetime) -> float:
    return max((at - since).total_seconds(), 0.0) if since is not None else 0.0
