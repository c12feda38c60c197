"""What is masked before it is stored."""

from __future__ import annotations

import string

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from complaints.masking import CARD, masked, spoken
from complaints.privacy import Mask, Privacy

NOTHING_MORE = Privacy()
ACCOUNTS = Privacy(mask=(Mask(name="account number", pattern=r"\bacc-\d{6}\b"),))
SEPARATORS = ("", " ", "-", "\u00a0", " - ", "\u2013")


def luhn(digits: str) -> bool:
    """Luhn's test, written as the textbook does (ISO/IEC 7812-1, annex B)."""
    total = 0
    for place, char in enumerate(reversed(digits)):
        value = int(char) * (1 + place % 2)
        total += value // 10 + value % 10
    return total % 10 == 0


@st.composite
def cards(draw: st.DrawFn) -> str:
    """A number of 13 to 19 digits that passes the test, in groups as people write it."""
    body = draw(st.text(string.digits, min_size=12, max_size=18))
    check = next(last for last in string.digits if luhn(body + last))
    number, cuts = body + check, sorted(draw(st.sets(st.integers(1, 12), max_size=5)))
    parts = [number[start:end] for start, end in zip([0, *cuts], [*cuts, len(number)], strict=True)]
    return draw(st.sampled_from(SEPARATORS)).join(parts)


WORDS = st.text(st.characters(exclude_categories=("Cs", "Nd", "No", "Nl", "Pd", "Zs", "Cc")), max_size=20)


@given(WORDS, cards(), WORDS)
def test_every_card_number_disappears_whatever_stands_around_it(before: str, card: str, after: str) -> None:
    found = masked(f"{before}{card}{after}", NOTHING_MORE)
    last = [char for char in card if char.isdecimal()][-4:]
    assert found.text == f"{before}•••• {''.join(last)}{after}"
    assert found.names == (CARD,)


@given(st.text(st.characters(exclude_categories=("Cs", "Nd"))))
def test_a_text_without_digits_is_unchanged(text: str) -> None:
    assert masked(text, NOTHING_MORE).text == text


@given(st.lists(cards() | st.text(st.sampled_from(string.digits + " -•x[]ac"), max_size=30), max_size=6).map(" ".join))
def test_masking_twice_is_the_same_as_once(text: str) -> None:
    for privacy in (NOTHING_MORE, ACCOUNTS):
        once = masked(text, privacy).text
        assert masked(once, privacy).text == once


@given(st.text(string.digits, min_size=13, max_size=19).filter(lambda digits: not luhn(digits)))
def test_an_order_number_that_fails_the_test_stays(number: str) -> None:
    assert masked(f"order {number} is late", NOTHING_MORE).text == f"order {number} is late"


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("my card 4111 1111 1111 1111 was charged twice", "my card •••• 1111 was charged twice"),
        ("4111-1111-1111-1111, 5500 0000 0000 0004", "•••• 1111, •••• 0004"),
        ("order 12345 4111 1111 1111 1111 today", "order 12345 •••• 1111 today"),
        ("on 2026-11-22 at 19:08 I paid 378282246310005.", "on 2026-11-22 at 19:08 I paid •••• 0005."),
        ("invoice 41111111111111112222", "invoice 41111111111111112222"),
        ("٤١١١ ١١١١ ١١١١ ١١١١", "•••• ١١١١"),
        ("call +44 20 7946 0958", "call +44 20 7946 0958"),
    ],
)
def test_cards_are_found_as_people_write_them(said: str, kept: str) -> None:
    assert masked(said, NOTHING_MORE).text == kept


def test_what_the_file_lists_is_masked_by_its_name() -> None:
    found = masked("ACC-123456 paid with 4111111111111111", ACCOUNTS)
    assert found.text == "[account number] paid with •••• 1111"
    assert found.names == (CARD, "account number")


def test_a_pattern_does_not_mask_what_is_masked_already() -> None:
    greedy = Privacy(mask=(Mask(name="number", pattern=r"\d+"), Mask(name="word", pattern=r"number")))
    found = masked("4111111111111111 and 12 is a number", greedy)
    assert found.text == "•••• 1111 and [number] is a [word]"


def test_a_catastrophic_pattern_is_given_up_and_the_others_still_mask() -> None:
    privacy = Privacy(mask=(Mask(name="slow", pattern=r"(a|aa)+$"), Mask(name="mail", pattern=r"\S+@\S+")))
    text = "a" * 60 + "! sam@example.com 4111111111111111"
    found = masked(text, privacy)
    assert found.given_up == ("slow",)
    assert found.text == "a" * 60 + "! [mail] •••• 1111"


def test_a_long_list_of_digits_costs_one_reading() -> None:
    # 50,000 groups: looking at each stretch anew would add up some ten million digits.
    text = "1 " * 50_000
    assert len(regex.findall("•", masked(text, NOTHING_MORE).text)) < len(text)


def test_what_was_masked_is_said_in_a_few_words() -> None:
    assert spoken([CARD]) == "I masked this before I kept it: payment card number."
    assert spoken([]) == ""


@pytest.mark.parametrize("pattern", ["(", "x*", "", "a{4000000000}"])
def test_a_pattern_that_can_not_be_used_is_refused(pattern: str) -> None:
    with pytest.raises(ValidationError):
        Mask(name="odd", pattern=pattern)
