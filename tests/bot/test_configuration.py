"""A good file is read; each kind of mistake is told with line, key, what was found and what is allowed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.configuration import MOST_BYTES, Loaded, parse, read, schema
from complaints.conditions import Facts
from complaints.errors import ConfigurationError
from complaints.routing import guess_severity
from complaints.severity import Severity
from tests.complaints.builders import written

EXAMPLE = Path(__file__).parents[2] / "golddust.example.yml"

GOOD = """\
organisation: {name: Bank, time_zone: Europe/London, admins: [dana], triage: desk}
people:
  dana:
    name: Dana
    slack: U0DANA001
  lee:
    name: Lee
    email: lee@bank.example
teams:
  desk:
    name: Desk
    lead: lee
    members: [dana]
"""
"""Thirteen lines that are right: what a test appends begins on line 14."""


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


def test_a_severity_rule_of_the_example_is_explained_by_its_name() -> None:
    severity, trials = guess_severity(read(EXAMPLE).organisation, Facts("My details were in a data breach."))
    assert (severity, trials[-1].rule) == (Severity.CRITICAL, "Data breach or outage")


def test_the_example_conforms_to_the_schema_for_editors() -> None:
    document = json.loads(read(EXAMPLE).document)
    validator = jsonschema.Draft202012Validator(schema(), format_checker=jsonschema.FormatChecker())
    validator.check_schema(schema())
    assert [error.message for error in validator.iter_errors(document)] == []


@pytest.mark.parametrize("urgent", [0, -1, 21])
def test_a_day_without_room_for_a_critical_ticket_is_refused_with_the_reason(tmp_path: Path, urgent: int) -> None:
    with pytest.raises(ConfigurationError) as refused:
        read(written(tmp_path / "golddust.yml", nudges={"urgent_a_day": urgent}))
    assert "nudges.urgent_a_day" in str(refused.value)
    assert "1 to 20: with none, a critical ticket would wait" in str(refused.value)


def test_an_editor_knows_how_many_urgent_messages_a_day_may_have() -> None:
    (urgent,) = (part for name, part in properties(schema()) if name == "urgent_a_day")
    assert (urgent["minimum"], urgent["maximum"], urgent["default"]) == (1, 20, 2)


def properties(part: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every property that a part of the schema describes, at any depth, with its name."""
    if isinstance(part, dict):
        named = part.get("properties", {})
        yield from named.items()
        parts = [*named.values(), *(value for key, value in part.items() if key != "properties")]
    else:
        parts = part if isinstance(part, list) else []
    for inner in parts:
        yield from properties(inner)


def test_every_key_has_a_description_that_an_editor_can_show() -> None:
    described = list(properties(schema()))
    assert len(described) > 60
    assert [name for name, part in described if not part.get("description")] == []


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
    assert str(refusal.value) == ("golddust.yml does not exist; start with: cp golddust.example.yml golddust.yml")


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
    assert told(GOOD.encode() + b"# caf\xe9\n") == ["14: the file: found “the byte 0xe9”; allowed: text saved as UTF-8"]


def test_a_file_that_is_too_large_is_refused() -> None:
    assert told(b"#" * (MOST_BYTES + 1)) == ["1: the file: found “more than 5,000,000 bytes”; allowed: a smaller file"]


# YAML


def test_a_mistake_of_syntax_is_told_with_its_line() -> None:
    (line,) = told(GOOD + "capture: emoji: ticket\n")
    assert line.startswith("14: the file: found “mapping values are not allowed in this context”; allowed: YAML;")


def test_a_tab_is_told_with_its_line() -> None:
    (line,) = told(GOOD + "capture:\n\temoji: ticket\n")
    assert line.startswith("15: the file: found “")


def test_a_control_character_is_told_with_its_line() -> None:
    (line,) = told(GOOD + "capture: \x01\n")
    assert line.startswith("14: the file: found “control characters are not allowed”")


def test_a_key_that_comes_twice_is_told_with_both_lines() -> None:
    assert told(GOOD + "people: {}\n") == [
        "14: people: found “people again”; allowed: each key once; the first is on line 2"
    ]


def test_a_key_that_comes_twice_deep_inside_is_told_with_both_lines() -> None:
    assert told(GOOD + "    lead: dana\n") == [
        "14: teams.desk.lead: found “lead again”; allowed: each key once; the first is on line 12"
    ]


def test_a_list_as_a_key_is_refused() -> None:
    assert told(GOOD + "? [a]\n: b\n") == [
        "14: the file: found “a list or a mapping as a key”; allowed: keys that are words"
    ]


def test_a_tag_is_refused() -> None:
    assert told(GOOD + "capture: !!python/object:os.system {}\n") == [
        "14: capture: found “the tag tag:yaml.org,2002:python/object:os.system”; allowed: values without a tag"
    ]


@pytest.mark.parametrize(
    ("mask", "line"),
    [
        ("{name: odd, pattern: '('}", "privacy.mask[0].pattern: found “(”; allowed: a regular expression; this one"),
        ("{name: odd, pattern: 'x*'}", "privacy.mask[0].pattern: found “x*”; allowed: a regular expression that never"),
        ("{name: odd, pattern: 'a{4000000000}'}", "privacy.mask[0].pattern: found “a{4000000000}”; allowed: a regular"),
        ("{name: '[odd]', pattern: x}", "privacy.mask[0].name: found “[odd]”; allowed: a name without square brackets"),
    ],
)
def test_a_mask_that_can_not_be_used_is_told(mask: str, line: str) -> None:
    (said,) = told(GOOD + f"privacy: {{mask: [{mask}]}}\n")
    assert line in said


def test_who_misspells_what_guests_may_do_is_told_the_choices() -> None:
    (said,) = told(GOOD + "privacy: {guests: refused}\n")
    assert "privacy.guests: found “refused”; allowed: refuse, report" in said


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
    assert line.startswith("14: the file: found “more than 50 levels”")


# Keys and values


def test_an_unknown_key_is_told_with_the_key_that_was_probably_meant() -> None:
    assert told(GOOD + "capture:\n  emjoi: ticket\n") == [
        "15: capture.emjoi: found an unknown key “emjoi”; allowed: watch, emoji (did you mean “emoji”?)"
    ]


def test_an_unknown_key_at_the_top_is_told() -> None:
    assert told(GOOD + "sevrity: {}\n") == [
        "14: sevrity: found an unknown key “sevrity”; allowed: organisation, people, teams, calendars, policies, "
        "profiles, customers, routes, severity, capture, nudges, retention, learning, signals, digests, privacy (did "
        "you mean “severity”?)"
    ]


def test_a_misspelt_key_is_not_told_as_missing_too() -> None:
    assert told(GOOD.replace("    name: Lee", "    nmae: Lee")) == [
        "7: people.lee.nmae: found an unknown key “nmae”; allowed: name, slack, teams, email, manager, deputy, "
        "time_zone, hours, holidays, bundle_at, channel, pronoun, away (did you mean “name”?)"
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
    assert told(GOOD + text) == ["20: routes[0].when.any[0].words[1]: found “404”; allowed: text (put it in quotes)"]


def test_text_in_the_place_of_a_mapping_is_told() -> None:
    assert told(GOOD + "capture: everything\n") == [
        "14: capture: found “everything”; allowed: a mapping with the keys watch, emoji"
    ]


def test_a_mapping_in_the_place_of_a_list_is_told() -> None:
    assert told(GOOD + "customers:\n  gold: Marlow\n") == [
        '14: customers: found “{"gold": "Marlow"}”; allowed: a list (a mapping with the keys name, aliases, tier)'
    ]


def test_a_mistake_in_a_list_of_hours_is_told_at_the_entry() -> None:
    assert told(GOOD + "calendars:\n  uk:\n    hours:\n      mon:\n        - 09:00-12:00\n        - 13\n") == [
        "19: calendars.uk.hours.mon[1]: found “13”; allowed: text (put it in quotes)"
    ]


def test_a_window_that_closes_before_it_opens_is_told() -> None:
    (line,) = told(GOOD + "calendars:\n  uk:\n    hours:\n      mon: 17:00-09:00\n")
    assert line.startswith("17: calendars.uk.hours.mon: found “17:00-09:00”; allowed: a window must open before")


def test_an_empty_list_is_told_where_one_entry_is_needed() -> None:
    assert told(GOOD.replace("admins: [dana]", "admins: []")) == [
        "1: organisation.admins: found “[]”; allowed: at least one entry"
    ]


def test_a_word_that_is_not_one_of_a_few_is_told_with_them() -> None:
    assert told(GOOD + "    assign: round-robbin\n") == [
        "14: teams.desk.assign: found “round-robbin”; allowed: on-call, round-robin, least-loaded, owner "
        "(did you mean “round-robin”?)"
    ]


def test_an_unknown_severity_is_told() -> None:
    assert told(GOOD + "severity:\n  default: hihg\n") == [
        "15: severity.default: found “hihg”; allowed: low, normal, high, critical (did you mean “high”?)"
    ]


def test_a_yes_or_no_that_is_neither_is_told() -> None:
    assert told(GOOD + "    owns: perhaps\n") == ["14: teams.desk.owns: found “perhaps”; allowed: true or false"]


def test_a_short_name_with_other_characters_is_told() -> None:
    assert told(GOOD + "policies:\n  Very Fast: {}\n") == [
        "15: policies.Very Fast: found “Very Fast”; "
        "allowed: a short name of 1 to 64 characters a-z, 0-9, “_”, “.” and “-”"
    ]


def test_a_misspelt_regulatory_profile_is_told_with_the_ones_there_are() -> None:
    (line,) = told(GOOD + "policies:\n  fast:\n    profiles: [fca-dips]\n")
    assert line.startswith(
        "16: policies.fast.profiles[0]: found “fca-dips”; allowed: fca-disp, fca-disp-payments, cfpb,"
    )
    assert line.endswith("(did you mean “fca-disp”?)")


def test_a_regulatory_clock_of_an_unknown_duty_is_told() -> None:
    (line,) = told(GOOD + "profiles:\n  ours:\n    name: Ours\n    clocks: [{name: anwser, length: 4w calendar}]\n")
    assert "allowed: receipt, early, answer (did you mean “answer”?)" in line


def test_an_address_that_is_none_is_told() -> None:
    assert told(GOOD.replace("slack: U0DANA001", "email: dana")) == [
        "5: people.dana.email: found “dana”; allowed: an e-mail address such as dana@example.com"
    ]


def test_a_bad_length_is_told_once_although_it_counts_for_every_severity() -> None:
    (line,) = told(GOOD + "policies:\n  fast:\n    clocks:\n      tell: 4 hours\n")
    assert line.startswith("17: policies.fast.clocks.tell: found “4 hours”; allowed: a whole number from 1 with m, h,")


def test_a_bad_length_of_one_severity_is_told_at_it() -> None:
    (line,) = told(GOOD + "policies:\n  fast:\n    clocks:\n      tell:\n        normal: 4x\n")
    assert line.startswith("18: policies.fast.clocks.tell.normal: found “4x”; allowed: a whole number from 1")


def test_an_unknown_severity_of_a_clock_is_told_once() -> None:
    assert told(GOOD + "policies:\n  fast:\n    clocks:\n      tell: {hihg: 4h}\n") == [
        "17: policies.fast.clocks.tell.hihg: found an unknown key “hihg”; allowed: low, normal, high, critical "
        "(did you mean “high”?)"
    ]


def test_a_step_that_does_nothing_is_told() -> None:
    assert told(GOOD + "policies:\n  fast:\n    steps:\n      - at: 50%\n") == [
        '17: policies.fast.steps[0]: found “{"at": "50%"}”; '
        "allowed: steps with `remind: holder`, `escalate: deputy|lead|manager`, or both"
    ]


def test_bad_hours_are_told_at_the_line_of_the_day() -> None:
    assert told(GOOD + "calendars:\n  uk:\n    hours:\n      mon-thu: 09:00-17:00\n      fri: 9-12\n") == [
        "18: calendars.uk.hours.fri: found “9-12”; allowed: a window such as '09:00-17:30', a list, or 'closed'"
    ]


def test_an_unknown_day_is_told_at_its_line() -> None:
    assert told(GOOD + "calendars:\n  uk:\n    hours:\n      mnday: 09:00-17:00\n") == [
        "17: calendars.uk.hours.mnday: found “mnday”; "
        "allowed: mon, tue, wed, thu, fri, sat, sun, or a range such as mon-fri"
    ]


def test_unknown_holidays_are_told_with_those_of_the_country() -> None:
    assert told(GOOD + "calendars:\n  uk: {holidays: [GB, GB-XX]}\n") == [
        "15: calendars.uk.holidays[1]: found “GB-XX”; allowed: GB, GB-ENG, GB-NIR, GB-SCT, GB-WLS"
    ]


def test_an_unknown_time_zone_is_told_with_one_that_is_like_it() -> None:
    assert told(GOOD.replace("    name: Lee", "    name: Lee\n    time_zone: Europe/Pariss")) == [
        "8: people.lee.time_zone: found “Europe/Pariss”; allowed: time zones of the IANA list, such as Europe/London "
        "(did you mean “Europe/Paris”?)"
    ]


def test_a_day_that_does_not_exist_is_told() -> None:
    assert told(GOOD + "calendars:\n  uk:\n    closed:\n      - 2026-02-31\n") == [
        "17: calendars.uk.closed[0]: found “2026-02-31”; allowed: a date such as 2026-01-05"
    ]


def test_a_number_is_not_taken_for_a_day() -> None:
    assert told(GOOD + "    rota: {people: [dana], starts: 20260105}\n") == [
        "14: teams.desk.rota.starts: found “20260105”; allowed: a date such as 2026-01-05"
    ]


def test_an_absence_that_ends_before_it_begins_is_told() -> None:
    assert told(GOOD.replace("name: Lee", "name: Lee\n    away:\n      - {from: 2026-02-02, until: 2026-02-01}")) == [
        "9: people.lee.away[0].until: found “2026-02-01”; allowed: the day of `from` or a later one"
    ]


def test_a_regular_expression_that_is_none_is_told() -> None:
    assert told(GOOD + "routes:\n  - team: desk\n    when:\n      regex: (card\n") == [
        "17: routes[0].when.regex: found “(card”; allowed: a regular expression; this one has: missing ) at position 5"
    ]


def test_a_regular_expression_that_would_take_all_memory_is_told() -> None:
    assert told(GOOD + "routes:\n  - team: desk\n    when:\n      regex: (a{4000}){4000}\n") == [
        "17: routes[0].when.regex: found “(a{4000}){4000}”; "
        "allowed: a regular expression whose repeats multiply to 100,000 at most"
    ]


def test_a_regular_expression_that_is_nested_too_deeply_is_told() -> None:
    (line,) = told(GOOD + f"routes:\n  - team: desk\n    when:\n      regex: {'(' * 900}\n")
    assert line.endswith("allowed: a regular expression that is not nested so deeply")


def test_a_condition_that_would_match_everything_is_told() -> None:
    assert told(GOOD + "routes:\n  - team: desk\n    when: {words: }\n") == [
        '16: routes[0].when: found “{"words": null}”; '
        "allowed: a condition with at least one key; an empty one would match everything"
    ]


def test_an_unknown_person_is_told_at_the_line_that_names_them() -> None:
    assert told(GOOD.replace("    name: Lee", "    name: Lee\n    manager: dan")) == [
        "8: people.lee.manager: found “dan”; allowed: dana, lee (did you mean “dana”?)"
    ]


def test_an_unknown_member_is_told_at_the_line_of_the_entry() -> None:
    assert told(GOOD.replace("members: [dana]", "members:\n      - dana\n      - zoe")) == [
        "15: teams.desk.members[1]: found “zoe”; allowed: dana, lee"
    ]


def test_an_unknown_team_that_stands_alone_is_told_at_its_key() -> None:
    assert told(GOOD + "routes:\n  - team: desk\n    when:\n      reporter_team: shop\n") == [
        "17: routes[0].when.reporter_team: found “shop”; allowed: desk"
    ]


def test_an_assignment_by_default_that_cannot_work_is_told_at_the_team() -> None:
    (line,) = told(GOOD.replace("    members: [dana]\n", ""))
    assert line.startswith("10: teams.desk: found “round-robin”; allowed: round-robin together with `members:`")


def test_the_name_of_a_channel_is_not_its_id() -> None:
    assert told(GOOD + '    channel: "#payments"\n') == [
        "14: teams.desk.channel: found “#payments”; allowed: the channel's id, e.g. C0123456 (channel name → About)"
    ]


@pytest.mark.parametrize("channel", ["C0123456", "G0123456", "19:ab_12@thread.tacv2", "19:ab@thread.v2"])
def test_the_id_of_a_channel_or_conversation_is_accepted(channel: str) -> None:
    assert loaded(GOOD + f"    channel: {channel}\n").organisation.teams["desk"].channel == channel


def test_channels_to_watch_may_be_named_and_an_emoji_may_have_colons() -> None:
    capture = loaded(GOOD + "capture: {watch: ['#complaints', C0123456], emoji: ':ticket:'}\n").organisation.capture
    assert (capture.watch, capture.reaction) == (("#complaints", "C0123456"), "ticket")


def test_somebody_who_cannot_be_reached_is_told_at_their_key() -> None:
    assert told(GOOD.replace("    email: lee@bank.example\n", "")) == [
        "6: people.lee: found “no way to reach them”; allowed: a slack id, a teams id or an email"
    ]


@pytest.mark.parametrize(
    ("code", "meant"), [("UK", "GB"), ("gb", "GB"), ("Germany", "DE"), ("DEU", "DE"), ("UK-EN", "GB-ENG")]
)
def test_holidays_that_have_another_code_are_told_with_it(code: str, meant: str) -> None:
    (line,) = told(GOOD + f"calendars:\n  uk: {{holidays: {code}}}\n")
    assert line.endswith(f"(did you mean “{meant}”?)")


@pytest.mark.parametrize("length", ["5", "5 days", "5.5", "[5d]"])
def test_a_length_that_is_none_is_told_in_the_same_words_whatever_it_is(length: str) -> None:
    (line,) = told(GOOD + f"policies:\n  fast:\n    repeat: {length}\n")
    assert line.endswith(
        "allowed: a whole number from 1 with m, h, d or w, in working time unless 'calendar' follows, "
        "such as '15m', '4h', '3d' or '8w calendar', and at most 3650 days"
    )


def test_one_number_for_all_severities_is_told_in_the_words_of_a_length() -> None:
    (line,) = told(GOOD + "policies:\n  fast:\n    clocks:\n      tell: 5\n")
    assert line.startswith("17: policies.fast.clocks.tell: found “5”; allowed: a whole number from 1 with m, h, d or w")


# Several mistakes at once


def places(text: str) -> list[str]:
    """The line and path of each problem that reading the file tells."""
    return [line.split(": ")[0] + " " + line.split(": ")[1] for line in told(text)]


def test_a_misspelt_key_does_not_hide_an_unknown_deputy() -> None:
    text = GOOD.replace("    name: Lee", "    nmae: Lee").replace("    slack: U0", "    deputy: zoe\n    slack: U0")
    assert places(text) == ["5 people.dana.deputy", "8 people.lee.nmae"]


def test_a_misspelt_key_does_not_hide_that_somebody_cannot_be_reached() -> None:
    text = GOOD.replace("    email: lee@bank.example", "    manger: dana")
    assert places(text) == ["6 people.lee", "8 people.lee.manger"]
    assert places(GOOD.replace("    email:", "    emial:")) == ["8 people.lee.emial"]


def test_what_stands_under_a_misspelt_key_is_read_all_the_same() -> None:
    text = GOOD.replace("    members: [dana]", "    membrs:\n      - dana\n      - zoe")
    assert places(text) == ["13 teams.desk.membrs", "15 teams.desk.membrs[1]"]


def test_a_misspelt_part_does_not_make_its_names_unknown() -> None:
    assert places(GOOD + "    policy: fast\npolcies:\n  fast: {repeat: 5d}\n") == ["15 polcies"]


def test_a_broken_entry_of_a_list_does_not_move_those_after_it() -> None:
    routes = "routes:\n  - nonsense\n  - {when: {words: card}, team: dusk}\n"
    assert places(GOOD + routes) == ["15 routes[0]", "16 routes[1].team"]


def test_what_follows_from_a_mistake_is_not_told_again() -> None:
    assert places(GOOD.replace("U0DANA001", "dana")) == ["5 people.dana.slack"]
    assert places(GOOD.replace("members: [dana]", "members: 12")) == ["13 teams.desk.members"]
    assert places(GOOD.replace("  lee:\n    name: Lee\n    email: lee@bank.example", "  lee: 12")) == ["6 people.lee"]


def test_a_broken_rule_does_not_hide_its_unknown_team() -> None:
    routes = "routes:\n  - when: {regex: (card}\n    team: dusk\n"
    assert places(GOOD + routes) == ["15 routes[0].when.regex", "16 routes[0].team"]


# How it is told


def test_all_problems_are_told_in_the_order_of_the_lines() -> None:
    text = GOOD.replace("U0DANA001", "dana").replace("name: Lee", "name: 12") + "capture: x\n"
    assert [line.split(":")[0] for line in told(text)] == ["5", "7", "14"]


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
