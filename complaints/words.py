"""What may be stored of what somebody typed."""

from __future__ import annotations

LONGEST = 100_000
"""Characters that one complaint may have."""


def storable(text: str) -> str:
    """The text without what no database can keep: NUL characters and halves of surrogate pairs become U+FFFD."""
    return "".join("\ufffd" if char == "\x00" or "\ud800" <= char <= "\udfff" else char for char in text)
