"""golddust.yml while the bot runs: a changed file is taken up, a broken one is refused and the last good one stays."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from bot.configuration import Loaded, contents, parse
from complaints.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class Accepted:
    """The changed file is good and in force now."""

    version: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The changed file is broken, a problem a line; what was in force stays."""

    problems: str


Change: TypeAlias = Accepted | Refused


class Watched:
    """The file at a path; raises ConfigurationError when it is broken from the start.

    `accept` raises ConfigurationError for a good file that can't come into force beside others.
    """

    def __init__(self, path: Path, accept: Callable[[Loaded], None] = lambda _: None) -> None:
        self.path = path
        self._accept = accept
        data = contents(path)
        self.current: Loaded = parse(data, str(path))
        self._last = _digest(data)
        self._refused: set[str] = set()

    def refresh(self) -> Change | None:
        """Read the file again and return what changed, if anything; the same broken content is told once."""
        try:
            data = contents(self.path)
        except ConfigurationError as error:
            return self._refuse("", str(error))
        if _digest(data) == self._last:
            return None
        self._last = _digest(data)
        try:
            loaded = parse(data, str(self.path))
        except ConfigurationError as error:
            return self._refuse(self._last, str(error))
        try:
            self._accept(loaded)
        except ConfigurationError as error:
            refused = self._refuse(self._last, str(error))
            self._last = ""  # tried again, because it may be the others that change
            return refused
        self.current = loaded
        self._refused.clear()
        return Accepted(self.current.version)

    def _refuse(self, content: str, problems: str) -> Refused | None:
        self._last = content
        if content in self._refused:
            return None
        self._refused.add(content)
        return Refused(problems)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
