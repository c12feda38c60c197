"""Watches over a Golddust while it is attacked: nothing may fail aloud, whatever the answers say."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from structlog.testing import capture_logs

LOUD = frozenset({"error", "critical", "exception"})
TOLD = ("the Slack app has been removed", "Slack has revoked the bot’s token")
"""What an operator must hear when Slack says so."""


class Ears(logging.Handler):
    """Hears what libraries log."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep what tells of a failure."""
        if record.levelno >= logging.ERROR or record.exc_info:
            self.heard.append(f"{record.name}: {record.getMessage()}"[:300])


@contextmanager
def unharmed(case: str) -> Iterator[None]:
    """Fail when anything within logs an error or a traceback, or loses an exception on the event loop."""
    ears, lost, loop = Ears(), [], asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, about: lost.append(repr(about.get("exception") or about.get("message"))))
    logging.getLogger().addHandler(ears)
    try:
        with capture_logs() as logged:
            yield
    finally:
        logging.getLogger().removeHandler(ears)
        loop.set_exception_handler(None)
    loud: list[Any] = [line for line in logged if _loud(line)]
    assert not (loud or ears.heard or lost), f"{case}\n{loud}\n{ears.heard}\n{lost}"


def _loud(line: Any) -> bool:
    return "exc_info" in line or (line["log_level"] in LOUD and not str(line["event"]).startswith(TOLD))
