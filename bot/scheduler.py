"""The metronome: a few fixed ticks; what is due lives in the database."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from structlog.contextvars import bound_contextvars

from bot.app import Golddust
from bot.metrics import TICKED, TICKS

NUDGE_SECONDS = 20
CONFIGURATION_SECONDS = 5
DIGEST_SECONDS = 20
TIDY_HOURS = 24
LEARN_HOURS = 1
"""How often it is asked whether a day has passed since the last time; a restart must not put it off for good."""

log = structlog.get_logger()


def metronome(golddust: Golddust) -> AsyncIOScheduler:
    """A scheduler that fires the ticks; `start()` it inside a running event loop."""
    scheduler = AsyncIOScheduler(
        timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
    )
    for tick in ("nudge", "digests", "reload", "tidy", "learn"):
        TICKED.labels(tick).set(golddust.clock.now().timestamp())
    scheduler.add_job(_tick(golddust, golddust.nudge), "interval", seconds=NUDGE_SECONDS, id="nudge")
    scheduler.add_job(_tick(golddust, golddust.digests), "interval", seconds=DIGEST_SECONDS, id="digests")
    scheduler.add_job(_tick(golddust, golddust.reload), "interval", seconds=CONFIGURATION_SECONDS, id="reload")
    scheduler.add_job(_tick(golddust, golddust.tidy), "interval", hours=TIDY_HOURS, id="tidy")
    scheduler.add_job(_tick(golddust, golddust.learn), "interval", hours=LEARN_HOURS, id="learn")
    return scheduler


def _tick(golddust: Golddust, work: Callable[[datetime], Awaitable[object]]) -> Callable[[], Awaitable[None]]:
    name = getattr(work, "__name__", "tick")

    async def tick() -> None:
        with bound_contextvars(pass_of=name):
            try:
                with TICKS.labels(name).time():
                    await work(golddust.clock.now())
            except Exception:
                log.exception("a tick failed and will be tried again", tick=name)
            else:
                TICKED.labels(name).set(golddust.clock.now().timestamp())

    return tick
