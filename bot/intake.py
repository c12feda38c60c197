"""The import of a file: portion by portion, each line a ticket or a reason, safe to run again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session, sessionmaker

from bot.columns import Reader
from bot.configuration import Loaded
from bot.importing import Records
from bot.records import Blank, Record, Refusal
from complaints.errors import BadInput
from handlers.context import Context
from handlers.import_complaints import PLATFORM, bring_in
from handlers.import_lines import Routed, routed
from storage import imports

PORTION = 500
"""Complaints that are saved in one transaction."""


@dataclass(slots=True)
class Report:
    """What became of the lines of a file: imported + already_there + refused + blank = lines."""

    lines: int = 0
    imported: int = 0
    already_there: int = 0
    refusals: list[Refusal] = field(default_factory=list)
    blank: int = 0
    elsewhere: int = 0
    """Lines with exactly the words of a ticket from another source."""
    owners: Counter[str] = field(default_factory=Counter)
    """How many of the new open tickets each person owns; "" where nobody does."""
    opened: int = 0
    """How many of the imported tickets are open."""
    reworded: list[int] = field(default_factory=list)
    """Lines that are there already, with other words."""
    unknown: Counter[tuple[str, str]] = field(default_factory=Counter)
    """What the file names and the configuration does not know: (`team_in_file`, its name) and the like."""
    first: int | None = None
    last: int | None = None
    """The numbers of the first and last new ticket."""


@dataclass
class Intake:
    """One run of the import."""

    sessions: sessionmaker[Session]
    loaded: Loaded
    reader: Reader
    workspace: str
    at: datetime
    notify: bool = False
    dry_run: bool = False
    report: Report = field(default_factory=Report)
    _elsewhere: frozenset[int] | None = None

    def run(self, records: Records, progress: Callable[[int], None]) -> Report:
        """What became of the lines; raises BadInput where the rest of the file can't be read.

        What has been saved by then stays: the same file again goes on there.
        """
        waiting: list[Routed] = []
        try:
            for record in records:
                self.report.lines += 1
                if isinstance(record, Blank):
                    self.report.blank += 1
                    continue
                ready = record if isinstance(record, Refusal) else self._routed(record)
                if isinstance(ready, Refusal):
                    self.report.refusals.append(ready)
                else:
                    waiting.append(ready)
                if len(waiting) == PORTION:
                    portion, waiting = waiting, []
                    self._save(portion)
                    progress(records.position)
        except BadInput:
            self._save(waiting)
            raise
        self._save(waiting)
        return self.report

    def _routed(self, record: Record) -> Routed | Refusal:
        try:
            complaint = self.reader.complaint(record, self.at)
            one = routed(self.loaded.organisation, complaint, self.at)
        except BadInput as error:
            return Refusal(record.line, str(error))
        self.report.unknown.update(one.noted.items())
        return one

    def _save(self, portion: list[Routed]) -> None:
        """Save a portion in one transaction; routing, the slow part, is done before it begins."""
        with self.sessions() as session:
            loaded = self.loaded
            context = Context(session, loaded.organisation, loaded.version, loaded.document, self.at)
            self._compare(session, portion)
            done = bring_in(context, portion, self.workspace, notify=self.notify)
            if self.dry_run:
                session.rollback()
            else:
                session.commit()
        report = self.report
        report.imported += len(done.imported)
        report.opened += done.opened
        report.owners += done.owners
        report.already_there += len(done.known)
        report.reworded += done.reworded
        if done.imported:
            report.first = report.first or done.imported[0]
            report.last = done.imported[-1]

    def _compare(self, session: Session, portion: list[Routed]) -> None:
        """Count the lines whose words came in from another source before: is it the same file under another name?"""
        if self._elsewhere is None:
            workspace = self.loaded.organisation.workspace
            there = imports.words_elsewhere(session, workspace, PLATFORM, self.workspace)
            self._elsewhere = frozenset(hash(words) for words in there)
        self.report.elsewhere += sum(hash(one.complaint.words) in self._elsewhere for one in portion)
