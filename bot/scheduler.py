"""The metronome: a few fixed ticks; what is due lives in the database."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.app import Golddust
from bot.metrics import TICKS_FAILED

NUDGE_SECONDS = 20
CONFIGURATION_SECONDS = 5
DIGEST_SECONDS = 20
TIDY_HOURS = 24
LEARN_HOURS = 1
"""How often it is asked whether a day has passed since the last time; a restart must not put it off for good."""

log = structlog.get_logger()


def metronome(*tenants: Golddust) -> AsyncIOScheduler:
    """A scheduler that fires the ticks, each for every tenant; `start()` it inside a running event loop."""
    scheduler = AsyncIOScheduler(
        timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
    )
    scheduler.add_job(_tick(tenants, Golddust.nudge), "interval", seconds=NUDGE_SECONDS, id="nudge")
    scheduler.add_job(_tick(tenants, Golddust.digests), "interval", seconds=DIGEST_SECONDS, id="digests")
    scheduler.add_job(_tick(tenants, Golddust.reload), "interval", seconds=CONFIGURATION_SECONDS, id="reload")
    scheduler.add_job(_tick(tenants, Golddust.tidy), "interval", hours=TIDY_HOURS, id="tidy")
    scheduler.add_job(_tick(tenants, Golddust.learn), "interval", hours=LEARN_HOURS, id="learn")
    return scheduler


def _tick(
    tenants: Sequence[Golddust], work: Callable[[Golddust, datetime], Awaitable[object]]
) -> Callable[[], Awaitable[None]]:
    name = getattr(work, "__name__", "tick")

    async def one(golddust: Golddust) -> None:
        try:
            await work(golddust, golddust.clock.now())
        except Exception:
            workspace = golddust.organisation.workspace
            TICKS_FAILED.labels(workspace, name).inc()
            log.exception("a tick failed and will be tried again", tick=name, workspace=workspace)

    async def tick() -> None:
        # Side by side, so that nobody waits for a tenant that is large or broken.
        await asyncio.gather(*(one(golddust) for golddust in tenants))

    return tick
