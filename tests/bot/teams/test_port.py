"""Stored conversations: read from any activity, written as JSON, and read again after a restart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.teams.port import Bad, Ref, ref_of
from tests.fakes.teams_activities import Activities
from tests.fakes.teams_identity import BOT, DANA_DM, GROUP, PAYMENTS, TENANT, Place

SERVICE = "https://smba.trafficmanager.net/emea/"
SAYS = Activities(SERVICE)


@pytest.mark.parametrize("place", [PAYMENTS, GROUP, DANA_DM])
def test_every_activity_says_where_it_came_from(place: Place) -> None:
    message = SAYS.message("x", place=place, id="5")
    several = [
        message,
        SAYS.reacted("like", message),
        SAYS.installed(place=place),
        SAYS.members(place=place),
        SAYS.executed("v", {}, "5", place=place),
        SAYS.fetch_task("report", place=place),
    ]
    for ref in map(ref_of, several):
        assert (ref.service_url, ref.tenant, ref.kind, ref.bot) == (SERVICE, TENANT, place.kind, BOT)
        assert (ref.root, ref.channel, ref.team) == (place.id, place.channel or None, place.team or None)


def test_the_thread_of_a_message_in_a_channel_is_known_and_can_be_chosen() -> None:
    ref = ref_of(SAYS.message("x", id="5"))
    assert (ref.thread, ref.under("6").thread, ref.under("6").root) == ("5", "6", PAYMENTS.id)
    assert ref_of(SAYS.message("x", place=GROUP)).under("6").thread is None


@pytest.mark.parametrize(
    ("conversation", "data", "kind"),
    [
        ({"id": "a"}, {}, "personal"),
        ({"id": "a", "isGroup": True}, {}, "groupChat"),
        ({"id": "a", "isGroup": True}, {"team": {"id": "t"}}, "channel"),
    ],
)
def test_the_kind_is_guessed_where_it_is_not_said(conversation: object, data: object, kind: str) -> None:
    raw = {**SAYS.message("x"), "conversation": conversation, "channelData": data}
    assert ref_of(raw).kind == kind


def test_the_tenant_is_read_from_the_conversation_where_the_channel_data_have_none() -> None:
    assert ref_of({**SAYS.message("x"), "channelData": None}).tenant == TENANT


def test_an_activity_from_nowhere_is_refused() -> None:
    for raw in ({}, {"conversation": "x"}, {**SAYS.message("x"), "serviceUrl": 7}):
        with pytest.raises(Bad):
            ref_of(raw)


@given(st.builds(Ref, *[st.text()] * 5, st.none() | st.text(), st.none() | st.text()))
def test_a_stored_conversation_is_read_as_it_was_written(ref: Ref) -> None:
    assert Ref.from_json(ref.to_json()) == ref


@pytest.mark.parametrize("text", ["", "{", "[]", "7", "{}", '{"service_url": "x"}'])
def test_what_is_no_stored_conversation_is_refused(text: str) -> None:
    with pytest.raises(Bad):
        Ref.from_json(text)


def test_a_field_of_a_later_version_is_passed_over() -> None:
    ref = ref_of(SAYS.message("x"))
    assert Ref.from_json(ref.to_json().replace("{", '{"later": 1, ', 1)) == ref
