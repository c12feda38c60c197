"""JSON as the database keeps it: written and read fast, and all the same whatever it holds."""

from __future__ import annotations

import json
from typing import Any

import orjson


def dumped(value: Any) -> str:
    """The JSON text of a value."""
    try:
        return orjson.dumps(value).decode()
    except TypeError:  # half a character, or a number beyond 64 bits: the standard library writes those too
        return json.dumps(value)


def loaded(text: str | bytes) -> Any:
    """The value in a JSON text."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return json.loads(text)
