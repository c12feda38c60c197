"""Any ticket and any notice, as every room's tests need them; what strangers type differs from room to room."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

from hypothesis import strategies as st

from complaints import notices
from complaints.follow_ups import LOOKS, Found, How
from complaints.notices import Notice, Nudge
from complaints.severity import Severity
from complaints.ticket import Attachment, CloseReason, Kind, Source, State
from complaints.views import ClockView, KnockOnView, SurgeView, TicketView
from tests.bot.digests import digests
from tests.world import MONDAY

BLOCKED = {
    "state": State.BLOCKED, "blocked_by": "Kim", "blocked_why": "firmware", "holder": "Kim", "holder_key": "kim"
}  # fmt: skip
"""What is different about C-42 while it waits for Kim."""
RESOLVED = {"state": State.RESOLVED, "holder": "Sam", "holder_key": "sam", "done": "Refunded", "tell": "Sorry!"}
"""What is different about C-42 when Sam has to tell the customer."""
KINDS = get_args(Notice)


@dataclass(frozen=True, slots=True)
class Typed:
    """What strangers type in one room."""

    short: st.SearchStrategy[str]
    """Into a name or a reason."""
    long: st.SearchStrategy[str]
    """The same, up to 40,000 characters long."""
    name: st.SearchStrategy[str]
    """Into the name of somebody who is asked, owns or complains, as long as this room must bear it."""
    address: st.SearchStrategy[str]
    """Where a file or a message is."""


def ticket_from(source: Source, /, **changes: Any) -> TicketView:
    """Dana's new ticket C-42, reported by Sam."""
    facts: dict[str, Any] = {
        "ref": "C-42", "number": 42, "version": 1, "state": State.NEW, "severity": Severity.HIGH,
        "category": "payments", "customer": None, "verbatim": "The card machine charged Mrs Ito twice", "words": None,
        "attachments": (), "source": source, "team": "Payments", "team_key": "payments", "owner": "Dana",
        "owner_key": "dana", "pronoun": "she", "holder": "Dana", "holder_key": "dana", "reporter": "Sam",
        "reporter_key": "sam", "captured_at": MONDAY, "acknowledged_by": None, "resolved_by": None, "blocked_by": None,
        "blocked_why": "", "promised_until": None, "promise_reason": "", "broken_promises": 0, "done": "",
        "root_cause": "", "tell": "", "close_reason": None, "close_note": "", "duplicate_of": None, "bounces": 0,
        "why": "“card” is in the words",
        "clocks": (
            ClockView("acknowledge", MONDAY + timedelta(hours=4), "running"),
            ClockView("resolve", MONDAY + timedelta(days=3), "running"),
        ),
    }  # fmt: skip
    return TicketView(**facts | changes)


_moments = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
_clocks = st.lists(
    st.builds(
        ClockView, st.sampled_from(("acknowledge", "resolve", "tell", "unblock", "promise")), _moments,
        st.sampled_from(("running", "overdue", "paused", "met", "missed")),
    ), max_size=5,
).map(tuple)  # fmt: skip


_counts = st.integers(0, 10**6)
_found = st.builds(
    Found, st.sampled_from(get_args(How)), st.sampled_from(LOOKS), _moments, _counts, _counts, _counts
)  # fmt: skip


def tickets(a_ticket: Callable[..., TicketView], platform: str, typed: Typed) -> st.SearchStrategy[TicketView]:
    """Any ticket at all that came in on a platform."""
    short, long = typed.short, typed.long
    files = st.lists(st.builds(Attachment, short, typed.address), max_size=30).map(tuple)
    return st.builds(
        a_ticket,
        state=st.sampled_from(State), severity=st.sampled_from(Severity), customer=st.none() | typed.name,
        verbatim=long, words=st.none() | long, attachments=files,
        source=st.builds(Source, st.just(platform), short, short, short, st.none() | typed.address, st.booleans()),
        team=short, owner=st.none() | typed.name, owner_key=st.sampled_from((None, "dana")), holder=short,
        holder_key=st.sampled_from(("dana", "kim", "sam")), reporter=short, acknowledged_by=st.none() | short,
        blocked_by=st.none() | long, blocked_why=long, promised_until=st.none() | _moments, promise_reason=long,
        done=long, root_cause=typed.name, tell=long, why=long, close_reason=st.sampled_from(CloseReason),
        duplicate_of=st.none() | st.just("C-7"), clocks=_clocks,
        kind=st.sampled_from(Kind), parent=st.just("C-1"),
        problem=st.none() | st.just("C-50"), suggested=st.none() | st.just("C-50"),
        parts=st.integers(0, 200).map(lambda count: tuple(f"C-{n}" for n in range(count))),
        knock_on=st.none() | st.builds(KnockOnView, long, _moments, _moments, short, st.booleans()),
    ).map(_consistent)  # fmt: skip


def by_kind(typed: Typed) -> dict[type, st.SearchStrategy[Any]]:
    """Any notice of each kind that there is."""
    about = {"ticket": st.just(42), "audience": st.sampled_from(("team:payments", "person:dana", "person:kim"))}
    nudges = _nudges(about, typed)
    return {
        notices.Card: st.builds(notices.Card, **about, anew=st.booleans()),
        notices.Captured: st.builds(notices.Captured, **about),
        notices.News: st.builds(notices.News, **about, what=st.sampled_from(get_args(notices.NewsKind))),
        **nudges,
        notices.Bundle: st.builds(
            notices.Bundle, audience=st.sampled_from(("person:dana", "person:kim")),
            items=st.lists(st.one_of(*nudges.values()), max_size=45).map(tuple), urgent=st.booleans(),
        ),
        notices.Digest: digests,
        notices.Surge: st.builds(notices.Surge, audience=st.just("person:lee"), alarm=st.just("surge:x")),
        notices.Remark: st.builds(notices.Remark, **about, author=typed.long, words=typed.long),
        notices.WeDid: st.builds(notices.WeDid, **about, words=typed.long),
        notices.LookedBack: st.builds(notices.LookedBack, **about, about=typed.long, found=_found),
        notices.ConfigurationRefused: st.builds(
            notices.ConfigurationRefused, audience=st.just("person:ines"), problems=typed.long
        ),
    }  # fmt: skip


def surge_of(notice: Notice, ticket: TicketView) -> SurgeView | None:
    """What a surge comes to, with a category as long as the words of its ticket; None for other notices."""
    if not isinstance(notice, notices.Surge):
        return None
    return SurgeView(
        number=ticket.number, common=f"about {ticket.why}", count=7, since=MONDAY, usual=0.2, window="2 hours",
        examples=(ticket,) * 3, why=f"You lead {ticket.team}.", problem=ticket.problem,
        joined=3, joined_by=ticket.owner or "", holder=ticket.holder,
    )  # fmt: skip


def items_of(notice: Notice, ticket: TicketView) -> tuple[tuple[Nudge, TicketView], ...]:
    """What a bundle lists, all of it about one ticket; nothing for other notices."""
    return tuple((nudge, ticket) for nudge in notice.items) if isinstance(notice, notices.Bundle) else ()


def _nudges(about: dict[str, Any], typed: Typed) -> dict[type, st.SearchStrategy[Any]]:
    step = {
        "step": st.just("resolve.1:100%:remind"),
        "clock": st.sampled_from(("acknowledge", "resolve", "tell", "unblock")),
        "due_at": _moments, "because": st.just("the time to resolve it has run out"), "next_at": st.none() | _moments,
        "next_what": typed.short, "due_since": st.none() | _moments, "missed": st.integers(0, 9),
    }  # fmt: skip
    asked = st.lists(typed.name, min_size=1, max_size=30).map(tuple)
    return {
        notices.Reminder: st.builds(notices.Reminder, **about, **step),
        notices.Escalation: st.builds(notices.Escalation, **about, **step, asked=asked),
        notices.Foretold: st.builds(
            notices.Foretold, **about, step=st.just("knock-on:x"), clock=st.just("promise"), due_at=_moments,
            because=st.just("it waits"), by=_moments, waits_for=typed.name, date=_moments,
            what=st.sampled_from(("promised date", "FCA DISP")), passed=st.booleans(),
        ),
    }  # fmt: skip


def _consistent(ticket: TicketView) -> TicketView:
    return ticket if ticket.state is State.CLOSED else replace(ticket, close_reason=None)
