"""Small tables as files: CSV and XLSX, in memory, with nothing in them that a spreadsheet takes for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date, datetime

import xlsxwriter
from starlette.responses import Response

from bot.exporting import cell
from bot.register.house import HEADERS

Cell = str | int | date | None
Row = Sequence[Cell]

EARLIEST = 1900
"""The first year that a spreadsheet knows."""
_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
KINDS = tuple(_TYPES)


def sheet(kind: str, name: str, headings: Sequence[str], rows: Sequence[Row], at: datetime) -> Response:
    """A table as a file to take along, named after what it holds and the day."""
    content = _csv(headings, rows) if kind == "csv" else _xlsx(name, headings, rows)
    disposition = f'attachment; filename="{name}-{at:%Y-%m-%d}.{kind}"'
    return Response(content, media_type=_TYPES[kind], headers={**HEADERS, "content-disposition": disposition})


def _csv(headings: Sequence[str], rows: Sequence[Row]) -> bytes:
    """RFC 4180, with the mark by which spreadsheets know UTF-8."""
    file = io.StringIO()
    csv.writer(file).writerows([headings, *([_text(value) for value in row] for row in rows)])
    return f"\ufeff{file.getvalue()}".encode()


def _xlsx(name: str, headings: Sequence[str], rows: Sequence[Row]) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        bold, page = book.add_format({"bold": True}), book.add_worksheet(name.capitalize())
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        page.freeze_panes(1, 1)
        for place, heading in enumerate(headings):
            page.set_column(place, place, 40 if heading in {"risk", "mitigation", "history"} else 14)
            page.write_string(0, place, heading, bold)
        for line, row in enumerate(rows, 1):
            for place, value in enumerate(row):
                if isinstance(value, date) and value.year >= EARLIEST:
                    page.write_datetime(line, place, value, day)
                elif isinstance(value, int):
                    page.write_number(line, place, value)
                elif value:
                    page.write_string(line, place, _text(value)[:32_767])
    return file.getvalue()


def _text(value: Cell) -> str:
    return str(value) if isinstance(value, int | date) else cell(value)
