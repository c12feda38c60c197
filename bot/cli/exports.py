"""All tickets for other programs."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum
from pathlib import Path
from typing import Annotated, TextIO

import typer

from bot import terminal
from bot.cli.opening import reading
from bot.cli.options import Workspace
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
    workspace: Workspace = None,
) -> None:
    """Write all tickets for another program or a spreadsheet.

    JSON Lines has the objects of `golddust tickets --json`, one a line, without any loss. In CSV the source and the
    clocks become columns of their own; a cell that a spreadsheet would run as a formula (it starts with = + - @, a tab
    or a carriage return) gets a leading apostrophe, so read JSON Lines where every byte counts.
    """
    write = write_csv if form is Format.CSV else write_json_lines
    if output is not None:
        _must_be_possible(output)
    with reading(workspace) as context:
        if output is None:
            write(records(context), sys.stdout)
            return
        with _whole(output) as file:
            count = write(records(context), file)
    terminal.complain(f"{terminal.counted(count, 'ticket')} in {output}")


def _must_be_possible(output: Path) -> None:
    if output.is_dir():
        raise typer.BadParameter(f"{output} is a folder; name a file in it", param_hint="--output")
    if not output.parent.is_dir():
        raise typer.BadParameter(f"{output}: there is no folder {output.parent}; create it", param_hint="--output")


@contextmanager
def _whole(output: Path) -> Iterator[TextIO]:
    """A file beside the wanted one that takes its place when it is complete, so that nobody finds half a file."""
    if output.exists() and not output.is_file():  # a pipe or a device can't be replaced
        with output.open("w", encoding="utf-8", newline="") as file:
            yield file
        return
    partial = output.with_name(f"{output.name}.part")
    try:
        with partial.open("w", encoding="utf-8", newline="") as file:
            yield file
        partial.replace(output)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(output)) from None
    finally:
        with suppress(OSError):
            partial.unlink()
