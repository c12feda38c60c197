"""What is shown as a file: CSV, streamed a portion at a time, and XLSX."""

from __future__ import annotations

import asyncio
import csv
import io
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import xlsxwriter
from starlette.background import BackgroundTask
from starlette.concurrency import iterate_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, Response, StreamingResponse

from bot.exporting import cell
from bot.register import asking
from bot.register.house import HEADERS, Answer, zone_of
from bot.register.viewer import Viewer
from bot.register.wording import iso
from complaints.errors import BadInput
from handlers import register
from handlers.register import Listed

KINDS: Final = ("csv", "xlsx")
PORTION: Final = 500
"""Tickets that are read at a time."""
MOST_ROWS: Final = 1_048_575
"""Tickets that fit on one sheet, under the line of headings."""
_WORKBOOKS: Final = ThreadPoolExecutor(1, "workbook")
"""One workbook is written at a time, and beside the threads that chat needs: a million tickets take minutes."""
_CSV: Final = "text/csv; charset=utf-8"
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

Value = str | datetime | None
COLUMNS: Final[Sequence[tuple[str, Callable[[Listed], Value]]]] = (
    ("ticket", lambda one: one.line.ref),
    ("kind", lambda one: one.line.kind.value),
    ("part of", lambda one: f"C-{one.line.parent}" if one.line.parent else None),
    ("state", lambda one: one.line.state.value),
    ("severity", lambda one: one.line.severity.value),
    ("category", lambda one: one.line.category),
    ("team", lambda one: one.team),
    ("owner", lambda one: one.owner),
    ("whose move", lambda one: one.holder if one.line.state.value != "closed" else None),
    ("reported by", lambda one: one.reporter),
    ("customer", lambda one: one.line.customer),
    ("words", lambda one: one.line.said),
    ("received", lambda one: one.line.received_at),
    ("said", lambda one: one.line.captured_at),
    ("acknowledged", lambda one: one.line.acknowledged_at),
    ("resolved", lambda one: one.line.resolved_at),
    ("customer told", lambda one: one.line.told_at),
    ("closed", lambda one: one.line.closed_at),
    ("closed as", lambda one: one.line.close_reason.value if one.line.close_reason else None),
    ("runs out", lambda one: one.line.due_at),
    ("overdue", lambda one: "yes" if one.overdue else None),
    ("touchpoint", lambda one: one.touchpoint or None),
)
"""The columns of both files, in order."""


def answer(kind: str) -> Answer:
    """The answer with everything that an address asks for, as a file of a kind."""

    async def exported(request: Request, viewer: Viewer) -> Response:
        try:
            wanted = asking.asked(asking.given(request.query_params), viewer.golddust.organisation, zone_of(viewer))
        except BadInput as error:
            return Response(f"{error}\n", status_code=400, media_type="text/plain", headers=dict(HEADERS))
        found = await asyncio.to_thread(
            viewer.golddust.read, lambda context: register.numbers(context, viewer.person, wanted)
        )
        name = f"register-{viewer.golddust.clock.now():%Y-%m-%d}.{kind}"
        headers = {**HEADERS, "content-disposition": f'attachment; filename="{name}"'}
        tickets = _read(viewer, found)
        if kind == "csv":
            return StreamingResponse(iterate_in_threadpool(_csv(tickets)), media_type=_CSV, headers=headers)
        path = await asyncio.get_running_loop().run_in_executor(_WORKBOOKS, _workbook, tickets, zone_of(viewer))
        return FileResponse(path, media_type=_XLSX, headers=headers, background=BackgroundTask(path.unlink))

    return exported


def _read(viewer: Viewer, numbers: Sequence[int]) -> Iterator[list[Listed]]:
    # A portion in a transaction of its own: who reads slowly must not hold the database.
    for start in range(0, len(numbers), PORTION):
        some = numbers[start : start + PORTION]
        yield viewer.golddust.read(partial(register.portion, person=viewer.person, wanted=some))


def _csv(portions: Iterator[list[Listed]]) -> Iterator[str]:
    """RFC 4180, with the mark by which spreadsheets know UTF-8; moments are ISO 8601 in UTC."""
    yield "\ufeff" + _rows([[name for name, _ in COLUMNS]])
    for portion in portions:
        yield _rows([_text(value(ticket)) for _, value in COLUMNS] for ticket in portion)


def _rows(rows: Any) -> str:
    file = io.StringIO()
    csv.writer(file).writerows(rows)
    return file.getvalue()


def _text(value: Value) -> str:
    return iso(value) if isinstance(value, datetime) else cell(value)


def _workbook(portions: Iterator[list[Listed]], zone: ZoneInfo) -> Path:
    """A workbook with one sheet, in a file of its own; moments are dates of the reader's zone, texts never formulas."""
    handle, name = tempfile.mkstemp(prefix="golddust-register-", suffix=".xlsx")
    os.close(handle)
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    try:
        with xlsxwriter.Workbook(name, options) as book:
            _sheet(book, (ticket for portion in portions for ticket in portion), zone)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return Path(name)


def _sheet(book: Any, tickets: Iterator[Listed], zone: ZoneInfo) -> None:
    bold, moment = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    sheet = book.add_worksheet("Register")
    sheet.freeze_panes(1, 1)
    for place, (heading, _) in enumerate(COLUMNS):
        sheet.set_column(place, place, 60 if heading == "words" else 17)
        sheet.write_string(0, place, f"{heading} ({zone.key})" if heading == "said" else heading, bold)
    for row, ticket in zip(range(1, MOST_ROWS + 1), tickets, strict=False):
        for place, (_, value) in enumerate(COLUMNS):
            found = value(ticket)
            if isinstance(found, datetime):
                sheet.write_datetime(row, place, found.astimezone(zone).replace(tzinfo=None), moment)
            elif found is not None:
                sheet.write_string(row, place, cell(found)[:32_767])
