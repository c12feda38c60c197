"""`golddust import`: every line a ticket or a reason."""

from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from tests.bot.conftest import CommandLine

TABLE = """\
Ref,Text,Created,Closed at,Reporter,Team,label
1,The card was swallowed,2024-03-01,,Sam,,a
2,"The app
is slow",2024-03-02T08:00:00Z,2024-03-04,Mrs Ito,Payments L2,b
3,,2024-03-03,,,,c
4,A payment is missing,03/04/2024,,,,d
"""


def write(name: str, text: str) -> str:
    Path(name).write_text(text, encoding="utf-8", newline="")
    return name


def test_a_spreadsheet_comes_in_with_its_dates_and_each_refused_line_has_its_reason(golddust: CommandLine) -> None:
    answer = golddust("import", write("old.csv", TABLE))
    assert answer.code == 1  # since lines were refused
    assert answer.out.splitlines() == [
        "old.csv: 4 lines: 2 imported (C-1 to C-2), 0 already there, 2 refused",
        "read: words from “Text”, id from “Ref”, captured_at from “Created”, reporter from “Reporter”, "
        "closed_at from “Closed at”, team from “Team”",
        "not read: label",
        "open: 1 (Dana 1), whose owners will be reminded from now on; --closed is for history",
        "team not in the configuration, so routed by the rules: “Payments L2” (1)",
        "reporter not in the configuration, so kept as a name: “Mrs Ito” (1)",
    ]
    assert answer.err.splitlines() == [
        "line 5: no words: there is nothing under “Text”",
        "line 6: “03/04/2024” can be read in two ways; say --date-format dmy or --date-format mdy",
    ]
    first, second = golddust("tickets", "--json").json
    assert (first["verbatim"], first["captured_at"], first["reporter"]) == (
        "The card was swallowed", "2024-03-01T12:00:00Z", "sam"
    )  # fmt: skip
    assert (second["verbatim"], second["state"], second["closed_at"]) == (
        "The app\nis slow", "closed", "2024-03-04T12:00:00Z"
    )  # fmt: skip
    assert golddust("outbox", "--state", "all", "--json").json == []


def test_the_same_file_again_changes_nothing(golddust: CommandLine) -> None:
    file = write("old.csv", TABLE)
    golddust("import", file)
    before = golddust("tickets", "--json").json
    record = golddust("import", file, "--date-format", "dmy", "--json").json
    assert (record["lines"], record["imported"], record["already_there"], record["refused"]) == (4, 1, 2, 1)
    assert golddust("tickets", "--json").json[:2] == before


def test_lines_without_an_id_are_told_apart_and_recognised_again(golddust: CommandLine) -> None:
    file = write("c.jsonl", '{"text": "card"}\n{"text": "card"}\n{"text": "app"}\n')
    assert golddust("import", file, "--json").json["imported"] == 3
    write("c.jsonl", Path("c.jsonl").read_text() + '{"text": "card"}\n')
    record = golddust("import", file, "--json").json
    assert (record["imported"], record["already_there"]) == (1, 3)
    assert [t["verbatim"] for t in golddust("tickets", "--json").json] == ["card", "card", "app", "card"]


def test_a_dry_run_says_the_same_and_saves_nothing(golddust: CommandLine) -> None:
    file = write("old.csv", TABLE)
    rehearsed = golddust("import", file, "--dry-run", "--json").json
    assert not Path("golddust.db").exists()
    assert (rehearsed["dry_run"], rehearsed["imported"], rehearsed["first_ref"]) == (True, 2, None)
    golddust("db", "upgrade")
    assert "2 would be imported, 0 already there" in golddust("import", file, "--dry-run").out
    assert golddust("tickets", "--json").json == []
    golddust("import", file)
    assert "0 would be imported, 2 already there" in golddust("import", file, "--dry-run").out


def test_columns_can_be_named(golddust: CommandLine) -> None:
    table = "What happened;Opened;Kind;text\nThe card is gone;31.12.2024 14:05;Theft;no\n"
    options = ["--map", "words=What happened", "--map", "captured_at=Opened", "--map", "category=Kind"]
    record = golddust("import", write("c.csv", table), *options, "--date-format", "dmy", "--json").json
    assert record["columns"] == {"words": "What happened", "captured_at": "Opened", "category": "Kind"}
    (ticket,) = golddust("tickets", "--json").json
    assert (ticket["verbatim"], ticket["category"], ticket["captured_at"]) == (
        "The card is gone", "Theft", "2024-12-31T14:05:00Z"
    )  # fmt: skip


def test_a_table_without_words_is_refused_before_anything_is_saved(golddust: CommandLine) -> None:
    complaint = golddust("import", write("c.csv", "Notes,Date\nx,y\n")).complaint
    assert "--map words=COLUMN" in complaint
    assert not Path("golddust.db").exists()


def test_history_comes_in_closed(golddust: CommandLine) -> None:
    golddust("import", write("old.csv", TABLE), "--closed")
    assert {ticket["state"] for ticket in golddust("tickets", "--json").json} == {"closed"}
    assert golddust("tick", "--dry-run", "--at", "2099-01-01T00:00:00Z", "--json").json["nudges"] == []


def test_cards_and_receipts_go_out_when_it_is_asked_for(golddust: CommandLine) -> None:
    golddust("import", write("old.csv", TABLE), "--notify")
    said = {(one["kind"], one["audience"]) for one in golddust("outbox", "--json").json}
    assert said == {("card", "team:payments"), ("card", "person:dana"), ("captured", "person:sam")}


def test_many_refused_lines_are_told_in_part_and_written_in_full(golddust: CommandLine) -> None:
    write("c.jsonl", "".join(f'{{"text": "", "n": "={n}"}}\n' for n in range(30)))
    answer = golddust("import", "c.jsonl", "--report", "refused.csv")
    assert (answer.code, len(answer.err.splitlines())) == (1, 21)
    assert answer.err.splitlines()[-1] == "… and 10 more; they are all in refused.csv"
    with Path("refused.csv").open(newline="") as file:
        assert [row["line"] for row in csv.DictReader(file)] == [str(n) for n in range(1, 31)]
    assert golddust("import", "c.jsonl").err.splitlines()[-1] == "… and 10 more; --report FILE writes them all"


def test_a_file_that_breaks_off_is_told_and_the_same_file_mended_goes_on(golddust: CommandLine) -> None:
    lines = "".join(json.dumps({"id": n, "text": f"card {n * 2654435761 % 2**32}"}) + "\n" for n in range(3000))
    whole = gzip.compress(lines.encode())
    Path("c.jsonl.gz").write_bytes(whole[: len(whole) // 2])
    answer = golddust("import", "c.jsonl.gz", "--json")
    assert answer.code == 2
    assert "c.jsonl.gz: the compressed data is broken from line " in answer.err
    saved = answer.json["imported"]
    assert 0 < saved < 3000
    Path("c.jsonl.gz").write_bytes(whole)
    record = golddust("import", "c.jsonl.gz", "--json").json
    assert (record["imported"], record["already_there"]) == (3000 - saved, saved)


HOSTILE = [
    "\u202eRTL\u202c مرحبا", "<!channel> <@U0DANA001>", "=cmd|' /C calc'!A0", "a\r\nb\rc\n", "  spaces  ",
    "'; DROP TABLE tickets;--",
    "e\u0301 é", "👩‍👩‍👧", "\ufeffbom", "x" * 100_000, '"quoted", and, commas', "\x01\x1b[31m",
]  # fmt: skip


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_every_line_is_a_ticket_or_a_reason_and_every_word_is_kept(golddust: CommandLine, form: str) -> None:
    refused = ["", " ", "a\x00b"]
    rows = [{"id": str(n), "text": text} for n, text in enumerate([*HOSTILE, *refused])]
    with Path(f"c.{form}").open("w", encoding="utf-8", newline="") as file:
        if form == "csv":
            writer = csv.DictWriter(file, ["id", "text"])
            writer.writeheader()
            writer.writerows(rows)
        else:
            file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    record = golddust("import", f"c.{form}", "--json").json
    assert (record["lines"], record["imported"], record["refused"]) == (len(rows), len(HOSTILE), len(refused))
    kept: list[dict[str, Any]] = golddust("tickets", "--json").json
    assert {ticket["source"]["message"]: ticket["verbatim"] for ticket in kept} == {
        row["id"]: row["text"] for row in rows[: len(HOSTILE)]
    }


def test_the_same_file_read_otherwise_brings_nothing_in_again(golddust: CommandLine) -> None:
    file = write("c.csv", "ref,text,note\n1,card,a\n2,card,b\n2,card,b\n3,app,c\n")
    assert golddust("import", file, "--map", "id=", "--json").json["imported"] == 4
    for options in (["--map", "id=ref"], ["--map", "id=note"], ["--map", "words=note"], ["--map", "id="]):
        record = golddust("import", file, *options, "--json").json
        assert (record["imported"], record["already_there"]) == (0, 4), options
    write("c.csv", "ref,text\n3,app\n4,new\n")  # other columns: known by its id
    record = golddust("import", "c.csv", "--json").json
    assert (record["imported"], record["already_there"]) == (1, 1)


def test_a_line_refused_at_first_is_not_taken_for_the_later_one_with_its_id(golddust: CommandLine) -> None:
    file = write("c.csv", "id,text,date\n7,card,03/04/2024\n7,app,2024-01-01\n")
    assert golddust("import", file, "--json").json["imported"] == 1
    assert golddust("import", file, "--date-format", "dmy", "--json").json["imported"] == 1
    assert sorted(t["verbatim"] for t in golddust("tickets", "--json").json) == ["app", "card"]


def test_the_same_list_under_another_source_is_warned_of(golddust: CommandLine) -> None:
    file = write("c.jsonl", '{"text": "card"}\n{"text": "app"}\n{"text": "queue"}\n')
    assert "careful" not in golddust("import", file).out
    told = golddust("import", file, "--source", "zendesk", "--dry-run").out
    assert "careful: 3 of 3 lines with exactly the words of tickets from another --source" in told
    write("c.jsonl", '{"text": "card"}\n{"text": "x"}\n')
    assert "careful" not in golddust("import", file, "--source", "zendesk").out


@pytest.mark.parametrize("path", ["nope/refused.csv", "old.csv"])
def test_a_report_that_cannot_be_written_stops_the_import_before_it_saves(golddust: CommandLine, path: str) -> None:
    file = write("old.csv", TABLE)
    assert path in golddust("import", file, "--report", path).complaint
    assert not Path("golddust.db").exists()
    assert Path(file).read_text() == TABLE


def test_blank_lines_are_counted_apart_and_are_no_mistake(golddust: CommandLine) -> None:
    answer = golddust("import", write("c.csv", "text,id\ncard,1\n\n,\n"))
    assert (answer.code, answer.err) == (0, "")
    assert "3 lines: 1 imported (C-1), 0 already there, 0 refused, 2 blank" in answer.out


def test_a_file_that_is_not_utf8_is_refused_as_a_whole(golddust: CommandLine) -> None:
    Path("c.csv").write_bytes(b"text\ncard\ncaf\xe9\n")
    assert "c.csv: line 3: the byte 0xe9 is not UTF-8" in golddust("import", "c.csv").complaint
    assert not Path("golddust.db").exists()


def test_whose_the_open_tickets_would_be_is_told_beforehand(golddust: CommandLine) -> None:
    file = write("c.jsonl", '{"text": "card"}\n{"text": "card 2"}\n{"text": "queue"}\n')
    out = golddust("import", file, "--dry-run").out
    assert "would be open: 3 (Dana 2, Ines 1), whose owners will be reminded from now on" in out
    assert golddust("import", file, "--json").json["open_by_owner"] == {"dana": 2, "ines": 1}
