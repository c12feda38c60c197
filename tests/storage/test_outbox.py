"""The outbox: order for each reader, leases, retries, and cards that wait."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from complaints.notices import Captured, Card, ConfigurationRefused, News, Notice, Reminder
from storage import outbox
from storage.database import open_engine, sessions, upgrade
from storage.messages import Receipt
from storage.outbox import LEASE, Parcel
from tests.complaints.builders import MONDAY

SECOND = timedelta(seconds=1)
LATER = MONDAY + timedelta(minutes=10)


@pytest.fixture
def session(database_url: str) -> Iterator[Session]:
    engine = open_engine(database_url)
    upgrade(engine)
    with sessions(engine)() as opened, opened.begin():
        yield opened
    engine.dispose()


def captured(ticket: int = 1, to: str = "sam") -> Notice:
    return Captured(ticket=ticket, audience=f"person:{to}")


def news(ticket: int = 1, to: str = "sam") -> Notice:
    return News(ticket=ticket, audience=f"person:{to}", what="resolved")


def card(ticket: int = 1, to: str = "dana", *, anew: bool = False) -> Notice:
    return Card(ticket=ticket, audience=f"person:{to}", anew=anew)


def put(session: Session, *notices: Notice, at: datetime = MONDAY) -> None:
    outbox.put(session, "main", notices, at)


def claimed(session: Session, at: datetime = MONDAY, limit: int = 20) -> list[Parcel]:
    return outbox.claim(session, "main", at, limit)


def names(parcels: list[Parcel]) -> list[tuple[int | None, str]]:
    return [(parcel.notice.ticket, parcel.notice.audience.removeprefix("person:")) for parcel in parcels]


def test_every_kind_of_notice_comes_out_as_it_went_in(session: Session) -> None:
    reminder = Reminder(
        ticket=1, audience="person:dana", step="resolve.1:50%:remind", clock="resolve", due_at=LATER, because="x",
        next_at=LATER, next_what="y", due_since=MONDAY, missed=2,
    )  # fmt: skip
    refused = ConfigurationRefused(audience="person:ines", problems="line 3")
    notices = [
        reminder,
        refused,
        captured(2, "a"),
        card(3, "b", anew=True),
        News(ticket=4, audience="c", what="resolved"),
    ]
    put(session, *notices)
    assert [parcel.notice for parcel in claimed(session)] == notices


def test_nothing_is_claimed_before_it_is_due(session: Session) -> None:
    put(session, captured(), at=LATER)
    assert claimed(session, LATER - SECOND) == []
    assert names(claimed(session, LATER)) == [(1, "sam")]


def test_a_claim_takes_the_oldest_first_and_no_more_than_asked(session: Session) -> None:
    put(session, captured(1, "a"), captured(2, "b"), captured(3, "c"))
    assert names(claimed(session, limit=2)) == [(1, "a"), (2, "b")]
    assert names(claimed(session, limit=2)) == [(3, "c")]


def test_each_reader_gets_one_notice_at_a_time_in_order(session: Session) -> None:
    put(session, news(1), news(2), news(3), news(9, "lee"))
    (first, _) = claimed(session)
    assert names([first]) == [(1, "sam")]
    assert claimed(session) == [], "while the first is on its way the second waits"
    outbox.finish(session, first, "sent", MONDAY)
    (second,) = claimed(session)
    assert names([second]) == [(2, "sam")]


def test_the_receipts_of_somebody_who_reports_several_things_go_out_together(session: Session) -> None:
    put(session, news(1), captured(2), captured(3), captured(3))
    assert names(claimed(session)) == [(1, "sam"), (2, "sam"), (3, "sam")], "those of one ticket keep their order"


def test_a_notice_that_waits_for_a_retry_lets_other_tickets_pass_but_not_its_own(session: Session) -> None:
    put(session, news(1), news(1), news(2))
    (first,) = claimed(session)
    outbox.postpone(session, first, LATER, "busy")
    (passing,) = claimed(session)
    assert names([passing]) == [(2, "sam")]
    outbox.finish(session, passing, "sent", MONDAY)
    assert claimed(session, LATER - SECOND) == [], "the second of ticket 1 may not overtake the first"
    (again,) = claimed(session, LATER)
    assert (again.id, again.attempts, again.problem) == (first.id, 2, "busy")


def test_a_retry_that_falls_due_while_a_later_notice_is_on_its_way_waits_for_that_one(session: Session) -> None:
    put(session, news(1), news(2))
    (first,) = claimed(session)
    outbox.postpone(session, first, MONDAY + SECOND, "busy")
    (_second,) = claimed(session)
    assert claimed(session, MONDAY + SECOND) == []
    assert claimed(session, MONDAY + LEASE - SECOND) == []
    assert names(claimed(session, MONDAY + LEASE)) == [(1, "sam")]


def test_each_workspace_claims_its_own_and_waits_for_no_other(session: Session) -> None:
    put(session, news(1), news(2))
    outbox.put(session, "other", [news(1)], MONDAY)
    assert [parcel.workspace for parcel in claimed(session)] == ["main"]
    assert [parcel.workspace for parcel in outbox.claim(session, "other", MONDAY, 20)] == ["other"]
    assert outbox.next_due_at(session, "third") is None
    assert outbox.claim(session, "third", MONDAY + LEASE, 20) == []


def test_what_a_dead_deliverer_had_claimed_is_taken_again_when_its_lease_is_over(session: Session) -> None:
    put(session, news(1), news(2))
    (first,) = claimed(session)
    assert claimed(session, MONDAY + LEASE - SECOND) == []
    (again,) = claimed(session, MONDAY + LEASE)
    assert (again.id, again.attempts) == (first.id, 2)


def test_a_deliverer_that_was_too_slow_can_not_say_what_became_of_it(session: Session) -> None:
    put(session, captured())
    (slow,) = claimed(session)
    (quick,) = claimed(session, MONDAY + LEASE)
    assert not outbox.finish(session, slow, "parked", LATER, problem="too slow")
    outbox.postpone(session, slow, LATER, "too slow")
    assert outbox.counts(session, "main") == {"claimed": 1}
    assert outbox.finish(session, quick, "sent", LATER)
    assert not outbox.finish(session, quick, "parked", LATER), "not twice"
    assert outbox.counts(session, "main") == {"sent": 1}


def test_a_wait_that_is_not_the_notices_fault_is_not_counted(session: Session) -> None:
    put(session, captured())
    for turn in range(5):
        (parcel,) = claimed(session, MONDAY + turn * SECOND)
        assert parcel.attempts == 1
        outbox.postpone(session, parcel, MONDAY + (turn + 1) * SECOND, "rate limit", counted=False)


def test_what_is_finished_keeps_its_reason_moment_and_receipt(session: Session) -> None:
    put(session, captured(1, "a"), captured(2, "b"))
    one, two = claimed(session)
    receipt = Receipt("pigeon", "c", "m", "https://p")
    outbox.finish(session, one, "sent", LATER, receipt=receipt)
    outbox.finish(session, two, "parked", LATER, problem="nobody there")
    (parked, sent) = outbox.listed(session, "main", ["sent", "parked"], 9)
    assert (sent.state, sent.receipt, sent.finished_at) == ("sent", receipt, LATER)
    assert (parked.state, parked.problem, parked.receipt) == ("parked", "nobody there", None)
    assert claimed(session, LATER + LEASE * 9) == []


def test_a_card_that_waits_for_a_reader_is_not_added_twice(session: Session) -> None:
    put(session, card())
    put(session, card())
    assert outbox.counts(session, "main") == {"waiting": 1}
    put(session, card(2), card(1, "omar"))
    assert outbox.counts(session, "main") == {"waiting": 3}


def test_a_card_asked_for_anew_is_not_swallowed_by_one_that_would_only_be_edited(session: Session) -> None:
    put(session, card())
    put(session, card(anew=True))
    put(session, card(anew=True), card())
    assert outbox.counts(session, "main") == {"waiting": 2}


def test_a_card_that_is_being_drawn_right_now_does_not_swallow_the_next_one(session: Session) -> None:
    put(session, card())
    claimed(session)
    put(session, card())
    assert outbox.counts(session, "main") == {"claimed": 1, "waiting": 1}
    assert outbox.carded(session, "main", 1) == ["person:dana"]


def test_everything_but_cards_is_added_as_often_as_it_is_said(session: Session) -> None:
    put(session, captured(), captured())
    assert outbox.counts(session, "main") == {"waiting": 2}


def test_the_next_due_moment_is_that_of_the_first_notice_not_yet_finished(session: Session) -> None:
    assert outbox.next_due_at(session, "main") is None
    put(session, captured(1, "a"), at=LATER)
    put(session, captured(2, "b"))
    assert outbox.next_due_at(session, "main") == MONDAY
    (first,) = claimed(session)
    assert outbox.next_due_at(session, "main") == MONDAY + LEASE, "while it is on its way there is nothing to do"
    outbox.finish(session, first, "sent", MONDAY)
    assert outbox.next_due_at(session, "main") == LATER


def test_parked_notices_are_released_by_number_or_all_at_once_and_start_from_the_beginning(session: Session) -> None:
    put(session, captured(1, "a"), captured(2, "b"), captured(3, "c"))
    parcels = claimed(session)
    for parcel in parcels:
        outbox.finish(session, parcel, "parked", MONDAY, problem="gone")
    assert outbox.release(session, "other", [], LATER) == 0
    assert outbox.release(session, "main", [parcels[1].id], LATER) == 1
    (again,) = claimed(session, LATER)
    assert (again.id, again.attempts) == (parcels[1].id, 1)
    assert outbox.release(session, "main", [], LATER) == 2


def test_a_notice_that_this_version_can_not_read_is_parked_and_listed_and_the_others_go_on(session: Session) -> None:
    put(session, captured(1, "a"), captured(2, "b"))
    session.execute(text("""UPDATE outbox SET notice = '{"kind": "telepathy"}' WHERE ticket = 1"""))
    assert names(claimed(session)) == [(2, "b")]
    assert outbox.counts(session, "main") == {"parked": 1, "claimed": 1}
    assert [parcel.notice.ticket for parcel in outbox.listed(session, "main", ["claimed", "parked"], 9)] == [2]


def test_what_a_deliverer_that_died_had_claimed_is_uncertain_since_that_claim(session: Session) -> None:
    put(session, captured(1, "a"))
    assert [parcel.uncertain_since for parcel in claimed(session)] == [None]
    second, third = MONDAY + LEASE, MONDAY + 2 * LEASE
    assert [parcel.uncertain_since for parcel in claimed(session, second)] == [MONDAY]
    (parcel,) = claimed(session, third)
    assert parcel.uncertain_since == MONDAY, "the first doubt counts"
    assert outbox.find(session, "main", parcel.id) == parcel


def test_doubt_outlives_a_pause_and_ends_with_the_receipt(session: Session) -> None:
    put(session, captured(1, "a"))
    (parcel,) = claimed(session)
    outbox.postpone(session, parcel, LATER, "500", uncertain_since=MONDAY)
    (parcel,) = claimed(session, LATER)
    assert parcel.uncertain_since == MONDAY
    outbox.postpone(session, parcel, LATER + SECOND, "rate limit", counted=False)
    (parcel,) = claimed(session, LATER + SECOND)
    assert parcel.uncertain_since == MONDAY
    outbox.finish(session, parcel, "sent", LATER)
    (sent,) = outbox.listed(session, "main", ["sent"], 9)
    assert sent.uncertain_since is None


def test_an_operator_s_word_counts_until_the_next_doubt(session: Session) -> None:
    put(session, captured(1, "a"), captured(2, "b"))
    first, second = claimed(session)
    outbox.finish(session, first, "parked", MONDAY, problem="who knows", uncertain_since=MONDAY)
    outbox.finish(session, second, "parked", MONDAY, problem="gone")
    assert outbox.uncertain(session, "main") == 1
    assert names(outbox.listed(session, "main", ["parked"], 9, uncertain=True)) == [(1, "a")]
    assert names(outbox.listed(session, "main", ["parked"], 9, uncertain=False)) == [(2, "b")]
    assert outbox.release(session, "main", [], LATER, uncertain=True) == 1
    (again,) = claimed(session, LATER)
    assert (again.id, again.uncertain_since, again.insisted) == (first.id, MONDAY, True)
    (again,) = claimed(session, LATER + LEASE)
    assert (again.uncertain_since, again.insisted) == (MONDAY, False)


def test_what_waits_can_be_set_aside_and_what_is_being_sent_can_not(session: Session) -> None:
    put(session, captured(1, "a"), captured(2, "b"))
    (sending,) = claimed(session, limit=1)
    (waiting,) = outbox.listed(session, "main", ["waiting"], 9)
    aside = outbox.set_aside(session, "main", [sending.id, waiting.id], LATER, "by hand")
    assert [parcel.id for parcel in aside] == [waiting.id]
    assert outbox.states(session, "main", [sending.id, waiting.id, 99]) == {
        sending.id: "claimed", waiting.id: "parked",
    }  # fmt: skip
    assert claimed(session, LATER + LEASE)[0].id == sending.id
