"""By what a record of a file is recognised when the file is imported again."""

from __future__ import annotations

import hashlib
import json
from collections import Counter

from bot.records import Record


class Identities:
    """Gives each record of a file the name by which it is recognised when the file is imported again.

    That is its id; a later record with the same id and other content is `ID (2)`. Without an id it is a hash of the
    record's content, and how many of the same content there have been.
    """

    def __init__(self) -> None:
        self._contents: dict[str, list[bytes]] = {}
        self._twins: Counter[bytes] = Counter()
        self.shared: list[int] = []
        """The lines whose id an earlier line has too, with other content."""
        self.repeated: list[int] = []
        """The lines whose id and content an earlier line has too."""

    def of(self, record: Record, given: str | None) -> str:
        """The name of a record; the same record twice with an id has the same name."""
        content = json.dumps(record.values, sort_keys=True, default=str).encode()
        digest = hashlib.sha256(content).digest()[:16]
        if given is None:
            self._twins[digest] += 1
            return f"{digest.hex()}-{self._twins[digest]}"
        known = self._contents.setdefault(given, [])
        if digest in known:
            self.repeated.append(record.line)
        else:
            known.append(digest)
            if len(known) > 1:
                self.shared.append(record.line)
        place = known.index(digest)
        return given if place == 0 else f"{given} ({place + 1})"
