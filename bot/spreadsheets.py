"""Reading CSV as spreadsheets and other tools write it, whatever the delimiter; no cell is changed."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

from bot.records import Blank, Record, Refusal, not_utf8
from complaints.errors import BadInput
from complaints.words import storable

DELIMITERS: Final = ",;\t|"
LONGEST_CELL: Final = 16 * 1024 * 1024


def heading(first: bytes, path: Path, known: Callable[[str], bool]) -> tuple[str, tuple[str, ...]]:
    """The delimiter and the headings of a CSV file, from its first line: where most are known, then where most are."""
    try:
        text = first.decode().rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise BadInput(field="FILE", reason=f"{path}: line 1: {not_utf8(first[error.start])}") from None
    if "\r" in text:
        raise BadInput(field="FILE", reason=f"{path}: its lines end in CR alone; save it with LF or CRLF")
    rows = [(mark, _split(text, mark)) for mark in DELIMITERS]
    mark, headings = max(rows, key=lambda row: (sum(map(known, row[1])), len(row[1])))
    if not headings:
        raise BadInput(field="FILE", reason=f"{path}: line 1 can't be read as headings; a quotation mark is odd")
    return mark, headings


def _split(text: str, delimiter: str) -> tuple[str, ...]:
    try:
        return tuple(next(csv.reader([text], delimiter=delimiter, strict=True)))
    except csv.Error:
        return ()


def csv_records(lines: Iterator[bytes], delimiter: str, headings: Sequence[str]) -> Iterator[Record | Refusal | Blank]:
    """The records of a CSV file, whose first line holds the headings; a line is where a record begins."""
    csv.field_size_limit(LONGEST_CELL)
    # What is not UTF-8 travels as halves of surrogate pairs, so that only its own record is refused.
    texts = (raw.decode("utf-8", "surrogateescape") for raw in lines)
    reader = csv.reader(texts, delimiter=delimiter, strict=True)
    next(reader, None)
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Refusal(line, _reason(str(error), line, reader.line_num))
            continue
        yield _record(line, row, headings)


def _record(line: int, row: Sequence[str], headings: Sequence[str]) -> Record | Refusal | Blank:
    if not any(row):
        return Blank(line)
    wild = next((c for cell in row if not cell.isascii() for c in cell if "\udc80" <= c <= "\udcff"), None)
    if wild is not None:
        return Refusal(line, not_utf8(ord(wild) - 0xDC00))
    if any(row[len(headings) :]):
        return Refusal(
            line, f"it has {len(row)} cells where the headings are {len(headings)}; is a quotation mark missing?"
        )
    # Of two columns with one heading the first counts.
    return Record(line, dict(reversed(list(zip(headings, row, strict=False)))))


def _reason(error: str, first: int, last: int) -> str:
    if "unexpected end" in error:
        return f"a quotation mark opens here and is not closed before the end of the file, line {last}"
    if "field larger" in error:
        return f"a quotation mark opens here, and the cell has become too long by line {last}"
    where = f", in line {last}" if last > first else ""
    return f"this is not CSV: {storable(error)}{where}"
