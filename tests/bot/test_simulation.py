"""`golddust simulate`."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Any

import pytest

from complaints import commands
from tests.bot.conftest import CommandLine
from tests.complaints.builders import moment, written
from tests.world import World

START = moment("2025-03-03 09:00")
WINDOW = ("--from", "2025-03-03", "--to", "2025-03-15")


async def two_weeks(w: World) -> None:
    card = await w.says("sam", "my card was taken twice")
    await w.says("sam", "the app is slow")
    await w.advance(hours=3)
    await w.does(commands.Acknowledge, "dana", card)
    await w.advance(days=11)


def other_file(**changes: Any) -> str:
    """The path of a file under which people have longer to acknowledge and to resolve."""
    lengths = {"acknowledge": "2d", "resolve": "9d", "tell": "1d", "unblock": "1d"}
    return str(written(Path("new.yml"), policies={"standard": {"clocks": lengths}}, **changes))


def test_another_file_is_shown_side_by_side(golddust: CommandLine) -> None:
    golddust.given(two_weeks, START)
    answer = golddust("simulate", "--config", other_file(), *WINDOW)
    assert (answer.code, answer.err) == (0, "")
    lines = answer.out.splitlines()
    assert re.fullmatch(r"new.yml would have sent \d+ % fewer messages and warned of .+", lines[0])
    assert lines[1] == "Mon 3 Mar 2025 00:00 to Sat 15 Mar 2025 00:00 (Europe/London), 2 tickets"
    assert "nothing was sent or changed" in lines[2]
    assert lines[4].split() == ["golddust.yml", "new.yml"]
    assert [line.split("  ")[0] for line in lines if line.startswith("C-")] == ["C-1", "C-2"]
    assert max(len(line.rstrip()) for line in lines) <= 100


def test_the_same_file_says_the_same(golddust: CommandLine) -> None:
    golddust.given(two_weeks, START)
    out = golddust("simulate", "--config", str(written(Path("new.yml"))), *WINDOW).out
    assert out.startswith("new.yml would have sent as many messages and warned of as many breaches\n")
    assert "no ticket would have been nudged about differently" in out


def test_the_json_has_exactly_these_keys(golddust: CommandLine) -> None:
    golddust.given(two_weeks, START)
    record = golddust("simulate", "--config", other_file(), *WINDOW, "--json").json
    assert set(record) == {"from", "to", "tickets", "verdict", "today", "other", "differ", "differ_in_all"}
    assert (record["from"], record["to"], record["tickets"]) == ("2025-03-03T00:00:00Z", "2025-03-15T00:00:00Z", 2)
    for column, name in ((record["today"], "golddust.yml"), (record["other"], "new.yml")):
        assert set(column) == {
            "config", "version", "nudges", "messages", "people_a_day", "messages_a_person_and_day", "escalations",
            "breaches", "warned", "made_by_others", "made_no_sense",
        }  # fmt: skip
        assert (column["config"], set(column["people_a_day"])) == (name, {"mean", "max"})
        assert set(column["messages_a_person_and_day"]) == {"median", "p95", "max"}
        assert column["made_no_sense"] == []
    assert record["differ_in_all"] == len(record["differ"]) > 0
    story = record["differ"][0]["other"]
    assert (set(record["differ"][0]), set(story)) == ({"ref", "today", "other"}, {"nudges", "first_at", "people"})
    assert set(story["people"][0]) == {"person", "nudges"}


def test_a_move_that_makes_no_sense_is_told_with_its_reason(golddust: CommandLine) -> None:
    async def handed_on(w: World) -> None:
        card = await w.says("sam", "my card")
        await w.does(commands.HandBack, "dana", card, to_team="app")
        await w.advance(days=2)

    golddust.given(handed_on, START)
    routes = [{"name": "All", "when": {"words": ["card"]}, "team": "app", "category": "all"}]
    config = other_file(routes=routes)
    out = golddust("simulate", "--config", config, *WINDOW).out
    assert "1 recorded move made no sense under new.yml:\n  C-1 handed back: C-1 is already with Kim." in out
    (misfit,) = golddust("simulate", "--config", config, *WINDOW, "--json").json["other"]["made_no_sense"]
    assert misfit == {
        "ref": "C-1", "at": "2025-03-03T09:00:00Z", "move": "handed back", "why": "C-1 is already with Kim.",
    }  # fmt: skip


def test_nothing_is_changed_in_the_database_to_the_last_byte(golddust: CommandLine) -> None:
    golddust.given(two_weeks, START)
    file = Path(golddust.database.removeprefix("sqlite:///"))

    def contents() -> dict[str, str]:
        return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in file.parent.glob(f"{file.name}*")}

    temporary = Path("temporary")
    temporary.mkdir()
    golddust.monkeypatch.setattr("tempfile.tempdir", str(temporary))
    before = contents()
    assert set(before) == {file.name}, "nothing waits to be written"
    golddust.monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1-1-" + "a" * 24)
    golddust.monkeypatch.setenv("SLACK_API_URL", "http://127.0.0.1:9/")  # where nobody listens
    assert golddust("simulate", "--config", other_file(), *WINDOW).code == 0
    assert contents() == before
    assert list(temporary.iterdir()) == [], "the databases of its own are gone"


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["--since", "30d", "--from", "2025-03-03"], "give either --since, or --from and --to"),
        (["--to", "2025-03-03"], "say from when too: --from TIME"),
        (["--from", "2025-03-05", "--to", "2025-03-05"], "there is no time between --from and --to"),
        (["--from", "2025-03-05", "--to", "2999-01-01"], "that is still to come; history ends now"),
        (["--from", "2024-03-05", "--to", "2024-03-06"], "no ticket was open or captured in that time"),
        (["--since", "long"], "“long” is no length of time"),
        (["--from", "soon"], "“soon” is no moment"),
    ],
)
def test_a_wrong_window_is_told_in_one_line(golddust: CommandLine, words: list[str], why: str) -> None:
    golddust.given(two_weeks, START)
    assert why in golddust("simulate", "--config", other_file(), *words).complaint


def test_a_file_that_is_missing_or_broken_is_told_as_always(golddust: CommandLine) -> None:
    golddust.given(two_weeks, START)
    assert "new.yml does not exist" in golddust("simulate", "--config", "new.yml").complaint
    Path("new.yml").write_text("people: 7\n")
    answer = golddust("simulate", "--config", "new.yml", *WINDOW)
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith("new.yml:1: ")
    assert "--config" in golddust("simulate").complaint


def test_a_history_that_is_not_there_yet_is_told_in_one_line(golddust: CommandLine) -> None:
    assert "there is no database at" in golddust("simulate", "--config", other_file()).complaint
