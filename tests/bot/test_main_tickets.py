"""Looking at tickets on the command line; the JSON is a surface that other programs rely on."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.cli.history import sentence
from complaints import commands, lifecycle
from complaints.forecast import Forecast, Forecasts
from complaints.ticket import Source
from handlers import learning, nudge
from tests.bot.conftest import CommandLine
from tests.world import World

RECORD = {
    "ref", "kind", "parent", "state", "severity", "category", "team", "owner", "holder", "reporter", "customer",
    "verbatim", "source",
    "received_at", "captured_at", "acknowledged_at", "resolved_at", "told_at", "closed_at", "close_reason",
    "next_nudge_at", "clocks", "policy_version",
}  # fmt: skip
PROMISED = {
    "ref", "state", "severity", "category", "team", "owner", "holder", "reporter", "verbatim", "source", "captured_at",
    "acknowledged_at", "resolved_at", "told_at", "closed_at", "next_nudge_at", "clocks", "policy_version",
}  # fmt: skip
"""What the surface has promised from the beginning."""

LATER = datetime(2099, 11, 23, 9, 0, tzinfo=UTC)
"""A Monday that is still to come whenever the tests run: these commands look at tickets as of now."""


async def three(w: World) -> None:
    first = await w.says("sam", "The card payment was taken twice", source=Source("pigeon", "w", "c", "1"))
    await w.says("sam", "The app shows a stranger")
    await w.says("noor", "The queue in the branch is long")
    await w.advance(minutes=30)
    await w.does(commands.Acknowledge, "dana", first)
    await w.does(commands.Resolve, "dana", first, done="Refunded", tell="You have your money back")
    await w.does(commands.ConfirmTold, "sam", first)


def test_the_tickets_are_a_list_of_objects_with_exactly_these_keys(golddust: CommandLine) -> None:
    golddust.given(three, LATER)
    answer = golddust("tickets", "--json")
    assert (answer.code, answer.err) == (0, "")
    assert [record["ref"] for record in answer.json] == ["C-1", "C-2", "C-3"]
    assert all(set(record) == RECORD for record in answer.json)
    assert RECORD >= PROMISED
    first = answer.json[0]
    assert first["source"] == {
        "platform": "pigeon", "workspace": "w", "conversation": "c", "message": "1", "permalink": None
    }  # fmt: skip
    assert [set(clock) for clock in first["clocks"]] == [{"name", "due_at", "state", "rule"}] * 3
    assert (first["state"], first["close_reason"], first["holder"]) == ("closed", "told", None)
    assert (first["captured_at"], first["acknowledged_at"]) == ("2099-11-23T09:00:00Z", "2099-11-23T09:30:00Z")


def test_one_ticket_adds_its_timeline_and_reasons(golddust: CommandLine) -> None:
    golddust.given(three, LATER)
    record = golddust("ticket", "C-1", "--json").json
    assert set(record) == RECORD | {"words", "parts", "attachments", "reasons", "next", "forecast", "timeline"}
    assert [event["kind"] for event in record["timeline"]] == ["captured", "acknowledged", "resolved", "told"]
    assert all(set(event) == {"at", "actor", "kind", "data"} for event in record["timeline"])
    assert record["reasons"][0] == "it says “card” (rule “Cards and payments”)"
    upcoming = golddust("ticket", "2", "--json").json["next"]
    assert set(upcoming) == {"at", "to", "because", "clock", "step", "alone"}


def test_tickets_can_be_narrowed_down(golddust: CommandLine) -> None:
    golddust.given(three, LATER)

    def refs(*options: str) -> list[str]:
        return [record["ref"] for record in golddust("tickets", "--json", *options).json]

    assert refs("--open") == ["C-2", "C-3"]
    assert refs("--team", "payments") == refs("--team", "Payments") == ["C-1"]
    assert refs("--holder", "kim") == refs("--holder", "kim@test.example") == ["C-2"]
    assert refs("--limit", "1") == ["C-3"]
    assert refs("--team", "app", "--holder", "ines") == []
    assert "did you mean payments?" in golddust("tickets", "--team", "payment").complaint
    assert "no person “dina”" in golddust("tickets", "--holder", "dina").complaint


def test_the_table_shows_the_newest_first(golddust: CommandLine) -> None:
    golddust.given(three, LATER)
    lines = golddust("tickets").out.splitlines()
    assert [line.split()[0] for line in lines] == ["ref", "C-3", "C-2", "C-1"]
    assert golddust("tickets", "--limit", "1").out.splitlines()[-1] == "… and 2 older ones; --limit 3 shows them all"


def test_a_ticket_says_what_comes_next_and_why(golddust: CommandLine) -> None:
    golddust.given(three, LATER)
    out = golddust("ticket", "c-2").out
    upcoming = "next: Mon 23 Nov 2099 11:00 to Kim, by itself, because 50 % of the time to acknowledge it has passed; "
    assert f"{upcoming}acknowledge stops this" in out
    assert "The app shows a stranger" in out
    assert "next: nothing" in golddust("ticket", "C-1").out


def test_an_unknown_ticket_is_told_in_one_line(golddust: CommandLine) -> None:
    golddust.given(three, LATER)
    assert "there is no ticket C-99" in golddust("ticket", "C-99").complaint
    assert "“Sam” is no ticket" in golddust("ticket", "Sam").complaint


def test_what_a_person_wrote_cannot_steer_the_terminal(golddust: CommandLine) -> None:
    async def hostile(w: World) -> None:
        await w.says("sam", "\x1b[2Jcard [bold]gone[/bold] \u202egnp.exe\nC-9  closed")

    golddust.given(hostile, LATER)
    for words in (["tickets"], ["ticket", "C-1"]):
        out = golddust(*words).out
        assert "\x1b" not in out
        assert "\u202e" not in out
        assert "[bold]gone[/bold]" in out
    assert "card [bold]gone[/bold] \ufffdgnp.exe⏎C-9" in golddust("tickets").out
    assert golddust("tickets", "--json").json[0]["verbatim"].startswith("\x1b[2Jcard")


def test_an_export_in_json_lines_is_the_same_objects(golddust: CommandLine) -> None:
    golddust.given(three, LATER)
    lines = golddust("export").out.splitlines()
    assert [json.loads(line) for line in lines] == golddust("tickets", "--json").json


def test_an_export_in_csv_runs_no_formula(golddust: CommandLine) -> None:
    said = [
        '=HYPERLINK("http://evil.example";"card")',
        "+1 card",
        "-1 card",
        "@card",
        "\tcard",
        "\rcard",
        "1 = card\n2",
    ]

    async def formulas(w: World) -> None:
        for words in said:
            await w.says("sam", words)

    golddust.given(formulas, LATER)
    answer = golddust("export", "--format", "csv", "--output", "all.csv")
    assert (answer.code, answer.err) == (0, "7 tickets in all.csv\n")
    with Path("all.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["verbatim"] for row in rows] == [*(f"'{words}" for words in said[:6]), said[6]]
    assert (rows[0]["source_platform"], rows[0]["resolve_state"]) == ("pigeon", "running")
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for row in rows for cell in row.values())
    assert list(csv.DictReader(io.StringIO(golddust("export", "--format", "csv").out)))[6]["ref"] == "C-7"


def test_a_failed_export_leaves_the_old_file_alone(golddust: CommandLine) -> None:
    golddust.given(three, LATER)
    Path("kept.jsonl").write_text("old")
    golddust.monkeypatch.setenv("GOLDDUST_CONFIG", "nowhere.yml")
    assert "nowhere.yml" in golddust("export", "--output", "kept.jsonl").complaint
    assert Path("kept.jsonl").read_text() == "old"


def test_an_export_leaves_no_half_file_behind(golddust: CommandLine) -> None:
    golddust.given(three, LATER)
    Path("kept.jsonl.part").mkdir()  # so that nothing can be written beside it
    complaint = golddust("export", "--output", "kept.jsonl").complaint
    assert complaint == "golddust: kept.jsonl: Is a directory"
    Path("kept.jsonl.part").rmdir()
    golddust("export", "--output", "kept.jsonl")
    assert golddust("export", "--output", "/dev/null").code == 0
    assert [path.name for path in Path().glob("kept*")] == ["kept.jsonl"]


def test_a_ticket_reads_as_a_story_with_names(golddust: CommandLine) -> None:
    golddust.given(three, LATER)
    lines = golddust("ticket", "C-1").out.splitlines()
    assert lines[0] == "C-1: state closed (told), severity normal, category payments"
    assert "source pigeon: w, c, 1" in lines
    assert lines[-4:] == [
        "Mon 23 Nov 2099 09:00  Sam said it; it went to Dana (Payments)",
        "Mon 23 Nov 2099 09:30  Dana has seen it",
        "Mon 23 Nov 2099 09:30  Dana resolved it: “Refunded”; for the customer: “You have your money back”",
        "Mon 23 Nov 2099 09:30  Sam told the customer; closed",
    ]


def test_every_kind_of_event_has_its_sentence() -> None:
    sources = [*Path(lifecycle.__file__).parent.glob("*.py"), *Path(nudge.__file__).parent.glob("*.py")]
    text = "".join(path.read_text() for path in sources)
    kinds = set(re.findall(r'Event\("([a-z ]+)"', text)) | {"reminded", "escalated"}
    for kind in sorted(kinds):
        told = sentence({"kind": kind, "actor": "sam", "data": {}}, str.title, lambda _iso: "noon")
        assert told != kind, f"bot/cli/history.py has no sentence for “{kind}”"


def test_a_customer_is_named_on_the_ticket(golddust: CommandLine) -> None:
    Path("c.jsonl").write_text('{"text": "card", "customer": "Mrs Ito", "team": "Branches"}\n')
    golddust("import", "c.jsonl")
    out = golddust("ticket", "C-1").out
    assert "customer Mrs Ito\n" in out
    assert "it went to Dana (Payments); the file named team “Branches”" in out


def test_a_ticket_says_how_long_such_tickets_usually_take(golddust: CommandLine) -> None:
    day = timedelta(hours=8)
    learnt = Forecasts({("", "app"): Forecast(day, 3 * day, 35, "category")}, 40)

    async def known(w: World) -> None:
        await three(w)
        await w.golddust.worker.run(lambda context: learning.keep(context, learnt), w.now)

    golddust.given(known, LATER)
    said = "usually done in 1 working day, 4 in 5 within 3"
    learnt_from = "35 resolved tickets of this category, captured in the last 180 days"
    assert f"{said} ({learnt_from})" in golddust("ticket", "C-2").out.splitlines()
    assert golddust("ticket", "C-2", "--json").json["forecast"]["said"] == said
    assert "usually" not in golddust("ticket", "C-1").out + golddust("ticket", "C-3").out
