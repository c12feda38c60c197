"""The buttons, their labels, and which of them a ticket offers to whom; the same on every channel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from complaints.ticket import Kind, State
from complaints.views import TicketView

Press = Literal[
    "acknowledge", "resolve", "blocked", "unblock", "not_mine", "promise", "told", "reopen", "edit", "withdraw",
    "useful", "not_useful", "join", "not_a_problem", "leave",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Button:
    """One button: what it does and what it says; `asks` is True when it needs more than the press."""

    press: Press
    label: str
    asks: bool = False
    primary: bool = False


ACKNOWLEDGE = Button("acknowledge", "Acknowledge", primary=True)
RESOLVE = Button("resolve", "Resolve", asks=True)
DONE = Button("resolve", "Done", asks=True, primary=True)
"""Of an action: it was carried out."""
BLOCKED = Button("blocked", "Blocked", asks=True)
UNBLOCK = Button("unblock", "Unblock", primary=True)
NOT_MINE = Button("not_mine", "Not mine", asks=True)
PROMISE = Button("promise", "Promise a date", asks=True)
TOLD = Button("told", "Customer told", primary=True)
REOPEN = Button("reopen", "Reopen", asks=True)
EDIT = Button("edit", "Edit", asks=True)
WITHDRAW = Button("withdraw", "Withdraw")
USEFUL = Button("useful", "Useful")
NOT_USEFUL = Button("not_useful", "Not useful")
JOIN = Button("join", "Join under one problem", primary=True)
NOT_A_PROBLEM = Button("not_a_problem", "Not a problem")
JOIN_IT = Button("join", "Part of the problem")
NOT_PART = Button("leave", "Not part of it")
ON_SURGE = (JOIN, NOT_A_PROBLEM)
"""What the lead who is told of a surge can press."""
RATING = (USEFUL, NOT_USEFUL)
"""What the reader of a nudge is asked about it."""

_OWNER: dict[State, tuple[Button, ...]] = {
    State.NEW: (ACKNOWLEDGE, RESOLVE, BLOCKED, NOT_MINE, PROMISE),
    State.ACKNOWLEDGED: (RESOLVE, BLOCKED, NOT_MINE, PROMISE),
    State.BLOCKED: (UNBLOCK, RESOLVE, NOT_MINE, PROMISE),
    State.RESOLVED: (REOPEN,),
    State.CLOSED: (REOPEN,),
}


_ACTION: dict[State, tuple[Button, ...]] = {
    **dict.fromkeys((State.NEW, State.ACKNOWLEDGED), (DONE, NOT_MINE, PROMISE)),
    State.BLOCKED: (UNBLOCK, DONE, NOT_MINE, PROMISE),
    **dict.fromkeys((State.RESOLVED, State.CLOSED), (REOPEN,)),
}


def for_owner(ticket: TicketView) -> tuple[Button, ...]:
    """What the owner's side can press, on the card and on reminders."""
    if ticket.kind is Kind.ACTION:
        return _ACTION[ticket.state]
    return tuple(NOT_PART if one is UNBLOCK and ticket.problem else one for one in _OWNER[ticket.state])


def for_reporter(ticket: TicketView) -> tuple[Button, ...]:
    """What the reporter can press."""
    if ticket.state is State.RESOLVED:
        return (TOLD, REOPEN)
    if ticket.state is State.CLOSED:
        return (REOPEN,)
    return (WITHDRAW,) if ticket.kind is Kind.ACTION else (EDIT, WITHDRAW)


def _offered(ticket: TicketView) -> tuple[Button, ...]:
    """What the owner's side can press on a card, which also offers the problem that the ticket looks like a part of."""
    return (*for_owner(ticket), JOIN_IT) if ticket.suggested else for_owner(ticket)


def on_card(ticket: TicketView, reader: str | None) -> tuple[Button, ...]:
    """What the ticket's card offers: a team's (`reader` is None), its owner's, or that of the one who blocks it."""
    if reader is None or reader == ticket.owner_key:
        return _offered(ticket)
    # Somebody who used to have it sees where it is now, and has nothing left to press.
    return for_holder(ticket) if reader == ticket.holder_key else ()


def for_helper(ticket: TicketView, reader: str | None) -> tuple[Button, ...]:
    """What somebody who is asked for help can press: all of the holder's if it is theirs now, else what moves it on."""
    if reader == ticket.holder_key or ticket.state is State.RESOLVED:
        return for_holder(ticket)
    return tuple(one for one in for_owner(ticket) if one.press not in {"blocked", "promise"})


def offered(press: str, ticket: TicketView) -> bool:
    """Whether a button is still among those of a ticket; old messages keep theirs."""
    return press in {button.press for button in (*for_owner(ticket), *for_reporter(ticket))}


def for_holder(ticket: TicketView) -> tuple[Button, ...]:
    """What the one whose move it is can press, on a reminder."""
    if ticket.state is State.RESOLVED:
        return (TOLD, REOPEN)
    if ticket.state is State.BLOCKED and ticket.holder_key != ticket.owner_key:
        return (NOT_PART,) if ticket.problem else (UNBLOCK,)
    return for_owner(ticket)
