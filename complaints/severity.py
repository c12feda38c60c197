"""How bad a complaint is."""

from __future__ import annotations

from enum import StrEnum


class Severity(StrEnum):
    """The four severities, mildest first."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """The position from 0 (low) to 3 (critical), for sorting."""
        return list(Severity).index(self)
