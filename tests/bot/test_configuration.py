"""A good file is read; each kind of mistake is told with line, key, what was found and what is allowed."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.configuration import MOST_BYTES, Loaded, parse, read, schema
from complaints.errors import ConfigurationError

EXAMPLE = Path(__file__).parents[2] / "golddust.example.yml"

GOOD = """\
organisation: {name: Bank, time_zone: Europe/London, admins: [dana], triage: desk}
people:
  dana:
    name: Dana
    slack: U0DANA001
  lee:
    name: Lee
teams:
  desk:
    name: Desk
    lead: lee
    members: [dana]
"""
"""Twelve lines that are right: what a test appends begins on line 13."""


def loaded(text: str) -> Loaded:
    return parse(text.encode(), "golddust.yml")


def told(data: str | bytes) -> list[str]:
    """The problems that reading the file tells, without its name."""
    with pytest.raises(ConfigurationError) as refusal:
        parse(data if isinstance(data, bytes) else data.encode(), "golddust.yml")
    return [line.removeprefix("golddust.yml:") for line in str(refusal.value).splitlines()]


# What is read


def test_the_example_loads() -> None:
    example = read(EXAMPLE)
    assert example.organisation.organisation.name == "Harbour Bank"
    assert example.organisation.name("dana") == "Dana Whitfield"


def test_the_example_conforms_to_the_schema_for_editors() -> None:
    document = json.loads(read(EXAMPLE).document)
    validator = jsonschema.Draft202012Validator(schema(), format_checker=jsonschema.FormatChecker())
    validator.check_schema(schema())
    assert [error.message for error in validator.iter_errors(document)] == []


@pytest.mark.parametrize(
    "addition",
    [
        "policies: {fast: {clocks: {tell: 4h}}}",
        "policies: {fast: {clocks: {tell: {low: 4h, high: 1h}}}}",
        "calendars: {uk: {holidays: GB-ENG, closed: 2026-12-24}}",
        "routes: [{when: {words: card, severity: high}, team: desk}]",
        "capture: {watch: C0001}",
    ],
)
def test_short_forms_that_load_also_conform_to_the_schema(addition: str) -> None:
    document = json.loads(loaded(GOOD + addition).document)
    jsonschema.validate(document, schema())


@pytest.mark.parametrize(
    "addition",
    [
        "polcies: {}",
        "policies: {fast: {clocks: {tell: soon}}}",
        "policies: {fast: {clocks: {tell: {lowest: 4h}}}}",
        "capture: {emoji: [ticket]}",
        "people: {}",
        "customers: [{tier: gold}]",
    ],
)
def test_what_does_not_load_does_not_conform_to_the_schema_either(addition: str) -> None:
    told(GOOD + addition)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(yaml.safe_load(GOOD + addition), schema())


def test_comments_spacing_and_quotes_do_not_change_the_version() -> None:
    other = GOOD.replace("name: Dana", 'name:   "Dana"   # the engineer') + "\n# the end\n"
    assert loaded(other).version == loaded(GOOD).version
    assert len(loaded(GOOD).version) == 12


def test_another_value_is_another_version() -> None:
    assert loaded(GOOD.replace("Dana", "Dina")).version != loaded(GOOD).version


def test_the_document_read_again_is_the_same_organisation() -> None:
    again = parse(read(EXAMPLE).document.encode(), "golddust.yml")
    assert again == read(EXAMPLE)


def test_norway_and_other_words_are_not_taken_for_yes_and_no() -> None:
    organisation = loaded(GOOD.replace("Lee", "On") + "calendars: {no: {holidays: NO}}").organisation
    assert organisation.people["lee"].name == "On"
    assert organisation.calendars["no"].holidays == ("NO",)


def test_yes_and_no_are_understood_where_they_are_asked_for() -> None:
    team = "  floor:\n    name: Floor\n    lead: lee\n    owns: no\n"
    assert loaded(GOOD + team).organisation.teams["floor"].owns is False


def test_hours_need_no_quotes() -> None:
    text = GOOD + "calendars:\n  uk:\n    hours:\n      mon-fri: 9:00-17:00\n      sat: [10:00-12:00, 13:00-15:00]\n"
    assert loaded(text).organisation.calendars["uk"].hours["mon-fri"] == "9:00-17:00"


def test_the_start_of_a_rota_stays_a_date() -> None:
    text = GOOD + "    assign: on-call\n    rota: {people: [dana], starts: 2026-01-05}\n"
    rota = loaded(text).organisation.teams["desk"].rota
    assert rota is not None
    assert rota.starts == date(2026, 1, 5)


def test_an_alias_stands_for_what_it_names() -> None:
    hours = "calendars:\n  uk: &plain\n    hours: {mon: 09:00-10:00}\n  us: *plain\n"
    calendars = loaded(GOOD + hours).organisation.calendars
    assert calendars["us"] == calendars["uk"]


def test_a_byte_order_mark_does_no_harm() -> None:
    assert parse(b"\xef\xbb\xbf" + GOOD.encode(), "golddust.yml") == loaded(GOOD)


# The file as a whole


def test_a_missing_file_says_how_to_get_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigurationError) as refusal:
        read(Path("golddust.yml"))
    assert str(refusal.value) == (
        "golddust.yml: found no such file; allowed: a file; the example is a good start: "
        "cp golddust.example.yml golddust.yml"
    )


def test_a_folder_is_not_a_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="Is a directory"):
        read(tmp_path)


def test_an_empty_file_is_told_with_the_keys() -> None:
    (line,) = told("# nothing yet\n")
    assert line.startswith("1: the file: found “an empty file”; allowed: the keys organisation, people, teams,")


def test_a_list_is_not_a_file() -> None:
    (line,) = told("- a\n- b\n")
    assert line.startswith("1: the file: found “a list”; allowed: the keys organisation,")


def test_text_that_is_not_utf_8_is_told_with_its_line() -> None:
    assert told(GOOD.encode() + b"# caf\xe9\n") == ["13: the file: found “the byte 0xe9”; allowed: text saved as UTF-8"]


def test_a_file_that_is_too_large_is_refused() -> None:
    assert told(b"#" * (MOST_BYTES + 1)) == ["1: the file: found “more than 5,000,000 bytes”; allowed: a smaller file"]


# YAML


def test_a_mistake_of_syntax_is_told_with_its_line() -> None:
    (line,) = told(GOOD + "capture: emoji: ticket\n")
    assert line.startswith("13: the file: found “mapping values are not allowed in this context”; allowed: YAML;")


def test_a_tab_is_told_with_its_line() -> None:
    (line,) = told(GOOD + "capture:\n\temoji: ticket\n")
    assert line.startswith("14: the file: found “")


def test_a_control_character_is_told_with_its_line() -> None:
    (line,) = told(GOOD + "capture: \x01\n")
    assert line.startswith("13: the file: found “control characters are not allowed”")


def test_a_key_that_comes_twice_is_told_with_both_lines() -> None:
    assert told(GOOD + "people: {}\n") == [
        "13: people: found “people again”; allowed: each key once; the first is on line 2"
    ]


def test_a_key_that_comes_twice_deep_inside_is_told_with_both_lines() -> None:
    assert told(GOOD + "    lead: dana\n") == [
        "13: teams.desk.lead: found “lead again”; allowed: each key once; the first is on line 11"
    ]


def test_a_list_as_a_key_is_refused() -> None:
    assert told(GOOD + "? [a]\n: b\n") == [
        "13: the file: found “a list or a mapping as a key”; allowed: keys that are words"
    ]


def test_a_tag_is_refused() -> None:
    assert told(GOOD + "capture: !!python/object:os.system {}\n") == [
        "13: capture: found “the tag tag:yaml.org,2002:python/object:os.system”; allowed: values without a tag"
    ]


def test_aliases_that_grow_beyond_measure_are_refused() -> None:
    layers = "".join(f"{b}: &{b} [{', '.join([f'*{a}'] * 10)}]\n" for a, b in zip("abcdefg", "bcdefgh", strict=True))
    (line,) = told("a: &a [x]\n" + layers)
    assert "found “more than 250,000 values”" in line


def test_an_alias_inside_what_it_stands_for_is_refused() -> None:
    assert told("a: 1\nb: &b\n  - *b\n") == [
        "2: the file: found “an alias inside what it stands for”; allowed: aliases of what is complete"
    ]


def test_nesting_beyond_measure_is_refused() -> None:
    (line,) = told(GOOD + "capture: " + "[" * 100_000)
    assert line.startswith("13: the file: found “more than 50 levels”")


# Keys and values


def test_an_unknown_key_is_told_with_the_key_that_was_probably_meant() -> None:
    assert told(GOOD + "capture:\n  emjoi: ticket\n") == [
        "14: capture.emjoi: found “emjoi”; allowed: watch, emoji (did you mean “emoji”?)"
    ]


def test_an_unknown_key_at_the_top_is_told() -> None:
    assert told(GOOD + "sevrity: {}\n") == [
        "13: sevrity: found “sevrity”; allowed: organisation, people, teams, calendars, policies, customers, routes, "
        "severity, capture (did you mean “severity”?)"
    ]


def test_a_misspelt_key_is_not_told_as_missing_too() -> None:
    assert told(GOOD.replace("    name: Lee", "    nmae: Lee")) == [
        "7: people.lee.nmae: found “nmae”; allowed: name, slack, teams, email, manager, deputy, time_zone, hours, "
        "holidays, pronoun, away (did you mean “name”?)"
    ]


def test_a_missing_key_is_told_at_the_line_of_what_lacks_it() -> None:
    assert told(GOOD.replace("    name: Dana\n", "")) == [
        "3: people.dana.name: found nothing; allowed: text of 1 to 80 characters"
    ]


def test_a_missing_part_is_told_at_the_first_line() -> None:
    assert told(GOOD.split("teams:")[0]) == ["1: teams: found nothing; allowed: a mapping of names to their entries"]


def test_a_number_in_the_place_of_text_is_told() -> None:
    assert told(GOOD.replace("name: Lee", "name: 12")) == [
        "7: people.lee.name: found “12”; allowed: text of 1 to 80 characters (put it in quotes)"
    ]


def test_a_value_on_a_line_of_its_own_is_told_at_that_line() -> None:
    assert told(GOOD.replace("    name: Lee", "    name: Lee\n    slack:\n      lee")) == [
        "9: people.lee.slack: found “lee”; allowed: a Slack member id such as U0DANA001"
    ]


def test_an_entry_of_a_nested_list_is_told_at_its_own_line() -> None:
    text = "routes:\n  - team: desk\n    when:\n      any:\n        - words:\n            - card\n            - 404\n"
    assert told(GOOD + text) == ["19: routes[0].when.any[0].words[1]: found “404”; allowed: text (put it in quotes)"]


def test_text_in_the_place_of_a_mapping_is_told() -> None:
    assert told(GOOD + "capture: everything\n") == [
        "13: capture: found “everything”; allowed: a mapping with the keys watch, emoji"
    ]


def test_a_mapping_in_the_place_of_a_list_is_told() -> None:
    assert told(GOOD + "customers:\n  gold: Marlow\n") == [
        '13: customers: found “{"gold": "Marlow"}”; allowed: a list (a mapping with the keys name, aliases, tier)'
    ]


def test_a_mistake_in_a_list_of_hours_is_told_at_the_entry() -> None:
    assert told(GOOD + "calendars:\n  uk:\n    hours:\n      mon:\n        - 09:00-12:00\n        - 13\n") == [
        "18: calendars.uk.hours.mon[1]: found “13”; allowed: text (put it in quotes)"
    ]


def test_a_window_that_closes_before_it_opens_is_told() -> None:
    (line,) = told(GOOD + "calendars:\n  uk:\n    hours:\n      mon: 17:00-09:00\n")
    assert line.startswith("16: calendars.uk.hours.mon: found “17:00-09:00”; allowed: a window must open before")


def test_an_empty_list_is_told_where_one_entry_is_needed() -> None:
    assert told(GOOD.replace("admins: [dana]", "admins: []")) == [
        "1: organisation.admins: found “[]”; allowed: at least one entry"
    ]


def test_a_word_that_is_not_one_of_a_few_is_told_with_them() -> None:
    assert told(GOOD + "    assign: round-robbin\n") == [
        "13: teams.desk.assign: found “round-robbin”; allowed: on-call, round-robin, least-loaded, owner "
        "(did you mean “round-robin”?)"
    ]


def test_an_unknown_severity_is_told() -> None:
    assert told(GOOD + "severity:\n  default: hihg\n") == [
        "14: severity.default: found “hihg”; allowed: low, normal, high, critical (did you mean “high”?)"
    ]


def test_a_yes_or_no_that_is_neither_is_told() -> None:
    assert told(GOOD + "    owns: perhaps\n") == ["13: teams.desk.owns: found “perhaps”; allowed: true or false"]


def test_a_short_name_with_other_characters_is_told() -> None:
    assert told(GOOD + "policies:\n  Very Fast: {}\n") == [
        "14: policies.Very Fast: found “Very Fast”; "
        "allowed: a short name of 1 to 64 characters a-z, 0-9, “_”, “.” and “-”"
    ]


def test_an_address_that_is_none_is_told() -> None:
    assert told(GOOD.replace("slack: U0DANA001", "email: dana")) == [
        "5: people.dana.email: found “dana”; allowed: an e-mail address such as dana@example.com"
    ]


def test_a_bad_length_is_told_once_although_it_counts_for_every_severity() -> None:
    (line,) = told(GOOD + "policies:\n  fast:\n    clocks:\n      tell: 4 hours\n")
    assert line.startswith("16: policies.fast.clocks.tell: found “4 hours”; allowed: a whole number from 1 with m, h,")


def test_a_bad_length_of_one_severity_is_told_at_it() -> None:
    (line,) = told(GOOD + "policies:\n  fast:\n    clocks:\n      tell:\n        normal: 4x\n")
    assert line.startswith("17: policies.fast.clocks.tell.normal: found “4x”; allowed: a whole number from 1")


def test_an_unknown_severity_of_a_clock_is_told_once() -> None:
    assert told(GOOD + "policies:\n  fast:\n    clocks:\n      tell: {hihg: 4h}\n") == [
        "16: policies.fast.clocks.tell.hihg: found “hihg”; allowed: low, normal, high, critical (did you mean “high”?)"
    ]


def test_a_step_that_does_nothing_is_told() -> None:
    assert told(GOOD + "policies:\n  fast:\n    steps:\n      - at: 50%\n") == [
        '16: policies.fast.steps[0]: found “{"at": "50%"}”; '
        "allowed: steps with `remind: holder`, `escalate: deputy|lead|manager`, or both"
    ]


def test_bad_hours_are_told_at_the_line_of_the_day() -> None:
    assert told(GOOD + "calendars:\n  uk:\n    hours:\n      mon-thu: 09:00-17:00\n      fri: 9-12\n") == [
        "17: calendars.uk.hours.fri: found “9-12”; allowed: a window such as '09:00-17:30', a list, or 'closed'"
    ]


def test_an_unknown_day_is_told_at_its_line() -> None:
    assert told(GOOD + "calendars:\n  uk:\n    hours:\n      mnday: 09:00-17:00\n") == [
        "16: calendars.uk.hours.mnday: found “mnday”; "
        "allowed: mon, tue, wed, thu, fri, sat, sun, or a range such as mon-fri"
    ]


def test_unknown_holidays_are_told_with_those_of_the_country() -> None:
    assert told(GOOD + "calendars:\n  uk: {holidays: [GB, GB-XX]}\n") == [
        "14: calendars.uk.holidays[1]: found “GB-XX”; allowed: GB, GB-ENG, GB-NIR, GB-SCT, GB-WLS"
    ]


def test_an_unknown_time_zone_is_told_with_one_that_is_like_it() -> None:
    assert told(GOOD.replace("    name: Lee", "    name: Lee\n    time_zone: Europe/Pariss")) == [
        "8: people.lee.time_zone: found “Europe/Pariss”; allowed: time zones of the IANA list, such as Europe/Paris"
    ]


def test_a_day_that_does_not_exist_is_told() -> None:
    assert told(GOOD + "calendars:\n  uk:\n    closed:\n      - 2026-02-31\n") == [
        "16: calendars.uk.closed[0]: found “2026-02-31”; allowed: a date such as 2026-01-05"
    ]


def test_a_number_is_not_taken_for_a_day() -> None:
    assert told(GOOD + "    rota: {people: [dana], starts: 20260105}\n") == [
        "13: teams.desk.rota.starts: found “20260105”; allowed: a date such as 2026-01-05"
    ]


def test_an_absence_that_ends_before_it_begins_is_told() -> None:
    assert told(GOOD.replace("name: Lee", "name: Lee\n    away:\n      - {from: 2026-02-02, until: 2026-02-01}")) == [
        "9: people.lee.away[0].until: found “2026-02-01”; allowed: the day of `from` or a later one"
    ]


def test_a_regular_expression_that_is_none_is_told() -> None:
    assert told(GOOD + "routes:\n  - team: desk\n    when:\n      regex: (card\n") == [
        "16: routes[0].when.regex: found “(card”; allowed: a regular expression; this one has: missing ) at position 5"
    ]


def test_a_regular_expression_that_would_take_all_memory_is_told() -> None:
    assert told(GOOD + "routes:\n  - team: desk\n    when:\n      regex: (a{4000}){4000}\n") == [
        "16: routes[0].when.regex: found “(a{4000}){4000}”; "
        "allowed: a regular expression whose repeats multiply to 100,000 at most"
    ]


def test_a_regular_expression_that_is_nested_too_deeply_is_told() -> None:
    (line,) = told(GOOD + f"routes:\n  - team: desk\n    when:\n      regex: {'(' * 900}\n")
    assert line.endswith("allowed: a regular expression that is not nested so deeply")


def test_a_condition_that_would_match_everything_is_told() -> None:
    assert told(GOOD + "routes:\n  - team: desk\n    when: {words: }\n") == [
        '15: routes[0].when: found “{"words": null}”; '
        "allowed: a condition with at least one key; an empty one would match everything"
    ]


def test_an_unknown_person_is_told_at_the_line_that_names_them() -> None:
    assert told(GOOD.replace("    name: Lee", "    name: Lee\n    manager: dan")) == [
        "8: people.lee.manager: found “dan”; allowed: dana, lee (did you mean “dana”?)"
    ]


def test_an_unknown_member_is_told_at_the_line_of_the_entry() -> None:
    assert told(GOOD.replace("members: [dana]", "members:\n      - dana\n      - zoe")) == [
        "14: teams.desk.members[1]: found “zoe”; allowed: dana, lee"
    ]


def test_an_unknown_team_that_stands_alone_is_told_at_its_key() -> None:
    assert told(GOOD + "routes:\n  - team: desk\n    when:\n      reporter_team: shop\n") == [
        "16: routes[0].when.reporter_team: found “shop”; allowed: desk"
    ]


def test_an_assignment_by_default_that_cannot_work_is_told_at_the_team() -> None:
    (line,) = told(GOOD.replace("    members: [dana]\n", ""))
    assert line.startswith("9: teams.desk: found “round-robin”; allowed: round-robin together with `members:`")


# How it is told


def test_all_problems_are_told_in_the_order_of_the_lines() -> None:
    text = GOOD.replace("U0DANA001", "dana").replace("name: Lee", "name: 12") + "capture: x\n"
    assert [line.split(":")[0] for line in told(text)] == ["5", "7", "13"]


def test_a_long_value_is_cut() -> None:
    (line,) = told(GOOD.replace("U0DANA001", "x" * 5000))
    assert f"found “{'x' * 79}…”;" in line


def test_what_cannot_be_seen_is_written_as_its_escape() -> None:
    (line,) = told(GOOD.replace("U0DANA001", r'"a\nb\u202e\0"'))
    assert r"found “a\nb\u202e\x00”;" in line


def test_a_file_full_of_mistakes_tells_the_first_fifty() -> None:
    lines = told(GOOD + "".join(f"wrong{n}: 1\n" for n in range(70)))
    assert len(lines) == 51
    assert lines[-1] == " and 20 more problems"


# Whatever is in the file

unhurried = settings(deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])

WORDS = st.sampled_from(sorted(set(re.findall(r"[\w%+:.-]+", EXAMPLE.read_text(encoding="utf-8")))))
VALUES = st.recursive(
    WORDS | st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=20,
)


def loads_or_refuses(data: bytes, folder: Path) -> None:
    path = folder / "golddust.yml"
    path.write_bytes(data)
    try:
        assert len(read(path).version) == 12
    except ConfigurationError as refusal:
        assert all(line.startswith(str(path)) for line in str(refusal).split("\n"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("any")


@unhurried
@given(st.binary(max_size=200))
def test_any_bytes_load_or_are_refused(folder: Path, data: bytes) -> None:
    loads_or_refuses(data, folder)


@unhurried
@given(st.text(alphabet="ab:-[]{}&*!|>'\"%#?,~<\n\t 01.\\x\u2028\ufeff\x00", max_size=60))
def test_any_text_that_looks_like_yaml_loads_or_is_refused(folder: Path, text: str) -> None:
    loads_or_refuses(text.encode(), folder)
    loads_or_refuses((GOOD + text).encode(), folder)


@unhurried
@given(st.dictionaries(WORDS, VALUES, max_size=6))
def test_any_parts_load_or_are_refused(folder: Path, parts: dict[str, Any]) -> None:
    whole = {**yaml.safe_load(GOOD), **parts}
    loads_or_refuses(yaml.safe_dump(whole, allow_unicode=True).encode(), folder)


@unhurried
@given(st.data())
def test_the_example_with_any_line_changed_loads_or_is_refused(folder: Path, data: st.DataObject) -> None:
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    place = data.draw(st.integers(0, len(lines) - 1))
    key = lines[place].partition(":")[0]
    lines[place] = f"{key}: {data.draw(VALUES)}"
    loads_or_refuses("\n".join(lines).encode(), folder)
