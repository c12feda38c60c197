"""Complaints from another tool or a spreadsheet: routed and owned by the same rules, however often they are imported.

The date that the file gives is kept (`captured_at`, `received_at`); the clocks start now, so that nobody is nudged for
the past. A row that was closed there comes in closed. Nobody is written to unless that is asked for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from complaints import lifecycle
from complaints.assignment import Assignment, assign
from complaints.imported import imported
from complaints.lifecycle import Change, Said
from complaints.ticket import Source
from handlers.context import Context
from handlers.import_lines import Routed
from handlers.loads import Loads
from storage import imports, outbox, versions

PLATFORM = "import"


@dataclass(slots=True)
class Portion:
    """What became of some complaints: the new tickets' numbers, and the lines that had been imported before."""

    imported: list[int] = field(default_factory=list)
    opened: int = 0
    """How many of the new tickets are open."""
    known: list[int] = field(default_factory=list)
    reworded: list[int] = field(default_factory=list)
    """Those of the known lines that now have other words; a ticket keeps its first words."""
    owners: Counter[str] = field(default_factory=Counter)
    """How many of the new open tickets each person owns."""


def bring_in(context: Context, portion: Sequence[Routed], workspace: str, *, notify: bool = False) -> Portion:
    """Save those that are new; `workspace` is the name of the tool or file that they come from."""
    done = Portion()
    first = imports.reserve(context.session, context.workspace, 0)  # now no other import adds what we look for
    known = imports.known(context.session, context.workspace, [key for one in portion for key in _keys(one, workspace)])
    noted: dict[str, int] = {}
    fresh: list[Routed] = []
    for one in portion:
        keys = _keys(one, workspace)
        before = next((known[key] for key in keys if key in known), None)
        if before is None:
            before = (first + len(fresh), one.complaint.words)
            fresh.append(one)
        else:
            done.known.append(one.complaint.line)
            if before[1] != one.complaint.words:
                done.reworded.append(one.complaint.line)
        number = before[0]
        noted.update({key: number for key in keys if key not in known})
        known.update({key: before for key in keys if key not in known})
    changes = _changes(context, [(one, _source(one, workspace)) for one in fresh], notify)
    _save(context, changes, notify)
    imports.note(context.session, context.workspace, noted, context.at)
    done.imported = [change.ticket.number for change in changes]
    done.owners.update(change.ticket.owner or "" for change in changes if change.ticket.open)
    done.opened = done.owners.total()
    return done


def _source(one: Routed, workspace: str) -> Source:
    return Source(PLATFORM, workspace, "", one.complaint.message, private=True)


def _keys(one: Routed, workspace: str) -> list[str]:
    """What a line is known by: its id and its raw record, either of which is enough."""
    source = _source(one, workspace)
    raw = replace(source, message=one.complaint.raw or source.message)
    return list(dict.fromkeys([source.key, raw.key]))


def _changes(context: Context, fresh: Sequence[tuple[Routed, Source]], notify: bool) -> list[Change]:
    first = imports.reserve(context.session, context.workspace, len(fresh))
    loads = Loads(context)
    changes: list[Change] = []
    for number, (one, source) in enumerate(fresh, start=first):
        assignment = assign(context.presence, one.routing.team, loads.of(one.routing.team), context.at)
        changes.append(_change(context, number, one, source, assignment, notify))
        loads.count(changes[-1].ticket)
    return changes


def _change(context: Context, number: int, one: Routed, source: Source, assignment: Assignment, notify: bool) -> Change:
    complaint = one.complaint
    change = lifecycle.captured(
        number, complaint.words, source, one.reporter, context.at, one.routing, assignment, context.presence,
        received_at=complaint.since, version=context.version, tell_reporter=notify,
    )  # fmt: skip
    noted: Said = {"source": source.workspace, "line": complaint.line, **one.noted}
    change = imported(change, context.at, complaint.closed_at, noted)
    return replace(change, ticket=context.scheduled(change.ticket))


def _save(context: Context, changes: Sequence[Change], notify: bool) -> None:
    if not changes:
        return
    versions.keep_version(context.session, context.workspace, context.version, context.document, context.at)
    imports.add(context.session, context.workspace, [(change.ticket, change.events) for change in changes])
    if notify:
        said = [notice for change in changes for notice in change.notices]
        outbox.put(context.session, context.workspace, said, context.at)
