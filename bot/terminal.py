"""Everything that the command line prints; what a person wrote is made harmless here."""

from __future__ import annotations

import json
import sys
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

WIDE = 200
"""Columns of a table that goes into a file or a pipe."""

_TURNS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that turn the direction of what follows, and so could make a line say something else."""


def say(text: str = "") -> None:
    """Print a line of ours."""
    print(text)


def complain(text: str) -> None:
    """Print a line on stderr."""
    print(text, file=sys.stderr)


def dump(value: object) -> None:
    """Print a value as indented JSON, for other programs."""
    print(json.dumps(value, indent=2, ensure_ascii=not _writes_unicode()))


def tabulate(headings: Sequence[str], rows: Iterable[Sequence[str]], *, title: str | None = None) -> None:
    """Print a table; no cell is read as markup, and each shows on one line what a person wrote on several."""
    table = Table(*headings, title=title, title_justify="left", header_style="bold", box=None, pad_edge=False)
    for row in rows:
        table.add_row(*(Text(visible(cell), overflow="fold") for cell in row))
    Console(highlight=False, width=None if sys.stdout.isatty() else WIDE).print(table)


def visible(words: str, *, lines: bool = False) -> str:
    """A person's words without what would steer the terminal; line breaks become ⏎ unless `lines` keeps them."""
    return "".join(_shown(character, lines) for character in words.replace("\r\n", "\n"))


def clipped(words: str, longest: int) -> str:
    """The beginning of the words, with … when there is more."""
    return words if len(words) <= longest else words[: longest - 1].rstrip() + "…"


def moment(at: datetime, zone: ZoneInfo, now: datetime | None = None) -> str:
    """A moment as the reader's clock shows it: `Tue 24 Nov 09:30`, with its year where `now` is in another."""
    local = at.astimezone(zone)
    other_year = now is not None and local.year != now.astimezone(zone).year
    return f"{local:%a %-d %b %Y %H:%M}" if other_year else f"{local:%a %-d %b %H:%M}"


def counted(count: int, noun: str, several: str | None = None) -> str:
    """`1 team`, `7 teams`, `10,003 lines`."""
    return f"{count:,} {noun if count == 1 else several or noun + 's'}"


@contextmanager
def progress(what: str, total: int) -> Iterator[Callable[[int], None]]:
    """A progress bar on a terminal's stderr; the block says how far it is. Elsewhere nothing is shown."""
    if not sys.stderr.isatty():
        yield lambda _done: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(visible(what), total=max(total, 1))
        yield lambda done: bar.update(task, completed=done)


def _shown(character: str, lines: bool) -> str:
    if character == "\n":
        return "\n" if lines else "⏎"
    if character == "\t":
        return " "
    return "\ufffd" if unicodedata.category(character) in {"Cc", "Cs"} or character in _TURNS else character


def _writes_unicode() -> bool:
    return (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
