"""Reading complaints out of files: CSV or JSON Lines, either gzipped, one record after the other."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO, Final

from bot.records import Blank, Record, Refusal, not_utf8
from bot.spreadsheets import csv_records, heading
from complaints.errors import BadInput

LONGEST_LINE: Final = 16 * 1024 * 1024
"""Bytes that one line of a file may have."""

_BOM: Final = b"\xef\xbb\xbf"
_FOREIGN: Final = {
    b"\xff\xfe": "is UTF-16; save it as UTF-8",
    b"\xfe\xff": "is UTF-16; save it as UTF-8",
    b"PK": "is an Excel workbook or a zip file; save it as CSV",
    b"BZ": "is compressed with bzip2; unpack it, or use gzip",
    b"\xfd7": "is compressed with xz; unpack it, or use gzip",
}
_JSON_NAMES: Final = (".jsonl", ".ndjson", ".json")


class Records:
    """The records of an open file; iterate once. Raises BadInput where the rest of the file can't be read."""

    def __init__(
        self, path: Path, raw: IO[bytes], stream: IO[bytes] | gzip.GzipFile, known: Callable[[str], bool]
    ) -> None:
        self._path = path
        self._raw = raw
        self._stream = stream
        self.size = path.stat().st_size
        first = self._first_line()
        self.json = first.lstrip().startswith(b"{") or _plain_name(path).endswith(_JSON_NAMES)
        self.headings: tuple[str, ...] | None = None
        if not self.json:
            self.delimiter, self.headings = heading(first, path, known)

    @property
    def position(self) -> int:
        """How many bytes of the file have been read."""
        return self._raw.tell()

    def __iter__(self) -> Iterator[Record | Refusal | Blank]:
        if self.json:
            return (_json_record(line, raw) for line, raw in enumerate(self._lines(), start=1))
        return csv_records(self._lines(), self.delimiter, self.headings or ())

    def _first_line(self) -> bytes:
        first = self._read(1)
        for magic, what in _FOREIGN.items():
            if first.startswith(magic):
                raise BadInput(field="FILE", reason=f"{self._path} {what}")
        self._held = first.removeprefix(_BOM)
        if not self._held.strip():
            following = self._read(2)
            if not following:
                raise BadInput(field="FILE", reason=f"{self._path} is empty")
            raise BadInput(field="FILE", reason=f"{self._path}: line 1 is empty; it must hold the headings or a record")
        if self._held.lstrip().startswith(b"["):
            reason = f"{self._path} is one JSON list; write one object a line, for example with jq -c '.[]'"
            raise BadInput(field="FILE", reason=reason)
        return self._held

    def _lines(self) -> Iterator[bytes]:
        line, raw = 1, self._held
        while raw:
            yield raw
            line += 1
            raw = self._read(line)

    def _read(self, line: int) -> bytes:
        try:
            raw = self._stream.readline(LONGEST_LINE)
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            reason = f"{self._path}: the compressed data is broken from line {line} on: {error}"
            raise BadInput(field="FILE", reason=reason) from None
        if len(raw) == LONGEST_LINE:
            raise BadInput(field="FILE", reason=f"{self._path}: line {line} has more than {LONGEST_LINE:,} bytes")
        return raw


@contextmanager
def opened(path: Path, known: Callable[[str], bool] = lambda _heading: False) -> Iterator[Records]:
    """The records of a file, unpacked when its first bytes are gzip's; raises BadInput or OSError.

    `known` says which headings one expects, so that the delimiter of a CSV file is found.
    """
    with path.open("rb") as raw:
        if raw.peek(2)[:2] == b"\x1f\x8b":
            with gzip.GzipFile(fileobj=raw) as unpacked:
                yield Records(path, raw, unpacked, known)
        else:
            yield Records(path, raw, raw, known)


def must_be_utf8(path: Path) -> None:
    """Read the whole file once; raises BadInput that names the first line which is not UTF-8.

    What breaks off is left to be told by the import itself. A pipe, which can't be read twice, is not looked at.
    """
    if not path.is_file():
        return
    with path.open("rb") as raw, ExitStack() as unpacking:
        packed = raw.peek(2)[:2] == b"\x1f\x8b"
        lines: IO[bytes] | gzip.GzipFile = unpacking.enter_context(gzip.GzipFile(fileobj=raw)) if packed else raw
        with suppress(EOFError, gzip.BadGzipFile, zlib.error):
            number = 0
            while line := lines.readline(LONGEST_LINE):
                number += 1
                _must_decode(path, number, line)


def _must_decode(path: Path, number: int, line: bytes) -> None:
    try:
        line.decode()
    except UnicodeDecodeError as error:
        how = "nothing was imported; from Windows: iconv -f WINDOWS-1252 -t UTF-8"
        where = f"{path}: line {number}: {not_utf8(line[error.start])}"
        raise BadInput(field="FILE", reason=f"{where} ({how})") from None


def _plain_name(path: Path) -> str:
    return path.name.lower().removesuffix(".gz")


def _json_record(line: int, raw: bytes) -> Record | Refusal | Blank:
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        return Refusal(line, not_utf8(raw[error.start]))
    if not text.strip():
        return Blank(line)
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        return Refusal(line, f"this is not JSON: {error.msg} at character {error.pos + 1}")
    except (ValueError, RecursionError):
        return Refusal(line, "this is not JSON that can be read: a number is too long, or it is nested too deeply")
    if not isinstance(value, dict):
        return Refusal(line, "this is JSON, but not an object with names and values")
    return Record(line, value)
