"""Faults that a test scripts: what the next calls of an operation meet instead of an answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

Trouble: TypeAlias = Literal["reset", "cut", "late"]

HTML = "<!DOCTYPE html><html><head><title>502</title></head><body><h1>Bad Gateway</h1></body></html>"

CODES = {
    401: "BotNotRegistered",
    403: "MessageWritesBlocked",
    404: "ConversationNotFound",
    412: "PreconditionFailed",
    413: "MessageSizeTooBig",
    429: "Throttled",
    500: "ServiceError",
    503: "ServiceUnavailable",
}


class Refusal(Exception):
    """The connector refuses, in Microsoft's words."""

    def __init__(self, status: int, code: str = "", message: str = "") -> None:
        super().__init__(code)
        self.status = status
        self.code = code or CODES.get(status, "BadArgument")
        self.message = message or f"The fake refuses: {self.code}"

    @property
    def body(self) -> dict[str, Any]:
        """The body of the answer."""
        return {"error": {"code": self.code, "message": self.message}}


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault.

    status and code: an HTTP status with Microsoft's word for it; `retry_after` goes into the header of that name;
    `html` makes the body a page instead of JSON. trouble: `reset` breaks the connection before anything is done,
    `cut` after the call was carried out; `late` carries it out and then never answers.
    """

    status: int = 0
    code: str = ""
    retry_after: str = ""
    html: bool = False
    trouble: Trouble | None = None


class Faults:
    """A queue of faults for each operation; `*` stands for any."""

    def __init__(self) -> None:
        self._waiting: dict[str, list[Fault]] = {}

    def add(self, operation: str, fault: Fault, times: int) -> None:
        """Let the next `times` calls of the operation meet the fault."""
        self._waiting.setdefault(operation, []).extend([fault] * times)

    def take(self, operation: str) -> Fault:
        """Return the fault that this call meets and forget it; one without effect if there is none."""
        for key in (operation, "*"):
            if self._waiting.get(key):
                return self._waiting[key].pop(0)
        return Fault()
