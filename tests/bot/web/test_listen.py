"""What was typed or pressed, as a command."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.intents import Help, ListMine, ListOpen
from bot.watched import Watched
from bot.web.forms import field_for, form_for
from bot.web.listen import corrected, pressed, typed
from complaints import commands
from complaints.errors import BadInput
from complaints.organisation import Organisation
from complaints.severity import Severity
from complaints.ticket import Blocked, Kind
from tests.bot.web.samples import HOSTILE, NOW, TICKET

ON = {"at": NOW, "actor": "dana", "number": 1}


@pytest.fixture
def organisation(watched: Watched) -> Organisation:
    return watched.current.organisation


def test_a_sentence_is_a_complaint_said_in_private(organisation: Organisation) -> None:
    command = typed(f"  {HOSTILE} ", "sam", NOW, organisation, "m1")
    assert isinstance(command, commands.CaptureComplaint)
    assert (command.words, command.actor, command.answered_at_once) == (HOSTILE, "sam", False)
    assert command.source.key == "web:main:person:sam:m1"
    assert command.source.private


def test_help_list_and_mine_are_questions(organisation: Organisation) -> None:
    asked = [typed(words, "sam", NOW, organisation, "m1") for words in ("help", " List ", "mine")]
    assert asked == [Help(), ListOpen(), ListMine()]


def test_away_names_the_deputy_by_key_or_name_and_back_ends_it(organisation: Organisation) -> None:
    away = typed("away until Friday Omar", "dana", NOW, organisation, "m1")
    assert isinstance(away, commands.GoAway)
    assert (away.deputy, away.until) == ("omar", datetime(2026, 11, 27, tzinfo=UTC))
    assert isinstance(typed("back", "dana", NOW, organisation, "m2"), commands.ComeBack)


def test_nothing_typed_is_refused_at_the_field(organisation: Organisation) -> None:
    with pytest.raises(BadInput) as refused:
        typed("   ", "sam", NOW, organisation, "m1")
    assert refused.value.field == "words"


@pytest.mark.parametrize(
    ("press", "answers", "command"),
    [
        ("acknowledge", {}, commands.Acknowledge(**ON)),
        ("unblock", {}, commands.Unblock(**ON)),
        ("told", {}, commands.ConfirmTold(**ON)),
        ("withdraw", {}, commands.Withdraw(**ON)),
        ("useful", {}, commands.RateNudge(**ON, useful=True)),
        ("not_useful", {}, commands.RateNudge(**ON, useful=False)),
        ("reopen", {"why": " no "}, commands.Reopen(**ON, reason="no")),
        ("edit", {"words": "new", "customer": ""}, commands.EditWords(**ON, words="new")),
        ("resolve", {"done": "x", "root_cause": "y", "tell": "z"},
         commands.Resolve(**ON, done="x", root_cause="y", tell="z")),
        ("blocked", {"by": "team", "team": "app", "person": "lee", "why": "w"},
         commands.Block(**ON, blocked=Blocked("team", "app", "w"))),
        ("blocked", {"by": "other", "other": "a part"}, commands.Block(**ON, blocked=Blocked("other", "a part"))),
        ("not_mine", {"whom": "person:kim"}, commands.HandBack(**ON, to_person="kim")),
        ("not_mine", {"whom": "team:app", "why": "w"}, commands.HandBack(**ON, to_team="app", reason="w")),
        ("not_mine", {"whom": "unknown"}, commands.HandBack(**ON)),
        ("not_mine", {"whom": "nothing"}, commands.Dismiss(**ON)),
        ("not_mine", {"whom": "duplicate", "duplicate": "c7"}, commands.Dismiss(**ON, duplicate_of=7)),
        ("promise", {"day": "2026-11-24", "time": "12:00"},
         commands.MakePromise(**ON, until=datetime(2026, 11, 24, 12, tzinfo=UTC))),
    ],
)  # fmt: skip
def test_each_button_is_its_command(
    organisation: Organisation, press: str, answers: dict[str, str], command: commands.Command
) -> None:
    assert pressed(press, 1, "dana", NOW, organisation, answers) == command  # type: ignore[arg-type]


def test_a_promise_is_made_in_the_owners_own_time(organisation: Organisation) -> None:
    summer = {"day": "2027-07-01", "time": "12:00"}
    command = pressed("promise", 1, "dana", NOW, organisation, summer)
    assert isinstance(command, commands.MakePromise)
    assert command.until == datetime(2027, 7, 1, 11, tzinfo=UTC)


@pytest.mark.parametrize(
    ("press", "answers", "field"),
    [
        ("promise", {"day": "", "time": "12:00"}, "until"),
        ("promise", {"day": "0001-01-01", "time": "99"}, "until"),
        ("not_mine", {}, "whom"),
        ("not_mine", {"whom": "duplicate", "duplicate": "first one"}, "duplicate"),
        ("blocked", {"by": "fate"}, "by"),
    ],
)
def test_what_cannot_be_understood_is_refused_at_its_field(
    organisation: Organisation, press: str, answers: dict[str, str], field: str
) -> None:
    with pytest.raises(BadInput) as refused:
        pressed(press, 1, "dana", NOW, organisation, answers)  # type: ignore[arg-type]
    assert refused.value.field == field
    form = form_for(press, TICKET, "dana", organisation, NOW)  # type: ignore[arg-type]
    assert form is not None
    assert field_for(form, field, answers) is not None


def test_a_refused_blocker_is_shown_where_it_was_picked(organisation: Organisation) -> None:
    form = form_for("blocked", TICKET, "dana", organisation, NOW)
    assert form is not None
    for by in ("person", "team", "ticket", "other"):
        field = field_for(form, "what", {"by": by})
        assert field is not None
        assert field.name == by


def test_the_words_to_tell_of_a_problem_are_passed_on_by_each_reporter(organisation: Organisation) -> None:
    form = form_for("resolve", replace(TICKET, kind=Kind.PROBLEM), "dana", organisation, NOW)
    assert form is not None
    assert next(one.hint for one in form.fields if one.name == "tell") == "Each reporter passes them on"


def test_nobody_is_asked_whom_nobody_picked(organisation: Organisation) -> None:
    form = form_for("blocked", TICKET, "dana", organisation, NOW)
    assert form is not None
    for field in form.fields[1:3]:
        assert (field.value, field.groups[0].choices[0][0]) == ("", "")


def test_an_hour_may_be_written_with_one_digit(organisation: Organisation) -> None:
    command = pressed("promise", 1, "dana", NOW, organisation, {"day": "2026-11-24", "time": "9:30"})
    assert isinstance(command, commands.MakePromise)
    assert command.until == datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


def test_a_promise_starts_from_a_moment_that_is_still_to_come(organisation: Organisation) -> None:
    friday = NOW + timedelta(days=4)
    form = form_for("promise", TICKET, "dana", organisation, friday)
    assert form is not None
    assert form.fields[0].value == "2026-11-30"


def test_a_severity_is_one_of_four() -> None:
    command = corrected("high", 1, "dana", NOW)
    assert isinstance(command, commands.CorrectSeverity)
    assert command.severity is Severity.HIGH
    with pytest.raises(BadInput):
        corrected("apocalyptic", 1, "dana", NOW)
