"""Writing tickets into files for other programs: JSON Lines without loss, CSV that a spreadsheet opens safely."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping
from typing import Any, Final, TextIO

CLOCKS: Final = ("acknowledge", "resolve", "tell", "unblock", "promise", "receipt", "early", "answer")
COLUMNS: Final = (
    "ref", "state", "severity", "category", "team", "owner", "holder", "reporter", "customer", "verbatim",
    "source_platform", "source_workspace", "source_conversation", "source_message", "source_permalink",
    "received_at", "captured_at", "acknowledged_at", "resolved_at", "told_at", "closed_at", "close_reason",
    "next_nudge_at", *(f"{clock}_{what}" for clock in CLOCKS for what in ("due_at", "state")), "policy_version",
)  # fmt: skip
"""The columns of the CSV: the keys of `golddust tickets --json`, with the source and the clocks spread out."""

_STARTS_A_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def write_json_lines(records: Iterable[Mapping[str, Any]], file: TextIO) -> int:
    """Write each ticket as one JSON object on a line; how many there were."""
    count = 0
    for record in records:
        file.write(json.dumps(record, ensure_ascii=False) + "\n")
        count += 1
    return count


def write_csv(records: Iterable[Mapping[str, Any]], file: TextIO) -> int:
    """Write the tickets with a line of headings (RFC 4180); how many there were."""
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    count = 0
    for record in records:
        row = _flat(record)
        writer.writerow([cell(row.get(column)) for column in COLUMNS])
        count += 1
    return count


def cell(value: object) -> str:
    """The text of one cell; what a spreadsheet would run as a formula gets a leading apostrophe.

    That are texts that start with = + - @, a tab or a carriage return (OWASP, CSV injection).
    """
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_STARTS_A_FORMULA) else text


def _flat(record: Mapping[str, Any]) -> dict[str, Any]:
    flat = {key: value for key, value in record.items() if key not in {"source", "clocks"}}
    flat.update({f"source_{key}": value for key, value in record["source"].items()})
    for clock in record["clocks"]:
        flat[f"{clock['name']}_due_at"] = clock["due_at"]
        flat[f"{clock['name']}_state"] = clock["state"]
    return flat
