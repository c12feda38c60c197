"""`golddust check` and `golddust explain`."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path

import yaml
from jsonschema import Draft202012Validator

from complaints.forecast import Forecast, Forecasts
from handlers import learning
from tests.bot.conftest import ORGANISATION, CommandLine
from tests.world import World


def test_a_good_file_is_summed_up_in_one_line(golddust: CommandLine) -> None:
    out = golddust("check").out
    assert re.fullmatch(
        rf"{re.escape(str(ORGANISATION))} is good: 7 people, 4 teams, 2 routes, version [0-9a-f]{{12}}\n", out
    )


def test_another_file_can_be_checked(golddust: CommandLine, tmp_path: Path) -> None:
    other = tmp_path / "other.yml"
    other.write_text("people: {}\n")
    answer = golddust("check", str(other))
    assert (answer.code, answer.out) == (2, "")
    assert all(line.startswith(f"{other}:") for line in answer.err.splitlines())


def test_the_schema_accepts_the_file_of_the_tests(golddust: CommandLine) -> None:
    schema = golddust("check", "--schema").json
    Draft202012Validator(schema).validate(json.loads(json.dumps(yaml.safe_load(ORGANISATION.read_text()), default=str)))


def test_an_explanation_shows_every_rule_that_was_tried(golddust: CommandLine) -> None:
    record = golddust("explain", "The app took an angry customer's card", "--json").json
    assert set(record) == {
        "team", "category", "severity", "customer", "owner", "look_by", "load_known", "reasons", "severity_rules",
        "routes", "routes_not_tried", "usually",
    }  # fmt: skip
    assert (record["team"], record["category"], record["severity"], record["owner"]) == (
        "payments", "payments", "high", "dana"
    )  # fmt: skip
    assert [rule["matched"] for rule in record["severity_rules"]] == [False, True]
    assert all(set(rule) == {"rule", "leads_to", "matched", "why"} for rule in record["routes"])
    assert record["routes"][0]["why"] == "it says “card”"
    assert record["routes_not_tried"] == ["The app"]
    assert len(record["reasons"]) == 2


def test_nothing_matching_goes_to_triage_and_says_so(golddust: CommandLine) -> None:
    record = golddust("explain", "The queue is long", "--json").json
    assert (record["team"], record["owner"], record["category"]) == ("triage", "ines", None)
    assert [route["matched"] for route in record["routes"]] == [False, False]
    assert record["reasons"][0] == "no rule fits it, so it goes to triage"


def test_an_explanation_needs_no_database_and_makes_none(golddust: CommandLine) -> None:
    assert golddust("explain", "card", "--json").json["load_known"] is False
    assert not Path("golddust.db").exists()
    assert "nobody’s present work is known" in " ".join(golddust("explain", "card").out.split())


def test_an_explanation_knows_who_has_work_where_there_is_a_database(golddust: CommandLine, tmp_path: Path) -> None:
    least = tmp_path / "least.yml"
    least.write_text(ORGANISATION.read_text().replace("assign: owner, owner: dana", "assign: least-loaded"))
    golddust.monkeypatch.setenv("GOLDDUST_CONFIG", str(least))
    at = ("--at", "2026-11-23T10:00:00Z", "--json")
    assert golddust("explain", "card", *at).json["owner"] == "dana"

    async def dana_has_one(w: World) -> None:
        await w.says("sam", "card payment")

    golddust.given(dana_has_one)
    record = golddust("explain", "card", *at).json
    assert (record["owner"], record["load_known"]) == ("omar", True)


def test_when_they_would_look_follows_the_moment_it_is_said(golddust: CommandLine) -> None:
    record = golddust("explain", "card", "--at", "2026-11-27T16:00:00+00:00", "--json").json
    assert record["look_by"] == "2026-11-30T12:00:00Z"  # an hour of Friday, three of Monday
    out = golddust("explain", "card", "--at", "2026-11-27T16:00:00Z").out
    assert "Look by   Mon 30 Nov 12:00 (Europe/London)" in out


def test_channel_and_reporter_are_seen_by_the_rules(golddust: CommandLine, tmp_path: Path) -> None:
    routes = "routes:\n  - {when: {channel: C0APP}, team: app}\n  - {when: {reporter_team: branches}, team: payments}\n"
    file = tmp_path / "rules.yml"
    file.write_text(ORGANISATION.read_text().replace("routes:\n", routes))
    golddust.monkeypatch.setenv("GOLDDUST_CONFIG", str(file))
    assert golddust("explain", "x", "--json").json["team"] == "triage"
    assert golddust("explain", "x", "--channel", "C0APP", "--json").json["team"] == "app"
    for sam in ("Sam", "sam", "u0sam0001", "slack:U0SAM0001"):
        assert golddust("explain", "x", "--reporter", sam, "--json").json["team"] == "payments"


def test_text_that_is_no_unicode_is_explained_all_the_same(golddust: CommandLine) -> None:
    assert golddust("explain", "card \udce9", "--json").json["team"] == "payments"


def test_an_explanation_ends_with_its_answer_and_fits_a_terminal(golddust: CommandLine, tmp_path: Path) -> None:
    pattern = r"{when: {regex: '\\bzebra\\d+'}, team: app, name: Zebras}"
    file = tmp_path / "rules.yml"
    file.write_text(ORGANISATION.read_text().replace("routes:\n", f"routes:\n  - {pattern}\n"))
    golddust.monkeypatch.setenv("GOLDDUST_CONFIG", str(file))
    lines = golddust("explain", "The card was taken. " * 20).out.splitlines()
    assert max(map(len, lines)) <= 80
    assert "  no   Zebras → app: no pattern found" in lines
    answer = [line.split()[0] for line in lines if line[:1].strip()][2:]
    assert answer == ["Team", "Severity", "Owner", "Look"]
    assert "zebra" in golddust("explain", "card", "--json").json["routes"][0]["why"]


def test_an_explanation_says_how_long_such_complaints_take_where_that_is_known(golddust: CommandLine) -> None:
    day = timedelta(hours=8)
    learnt = Forecasts({("payments", ""): Forecast(2 * day, 4 * day, 40, "team")}, 40)

    async def learn(w: World) -> None:
        await w.golddust.worker.run(lambda context: learning.keep(context, learnt), w.now)

    golddust.given(learn)
    said = "usually done in 2 working days, 4 in 5 within 4"
    assert golddust("explain", "card", "--json").json["usually"] == said
    assert f"Forecast  {said}" in golddust("explain", "card").out.splitlines()
    assert golddust("explain", "app", "--json").json["usually"] is None
