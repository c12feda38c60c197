"""What Slack brought, once it has been read, as Bolt's applications take it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slack_bolt.async_app import AsyncBoltContext, AsyncBoltRequest
from slack_bolt.request.async_internals import build_async_context


class Brought(AsyncBoltRequest):
    """A request of which the payload has been read; whose it is, is read only when somebody asks.

    Bolt's own would write the payload as JSON and read it again.
    """

    def __init__(self, body: dict[str, Any], headers: Mapping[str, str]) -> None:
        self.body, self.raw_body, self.query, self.mode = body, "", {}, "http"
        self.headers = {"content-type": ["application/json"], **{name: [value] for name, value in headers.items()}}
        self.content_type, self.lazy_only, self.lazy_function_name = "application/json", False, None
        self._context: AsyncBoltContext | None = None

    @property
    def context(self) -> AsyncBoltContext:  # type: ignore[override]
        """What Bolt reads from the payload: the workspace, the person, the conversation."""
        if self._context is None:
            self._context = build_async_context(AsyncBoltContext({}), self.body)
        return self._context
