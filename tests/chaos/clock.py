"""The clock that all processes of a chaos run read: it runs faster than the machine's, and jumps when it is told to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.clock import SystemClock

RATE = 10.0
"""How much faster it runs; what a replica waits for is shortened alike (replica.py)."""


class SharedClock:
    """Told by one small file: the moment it was set to, and the machine's moment at which that was."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def now(self) -> datetime:
        """The present moment of the run."""
        moment, machine = map(float, self._file.read_text().split())
        return datetime.fromtimestamp(moment + (_machine() - machine) * RATE, UTC)

    def set(self, moment: datetime) -> None:
        """Let it stand at a moment and go on from there, for all who read it."""
        fresh = self._file.with_suffix(".fresh")
        fresh.write_text(f"{moment.timestamp()} {_machine()}")
        fresh.replace(self._file)

    def jump(self, amount: timedelta) -> None:
        """Let time pass at once."""
        self.set(self.now() + amount)


def _machine() -> float:
    return SystemClock().now().timestamp()
