"""What one pass hands to its readers: asked in a few statements for all of them, and written in a few at its end."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from complaints.attention import at_risk
from complaints.notices import Bundle, Nudge, person
from handlers.context import Context
from storage import attention, bundling
from storage.attention import Day


class Daybook:
    """The days of these readers, locked until the commit; `write` puts into the outbox what was handed to them."""

    def __init__(self, context: Context, readers: Collection[str]) -> None:
        self._context = context
        self._days = {reader: context.presence.day_of(reader, context.at).isoformat() for reader in readers}
        self._used = attention.lock(context.session, context.workspace, self._days)
        self._changed: set[str] = set()
        audiences = [person(reader) for reader in readers]
        self._leaving = bundling.leaving(context.session, context.workspace, audiences, context.at)
        begun = [day.bundle for day in self._used.values() if day.bundle is not None]
        self._waiting = bundling.waiting(context.session, begun)
        self._posts: list[tuple[Nudge | Bundle, str]] = []
        self._longer: dict[int, list[Nudge]] = {}
        self._due: dict[int, datetime] = {}

    def used(self, reader: str) -> Day:
        """What is used of a reader's day by now."""
        if reader not in self._used:
            self._days[reader] = self._context.presence.day_of(reader, self._context.at).isoformat()
            one = {reader: self._days[reader]}
            self._used |= attention.lock(self._context.session, self._context.workspace, one)
        return self._used[reader]

    def leaving(self, reader: str) -> int | None:
        """The bundle that is about to go out to a reader; one that an outage has held up is of a day before."""
        return self._leaving.get(person(reader))

    def waiting(self, reader: str) -> int | None:
        """The bundle that a reader's nudges join: that of the day while it waits, else the one that is leaving."""
        bundle = self.used(reader).bundle
        return bundle if bundle in self._waiting else self.leaving(reader)

    def send_urgent(self, reader: str, nudges: Sequence[Nudge]) -> None:
        """Hand nudges to a reader at once, as one message."""
        self._posts.append((nudges[0] if len(nudges) == 1 else replace(bundle_of(reader, nudges), urgent=True), ""))
        used = self.used(reader)
        self._note(reader, replace(used, urgent=used.urgent + 1))

    def bundle(self, reader: str, nudges: Sequence[Nudge], due: datetime) -> None:
        """Hand nudges to a reader with the bundle that waits, by `due`, or with a new one, the bundle of the day."""
        waiting = self.waiting(reader)
        if waiting is None:
            self._posts.append((bundle_of(reader, nudges), reader))
            return
        self._longer.setdefault(waiting, []).extend(nudges)
        self._due[waiting] = due
        self._note(reader, replace(self.used(reader), bundle=waiting))

    def write(self) -> None:
        """Put it all into the outbox, and note what is used of each day."""
        session, workspace = self._context.session, self._context.workspace
        ids = bundling.put(session, workspace, [notice for notice, _ in self._posts], self._context.at)
        for (_, reader), notice in zip(self._posts, ids, strict=True):
            if reader:
                self._note(reader, replace(self.used(reader), bundle=notice))
        bundling.extend(session, self._longer, self._due)
        changed = sorted(self._changed)
        attention.keep(session, workspace, [(reader, self._days[reader], self._used[reader]) for reader in changed])

    def _note(self, reader: str, used: Day) -> None:
        self._used[reader] = used
        self._changed.add(reader)


def bundle_of(reader: str, nudges: Sequence[Nudge]) -> Bundle:
    """Nudges as one message to a reader, what runs out first on top."""
    return Bundle(audience=person(reader), items=tuple(sorted(nudges, key=at_risk)))
