"""The metronome: a few fixed ticks; what is due lives in the database."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from structlog.contextvars import bound_contextvars

from bot.app import Golddust
from bot.metrics import TICKED, TICKS, TICKS_FAILED

NUDGE_SECONDS = 20
CONFIGURATION_SECONDS = 5
DIGEST_SECONDS = 20
TIDY_HOURS = 24
TIDY_AFTER_MINUTES = 5
LEARN_HOURS = 1
"""How often it is asked whether a day has passed since the last time; a restart must not put it off for good."""

log = structlog.get_logger()


def metronome(*tenants: Golddust) -> AsyncIOScheduler:
    """A scheduler that fires the ticks, each for every tenant; `start()` it inside a running event loop."""
    scheduler = AsyncIOScheduler(
        timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
    )
    started = tenants[0].clock.now()
    for tick in ("nudge", "digests", "reload", "tidy", "learn"):
        TICKED.labels(tick).set(started.timestamp())
    scheduler.add_job(_tick(tenants, Golddust.nudge), "interval", seconds=NUDGE_SECONDS, id="nudge")
    scheduler.add_job(_tick(tenants, Golddust.digests), "interval", seconds=DIGEST_SECONDS, id="digests")
    scheduler.add_job(_tick(tenants, Golddust.reload), "interval", seconds=CONFIGURATION_SECONDS, id="reload")
    # Soon after the start too: where Golddust is restarted every day, a day would never be over.
    soon = started + timedelta(minutes=TIDY_AFTER_MINUTES)
    scheduler.add_job(_tick(tenants, Golddust.tidy), "interval", hours=TIDY_HOURS, id="tidy", next_run_time=soon)
    scheduler.add_job(_tick(tenants, Golddust.learn), "interval", hours=LEARN_HOURS, id="learn")
    return scheduler


def _tick(
    tenants: Sequence[Golddust], work: Callable[[Golddust, datetime], Awaitable[object]]
) -> Callable[[], Awaitable[None]]:
    name = getattr(work, "__name__", "tick")

    async def one(golddust: Golddust) -> bool:
        try:
            await work(golddust, golddust.clock.now())
        except Exception:
            workspace = golddust.organisation.workspace
            TICKS_FAILED.labels(workspace, name).inc()
            log.exception("a tick failed and will be tried again", tick=name, workspace=workspace)
            return False
        return True

    async def tick() -> None:
        with bound_contextvars(pass_of=name), TICKS.labels(name).time():
            # Side by side, so that nobody waits for a tenant that is large or broken.
            good = await asyncio.gather(*(one(golddust) for golddust in tenants))
        if all(good):
            TICKED.labels(name).set(tenants[0].clock.now().timestamp())

    return tick
