"""What is read out of a file: records, and lines that can't be used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Record:
    """One record of a file, and the line on which it begins, counted from 1."""

    line: int
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A line that can't be used, and why."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Blank:
    """A line with nothing on it, which is no complaint and no mistake."""

    line: int


def not_utf8(byte: int) -> str:
    """Why a line is refused that has this byte."""
    return f"the byte 0x{byte:02x} is not UTF-8; save the file as UTF-8"
