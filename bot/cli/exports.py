"""All tickets for other programs."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bot import terminal
from bot.cli.opening import reading
from bot.exporting import write_csv, write_json_lines
from handlers.reading import records


class Format(StrEnum):
    """How an export is written."""

    JSONL = "jsonl"
    CSV = "csv"


def export(
    form: Annotated[Format, typer.Option("--format", help="JSON Lines (lossless) or CSV.")] = Format.JSONL,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The file to write; default: standard output.")
    ] = None,
) -> None:
    """Write all tickets for another program or a spreadsheet.

    JSON Lines has the objects of `golddust tickets --json`, one a line, without any loss. In CSV the source and the
    clocks become columns of their own; a cell that a spreadsheet would run as a formula (it starts with = + - @, a tab
    or a carriage return) gets a leading apostrophe, so read JSON Lines where every byte counts.
    """
    write = write_csv if form is Format.CSV else write_json_lines
    with reading() as context:
        if output is None:
            write(records(context), sys.stdout)
            return
        # Written beside it and then put in its place, so that nobody finds half a file.
        partial = output.with_name(output.name + ".part")
        with partial.open("w", encoding="utf-8", newline="") as file:
            count = write(records(context), file)
        partial.replace(output)
    terminal.complain(f"{terminal.counted(count, 'ticket')} in {output}")
