"""Intents: what somebody means by the words after `/complaint`."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.intents import AskDigest, Away, Back, Help, Intent, ListMine, ListOpen, OpenForm, Report, understand
from complaints.errors import BadInput
from tests.complaints.builders import moment

LONDON = ZoneInfo("Europe/London")
NOW = moment("2026-11-25 14:00")  # a Wednesday


def meant(text: str, now: datetime = NOW, zone: str = "Europe/London") -> Intent:
    return understand(text, now, ZoneInfo(zone))


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("", OpenForm()), ("  \n ", OpenForm()), ("help", Help()), ("HELP", Help()), (" Help ", Help()), ("?", Help()),
        ("list", ListOpen()), ("List", ListOpen()), ("mine", ListMine()), ("MINE", ListMine()), ("back", Back()),
        ("away", Away(None, None)), ("Away", Away(None, None)),
    ],
)  # fmt: skip
def test_the_commands_are_understood_in_any_case(text: str, intent: Intent) -> None:
    assert meant(text) == intent


@pytest.mark.parametrize(
    "text",
    [
        "help, the card machine charged twice", "helpline never answers", "list of fees was wrong",
        "listing prices are out of date", "mine was never delivered", "backdated invoice", "back office lost my form",
        "Away fans were charged twice", "my card\nwas taken", "awayday was cancelled", "The app is away until Friday",
    ],
)  # fmt: skip
def test_a_sentence_that_merely_starts_like_a_command_is_a_complaint(text: str) -> None:
    assert meant(text) == Report(text)


def test_a_long_sentence_that_starts_with_away_is_a_complaint() -> None:
    text = "Away fans were charged twice for the same seats at the north gate"
    assert meant(text) == Report(text)


def test_the_words_of_a_complaint_keep_their_inner_spaces_and_lines() -> None:
    assert meant("  two\n\n lines  here ") == Report("two\n\n lines  here")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("away until Friday", "2026-11-27"),
        ("away until FRIDAY", "2026-11-27"),
        ("Away Until fri", "2026-11-27"),
        ("away till friday", "2026-11-27"),
        ("away to friday", "2026-11-27"),
        ("away   until\tfriday", "2026-11-27"),
        ("away until wednesday", "2026-12-02"),  # said on a Wednesday
        ("away until tuesday", "2026-12-01"),
        ("away until tomorrow", "2026-11-26"),
        ("away until 2026-12-31", "2026-12-31"),
        ("away until 5 December 2027", "2027-12-05"),
        ("away until 5 December", "2026-12-05"),
        ("away until 5. december", "2026-12-05"),
        ("away until 5 dec", "2026-12-05"),
        ("away until December 5", "2026-12-05"),
        ("away until 24 november", "2027-11-24"),  # gone already this year
        ("away until 3 January", "2027-01-03"),
    ],
)
def test_away_understands_days_in_every_form(text: str, day: str) -> None:
    assert meant(text) == Away(moment(f"{day} 00:00"), None)


@pytest.mark.parametrize(
    ("text", "deputy"),
    [
        ("away until Friday omar", "omar"),
        ("away until friday @Omar Q", "@Omar Q"),
        ("away until tomorrow <@U0OMAR001>", "<@U0OMAR001>"),
        ("away until 2026-12-31 omar", "omar"),
        ("away until 5 December omar", "omar"),
        ("away until december 5 omar", "omar"),
        ("away until 5 December 2026 omar", "omar"),
        ("away until Friday with Omar", "Omar"),
    ],
)
def test_away_takes_a_deputy_as_it_was_typed(text: str, deputy: str) -> None:
    found = meant(text)
    assert isinstance(found, Away)
    assert found.deputy == deputy


def test_a_day_is_one_of_the_readers_own_zone() -> None:
    late = datetime(2026, 11, 26, 23, 30, tzinfo=UTC)  # already Friday in Tokyo
    assert meant("away until saturday", late, "Asia/Tokyo") == Away(moment("2026-11-28 00:00", "Asia/Tokyo"), None)
    assert meant("away until tomorrow", late, "Asia/Tokyo") == Away(moment("2026-11-28 00:00", "Asia/Tokyo"), None)
    assert meant("away until tomorrow", late) == Away(moment("2026-11-27 00:00"), None)


@pytest.mark.parametrize(
    "text",
    [
        "away until", "away until someday", "away until 2026-13-01", "away until 2026-02-30",
        "away until 31 november", "away until fr", "away until next friday", "away for a week", "away until 5",
        "away until 99 december", "away friday",
    ],
)  # fmt: skip
def test_away_without_a_day_that_makes_sense_says_how_to_say_it(text: str) -> None:
    with pytest.raises(BadInput, match="away until Friday") as refused:
        meant(text)
    assert refused.value.field == "until"


words = st.sampled_from(
    ["away", "until", "till", "friday", "tomorrow", "5", "31", "december", "feb", "2026-12-31", "9999-12-31",
     "0001-01-01", "٥", "omar", "help", "list", "?", "\n", "٢٠٢٦-١٢-٣١"]
)  # fmt: skip
texts = st.one_of(st.text(max_size=80), st.lists(words, max_size=7).map(" ".join))
ZONES = ["Europe/London", "Asia/Tokyo", "America/New_York", "Pacific/Kiritimati", "Etc/GMT+12"]


@given(text=texts, zone=st.sampled_from(ZONES))
def test_any_text_has_an_intent_or_is_refused_politely(text: str, zone: str) -> None:
    try:
        found = meant(text, zone=zone)
    except BadInput as refused:
        assert text.split()[0].casefold() == "away"
        assert str(refused)
        return
    if isinstance(found, Report):
        assert found.words == text.strip() != ""
    elif isinstance(found, Away):
        assert found.until is None or found.until.tzinfo is not None
        assert text.split()[0].casefold() == "away"


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("digest", AskDigest("now")), ("Digest now", AskDigest("now")),
        ("digest unsubscribe", AskDigest("unsubscribe")),
        ("digest subscribe", AskDigest("subscribe", "weekly", "")),
        ("digest subscribe  Daily  Payments, App", AskDigest("subscribe", "daily", "Payments, App")),
        ("digest now monthly everything", AskDigest("now", "monthly", "everything")),
        ("digest subscribe payments daily", AskDigest("subscribe", "daily", "payments")),
        ("digest subscribe 7:30 Payments monthly, App", AskDigest("subscribe", "monthly", "Payments , App", "07:30")),
        ("digest subscribe payments every day at 7am", AskDigest("subscribe", "daily", "payments", "07:00")),
        ("digest subscribe at 9 for payments", AskDigest("subscribe", "weekly", "payments", "09:00")),
    ],
)  # fmt: skip
def test_digests_are_asked_for(text: str, intent: Intent) -> None:
    assert meant(text) == intent


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("digest subscribe at 25:00", "“25:00” is no time of day"), ("digest subscribe daily x weekly", "one of them"),
        ("digest subscribe 9:00 at 10", "9:00 or 10"), ("digest now at 9", "“Now” takes no time; for one at 09:00"),
    ],
)  # fmt: skip
def test_a_digest_that_cannot_be_is_refused_with_what_to_say_instead(text: str, said: str) -> None:
    with pytest.raises(BadInput, match=said) as refused:
        understand(text, NOW, LONDON)
    assert "`/complaint digest subscribe payments daily at 07:30`" in str(refused.value)


@pytest.mark.parametrize("text", ["Digest mails do not arrive", "digests subscribe", "the digest now is wrong"])
def test_a_complaint_about_a_digest_is_a_complaint(text: str) -> None:
    assert meant(text) == Report(text)
