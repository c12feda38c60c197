"""Which buttons a ticket offers to whom: never one that its reader may not press, or that would be refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bot import buttons
from bot.buttons import Button
from bot.watched import Watched
from complaints import lifecycle
from complaints.presence import Presence
from complaints.rights import Action, refusal
from complaints.ticket import Blocked, Promise, State, Ticket
from complaints.views import TicketView
from handlers.context import Context
from handlers.viewing import view
from tests.complaints.builders import FIXED, MONDAY, a_ticket, moment, organisation

HERE = Presence(organisation())
ACTIONS: dict[str, Action] = {
    "acknowledge": "acknowledge", "resolve": "resolve", "blocked": "block", "unblock": "unblock",
    "not_mine": "hand back", "promise": "promise", "told": "tell", "reopen": "reopen", "edit": "edit",
    "withdraw": "withdraw",
}  # fmt: skip
TICKETS: dict[str, Callable[[], Ticket]] = {
    "new": a_ticket,
    "acknowledged": lambda: lifecycle.acknowledge(a_ticket(), "dana", MONDAY, HERE).ticket,
    "promised": lambda: lifecycle.promise(a_ticket(), "dana", MONDAY, HERE, Promise(moment("2026-11-25 17:00"))).ticket,
    "blocked": lambda: lifecycle.block(a_ticket(), "dana", MONDAY, HERE, Blocked("team", "app")).ticket,
    "resolved": lambda: lifecycle.resolve(a_ticket(), "dana", MONDAY, HERE, FIXED).ticket,
    "closed": lambda: lifecycle.withdraw(a_ticket(), "sam", MONDAY, HERE).ticket,
}


@pytest.fixture
def seen(watched: Watched) -> Callable[[Ticket], TicketView]:
    nothing: Any = None
    loaded = watched.current
    return lambda ticket: view(Context(nothing, loaded.organisation, loaded.version, loaded.document, MONDAY), ticket)


def labels(offered: tuple[Button, ...]) -> list[str]:
    return [button.label for button in offered]


@pytest.mark.parametrize("which", TICKETS)
def test_everybody_is_offered_only_what_they_may_do(which: str, seen: Callable[[Ticket], TicketView]) -> None:
    ticket = TICKETS[which]()
    offers = {
        "dana": buttons.for_owner(seen(ticket)),
        "sam": buttons.for_reporter(seen(ticket)),
        ticket.holder: buttons.for_holder(seen(ticket)),
    }
    for person, offered in offers.items():
        for button in offered:
            assert refusal(HERE.organisation, ticket, person, ACTIONS[button.press]) is None, (person, button.label)


def test_the_labels_are_those_of_the_documentation(seen: Callable[[Ticket], TicketView]) -> None:
    assert labels(buttons.for_owner(seen(TICKETS["new"]()))) == [
        "Acknowledge", "Resolve", "Blocked", "Not mine", "Promise a date"
    ]  # fmt: skip
    assert labels(buttons.for_owner(seen(TICKETS["acknowledged"]()))) == [
        "Resolve", "Blocked", "Not mine", "Promise a date"
    ]  # fmt: skip
    assert labels(buttons.for_owner(seen(TICKETS["blocked"]()))) == ["Unblock", "Resolve", "Not mine", "Promise a date"]
    assert labels(buttons.for_reporter(seen(TICKETS["new"]()))) == ["Edit", "Withdraw"]
    assert labels(buttons.for_reporter(seen(TICKETS["resolved"]()))) == ["Customer told", "Reopen"]
    assert labels(buttons.for_reporter(seen(TICKETS["closed"]()))) == ["Reopen"]


def test_the_holder_is_offered_what_moves_it_on(seen: Callable[[Ticket], TicketView]) -> None:
    assert labels(buttons.for_holder(seen(TICKETS["blocked"]()))) == ["Unblock"]
    assert labels(buttons.for_holder(seen(TICKETS["resolved"]()))) == ["Customer told", "Reopen"]
    assert labels(buttons.for_holder(seen(TICKETS["new"]())))[0] == "Acknowledge"


def test_every_state_has_an_owners_row_of_at_most_five_buttons(seen: Callable[[Ticket], TicketView]) -> None:
    for which in TICKETS:
        assert 1 <= len(buttons.for_owner(seen(TICKETS[which]()))) <= 5
    assert {TICKETS[which]().state for which in TICKETS} == set(State)
