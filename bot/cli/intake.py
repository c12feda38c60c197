"""What an import has done, told to the person who started it."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from bot import terminal
from bot.exporting import cell
from bot.intake import Intake, Report

MOST_TOLD = 20
"""Refused lines that are told; --report writes them all."""

_UNKNOWN = {"team_in_file": "team", "severity_in_file": "severity", "reporter_in_file": "reporter"}
_THEN = {
    "team_in_file": "routed by the rules",
    "severity_in_file": "guessed by the rules",
    "reporter_in_file": "kept as a name",
}


def tell(file: Path, intake: Intake, refusals: TextIO | None, *, json: bool) -> None:
    """Print the summary, or the whole report as JSON; write the refused lines to `refusals`, where there is one."""
    if json:
        terminal.dump(_record(file, intake))
    else:
        _summarise(file, intake, refusals.name if refusals else None)
    if refusals is not None:
        _write_refusals(refusals, intake.report)


def _summarise(file: Path, intake: Intake, path: str | None) -> None:
    report = intake.report
    would = "would be " if intake.dry_run else ""
    last = f" to C-{report.last}" if report.last != report.first else ""
    refs = f" (C-{report.first}{last})" if report.first and not intake.dry_run else ""
    terminal.say(
        f"{terminal.visible(str(file))}: {terminal.counted(report.lines, 'line')}: {report.imported:,} {would}imported"
        f"{refs}, {report.already_there:,} already there, {len(report.refusals):,} refused"
        + (f", {report.blank:,} blank" if report.blank else "")
    )
    used = intake.reader.columns.used
    terminal.say(terminal.visible("read: " + ", ".join(f"{name} from “{column}”" for name, column in used.items())))
    if intake.reader.columns.unread:
        terminal.say(terminal.visible(f"not read: {', '.join(intake.reader.columns.unread)}"))
    for note in _notes(intake):
        terminal.say(terminal.visible(note))
    _tell_refusals(report, path)


def _notes(intake: Intake) -> Iterator[str]:
    report, identities = intake.report, intake.reader.identities
    if report.opened:
        would = "would be open" if intake.dry_run else "open"
        owners = f"{report.opened:,} ({_owners(intake)}), whose owners will be reminded from now on"
        yield f"{would}: {owners}; --closed is for history"
    if report.elsewhere * 2 > report.lines - report.blank:
        told = f"{report.elsewhere:,} of {terminal.counted(report.lines - report.blank, 'line')}"
        yield f"careful: {told} with exactly the words of tickets from another --source; is it the same list again?"
    if identities.repeated:
        yield f"{_lines(identities.repeated)} the same as an earlier line, id and all: counted as already there"
    if identities.shared:
        yield f"{_lines(identities.shared)} with an earlier line’s id but other content: tickets of their own"
    if report.reworded:
        yield f"{_lines(report.reworded)} there already with other words: a ticket keeps its first words"
    for kind, what in _UNKNOWN.items():
        names = Counter({name: count for (found, name), count in report.unknown.items() if found == kind})
        if names:
            shown = ", ".join(f"“{name}” ({count:,})" for name, count in names.most_common(5))
            more = f" and {len(names) - 5:,} more" if len(names) > 5 else ""
            yield f"{what} not in the configuration, so {_THEN[kind]}: {shown}{more}"


def _owners(intake: Intake) -> str:
    """`Dana 12, Omar 8`, or the first ten of them."""
    name, owners = intake.loaded.organisation.name, intake.report.owners
    shown = ", ".join(f"{name(key) if key else 'nobody'} {count:,}" for key, count in owners.most_common(10))
    return shown + (f" and {len(owners) - 10} more" if len(owners) > 10 else "")


def _lines(numbers: list[int]) -> str:
    """`2 lines (17, 480)`, or the first five of them."""
    shown = ", ".join(str(number) for number in numbers[:5]) + (", …" if len(numbers) > 5 else "")
    return f"{terminal.counted(len(numbers), 'line')} ({shown})"


def _tell_refusals(report: Report, path: str | None) -> None:
    for refusal in report.refusals[:MOST_TOLD]:
        terminal.complain(terminal.visible(f"line {refusal.line}: {refusal.reason}"))
    more = len(report.refusals) - MOST_TOLD
    if more > 0:
        where = f"they are all in {path}" if path else "--report FILE writes them all"
        terminal.complain(f"… and {more:,} more; {where}")


def _write_refusals(file: TextIO, report: Report) -> None:
    writer = csv.writer(file)
    writer.writerow(["line", "reason"])
    writer.writerows([refusal.line, cell(refusal.reason)] for refusal in report.refusals)


def _record(file: Path, intake: Intake) -> dict[str, Any]:
    report = intake.report
    return {
        "file": str(file),
        "dry_run": intake.dry_run,
        "lines": report.lines,
        "imported": report.imported,
        "already_there": report.already_there,
        "refused": len(report.refusals),
        "blank": report.blank,
        "open_by_owner": dict(report.owners.most_common()),
        "refusals": [{"line": refusal.line, "reason": refusal.reason} for refusal in report.refusals],
        "first_ref": f"C-{report.first}" if report.first and not intake.dry_run else None,
        "last_ref": f"C-{report.last}" if report.last and not intake.dry_run else None,
        "columns": dict(intake.reader.columns.used),
        "columns_not_read": intake.reader.columns.unread,
        "notes": list(_notes(intake)),
    }
