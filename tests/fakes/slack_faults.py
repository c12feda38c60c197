"""Faults that a test scripts: what the next calls of a method meet instead of an answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Trouble: TypeAlias = Literal["timeout", "reset", "late", "cut", "failed", "garbled"]


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault.

    error: Slack's own error code. status: an HTTP status (429 carries `retry_after` seconds).
    trouble: `timeout` never answers and `reset` breaks the connection, both before anything is done;
    `late` answers after `seconds`, `cut` breaks the connection, `failed` answers 500 and `garbled` something that is no
    JSON, all four after the call was carried out.
    """

    error: str = ""
    status: int = 0
    trouble: Trouble | None = None
    retry_after: int = 1
    seconds: float = 1.0


class Faults:
    """A queue of faults for each method; `*` stands for any method."""

    def __init__(self) -> None:
        self._waiting: dict[str, list[Fault]] = {}

    def add(self, method: str, fault: Fault, times: int) -> None:
        """Let the next `times` calls of the method meet the fault."""
        self._waiting.setdefault(method, []).extend([fault] * times)

    def take(self, method: str) -> Fault | None:
        """Return the fault that this call meets, if any, and forget it."""
        for key in (method, "*"):
            if self._waiting.get(key):
                return self._waiting[key].pop(0)
        return None
