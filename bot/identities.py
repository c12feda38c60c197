"""By what a record of a file is recognised when the file is imported again."""

from __future__ import annotations

import hashlib
import json
from collections import Counter

from bot.records import Record


class Identities:
    """Gives each record of a file the names by which it is recognised when the file is imported again.

    One is a hash of the raw record, before any mapping, and how many of the same content there have been: it stays the
    same whichever columns are read. The other is its id, where it has one; a later record with the same id and other
    content is `ID (2)`.
    """

    def __init__(self) -> None:
        self._contents: dict[str, list[bytes]] = {}
        self._twins: Counter[bytes] = Counter()
        self.shared: list[int] = []
        """The lines whose id an earlier line has too, with other content."""
        self.repeated: list[int] = []
        """The lines whose id and content an earlier line has too."""

    def of(self, record: Record, given: str | None) -> tuple[str, str]:
        """The id of a record, else its hash, and its hash; the same record twice with an id has the same id.

        Every record must be asked for, in the order of the file, so that the counts are the same the next time.
        """
        content = json.dumps(record.values, sort_keys=True, default=str).encode()
        digest = hashlib.sha256(content).digest()[:16]
        self._twins[digest] += 1
        raw = f"{digest.hex()}-{self._twins[digest]}"
        if given is None:
            return raw, raw
        known = self._contents.setdefault(given, [])
        if digest in known:
            self.repeated.append(record.line)
        else:
            known.append(digest)
            if len(known) > 1:
                self.shared.append(record.line)
        place = known.index(digest)
        return (given if place == 0 else f"{given} ({place + 1})"), raw
