"""Answers of the connector: what they ask for is read carefully, for proxies answer too."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.teams.faults import Answer, fault_of
from bot.teams.port import Auth, Blocked, Fault, Throttled

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def _fault(status: int, body: str = "", **headers: str) -> Fault:
    kept = {name.replace("_", "-"): value for name, value in headers.items()}
    return fault_of(Answer(status, kept, body), repeatable=False, now=NOW)


@pytest.mark.parametrize(
    ("asked", "wait"),
    [
        ("30", timedelta(seconds=30)),
        (" 5 ", timedelta(seconds=5)),
        ("Mon, 23 Nov 2026 09:01:00 GMT", timedelta(minutes=1)),
        ("Mon, 23 Nov 2026 08:00:00 GMT", timedelta()),
        ("99999999999999", timedelta(hours=1)),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("²", None),
    ],
)
def test_the_wait_is_read_in_seconds_or_as_a_date(asked: str, wait: timedelta | None) -> None:
    fault = _fault(429, retry_after=asked)
    assert isinstance(fault, Throttled)
    assert fault.retry_after == wait


@pytest.mark.parametrize(
    "body",
    [
        '{"error": {"code": "Forbidden", "subCode": "MessageWritesBlocked"}}',
        '{"subCode": "MessageWritesBlocked"}',
        '{"error": {"code": "MessageWritesBlocked", "message": "no"}}',
        '{"code": "MessageWritesBlocked"}',
        '{"error": "MessageWritesBlocked"}',
    ],
)
def test_microsofts_word_is_found_wherever_it_stands(body: str) -> None:
    fault = _fault(403, body)
    assert (type(fault), fault.code) == (Blocked, "MessageWritesBlocked")


def test_a_401_is_a_matter_of_credentials_whatever_it_says() -> None:
    assert type(_fault(401, '{"error": {"code": "ConversationNotFound"}}')) is Auth


@given(st.integers(300, 599), st.text(), st.text(), st.booleans())
def test_any_refusal_at_all_has_a_meaning(status: int, body: str, wait: str, repeatable: bool) -> None:
    fault = fault_of(Answer(status, {"retry-after": wait}, body), repeatable=repeatable, now=NOW)
    assert str(status) in str(fault)
