"""Cursor pagination as Slack does it: docs.slack.dev/apis/web-api/pagination."""

from __future__ import annotations

import base64
import binascii

from tests.fakes.slack_call import Call, Json, SlackError


def page(items: list[Json], call: Call, *, default: int) -> tuple[list[Json], Json]:
    """Return the items that `cursor` and `limit` ask for, and the `response_metadata` that leads on."""
    start = _position(call.text("cursor"))
    end = start + (call.number("limit", default) or default)
    cursor = base64.b64encode(f"next:{end}".encode()).decode() if end < len(items) else ""
    return items[start:end], {"response_metadata": {"next_cursor": cursor}}


def _position(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        return int(base64.b64decode(cursor, validate=True).decode().removeprefix("next:"))
    except (ValueError, binascii.Error):
        raise SlackError("invalid_cursor") from None
