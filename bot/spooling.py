"""The spool as `golddust run` has it: opened, looked at, and emptied whenever the database is there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import structlog

from bot.cipher import read_cipher
from bot.keeper import Keeper
from bot.server import unready
from bot.settings import Settings
from bot.spool import open_spool
from bot.tenants import Tenants

log = structlog.get_logger()


@asynccontextmanager
async def keeping(settings: Settings, tenants: Tenants) -> AsyncIterator[Keeper | None]:
    """The keeper of the spool, or None where there is none; raises ConfigurationError where nothing can be kept."""
    if settings.spool is None:
        yield None
        return
    spool = open_spool(settings.spool, read_cipher(settings))

    async def back() -> bool:
        return await unready(tenants.first) is None

    keeper = Keeper(spool, tenants.first.clock, back)
    log.info("what comes while the database is away is kept", spool=str(settings.spool),
             sealed=settings.secret_keys is not None)  # fmt: skip
    try:
        yield keeper
    finally:
        spool.close()


@asynccontextmanager
async def replaying(keeper: Keeper | None) -> AsyncIterator[set[asyncio.Task[None]]]:
    """Deal with what waits, for as long as this lasts; what is broken off is dealt with after the next start."""
    if keeper is None:
        yield set()
        return
    task = asyncio.create_task(keeper.run())
    try:
        yield {task}
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
