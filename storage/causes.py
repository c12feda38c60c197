"""Causes as they are found again: a digest of each, the same where it is worded the same."""

from __future__ import annotations

from hashlib import blake2b

from complaints.follow_ups import same_cause


def digest_of(cause: str) -> str | None:
    """32 hexadecimal digits, the same for causes that are the same (complaints.follow_ups); None where none is given.

    No index takes a cause of any length, and no database folds capitals as Python does.
    """
    same = same_cause(cause)
    return blake2b(same.encode(), digest_size=16).hexdigest() if same else None
