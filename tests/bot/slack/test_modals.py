"""The forms and the way back: what is shown, what Slack takes, and what is made of the answers."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.buttons import Press
from bot.slack import forms, modals
from bot.slack.forms import BlockedForm, CaptureForm, EditForm, NotMineForm, ResolveForm
from bot.slack.modals import CaptureMetadata
from bot.watched import Watched
from complaints.errors import BadInput
from complaints.organisation import Organisation, Team
from complaints.severity import Severity
from complaints.ticket import Attachment
from tests.bot.slack.tickets import a_ticket, tickets, typed
from tests.fakes.slack_forms import filled
from tests.fakes.slack_limits import check_view

LONDON = ZoneInfo("Europe/London")
READERS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "capture": forms.capture, "resolve": forms.resolve, "blocked": forms.blocked, "not_mine": forms.not_mine,
    "promise": lambda view: forms.promise(view, LONDON), "reopen": forms.reopen, "edit": forms.edit,
}  # fmt: skip


@pytest.fixture(scope="module")
def organisation() -> Organisation:
    return Watched(Path(__file__).parents[2] / "golddust.yml").current.organisation


def all_forms(ticket: Any, organisation: Organisation, words: str = "") -> dict[str, dict[str, Any]]:
    return {
        "capture": modals.capture_form(words=words, metadata=None),
        "resolve": modals.resolve_form(ticket),
        "blocked": modals.blocked_form(ticket, organisation),
        "not_mine": modals.not_mine_form(ticket, organisation),
        "promise": modals.promise_form(ticket),
        "reopen": modals.reopen_form(ticket),
        "edit": modals.edit_form(ticket),
    }


def inputs(view: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {block["block_id"]: block for block in view["blocks"] if block["type"] == "input"}


@given(tickets, typed)
def test_slack_takes_every_form_of_any_ticket(organisation: Organisation, ticket: Any, words: str) -> None:
    for name, view in all_forms(ticket, organisation, words * 500).items():
        check_view(view, "modal")
        assert view["callback_id"] == name


def test_a_form_is_called_what_its_button_is_called(organisation: Organisation) -> None:
    assert set(all_forms(a_ticket(), organisation)) - {"capture"} <= set(get_args(Press))


def test_the_plain_views_are_taken_too() -> None:
    check_view(modals.loading(), "modal")
    check_view(modals.message_view("A title that is too long for Slack", "x" * 5000), "modal")


def test_every_text_input_says_how_much_it_takes(organisation: Organisation) -> None:
    for view in all_forms(a_ticket(), organisation).values():
        for block in inputs(view).values():
            assert block["element"]["action_id"] == block["block_id"]
            if block["element"]["type"] == "plain_text_input":
                assert block["element"]["max_length"] <= 3000


def test_more_than_a_hundred_teams_stand_in_groups(organisation: Organisation) -> None:
    many = {f"team-{n}": Team(name=f"Team {n:03}", lead="lee") for n in range(250)}
    view = modals.blocked_form(a_ticket(), organisation.model_copy(update={"teams": many}))
    check_view(view, "modal")
    select = inputs(view)["team"]["element"]
    assert [len(group["options"]) for group in select["option_groups"]] == [100, 100, 50]
    assert select["option_groups"][1]["label"]["text"] == "Team 100 to Team 199"
    assert forms.blocked(filled(view, team="team-249")).what == "team-249"


def test_teams_that_only_report_are_not_offered_a_ticket(organisation: Organisation) -> None:
    options = inputs(modals.not_mine_form(a_ticket(), organisation))["team"]["element"]["options"]
    assert [option["value"] for option in options] == ["app", "payments", "triage"]


# -- capture


def test_a_complaint_comes_back_as_it_was_typed() -> None:
    view = filled(
        modals.capture_form(metadata=None), words="Charged *twice* & <again>", customer=" Mrs Ito ", severity="high"
    )
    assert forms.capture(view) == CaptureForm("Charged *twice* & <again>", "Mrs Ito", Severity.HIGH, (), None)


def test_an_untouched_severity_is_guessed() -> None:
    assert forms.capture(filled(modals.capture_form(metadata=None), words="x")).severity is None


def test_a_captured_message_keeps_its_place_and_its_files() -> None:
    files = (Attachment("receipt.png", "https://x.example/f", "image/png"),)
    metadata = CaptureMetadata("C0SHOP", "1.2", "https://x.example/p", files, True)
    view = modals.capture_form(words="Charged twice", metadata=metadata)
    assert "receipt.png" in json.dumps(view["blocks"])
    found = forms.capture(filled(view))
    assert (found.words, found.files, found.metadata) == ("Charged twice", files, metadata)


def test_uploaded_files_come_along() -> None:
    view = filled(modals.capture_form(metadata=None), words="x")
    upload = {"id": "F1", "name": "a.png", "mimetype": "image/png", "permalink": "https://x.example/F1"}
    view["state"]["values"]["files"]["files"] = {"type": "file_input", "files": [upload]}
    assert forms.capture(view).files == (Attachment("a.png", "https://x.example/F1", "image/png"),)
    assert "files" not in inputs(modals.capture_form(metadata=None, at_files=False))


_files = st.lists(st.builds(Attachment, typed, typed, st.just("image/png")), max_size=40).map(tuple)


@given(st.builds(CaptureMetadata, st.just("C0SHOP"), st.just("1.2"), st.none() | typed, _files, st.booleans()))
def test_metadata_fits_and_comes_back_with_as_many_files_as_fit(metadata: CaptureMetadata) -> None:
    written = metadata.to_json()
    assert len(written) <= 3000
    found = CaptureMetadata.from_json(written)
    assert found.files == metadata.files[: len(found.files)]
    assert (found.channel, found.message, found.permalink) == ("C0SHOP", "1.2", metadata.permalink)


def test_words_that_are_too_long_for_the_form_say_that_the_rest_is_kept() -> None:
    words = inputs(modals.capture_form(words="x" * 5000, metadata=None))["words"]
    assert len(words["element"]["initial_value"]) == 3000
    assert words["hint"]["text"] == "Longer than this form: the rest stays in the original."


@pytest.mark.parametrize(
    ("forged", "field"),
    [
        ({"severity": {"severity": {"selected_option": {"value": "worst"}}}}, "severity"),
        ({"severity": {"severity": {"selected_option": "high"}}}, "severity"),
        ({"files": {"files": {"files": ["F1"]}}}, "files"),
        ({"words": {}}, "words"),
        ({"words": {"words": {"value": 7}}}, "words"),
        ({"customer": {"customer": {"value": []}}}, "customer"),
    ],
)
def test_a_forged_complaint_is_refused_at_its_field(forged: dict[str, Any], field: str) -> None:
    view = filled(modals.capture_form(metadata=None), words="x")
    view["state"]["values"] |= forged
    with pytest.raises(BadInput) as refused:
        forms.capture(view)
    assert refused.value.field == field


@pytest.mark.parametrize("written", ["{", "[]", "{}", '{"channel":1,"message":"","permalink":null,"files":[]}'])
def test_forged_metadata_is_out_of_date(written: str) -> None:
    with pytest.raises(BadInput, match="out of date"):
        forms.capture(filled(modals.capture_form(metadata=None), words="x") | {"private_metadata": written})


# -- about a ticket


def test_a_form_remembers_its_ticket_and_where_it_was_opened() -> None:
    view = filled(modals.resolve_form(a_ticket(), channel="C0PAY", message="1.2"), done="Refunded", tell="Sorry!")
    assert forms.origin(view) == forms.Origin(42, "C0PAY", "1.2")
    assert forms.resolve(view) == ResolveForm(42, "Refunded", "", "Sorry!")


@pytest.mark.parametrize(
    ("typed_in", "by", "what", "user"),
    [
        ({"colleague": "U0KIM"}, "person", "", "U0KIM"),
        ({"team": "app"}, "team", "app", None),
        ({"ticket": " C-7 "}, "ticket", "C-7", None),
        ({"other": "a delivery"}, "other", "a delivery", None),
    ],
)
def test_a_ticket_waits_for_one_thing(
    organisation: Organisation, typed_in: dict[str, str], by: Any, what: str, user: str | None
) -> None:
    view = filled(modals.blocked_form(a_ticket(), organisation), why="firmware", **typed_in)
    assert forms.blocked(view) == BlockedForm(42, by, what, "firmware", user)


@pytest.mark.parametrize("typed_in", [{}, {"other": " "}, {"team": "app", "ticket": "C-7"}])
def test_waiting_for_nothing_or_for_two_things_is_asked_again(
    organisation: Organisation, typed_in: dict[str, str]
) -> None:
    with pytest.raises(BadInput, match="one of these") as refused:
        forms.blocked(filled(modals.blocked_form(a_ticket(), organisation), **typed_in))
    assert forms.block_of("blocked", refused.value.field) == "colleague"


@pytest.mark.parametrize(
    ("typed_in", "expected"),
    [
        ({"colleague": "U0KIM", "reason": "hers"}, NotMineForm(42, "U0KIM", None, False, None, "hers")),
        ({"team": "app", "choice": "unknown"}, NotMineForm(42, None, "app", False, None, "")),
        ({"choice": "unknown"}, NotMineForm(42, None, None, False, None, "")),
        ({"choice": "not_a_complaint"}, NotMineForm(42, None, None, True, None, "")),
        ({"duplicate": "c-7"}, NotMineForm(42, None, None, False, 7, "")),
    ],
)
def test_a_ticket_that_is_not_mine_is_somebodys(
    organisation: Organisation, typed_in: dict[str, str], expected: NotMineForm
) -> None:
    assert forms.not_mine(filled(modals.not_mine_form(a_ticket(), organisation), **typed_in)) == expected


@pytest.mark.parametrize(
    ("typed_in", "block"),
    [
        ({}, "colleague"),
        ({"colleague": "U0KIM", "team": "app"}, "colleague"),
        ({"duplicate": "the other one"}, "duplicate"),
    ],
)
def test_a_mistake_is_shown_at_its_field(organisation: Organisation, typed_in: dict[str, str], block: str) -> None:
    with pytest.raises(BadInput) as refused:
        forms.not_mine(filled(modals.not_mine_form(a_ticket(), organisation), **typed_in))
    assert forms.block_of("not_mine", refused.value.field) == block


@pytest.mark.parametrize(
    ("zone", "day", "at", "utc"),
    [
        ("Europe/London", "2026-11-26", None, datetime(2026, 11, 26, 17, 0, tzinfo=UTC)),
        ("America/New_York", "2026-07-01", "09:30", datetime(2026, 7, 1, 13, 30, tzinfo=UTC)),
        ("Europe/London", "2026-03-29", "01:30", datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),  # skipped: it is 02:30
        ("Europe/London", "2026-10-25", "01:30", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),  # twice: the first
    ],
)
def test_a_promise_is_meant_in_the_owners_own_time(zone: str, day: str, at: str | None, utc: datetime) -> None:
    view = filled(modals.promise_form(a_ticket()), date=day, reason="stock", **({"time": at} if at else {}))
    assert forms.promise(view, ZoneInfo(zone)) == forms.PromiseForm(42, utc, "stock")


@pytest.mark.parametrize("day", [None, "", "soon", "2026-02-30", "0001-01-01"])
def test_a_promise_without_a_day_is_asked_again(day: str | None) -> None:
    view = filled(modals.promise_form(a_ticket()), date=day, time="00:30")
    with pytest.raises(BadInput) as refused:
        forms.promise(view, ZoneInfo("Asia/Tokyo"))
    assert forms.block_of("promise", refused.value.field) == "date"


def test_a_reason_to_reopen_comes_back() -> None:
    assert forms.reopen(filled(modals.reopen_form(a_ticket()), reason="It broke again")).reason == "It broke again"


def test_an_edit_brings_only_what_changed() -> None:
    view = modals.edit_form(a_ticket(words="Charged thrice", customer="Mrs Ito"))
    assert forms.edit(filled(view)) == EditForm(42, None, None)
    assert forms.edit(filled(view, words="Charged once")) == EditForm(42, "Charged once", None)
    assert forms.edit(filled(view, customer="Mr Ito")) == EditForm(42, None, "Mr Ito")
    with pytest.raises(BadInput):
        forms.edit(filled(view, words=" "))


def test_editing_the_customer_of_endless_words_loses_none_of_them() -> None:
    view = modals.edit_form(a_ticket(verbatim="x" * 5000))
    assert "initial_value" not in inputs(view)["words"]["element"]
    assert forms.edit(filled(view, customer="Mrs Ito")) == EditForm(42, None, "Mrs Ito")


# -- forged


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(("x", "42", "2026-01-01", '{"ticket":1}', "[", "[[]]")),
    lambda inner: st.lists(inner, max_size=2)
    | st.dictionaries(st.sampled_from(("values", "words", "value", "selected_option", "files", "ticket")), inner),
    max_leaves=12,
)  # fmt: skip


@pytest.mark.parametrize("name", READERS)
def test_a_forged_form_is_bad_input_and_nothing_worse(organisation: Organisation, name: str) -> None:
    genuine = filled(all_forms(a_ticket(), organisation)[name])

    @given(st.dictionaries(st.sampled_from(("state", "private_metadata", "blocks")), _json), st.data())
    def check(forged: dict[str, Any], data: st.DataObject) -> None:
        view = json.loads(json.dumps(genuine)) | forged
        if "state" not in forged:
            field = data.draw(st.sampled_from(sorted(view["state"]["values"])))
            view["state"]["values"][field] = data.draw(st.dictionaries(st.just(field), _json))
        try:
            READERS[name](view)
        except BadInput as refused:
            assert forms.block_of(name, refused.field) in inputs(genuine)

    check()


@pytest.mark.parametrize(
    "ticket", ['{"ticket":true}', '{"ticket":"42"}', '{"ticket":0}', '{"ticket":9999999999}', "", "[" * 3000]
)
def test_a_form_without_a_ticket_is_out_of_date(ticket: str) -> None:
    with pytest.raises(BadInput, match="out of date"):
        forms.reopen(filled(modals.reopen_form(a_ticket())) | {"private_metadata": ticket})


@pytest.mark.parametrize("name", READERS)
def test_every_field_that_can_be_wrong_has_its_place_in_the_form(organisation: Organisation, name: str) -> None:
    there = inputs(all_forms(a_ticket(), organisation)[name])
    for field in ("words", "done", "what", "whom", "duplicate", "until", "deputy", "severity", "other", *there):
        assert forms.block_of(name, field) in there
    assert all(forms.block_of(name, field) == field for field in there)
