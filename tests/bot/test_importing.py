"""Reading complaints out of files, whatever wrote them."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.columns import Columns
from bot.dates import Dates
from bot.identities import Identities
from bot.importing import must_be_utf8, opened
from bot.records import Blank, Record, Refusal
from complaints.errors import BadInput


def read(path: Path, data: bytes | str, name: str = "complaints.csv") -> list[Record | Refusal | Blank]:
    file = path / name
    file.write_bytes(data if isinstance(data, bytes) else data.encode())
    with opened(file, Columns().knows) as records:
        return list(records)


def values(path: Path, data: bytes | str, name: str = "complaints.csv") -> list[Any]:
    return [dict(one.values) if isinstance(one, Record) else one for one in read(path, data, name)]


# -- CSV


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    found = values(
        tmp_path, delimiter.join(["Date", "Text"]) + "\n" + delimiter.join(["2025-01-02", "It broke"]) + "\n"
    )
    assert found == [{"Date": "2025-01-02", "Text": "It broke"}]


def test_a_delimiter_inside_a_heading_misleads_nobody(tmp_path: Path) -> None:
    assert values(tmp_path, '"text";"a, b, c, d"\n"x";"y"\n') == [{"text": "x", "a, b, c, d": "y"}]
    assert values(tmp_path, "a,b,c;text;id\n1;2;3\n") == [{"a,b,c": "1", "text": "2", "id": "3"}]


def test_one_column_is_a_table_too(tmp_path: Path) -> None:
    assert values(tmp_path, "text\nIt broke\n") == [{"text": "It broke"}]


def test_a_record_is_numbered_by_the_line_on_which_it_begins(tmp_path: Path) -> None:
    found = read(tmp_path, 'id,text\n1,"a\nb\r\nc"\n2,x\n\n3,"y\rz"\n4,w')
    assert [(one.line, type(one)) for one in found] == [
        (2, Record), (5, Record), (6, Blank), (7, Record), (8, Record)
    ]  # fmt: skip
    assert found[0] == Record(2, {"id": "1", "text": "a\nb\r\nc"})
    assert found[3] == Record(7, {"id": "3", "text": "y\rz"})


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('1,"x"y', "not CSV"),
        ("1,a,b", "3 cells where the headings are 2"),
        (b"1,caf\xe9", "the byte 0xe9 is not UTF-8"),
    ],
)
def test_a_line_that_cannot_be_read_is_refused_and_the_next_is_not(
    tmp_path: Path, line: str | bytes, reason: str
) -> None:
    raw = line if isinstance(line, bytes) else line.encode()
    refused, good = read(tmp_path, b"id,text\n" + raw + b"\n2,x\n")
    assert isinstance(refused, Refusal)
    assert (refused.line, reason in refused.reason) == (2, True)
    assert good == Record(3, {"id": "2", "text": "x"})


@pytest.mark.parametrize(("name", "data"), [("c.csv", "text,id\nx,1\n\n,\n"), ("c.jsonl", '{"text": "x"}\n \n\n')])
def test_a_line_with_nothing_on_it_is_blank(tmp_path: Path, name: str, data: str) -> None:
    assert [type(one) for one in read(tmp_path, data, name)] == [Record, Blank, Blank]


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_one_line_not_in_utf8_speaks_against_the_whole_file(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    file = tmp_path / "c.csv"
    file.write_bytes(pack(b"text\nx\ncaf\xe9\n"))
    with pytest.raises(BadInput, match="line 3: the byte 0xe9 is not UTF-8; save the file as UTF-8"):
        must_be_utf8(file)
    file.write_bytes(pack("text\ncafé\n".encode()))
    must_be_utf8(file)


def test_a_quotation_mark_that_never_closes_is_told_where_it_opens(tmp_path: Path) -> None:
    good, refused = read(tmp_path, 'id,text\n1,x\n2,"y\n3,z\n4,z\n')
    assert good == Record(2, {"id": "1", "text": "x"})
    assert refused == Refusal(3, "a quotation mark opens here and is not closed before the end of the file, line 5")


def test_a_short_row_has_empty_cells(tmp_path: Path) -> None:
    assert values(tmp_path, "text,id,team\nx,1\n") == [{"text": "x", "id": "1"}]


def test_a_byte_order_mark_belongs_to_no_heading(tmp_path: Path) -> None:
    assert values(tmp_path, b"\xef\xbb\xbftext,id\r\nx,1\r\n") == [{"text": "x", "id": "1"}]
    assert values(tmp_path, b'\xef\xbb\xbf{"text": "x"}\n') == [{"text": "x"}]


def test_gzip_is_known_by_its_first_bytes_not_by_its_name(tmp_path: Path) -> None:
    packed = gzip.compress(b"text\nx\n")
    assert values(tmp_path, packed, "complaints.csv") == [{"text": "x"}]
    assert values(tmp_path, "text\nx\n", "complaints.csv.gz") == [{"text": "x"}]
    assert values(tmp_path, gzip.compress(b'{"text": "x"}\n'), "complaints") == [{"text": "x"}]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "is empty"),
        (b"\n\ntext\n", "line 1 is empty"),
        ("text\nx\n".encode("utf-16"), "is UTF-16"),
        (b"PK\x03\x04...", "Excel workbook"),
        (b'[{"text": "x"}]', "one JSON list"),
        (b"text\rx\ry\r", "CR alone"),
        (b"t\xe9xt\nx\n", "line 1: the byte 0xe9"),
        (b'"text\nx\n', "quotation mark is odd"),
        (gzip.compress(b"text\n" + bytes(range(256)) * 999)[:-20], "the compressed data is broken"),
        (b"\x1f\x8bnot gzip after all", "the compressed data is broken"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(tmp_path: Path, data: bytes, reason: str) -> None:
    with pytest.raises(BadInput, match=reason):
        read(tmp_path, data)


def test_a_cut_off_gzip_file_gives_what_came_before(tmp_path: Path) -> None:
    file = tmp_path / "cut.csv.gz"
    lines = "".join(f"{number},{number * 2654435761 % 2**32}\n" for number in range(20_000))
    file.write_bytes(gzip.compress(f"id,text\n{lines}".encode())[:-1000])
    found: list[object] = []
    with opened(file) as records, pytest.raises(BadInput, match=r"broken from line \d+ on"):
        found.extend(records)
    assert len(found) > 1000


@given(
    st.lists(
        st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=2, max_size=2).filter(any), max_size=6
    ),
    st.sampled_from([",", ";", "\t"]),
)
def test_every_cell_arrives_byte_for_byte(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], delimiter: str
) -> None:
    written = io.StringIO(newline="")
    csv.writer(written, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows([["text", "id"], *rows])
    found = values(tmp_path_factory.mktemp("csv"), written.getvalue())
    assert found == [dict(zip(("text", "id"), row, strict=True)) for row in rows]


# -- JSON Lines


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1, max_size=6), st.booleans())
def test_every_text_in_json_arrives_byte_for_byte(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], ascii_only: bool
) -> None:
    data = "".join(json.dumps({"text": text}, ensure_ascii=ascii_only) + "\n" for text in texts)
    assert values(tmp_path_factory.mktemp("json"), data, "c.jsonl") == [{"text": text} for text in texts]


def test_what_unicode_calls_a_line_end_ends_no_line(tmp_path: Path) -> None:
    assert values(tmp_path, '{"text": "a\u2028b\u0085c"}\r\n', "c.jsonl") == [{"text": "a\u2028b\u0085c"}]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{'text': 1}", "not JSON: Expecting property name"),
        ('{"text": "x"', "not JSON"),
        ("3", "not an object"),
        ('["text"]', "not an object"),
        ("[" * 100_000, "nested too deeply"),
        ('{"id": ' + "9" * 5000 + "}", "a number is too long"),
        (b'{"text": "\xff"}', "the byte 0xff is not UTF-8"),
    ],
)
def test_a_line_that_is_no_json_object_is_refused_and_the_next_is_not(
    tmp_path: Path, line: str | bytes, reason: str
) -> None:
    raw = line if isinstance(line, bytes) else line.encode()
    first, refused, good = read(tmp_path, b'{"text": "x"}\n' + raw + b'\n{"text": "y"}\n', "c.jsonl")
    assert isinstance(refused, Refusal)
    assert (refused.line, reason in refused.reason) == (2, True)
    assert (first, good) == (Record(1, {"text": "x"}), Record(3, {"text": "y"}))


# -- columns


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("Text", "words"), ("VERBATIM", "words"), ("narrative", "words"), ("Body", "words"),
        ("Details", "words"), ("Ticket No.", "id"), ("Opened", "captured_at"), ("Closed", "closed_at"),
        ("Created At", "captured_at"), ("created-at", "captured_at"), ("timestamp", "captured_at"),
        ("Closed at", "closed_at"),
        ("Ref", "id"), ("Severity", "severity"), ("Reporter ", "reporter"),
    ],
)  # fmt: skip
def test_columns_are_known_by_their_usual_names(heading: str, field: str) -> None:
    assert Columns().of({heading: "x"}) == {field: "x"}


def test_what_nothing_was_read_from_is_said() -> None:
    columns = Columns()
    columns.of({"text": "x", "label": "fee", "ID": 3})
    assert (columns.used, columns.unread) == ({"words": "text", "id": "ID"}, ["label"])


def test_a_named_column_goes_before_a_known_one() -> None:
    columns = Columns({"category": "label", "words": "What happened", "id": ""})
    found = columns.of({"label": "fee", "text": "no", "What happened": "yes", "id": "7"})
    assert found == {"category": "fee", "words": "yes"}


def test_an_empty_cell_lets_the_next_name_have_its_turn() -> None:
    assert Columns().of({"text": "", "description": "x", "team": None}) == {"words": "x"}


def test_a_table_without_words_is_refused_with_what_it_has() -> None:
    with pytest.raises(
        BadInput, match=r"the file’s are “Notes”, “Date”. Say which holds the words: --map words=COLUMN"
    ):
        Columns().must_hold_words(["Notes", "Date"])
    Columns({"words": "Notes"}).must_hold_words(["Notes", "Date"])
    with pytest.raises(BadInput, match="--map words=Note: the file’s columns are “Notes”"):
        Columns({"words": "Note"}).must_hold_words(["Notes"])


# -- identities


def test_the_same_file_gives_the_same_names_again() -> None:
    rows = [{"text": "x"}, {"text": "x"}, {"text": "y"}, {"id": "1", "text": "x"}]

    def names() -> list[str]:
        identities = Identities()
        return [identities.of(Record(line, row), row.get("id"))[0] for line, row in enumerate(rows)]

    assert names() == names()
    assert len(set(names())) == 4
    assert names()[0].removesuffix("-1") == names()[1].removesuffix("-2")
    assert names()[3] == "1"


def test_another_record_with_the_same_id_is_another_complaint() -> None:
    identities = Identities()
    rows = [Record(n, {"id": "7", "text": text}) for n, text in enumerate("abab", 1)]
    named = [identities.of(row, "7")[0] for row in rows]
    assert named == ["7", "7 (2)", "7", "7 (2)"]
    assert (identities.shared, identities.repeated) == ([2], [3, 4])


def test_the_raw_record_has_the_same_name_whichever_column_is_its_id() -> None:
    rows = [Record(n, {"ref": "7", "text": text}) for n, text in enumerate(["a", "a", "b"], 1)]
    named, nameless = Identities(), Identities()
    assert [named.of(row, "7")[1] for row in rows] == [nameless.of(row, None)[0] for row in rows]


# -- dates

LONDON, NEW_YORK = ZoneInfo("Europe/London"), ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("text", "form", "zone", "moment"),
    [
        ("2025-12-31T14:05:06Z", None, LONDON, datetime(2025, 12, 31, 14, 5, 6, tzinfo=UTC)),
        ("2025-12-31 14:05:06 UTC", None, NEW_YORK, datetime(2025, 12, 31, 14, 5, 6, tzinfo=UTC)),
        ("2025-12-31T14:05+05:30", None, LONDON, datetime(2025, 12, 31, 8, 35, tzinfo=UTC)),
        ("2025-07-01 09:00", None, LONDON, datetime(2025, 7, 1, 8, 0, tzinfo=UTC)),
        ("2025-07-01", None, LONDON, datetime(2025, 7, 1, 11, 0, tzinfo=UTC)),
        ("2025-07-01", None, NEW_YORK, datetime(2025, 7, 1, 16, 0, tzinfo=UTC)),
        (" 20250701 ", None, LONDON, datetime(2025, 7, 1, 11, 0, tzinfo=UTC)),
        ("31/12/2025", "dmy", LONDON, datetime(2025, 12, 31, 12, 0, tzinfo=UTC)),
        ("12/31/2025", "mdy", LONDON, datetime(2025, 12, 31, 12, 0, tzinfo=UTC)),
        ("31/12/25", "dmy", LONDON, datetime(2025, 12, 31, 12, 0, tzinfo=UTC)),
        ("12/31/99", "mdy", LONDON, datetime(1999, 12, 31, 12, 0, tzinfo=UTC)),
        ("3.2.2025 14:05", "dmy", LONDON, datetime(2025, 2, 3, 14, 5, tzinfo=UTC)),
        ("2/3/2025, 2:05:09 PM", "mdy", LONDON, datetime(2025, 2, 3, 14, 5, 9, tzinfo=UTC)),
        ("2/3/2025 12:05 a.m.", "mdy", LONDON, datetime(2025, 2, 3, 0, 5, tzinfo=UTC)),
        ("2025-12-31", "dmy", LONDON, datetime(2025, 12, 31, 12, 0, tzinfo=UTC)),
        ("31-Dec-25", "%d-%b-%y", LONDON, datetime(2025, 12, 31, 12, 0, tzinfo=UTC)),
        ("31-Dec-25 23:00", "%d-%b-%y %H:%M", NEW_YORK, datetime(2026, 1, 1, 4, 0, tzinfo=UTC)),
    ],
)
def test_a_date_is_read(text: str, form: str | None, zone: ZoneInfo, moment: datetime) -> None:
    assert Dates(zone, form).read(text).at == moment


@pytest.mark.parametrize(
    ("text", "form", "reason"),
    [
        ("03/04/2025", None, "can be read in two ways; say --date-format dmy"),
        ("31/12/2025", None, "is not written like 2025-12-31; --date-format dmy would read it"),
        ("12/31/25 9:00", None, "; --date-format mdy would read it"),
        ("3/3/2025", None, "; --date-format dmy or --date-format mdy would read it"),
        ("31/31/2025", None, "is no date"),
        ("12/31/2025", "dmy", "is no date; write it like 2025-12-31"),
        ("31/12/2025", "mdy", "is no date"),
        ("1/1/2025 25:00", "dmy", "is no date"),
        ("yesterday", None, "is no date"),
        ("2025-02-30", None, "is no date"),
        ("0001-01-01T00:00:00+14:00", None, "is no date"),
        ("31.12.25", "%d/%m/%y", "as --date-format %d/%m/%y says"),
    ],
)
def test_a_date_that_cannot_be_read_for_certain_is_refused(text: str, form: str | None, reason: str) -> None:
    with pytest.raises(BadInput, match=reason):
        Dates(LONDON, form).read(text)
