"""`/complaint action C-42 WHAT @WHO by DAY`: what is to be done against a cause, in words."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from bot.intents import AskAction, Report, lasting, understand
from complaints.errors import BadInput
from tests.complaints.builders import moment

NOW = moment("2026-11-25 14:00")  # a Wednesday
LONDON = ZoneInfo("Europe/London")
FRIDAY = date(2026, 11, 27)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("action C-42 alert on a full queue", AskAction(42, "alert on a full queue")),
        ("Action c42: alert on a full queue by Friday", AskAction(42, "alert on a full queue", None, FRIDAY)),
        ("action C-42 alert @dana by friday", AskAction(42, "alert", "@dana", FRIDAY)),
        ("action C-42 alert by friday @dana", AskAction(42, "alert", "@dana", FRIDAY)),
        ("action C-42 alert <@U0DANA001> by 2026-12-31", AskAction(42, "alert", "<@U0DANA001>", date(2026, 12, 31))),
        ("action C-42 alert @Dana Smith by 5 December", AskAction(42, "alert", "@Dana Smith", date(2026, 12, 5))),
        ("action C-42 go by the book", AskAction(42, "go by the book")),
        ("action C-42 mail dana@test.example by hand", AskAction(42, "mail dana@test.example by hand")),
    ],
)
def test_the_owner_and_the_day_are_taken_off_the_end(text: str, meant: AskAction) -> None:
    assert understand(text, NOW, LONDON) == meant
    assert lasting(text, NOW)


@pytest.mark.parametrize("text", ["action C-42", "action C-42 :"])
def test_without_words_it_is_asked_what_is_to_be_done(text: str) -> None:
    with pytest.raises(BadInput):
        understand(text, NOW, LONDON)


@pytest.mark.parametrize(
    "text", ["action is needed on my bill", "action 42 failed", "Action Man toy broke", "action C-42x failed"]
)
def test_a_sentence_that_merely_starts_like_it_is_a_complaint(text: str) -> None:
    assert understand(text, NOW, LONDON) == Report(text)
