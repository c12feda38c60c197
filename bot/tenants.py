"""The organisations that one process serves, each a Golddust of its own over one database, and whose a request is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Literal

import structlog
from sqlalchemy import Engine

from bot.app import Golddust
from bot.clock import Clock
from bot.configuration import Loaded
from bot.organisations import File, clashing, nameless, read_all
from bot.watched import Watched

log = structlog.get_logger()


class Tenants:
    """All organisations of an installation; nothing is shared between them but the database and the bot’s identity."""

    def __init__(self, every: Sequence[Golddust], *, open_to_install: bool = False) -> None:
        self._every = tuple(every)
        self._open_to_install = open_to_install
        self._told: set[Path] = set()

    def __iter__(self) -> Iterator[Golddust]:
        return iter(self._every)

    def __len__(self) -> int:
        return len(self._every)

    @property
    def first(self) -> Golddust:
        """One of them, for what is the same for all, such as whether the database answers."""
        return self._every[0]

    def in_slack(self, enterprise: str | None, team: str | None) -> Golddust | None:
        """Whose a Slack workspace is, by its own id or that of its Enterprise Grid; None for an unknown one.

        Where any workspace may install the app, one that no file lists is unknown, also to a file that is alone.
        """
        if self._open_to_install and not any(one.organisation.organisation.slack_workspaces for one in self):
            return None
        return self._whose("slack_workspaces", (team, enterprise))

    def in_teams(self, tenant: str) -> Golddust | None:
        """Whose a directory (tenant) of Microsoft Entra is; None for an unknown one."""
        return self._whose("teams_tenants", (tenant.lower(),))

    def on_slack(self) -> list[Golddust]:
        """Those that a Slack workspace can reach."""
        return [one for one in self if len(self) == 1 or one.organisation.organisation.slack_workspaces]

    def on_teams(self) -> list[Golddust]:
        """Those that a directory of Microsoft Entra can reach."""
        return [one for one in self if len(self) == 1 or one.organisation.organisation.teams_tenants]

    def look(self, config: Path) -> None:
        """Say, once, that a new organisation's file waits for the next start."""
        known = {one.watched.path for one in self} | self._told
        for path in sorted(config.glob("*.yml")):
            if path not in known:
                self._told.add(path)
                log.warning("a new organisation is taken up at the next start", file=str(path))

    def close(self) -> None:
        """Let each finish what waits for the database."""
        for one in self:
            one.close()

    def _whose(self, key: Literal["slack_workspaces", "teams_tenants"], ids: tuple[str | None, ...]) -> Golddust | None:
        listed = {known: one for one in self for known in getattr(one.organisation.organisation, key)}
        if not listed:
            # A file that is alone need not say where it is: everything that arrives is its own.
            return self.first if len(self) == 1 else None
        return next((listed[found] for found in ids if found in listed), None)


def tenants(
    config: Path, engine: Engine, clock: Clock, *, open_to_install: bool = False, address: str | None = None
) -> Tenants:
    """The organisations of a file or folder; raises ConfigurationError with what is wrong with any of them."""
    watched: list[Watched] = []
    for file in read_all(config):
        watched.append(Watched(file.path, partial(_beside, watched, file.path)))
    return Tenants([Golddust(engine, one, clock, address=address) for one in watched], open_to_install=open_to_install)


def _beside(watched: Sequence[Watched], path: Path, loaded: Loaded) -> None:
    """Nothing; raises ConfigurationError for a changed file that is in the way of another's."""
    file = File(path, loaded)
    others = [File(one.path, one.current) for one in watched if one.path != path]
    problem = clashing(file, others) or nameless(file, len(watched))
    if problem is not None:
        raise problem
