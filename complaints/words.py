"""What may be stored of what somebody typed."""

from __future__ import annotations

import re

from complaints.errors import BadInput

LONGEST = 100_000
"""Characters that one complaint may have."""

LONGEST_NAME = 200
"""Characters that are kept of the name of a customer or an account."""

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def check_length(words: str) -> None:
    """Nothing; raises BadInput for more than LONGEST characters."""
    if len(words) > LONGEST:
        raise BadInput(field="words", reason=f"That is {len(words):,} characters; please keep it under {LONGEST:,}.")


def named(text: str) -> str:
    """What is kept of a name: storable, and at most LONGEST_NAME characters."""
    return storable(text)[:LONGEST_NAME]


def storable(text: str) -> str:
    """The text without what no database can keep: NUL characters and halves of surrogate pairs become U+FFFD."""
    return _UNSTORABLE.sub("\ufffd", text)
