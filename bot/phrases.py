"""The voice of Golddust: the sentences that every channel says alike; each channel decides how they look."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from complaints.knock_on import PROMISED
from complaints.masking import spoken
from complaints.notices import ConfigurationRefused, Escalation, Foretold, News, Reminder
from complaints.profiles import DUTIES
from complaints.ticket import ClockName, CloseReason, Kind, State, number_of
from complaints.views import SurgeView, TicketView


@dataclass(frozen=True, slots=True)
class Ink:
    """How a channel writes: what people typed made harmless, a moment in the reader's time, and bold."""

    escape: Callable[[str], str]
    when: Callable[[datetime], str]
    bold: Callable[[str], str]


PARTS = 10
"""So many complaints of a problem are named on its card."""

_WILL_LOOK = {"she": "she’ll look", "he": "he’ll look", "they": "they’ll look"}

_STATES = {
    State.NEW: "New",
    State.ACKNOWLEDGED: "Acknowledged",
    State.BLOCKED: "Blocked",
    State.RESOLVED: "Resolved: the customer has to be told",
}

_CLOSED = {
    CloseReason.TOLD: "Closed: the customer knows",
    CloseReason.DUPLICATE: "Closed as a duplicate",
    CloseReason.WITHDRAWN: "Withdrawn by the reporter",
    CloseReason.NOT_A_COMPLAINT: "Closed: not a complaint",
    CloseReason.IMPORTED: "Closed before it was imported",
    CloseReason.DONE: "Closed: it is done",
}

_STOPS: dict[ClockName, str] = {
    "acknowledge": "Acknowledge stops this",
    "resolve": "Resolve, Blocked, Not mine or Promise a date stops this",
    "tell": "Tell them, then Customer told stops this",
    "unblock": "Unblock stops this",
    "promise": "Resolve or Promise a date stops this",
    "receipt": "Acknowledge stops this",
    "early": "Resolve, then Customer told stops this",
    "answer": "Resolve, then Customer told stops this",
}

_HELPS: dict[ClockName, str] = {
    **_STOPS,
    "acknowledge": "Acknowledge or Not mine stops this",
    "resolve": "Resolve or Not mine stops this",
}

HELP = (
    "Say in one sentence what the customer complained about; I find who owns it and see to it that you hear back.\n"
    "• `/complaint The card machine charged Mrs Ito twice` reports it; `/complaint` alone opens a form\n"
    "• mention me, write to me, use “Report as complaint” on a message, or react with :ticket:\n"
    "• `/complaint mine` what is yours to act on and what you reported\n"
    "• `/complaint list` what is open in your teams\n"
    "• `/complaint join C-42 C-43` joins what has one cause under one problem; `/complaint leave C-43` takes one out\n"
    "• `/complaint away until Friday` your deputy holds meanwhile; `/complaint back` when you are here again\n"
    "• `/complaint digest now` the figures of your teams; `/complaint digest subscribe` brings them every Monday, "
    "`/complaint digest subscribe daily at 07:30` when you say\n"
    "• `/complaint action C-42 alert on a full queue @dana by Friday` what is to be done against a cause\n"
    "• `/complaint settings` when your bundle comes, where, and how early you are reminded"
)


def state(ticket: TicketView) -> str:
    """Where the ticket is, in a few words of ours."""
    if ticket.close_reason is not None:
        closed = _CLOSED[ticket.close_reason]
        return f"{closed} of {ticket.duplicate_of}" if ticket.duplicate_of else closed
    todo = ticket.kind is Kind.ACTION and ticket.state in {State.NEW, State.ACKNOWLEDGED}
    return "To be done" if todo else _STATES[ticket.state]


def stands(ticket: TicketView) -> str:
    """Why a button of an old message is no good any more, as plain text."""
    if ticket.state is State.CLOSED:
        why = str(ticket.close_reason).replace("_", " ") if ticket.close_reason else "it is over"
        return f"{ticket.ref} is closed: {why}."
    if ticket.problem:
        return f"{ticket.ref} is part of {ticket.problem}."
    if ticket.state in {State.RESOLVED, State.BLOCKED}:
        return f"{ticket.ref} is {ticket.state} already."
    return f"{ticket.ref} is open: {ticket.owner_or_team} has it."


def stops(clock: ClockName) -> str:
    """What ends the nudges about a clock: “Acknowledge stops this”."""
    return _STOPS[clock]


def captured(ticket: TicketView, ink: Ink, *, again: bool = False, masked: Sequence[str] = ()) -> str:
    """To the reporter: “C-42 is with Dana (Payments), she’ll look by 15:00”."""
    who, clock = ink.escape(ticket.owner_or_team), ticket.clock("acknowledge")
    running = clock is not None and clock.state == "running"
    by = f", {_WILL_LOOK[ticket.pronoun]} by {ink.when(clock.due_at)}" if clock and running else ""
    if not again:
        noted = f" {ink.escape(spoken(masked))}" if masked else ""
        return f"{ink.bold(ticket.ref)} is with {who}{by}.{noted}"
    known = f"{ink.bold(ticket.ref)} already has this one."
    if ticket.state is State.CLOSED:
        return f"{known} {ink.escape(state(ticket))}."
    return f"{known} It is with {who}{by}." if by else f"{known} It is with {who}. {ink.escape(state(ticket))}."


def news(notice: News, ticket: TicketView, ink: Ink) -> str:
    """To the reporter: what has happened (rule 12: nothing more than this)."""
    ref, owner = ink.bold(ticket.ref), ink.escape(ticket.owner or ticket.team)
    match notice.what:
        case "acknowledged":
            clock = ticket.clock("resolve")
            running = clock is not None and clock.state == "running"
            aim = f" and aims to have it fixed by {ink.when(clock.due_at)}" if clock and running else ""
            return f"{ref}: {ink.escape(ticket.acknowledged_by or owner)} has seen it{aim}."
        case "promised":
            why = f" ({ink.escape(ticket.promise_reason)})" if ticket.promise_reason else ""
            date = f" by {ink.when(ticket.promised_until)}" if ticket.promised_until else ""
            return f"{ref}: {owner} promises it{date}{why}."
        case "promise lapsed":
            now = f"{ref} has moved to {owner}, where a rule asks for an answer before the date you were promised"
            return f"{now}. That date no longer holds; they’ll give a new one."
        case "resolved":
            return f"{ref} is fixed. Please tell the customer, then press Customer told."
        case "dismissed":
            closed = state(ticket)
            note = f", “{ink.escape(ticket.close_note)}”" if ticket.close_note else ""
            return f"{ref} is {ink.escape(closed[0].lower() + closed[1:])}{note}. If that is wrong, press Reopen."
        case "done":
            what = f": “{ink.escape(ticket.done)}”" if ticket.done else ""
            return (
                f"{ref}, which you asked for, is done{what}. In 30 and 90 days I’ll look whether the cause came back."
            )
        case _:
            assert_never(notice.what)


def reminder(notice: Reminder, ticket: TicketView, ink: Ink) -> str:
    """To the holder: why you, which clock, what comes next, what stops it (rule 6)."""
    role = _role(ticket, ink)
    lines = [f"{ink.bold(ticket.ref)} waits for you{role}: {notice.because} (due {ink.when(notice.due_at)})."]
    lines += _late(notice, ink) + _next(notice, _stopping(_STOPS, notice, ticket), ink)
    return "\n".join(lines)


def escalation(notice: Escalation, ticket: TicketView, ink: Ink) -> str:
    """To the next rung: what is stuck, with whom, who has been asked, what would help (rule 3)."""
    lines = [
        f"Could you help {ink.bold(ticket.ref)} along? {notice.because[0].upper()}{notice.because[1:]} "
        f"(due {ink.when(notice.due_at)}). {ink.escape(_asked(notice, ticket))}; you are next in line."
    ]
    lines += _late(notice, ink) + _next(notice, _stopping(_HELPS, notice, ticket), ink)
    return "\n".join(lines)


def foretold(notice: Foretold, ticket: TicketView, ink: Ink) -> str:
    """To the owner: by when the blocker must answer so that the customer's date is kept; said once."""
    who, date = ink.escape(notice.waits_for), _given(notice.what, notice.date, ink)
    if notice.passed:
        said = f"An answer was needed by {ink.when(notice.by)} to keep {date}."
        return f"{ink.bold(ticket.ref)} still waits for {who}. {said}\nIf the customer hears now, they can plan for it."
    said = f"{_unanswered(notice.waits_for, ink)} by {ink.when(notice.by)}, you miss {date}."
    return f"{ink.bold(ticket.ref)} waits for {who}. {said}\nA word with them now may help. I say this only once."


def knock_on(ticket: TicketView, ink: Ink) -> str | None:
    """For a card: by when whoever it waits for must answer; None where no date of the customer’s depends on it."""
    found = ticket.knock_on
    if found is None:
        return None
    date = _given(found.what, found.date, ink)
    if found.passed:
        return f"An answer was needed by {ink.when(found.by)} to keep {date}"
    return f"{_unanswered(found.waits_for, ink)} by {ink.when(found.by)}, {date} can’t be kept"


def _unanswered(who: str, ink: Ink) -> str:
    return f"If {ink.escape(who)} {'is not done' if number_of(who) is not None else 'does not answer'}"


def _given(what: str, date: datetime, ink: Ink) -> str:
    source = "the customer was given" if what == PROMISED else f"that {ink.escape(what)} sets"
    return f"the date {source} ({ink.when(date)})"


def configuration(notice: ConfigurationRefused, ink: Ink) -> str:
    """To an admin: the changed file is refused, and why."""
    return (
        "I can’t use the changed configuration. The last good one stays until this is mended:\n"
        f"{ink.escape(notice.problems)}"
    )


def facts(ticket: TicketView, ink: Ink) -> list[str]:
    """The lines of a card below the words: where it is, whose it is and was, what it waits for, and its clocks."""
    known = [ink.bold(ink.escape(state(ticket)))]
    known.append(f"owned by {ink.escape(ticket.owner)}" if ticket.owner else "owned by nobody yet")
    if ticket.kind is Kind.ACTION:
        known.append(f"asked for by {ink.escape(ticket.reporter)}, against the cause of {ticket.parent}")
    else:
        known.append(f"reported by {ink.escape(ticket.reporter)}")
    if ticket.customer:
        known.append(f"customer {ink.escape(ticket.customer)}")
    elsewhere = ticket.state is not State.CLOSED and ticket.holder_key != ticket.owner_key
    # Who blocks it stands in the next line anyway.
    moves = elsewhere and ticket.holder != ticket.blocked_by
    move = f"It is {ink.escape(ticket.holder)}’s move now." if moves else None
    said = (
        " · ".join(known), parts(ticket, ink), suggested(ticket, ink), move, waiting(ticket, ink),
        knock_on(ticket, ink), clocks(ticket, ink),
    )  # fmt: skip
    return [line for line in said if line]


def parts(ticket: TicketView, ink: Ink) -> str | None:
    """Which complaints a problem stands for; None for what is no problem."""
    if not ticket.parts:
        return None
    shown = ", ".join(ink.bold(ref) for ref in ticket.parts[:PARTS])
    more = f" and {len(ticket.parts) - PARTS} more" if len(ticket.parts) > PARTS else ""
    noun = "complaint" if len(ticket.parts) == 1 else "complaints"
    return f"One problem behind {len(ticket.parts)} {noun}: {shown}{more}"


def suggested(ticket: TicketView, ink: Ink) -> str | None:
    """The problem that a complaint looks like a part of; None without one."""
    return f"It looks like part of {ink.bold(ticket.suggested)}." if ticket.suggested else None


def surge(surge: SurgeView, ink: Ink) -> str:
    """To the lead: how many alike have come since when, what is usual, why you, and what the buttons do."""
    usual = f"{surge.usual:.1f}" if surge.usual >= 0.1 else "almost none"
    verb = "are" if surge.usual >= 0.1 else "is"
    common = f" {ink.escape(surge.common)}" if surge.common else ""
    came = f"{ink.bold(f'{surge.count} complaints')}{common} since {ink.when(surge.since)}"
    if surge.over:
        return f"{came}. {_answered(surge, ink)}"
    unusual = f"{usual} {verb} usual in {surge.window}"
    if surge.elsewhere:  # how many they have, and what is usual for all, is for admins
        unusual = f"with those of other teams that is far more than is usual in {surge.window}"
    return (
        f"{came}; {unusual}. {ink.escape(surge.why)} If one thing is behind them, join "
        "them: then I remind one person of one ticket, and everybody who reported hears when it is solved. If not, "
        "just say so, and I leave it."
    )


def _answered(surge: SurgeView, ink: Ink) -> str:
    """What became of a surge: under what it was joined and by whom, or that it is no problem."""
    if surge.problem is None:
        return "No problem, I was told: each goes its own way, and I say no more about these."
    which = f"{surge.joined} of them" if 0 < surge.joined < surge.count else "them"
    by = f"{ink.escape(surge.joined_by)} joined {which}" if surge.joined_by else "They were joined"
    has = f" {ink.escape(surge.holder)} has it." if surge.holder else ""
    return (
        f"{by} under {ink.bold(surge.problem)}.{has} I nudge about {surge.problem} alone, and everybody who reported "
        "hears when it is solved."
    )


def waiting(ticket: TicketView, ink: Ink) -> str | None:
    """What the ticket waits for: its blocker or its promised date; None when it waits for nothing."""
    if ticket.problem:
        return f"Part of {ink.bold(ticket.problem)}: it is resolved with that, and waits without nudges until then"
    if ticket.state is State.BLOCKED and ticket.blocked_by:
        why = f": {ink.escape(ticket.blocked_why)}" if ticket.blocked_why else ""
        return f"Waits for {ink.escape(ticket.blocked_by)}{why}"
    if ticket.promised_until is not None:
        why = f": {ink.escape(ticket.promise_reason)}" if ticket.promise_reason else ""
        return f"Promised for {ink.when(ticket.promised_until)}{why}"
    return None


_CLOCKS: dict[ClockName, str] = {
    "acknowledge": "Acknowledge",
    "resolve": "Resolve",
    "tell": "Tell the customer",
    "unblock": "Unblock",
    "promise": "Promised",
}


def clocks(ticket: TicketView, ink: Ink) -> str:
    """The clocks that still matter, on one line: “Acknowledge by 15:00 · Resolve by Thu 12:00”.

    Of the regulatory ones it is the one that runs out first: “Final answer due Mon 18 Jan (FCA DISP)”. Last comes how
    long such tickets usually take, where that is known.
    """
    shown = []
    for clock in ticket.clocks:
        if clock.rule:
            continue
        if clock.state in {"running", "overdue"} and clock.name != "promise":
            late = " (overdue)" if clock.state == "overdue" else ""
            shown.append(f"{_CLOCKS[clock.name]} by {ink.when(clock.due_at)}{late}")
        elif clock.state == "paused":
            shown.append(f"{_CLOCKS[clock.name]}: paused")
    return " · ".join((*shown, *_duty(ticket, ink), *([ticket.usually] if ticket.usually else [])))


def _duty(ticket: TicketView, ink: Ink) -> list[str]:
    owed = [clock for clock in ticket.clocks if clock.rule and clock.state in {"running", "overdue"}]
    if not owed:
        return []
    clock = min(owed, key=lambda clock: clock.due_at)
    what, rule = DUTIES[clock.name].removeprefix("the ").capitalize(), ink.escape(clock.rule)
    return [f"{what} due {ink.when(clock.due_at)} ({rule}{', overdue' if clock.state == 'overdue' else ''})"]


def _late(notice: Reminder | Escalation, ink: Ink) -> list[str]:
    if notice.due_since is None:
        return [f"Held since {ink.when(notice.held_since)}, not to interrupt you."] if notice.held_since else []
    since = ink.when(notice.due_since)
    if not notice.missed:
        return [f"Sorry this is late: it should have come by {since}."]
    return [f"Sorry this is late: it stands for {notice.missed + 1} messages, the first from {since}."]


def _next(notice: Reminder | Escalation, stops: str, ink: Ink) -> list[str]:
    if notice.next_at is None:
        return [f"{stops}."]
    return [f"{stops}. If it still waits by {ink.when(notice.next_at)}, {ink.escape(notice.next_what)}."]


def _stopping(stops: Mapping[ClockName, str], notice: Reminder | Escalation, ticket: TicketView) -> str:
    """What ends these nudges; of an action its own buttons do."""
    clock = _pressed(notice, ticket)
    if ticket.kind is Kind.ACTION and clock in {"resolve", "promise"}:
        return "Done, Not mine or Promise a date stops this"
    return stops[clock]


def _pressed(notice: Reminder | Escalation, ticket: TicketView) -> ClockName:
    """The clock whose buttons are offered: while blocked it is Unblock, whichever clock has run out."""
    return "unblock" if ticket.state is State.BLOCKED else notice.clock


def _role(ticket: TicketView, ink: Ink) -> str:
    """Why it is the holder’s, where that is not plain: they block it, or stand in for somebody."""
    if ticket.state is State.BLOCKED:
        ours = ticket.owner is None or ticket.owner_key == ticket.holder_key
        return "" if ours else f", so that {ink.escape(ticket.owner or '')} can go on"
    name, key = (ticket.owner, ticket.owner_key)
    if ticket.state is State.RESOLVED:
        name, key = (ticket.reporter, ticket.reporter_key)
    return f", in place of {ink.escape(name)}" if name and key != ticket.holder_key else ""


def _asked(notice: Escalation, ticket: TicketView) -> str:
    """Who has been asked so far, in order, and who of them has it."""
    if not notice.asked:
        return f"It is with {ticket.holder}"
    if notice.asked == (ticket.holder,):
        return f"It is with {ticket.holder}, whom I have asked"
    if ticket.holder in notice.asked:
        names = [f"{name} (who has it)" if name == ticket.holder else name for name in notice.asked]
        return f"I have asked {_listed(names)}"
    return f"It is with {ticket.holder}. I have asked {_listed(notice.asked)}"


def _listed(names: Sequence[str]) -> str:
    """“A”, “A and B”, “A, B and C”."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
