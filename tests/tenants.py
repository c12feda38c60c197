"""Two organisations that share one database and know nothing of each other, though their people have the same keys."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from bot.app import Golddust
from bot.clock import VirtualClock
from bot.watched import Watched
from complaints import commands
from complaints.ticket import Blocked
from handlers import risks
from storage.database import open_engine, upgrade
from storage.tables import metadata
from tests.complaints.builders import written
from tests.fakes.slack_identity import TEAM
from tests.fakes.teams_identity import OTHER_TENANT, TENANT
from tests.world import MONDAY, Pigeons, World

OURS, THEIRS = "ours", "theirs"
OTHER_TEAM = "T0OTHER01"
TABLES = [table for table in metadata.sorted_tables if "workspace" in table.c]
SECRET = "Zanzibar"
"""In every word that somebody of theirs ever says."""


def folder(path: Path, **changes: Any) -> Path:
    """A folder with a file for each of the two; `changes` are in both."""
    path.mkdir(exist_ok=True)
    for key, slack, teams in ((OURS, TEAM, TENANT), (THEIRS, OTHER_TEAM, OTHER_TENANT)):
        about = {"id": key, "slack_workspaces": [slack], "teams_tenants": [teams]}
        written(path / f"{key}.yml", organisation=about, **changes)
    return path


@dataclass(slots=True)
class Both:
    """The two as stories see them."""

    ours: World
    theirs: World

    @property
    def engine(self) -> Engine:
        return self.ours.golddust.engine


@asynccontextmanager
async def both(database_url: str, path: Path) -> AsyncIterator[Both]:
    """The two on one database; theirs has a past, ours has one ticket."""
    engine = open_engine(database_url)
    upgrade(engine)
    clock, worlds = VirtualClock(MONDAY), []
    folder(path)
    for key in (OURS, THEIRS):
        golddust = Golddust(engine, Watched(path / f"{key}.yml"), clock, random.Random(1))  # noqa: S311 - the same
        pigeons = Pigeons(clock)
        golddust.connect([pigeons])
        worlds.append(World(golddust, clock, pigeons))
    told = Both(*worlds)
    try:
        await told.ours.says("sam", "our own card payment")
        await _past(told.theirs)
        yield told
    finally:
        for one in worlds:
            one.golddust.close()


async def _past(w: World) -> None:
    """Tickets in every state, messages, accounts, absences, choices and digests."""
    for words in ("card payment twice", "app logs me out", "fraud on my card", "refund missing"):
        await w.says("sam", f"{SECRET}: {words}", customer=f"{SECRET} Ltd")
    first, second, third, _ = (w.ticket(number) for number in range(1, 5))
    await w.does(commands.Acknowledge, "dana", first)
    blocked = Blocked("ticket", str(second.number), f"{SECRET} waits")
    await w.does(commands.Block, "dana", first, blocked=blocked)
    await w.does(commands.Acknowledge, "dana", third)
    action = commands.Plan(f"{SECRET} action")
    await w.does(commands.Resolve, "dana", third, done=f"{SECRET} done", root_cause=f"{SECRET} cause", action=action)
    await w.does(commands.Resolve, "dana", w.ticket(5), done=f"{SECRET} done")
    foreseen = {"title": f"{SECRET} risk", "mitigation": f"{SECRET} plan"}
    await w.golddust.worker.run(lambda context: risks.add(context, "ines", "payments", foreseen), w.now)
    await w.do(commands.GoAway(at=w.now, actor="kim", until=w.now.replace(day=30), deputy=None))
    await w.do(commands.Subscribe(at=w.now, actor="ines", every="daily"))
    await w.do(commands.SetPreference(at=w.now, actor="omar", bundle_at="15:00"))
    await w.do(
        commands.KnowAccount(
            at=w.now, actor="pigeon:P1", platform="pigeon", user="P1", name=f"{SECRET} Pat", email="pat@theirs.example"
        )
    )
    await w.advance(days=2)


def rows_of(session: Session, workspace: str) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of a workspace, by table."""
    of_workspace = {table.name: select(table).where(table.c.workspace == workspace) for table in TABLES}
    return {name: sorted(map(tuple, session.execute(query)), key=repr) for name, query in of_workspace.items()}
