"""One call of a Web API method as the fake understood it, and the error that a method answers with."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]


class SlackError(Exception):
    """The method answers `{"ok": false, "error": ...}`."""

    def __init__(self, error: str, problems: Sequence[str] = (), **extra: Any) -> None:
        super().__init__(error)
        self.error = error
        self.problems = list(problems)
        self.extra = extra

    def answer(self) -> Json:
        """Return the body of the answer; problems appear as Slack shows them, each with a JSON pointer."""
        body: Json = {"ok": False, "error": self.error, **self.extra}
        if self.problems:
            body["errors"] = self.problems
            body["response_metadata"] = {"messages": [f"[ERROR] {problem}" for problem in self.problems]}
        return body


@dataclass(frozen=True, slots=True)
class Call:
    """A request that arrived: its arguments from query, form and JSON together, before any check."""

    method: str
    args: Json
    token: str
    at: datetime

    def text(self, name: str) -> str:
        """Return the argument as a string, empty if it was not sent."""
        value = self.args.get(name)
        return "" if value is None else str(value)

    def required(self, name: str) -> str:
        """Return the argument or refuse the call as Slack does when a required field is missing."""
        if not self.text(name):
            raise SlackError("invalid_arguments", [f"missing required field: {name}"])
        return self.text(name)

    def flag(self, name: str) -> bool:
        """Return the argument as a truth value; forms carry `1` and `true`, JSON carries `true`."""
        return self.text(name).lower() in {"1", "true"}

    def number(self, name: str, default: int) -> int:
        """Return the argument as a whole number."""
        text = self.text(name)
        if text and not text.isdecimal():
            raise SlackError("invalid_arguments", [f"must be an integer [json-pointer:/{name}]"])
        return int(text) if text else default

    def structure(self, name: str, kind: type, error: str) -> Any:
        """Return a nested argument, parsed if it came as text, or None; `error` if it is not of `kind`."""
        value = self.args.get(name)
        if isinstance(value, str) and value:
            try:
                value = json.loads(value)
            except ValueError:
                raise SlackError(error) from None
        if value in (None, ""):
            return None
        if not isinstance(value, kind):
            raise SlackError(error)
        return value
