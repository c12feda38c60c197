"""A gate in front of a database: shut until the database has the tables that this version needs."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.exc import TimeoutError as Waited


class NotOpened(Waited):
    """The database has not been opened yet; to whoever asks it is away, as it is after a time-out."""


class Gate:
    """Lets nobody connect through an engine before it is opened."""

    def __init__(self, engine: Engine) -> None:
        self.why = "it is being opened"
        """What whoever comes too early is told."""
        self._open = False
        event.listen(engine, "do_connect", self._look)

    def open(self) -> None:
        """Let everybody through from now on."""
        self._open = True

    def _look(self, *_given: Any) -> None:
        if not self._open:
            raise NotOpened(self.why)
