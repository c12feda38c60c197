"""Installations and states, on each database: what is replaced, leased, resealed and forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from storage import installations, oauth_states
from storage.database import open_engine, sessions, upgrade
from storage.installations import Installation, Place, Sealed
from tests.world import MONDAY

LATER = MONDAY + timedelta(minutes=1)
ONE = Installation(
    "slack", Place("", "T1"), "One", "A1", "B1", "U1", ("chat:write", "commands"),
    Sealed("sealed token", "sealed refresh", MONDAY + timedelta(hours=12)), "U9", MONDAY,
)  # fmt: skip
NEWER = Sealed("newer token", "newer refresh", MONDAY + timedelta(hours=24))


@pytest.fixture
def session(database_url: str) -> Iterator[Session]:
    engine = open_engine(database_url)
    upgrade(engine)
    with sessions(engine)() as session, session.begin():
        installations.put(session, ONE)
        yield session
    engine.dispose()


def found(session: Session, place: Place = ONE.place) -> Installation:
    one = installations.find(session, "slack", place)
    assert one is not None
    return one


def test_an_installation_comes_back_as_it_was_put(session: Session) -> None:
    assert found(session) == ONE
    assert installations.find(session, "slack", Place("E1", "T1")) is None
    assert installations.find(session, "teams", Place("", "T1")) is None


def test_installed_again_it_takes_the_place_of_the_old_one_and_ends_its_lease(session: Session) -> None:
    assert installations.lease(session, ONE, "mine", MONDAY, LATER)
    again = replace(ONE, name="Two", sealed=Sealed("fresh"), installed_at=LATER)
    installations.put(session, again)
    assert not installations.refreshed(session, ONE, "mine", NEWER)
    assert installations.listed(session) == [again]


def test_of_two_that_want_to_refresh_one_gets_the_lease_until_it_has_run_out(session: Session) -> None:
    assert installations.lease(session, ONE, "mine", MONDAY, LATER)
    assert not installations.lease(session, ONE, "yours", LATER - timedelta(seconds=1), LATER)
    assert installations.lease(session, ONE, "yours", LATER, LATER + timedelta(minutes=1))


def test_tokens_that_have_changed_since_they_were_read_can_not_be_leased(session: Session) -> None:
    assert installations.lease(session, ONE, "mine", MONDAY, LATER)
    assert installations.refreshed(session, ONE, "mine", NEWER)
    assert not installations.lease(session, ONE, "yours", MONDAY, LATER)
    assert found(session).sealed == NEWER


def test_a_lease_that_was_given_back_is_free(session: Session) -> None:
    assert installations.lease(session, ONE, "mine", MONDAY, LATER)
    installations.release(session, ONE, "another")
    assert not installations.lease(session, ONE, "yours", MONDAY, LATER)
    installations.release(session, ONE, "mine")
    assert installations.lease(session, ONE, "yours", MONDAY, LATER)


def test_what_a_refresh_brought_is_kept_although_the_tokens_were_resealed_meanwhile(session: Session) -> None:
    assert installations.lease(session, ONE, "mine", MONDAY, LATER)
    installations.reseal(session, ONE, Sealed("resealed token", "resealed refresh", MONDAY))
    assert installations.refreshed(session, ONE, "mine", NEWER)
    assert found(session).sealed == NEWER


def test_what_a_refresh_brought_is_kept_although_its_lease_had_run_out(session: Session) -> None:
    assert installations.lease(session, ONE, "mine", MONDAY, LATER)
    assert installations.lease(session, ONE, "yours", LATER, LATER)
    assert installations.refreshed(session, ONE, "mine", NEWER)
    assert not installations.refreshed(session, ONE, "another", ONE.sealed or NEWER)
    assert found(session).sealed == NEWER


def test_a_removal_forgets_the_tokens_and_leaves_the_row(session: Session) -> None:
    assert installations.lease(session, ONE, "mine", MONDAY, LATER)
    assert installations.remove(session, "slack", ONE.place, LATER)
    assert not installations.remove(session, "slack", ONE.place, LATER)
    assert found(session) == replace(ONE, sealed=None, removed_at=LATER)
    assert not installations.refreshed(session, ONE, "mine", NEWER)
    assert installations.active(session, "slack", ["T1"]) == []
    assert installations.portion(session, None, 10) == []


def test_an_installation_that_is_younger_than_a_removal_stays(session: Session) -> None:
    assert not installations.remove(session, "slack", ONE.place, MONDAY - timedelta(seconds=1))
    assert found(session) == ONE


def test_the_active_ones_are_those_of_the_ids_whole_grids_and_the_newest_first(session: Session) -> None:
    grid, joined, other = Place("E1", ""), Place("E1", "T1"), Place("", "T2")
    for place, at in ((joined, LATER), (grid, MONDAY), (other, LATER)):
        installations.put(session, replace(ONE, place=place, installed_at=at))
    assert [one.place for one in installations.active(session, "slack", ["T1"])] == [joined, ONE.place]
    assert [one.place for one in installations.active(session, "slack", ["E1"])] == [grid, joined]
    assert installations.active(session, "slack", []) == []
    assert installations.active(session, "slack", [""]) == []


def test_portions_together_are_everything_once(session: Session) -> None:
    places = [Place("", f"T{number}") for number in range(2, 7)] + [Place("E1", ""), Place("E1", "T1")]
    for place in places:
        installations.put(session, replace(ONE, place=place))
    seen: list[Place] = []
    after = None
    while portion := installations.portion(session, after, 3):
        seen += [one.place for one in portion]
        after = "slack", portion[-1].place
    assert seen == sorted([ONE.place, *places])


def test_a_state_is_good_once_and_until_its_time(session: Session) -> None:
    oauth_states.issue(session, "a", MONDAY, LATER)
    oauth_states.issue(session, "b", MONDAY, LATER)
    assert not oauth_states.consume(session, "c", MONDAY)
    assert oauth_states.consume(session, "a", LATER - timedelta(microseconds=1))
    assert not oauth_states.consume(session, "a", MONDAY)
    assert not oauth_states.consume(session, "b", LATER)
    assert not oauth_states.consume(session, "b", LATER + timedelta(hours=1))


def test_states_that_are_too_old_are_forgotten(session: Session) -> None:
    oauth_states.issue(session, "a", MONDAY, LATER)
    oauth_states.issue(session, "b", LATER, LATER + timedelta(minutes=1))
    assert not oauth_states.consume(session, "a", MONDAY)
