"""Where the messages about a ticket are."""

from __future__ import annotations

from sqlalchemy.orm import Session

from storage import messages
from storage.messages import Posted, Receipt
from tests.complaints.builders import MONDAY
from tests.storage.test_outbox import session

__all__ = ["session"]


def test_a_card_is_found_by_its_audience_and_by_its_place(session: Session) -> None:
    receipt = Receipt("slack", "C1", "1.0")
    messages.remember(session, "main", 7, "team:payments", receipt, MONDAY, card=True)
    assert messages.place_of(session, "main", 7, "team:payments") == receipt
    assert messages.posted_at(session, "main", "slack", "C1", "1.0") == Posted(7, "team:payments", True)
    assert messages.carded(session, "main", 7) == ["team:payments"]
    for elsewhere in (("other", 7, "team:payments"), ("main", 8, "team:payments"), ("main", 7, "person:dana")):
        assert messages.place_of(session, *elsewhere) is None
    assert messages.posted_at(session, "main", "slack", "C2", "1.0") is None
    assert messages.posted_at(session, "main", "teams", "C1", "1.0") is None


def test_a_card_posted_anew_takes_the_place_of_the_old_one(session: Session) -> None:
    for message in ("1.0", "2.0"):
        messages.remember(session, "main", 7, "person:dana", Receipt("slack", "D1", message), MONDAY, card=True)
    assert messages.place_of(session, "main", 7, "person:dana") == Receipt("slack", "D1", "2.0")
    assert messages.carded(session, "main", 7) == ["person:dana"]
    assert messages.posted_at(session, "main", "slack", "D1", "1.0") == Posted(7, "person:dana", False), (
        "a reply under the old card still finds its ticket"
    )


def test_a_reminder_is_found_by_its_place_but_is_no_card(session: Session) -> None:
    messages.remember(session, "main", 7, "person:dana", Receipt("slack", "D1", "3.0"), MONDAY, card=False)
    assert messages.posted_at(session, "main", "slack", "D1", "3.0") == Posted(7, "person:dana", False)
    assert messages.place_of(session, "main", 7, "person:dana") is None
    assert messages.carded(session, "main", 7) == []
