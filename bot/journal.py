"""How Golddust logs: key=value on a terminal, a JSON object a line otherwise; never what somebody wrote."""

from __future__ import annotations

import json
import logging
import sys
import traceback
from collections.abc import Callable
from typing import Any, TextIO

import orjson
import structlog
from structlog.typing import Processor

_QUIET = ("slack_sdk", "botbuilder", "botframework", "msal", "msrest", "aiohttp", "apscheduler", "uvicorn", "alembic")
"""Libraries of which only warnings are wanted; at their chattiest they print what people wrote."""


def keep_journal(stream: TextIO | None = None) -> None:
    """Send everything that is logged, by Golddust or by a library, to `stream` (the standard error)."""
    stream = stream or sys.stderr
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    told: list[Processor] = [structlog.processors.format_exc_info, _renderer(stream)]
    structlog.configure(
        processors=[*shared, *told],
        # The command line has set that only warnings are told.
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        # Straight to the stream: on the way through the library's logging a line takes three times as long.
        logger_factory=structlog.WriteLoggerFactory(stream),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *told],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for library in _QUIET:
        logging.getLogger(library).setLevel(logging.WARNING)


def trail(error: BaseException) -> str:
    """Where an error came from, without its message: that of a database error quotes what people wrote."""
    return " < ".join(
        f"{frame.name} ({frame.filename.rpartition('/')[2]}:{frame.lineno})"
        for frame in reversed(traceback.extract_tb(error.__traceback__)[-6:])
    )


def _renderer(stream: TextIO) -> Processor:
    if stream.isatty():
        return structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"])
    return structlog.processors.JSONRenderer(serializer=_json)


def _json(line: dict[str, Any], default: Callable[[Any], Any]) -> str:
    try:
        return orjson.dumps(line, default=default).decode()
    except TypeError:  # half a character, or a number beyond 64 bits
        return json.dumps(line, default=default)
