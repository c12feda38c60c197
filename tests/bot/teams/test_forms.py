"""The way back from a card: typed values, or what is wrong and at which field."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.teams import asks, dialogs, forms, render
from bot.teams.entries import OUTDATED
from complaints.errors import BadInput
from complaints.severity import Severity
from tests.bot.teams.tickets import a_ticket, an_organisation, inputs, typed

BERLIN = ZoneInfo("Europe/Berlin")
PEOPLE = an_organisation()
READERS: dict[str, Callable[[Any], object]] = {
    "origin": forms.origin,
    "wanted": forms.wanted,
    "severity": forms.severity,
    "resolve": lambda data: forms.resolve(data, PEOPLE),
    "blocked": lambda data: forms.blocked(data, PEOPLE),
    "not_mine": lambda data: forms.not_mine(data, PEOPLE),
    "promise": lambda data: forms.promise(data, BERLIN),
    "reopen": forms.reopen,
    "edit": forms.edit,
    "list_page": forms.list_page,
    "mine_pages": forms.mine_pages,
    "capture": dialogs.capture,
}


def sent(**filled: Any) -> dict[str, Any]:
    """What Teams sends: our data and the inputs, in one object."""
    return {"ticket": 42, "token": "v1"} | {name.replace("__", "."): value for name, value in filled.items()}


def refused(read: Callable[[], object]) -> tuple[str, str]:
    with pytest.raises(BadInput) as caught:
        read()
    return caught.value.field, str(caught.value)


_scalars = st.none() | st.booleans() | st.integers() | st.floats() | typed
_json = st.recursive(_scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(typed, inner, max_size=3))
_ids = [name for form in asks.SUBMITS for name in inputs(render.asked_card(a_ticket(), form, {}, PEOPLE))]
_names = ["ticket", "token", "form", "severity", "before", "list", "page", "held", "reported", "source", *_ids,
          "blocked.name", "not_mine.name", "capture.words", "capture.severity", "capture.customer"]  # fmt: skip
_values = _json | st.sampled_from((1, 42, "v1", "dana", "cards", "C-7", "high", "resolve", "2026-12-01", "10:30"))
anything = _json | st.dictionaries(st.sampled_from(_names), _values)


@pytest.mark.parametrize("name", READERS)
def test_whatever_is_sent_is_read_or_refused_kindly(name: str) -> None:
    @given(anything)
    def check(data: Any) -> None:
        try:
            READERS[name](data)
        except BadInput as wrong:
            assert wrong.field
            assert str(wrong).strip()

    check()


FORGED = (
    None, [], "x", {}, {"ticket": 42}, sent(ticket="42"), sent(ticket=0), sent(ticket=True), sent(ticket=-1),
    sent(ticket=10**9), sent(token=7), sent(token="x" * 201),
)  # fmt: skip


@pytest.mark.parametrize("data", FORGED)
def test_a_press_on_no_ticket_of_ours_is_refused(data: Any) -> None:
    assert refused(lambda: forms.origin(data))[1] == OUTDATED


def test_a_press_says_its_ticket_and_its_card() -> None:
    assert forms.origin(sent()) == forms.Origin(42, "v1")
    assert forms.severity(sent(severity="high")) is Severity.HIGH
    assert forms.wanted(sent(form="promise")) == "promise"
    assert refused(lambda: forms.severity(sent(severity="huge")))[0] == "severity"
    assert refused(lambda: forms.wanted(sent(form="withdraw")))[0] == "form"


def test_a_resolution_needs_what_was_done() -> None:
    read = forms.resolve(sent(resolve__done="Refunded", resolve__tell="Sorry!"), PEOPLE)
    assert read == forms.ResolveForm(42, "Refunded", "", "Sorry!")
    assert refused(lambda: forms.resolve(sent(resolve__done="  "), PEOPLE))[0] == "done"
    assert refused(lambda: forms.resolve(sent(), PEOPLE))[0] == "done"


@pytest.mark.parametrize(
    ("filled", "by", "what"),
    [
        ({"blocked__colleague": "kim"}, "person", "kim"),
        ({"blocked__team": "cards"}, "team", "cards"),
        ({"blocked__name": "OMAR@shop.example"}, "person", "omar"),
        ({"blocked__name": "@dana"}, "person", "dana"),
        ({"blocked__name": "shop floor"}, "team", "shop"),
        ({"blocked__colleague": "kim", "blocked__name": "Kim"}, "person", "kim"),
        ({"blocked__ticket": " C-7 "}, "ticket", "C-7"),
        ({"blocked__other": "a delivery"}, "other", "a delivery"),
    ],
)
def test_a_ticket_waits_for_one_of_these(filled: dict[str, str], by: str, what: str) -> None:
    read = forms.blocked(sent(blocked__why="firmware", **filled), PEOPLE)
    assert (read.by, read.what, read.why) == (by, what, "firmware")


@pytest.mark.parametrize(
    ("filled", "field"),
    [
        ({}, "colleague"),
        ({"blocked__colleague": "kim", "blocked__team": "cards"}, "colleague"),
        ({"blocked__colleague": "kim", "blocked__name": "Omar"}, "colleague"),
        ({"blocked__colleague": "mallory"}, "colleague"),
        ({"blocked__team": "nowhere"}, "team"),
        ({"blocked__name": "Mallory"}, "name"),
        ({"blocked__why": ["x"]}, "why"),
    ],
)
def test_what_a_ticket_waits_for_must_be_known_and_one(filled: dict[str, Any], field: str) -> None:
    assert refused(lambda: forms.blocked(sent(**filled), PEOPLE))[0] == field


def test_not_mine_needs_whose_it_is_or_that_nobody_knows() -> None:
    assert forms.not_mine(sent(not_mine__team="cards", not_mine__choice="unknown"), PEOPLE).team == "cards"
    assert forms.not_mine(sent(not_mine__name="kim"), PEOPLE).person == "kim"
    unknown = forms.not_mine(sent(not_mine__choice="unknown", not_mine__reason="?"), PEOPLE)
    assert unknown == forms.NotMineForm(42, None, None, False, None, "?")
    assert forms.not_mine(sent(not_mine__choice="not_a_complaint"), PEOPLE).not_a_complaint is True
    assert forms.not_mine(sent(not_mine__duplicate="c7"), PEOPLE).duplicate_of == 7
    assert refused(lambda: forms.not_mine(sent(), PEOPLE))[0] == "whom"
    both = sent(not_mine__colleague="kim", not_mine__choice="not_a_complaint")
    assert refused(lambda: forms.not_mine(both, PEOPLE))[0] == "whom"
    assert refused(lambda: forms.not_mine(sent(not_mine__duplicate="seven"), PEOPLE))[0] == "duplicate"
    assert refused(lambda: forms.not_mine(sent(not_mine__choice="forged"), PEOPLE))[0] == "choice"


def test_a_promise_is_meant_in_the_owners_own_time() -> None:
    read = forms.promise(sent(promise__date="2026-12-01", promise__time="10:30", promise__reason="parts"), BERLIN)
    assert read == forms.PromiseForm(42, datetime(2026, 12, 1, 9, 30, tzinfo=UTC), "parts")
    assert forms.promise(sent(promise__date="2026-12-01"), BERLIN).until == datetime(2026, 12, 1, 16, 0, tzinfo=UTC)
    for day in ("", "soon", "0001-01-01", "2026-02-30"):
        filled = sent(promise__date=day, promise__time="00:01")
        assert refused(lambda filled=filled: forms.promise(filled, BERLIN))[0] == "until"


def test_reopening_needs_what_is_still_wrong() -> None:
    assert forms.reopen(sent(reopen__reason="again")).reason == "again"
    assert refused(lambda: forms.reopen(sent(reopen__reason="")))[0] == "reason"


def edited(ticket: Any, words: str, customer: str) -> forms.EditForm:
    """What comes back when the card of this ticket is filled in so."""
    save = render.asked_card(ticket, "edit", {}, PEOPLE)["actions"][0]
    return forms.edit({**save["data"], "edit.words": words, "edit.customer": customer})


def test_an_edit_keeps_what_was_left_alone() -> None:
    ticket = a_ticket(verbatim="charged\ntwice", customer="Mrs Ito")
    assert edited(ticket, "charged\r\ntwice ", "Mrs Ito") == forms.EditForm(42, None, None)
    assert edited(ticket, "charged thrice", "Mr Owusu") == forms.EditForm(42, "charged thrice", "Mr Owusu")
    assert edited(ticket, "charged\ntwice", "") == forms.EditForm(42, None, "")
    assert refused(lambda: edited(ticket, " ", "Mrs Ito"))[0] == "words"
    endless = a_ticket(verbatim="x" * 5000)
    assert edited(endless, "", "") == forms.EditForm(42, None, None)
    assert refused(lambda: forms.edit(sent(edit__words="x")))[0] == "words"


def test_pages_are_numbers() -> None:
    assert forms.list_page({"list": "open", "page": 2}) == ("open", 2)
    assert forms.mine_pages({"held": 0, "reported": 3}) == (0, 3)
    assert refused(lambda: forms.mine_pages({"held": 0, "reported": "3"}))[0] == "reported"


def test_a_complaint_from_the_dialog_knows_the_message_it_came_from() -> None:
    metadata = dialogs.CaptureMetadata("19:x", "17", "https://teams.example/1")
    report = dialogs.capture_dialog("twice", metadata, token="abc")["task"]["value"]["card"]["content"]["actions"][0]
    filled = {"capture.words": "charged twice", "capture.customer": " Mrs Ito ", "capture.severity": "high"}
    read = dialogs.capture(report["data"] | filled)
    assert read == dialogs.CaptureForm("charged twice", "Mrs Ito", Severity.HIGH, metadata, "abc")
    guessed = dialogs.capture({"token": "abc", "source": None, "capture.words": "twice", "capture.severity": "guess"})
    assert (guessed.severity, guessed.metadata, guessed.customer) == (None, None, None)


@pytest.mark.parametrize("source", ["x", {}, {"conversation": "a", "message": "b", "files": [1]},
                                    {"conversation": 1, "message": "b", "files": []},
                                    {"conversation": "a", "message": "b", "files": [["x"]]}])  # fmt: skip
def test_a_forged_source_is_refused(source: Any) -> None:
    assert refused(lambda: dialogs.capture({"token": "t", "source": source, "capture.words": "x"}))[0] == "words"


@pytest.mark.parametrize("form", asks.SUBMITS)
def test_every_error_finds_an_input_of_its_form(form: str) -> None:
    made = render.asked_card(a_ticket(), form, {}, PEOPLE)  # type: ignore[arg-type]
    fields = {name.partition(".")[2] for name in inputs(made)} | {"name"}
    named = {
        "what",
        "whom",
        "until",
        "words",
        "done",
        "reason",
        "duplicate",
        "colleague",
        "team",
        "person",
        "forgotten",
    }
    assert {forms.input_of(form, field) for field in named} <= fields
