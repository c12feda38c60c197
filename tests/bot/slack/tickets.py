"""Tickets as the tests of the Slack rooms see them, and what strangers type."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

from hypothesis import strategies as st

from complaints import notices
from complaints.notices import Notice, Nudge
from complaints.severity import Severity
from complaints.ticket import Attachment, CloseReason, Source, State
from complaints.views import ClockView, KnockOnView, TicketView
from tests.bot.digests import digests

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SHOP, ASKED = "C0SHOP", "1700000000.000100"


def a_ticket(**changes: Any) -> TicketView:
    """Dana's new ticket C-42, reported by Sam in #shop."""
    facts: dict[str, Any] = {
        "ref": "C-42", "number": 42, "version": 1, "state": State.NEW, "severity": Severity.HIGH,
        "category": "payments", "customer": None, "verbatim": "The card machine charged Mrs Ito twice", "words": None,
        "attachments": (), "source": Source("slack", "w", SHOP, ASKED), "team": "Payments", "team_key": "payments",
        "owner": "Dana", "owner_key": "dana", "pronoun": "she", "holder": "Dana", "holder_key": "dana",
        "reporter": "Sam", "reporter_key": "sam", "captured_at": MONDAY, "acknowledged_by": None, "resolved_by": None,
        "blocked_by": None, "blocked_why": "", "promised_until": None, "promise_reason": "", "broken_promises": 0,
        "done": "", "root_cause": "", "tell": "", "close_reason": None, "close_note": "",
        "duplicate_of": None, "bounces": 0,
        "why": "“card” is in the words",
        "clocks": (
            ClockView("acknowledge", MONDAY + timedelta(hours=4), "running"),
            ClockView("resolve", MONDAY + timedelta(days=3), "running"),
        ),
    }  # fmt: skip
    return TicketView(**facts | changes)


def a_blocked_ticket(**changes: Any) -> TicketView:
    """C-42 while it waits for Kim."""
    facts = {"state": State.BLOCKED, "blocked_by": "Kim", "blocked_why": "firmware", "holder": "Kim"}
    return a_ticket(**facts | {"holder_key": "kim"} | changes)


def a_resolved_ticket(**changes: Any) -> TicketView:
    """C-42 when Sam has to tell the customer."""
    facts = {"state": State.RESOLVED, "holder": "Sam", "holder_key": "sam", "done": "Refunded", "tell": "Sorry!"}
    return a_ticket(**facts | changes)


def texts(message_blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Every text object in the blocks, in the order in which it is read."""
    found: list[dict[str, Any]] = []
    for block in message_blocks:
        inner = [block.get("text"), block.get("label"), block.get("hint"), *block.get("elements", ())]
        for one in inner:
            if isinstance(one, dict) and one.get("type") in {"plain_text", "mrkdwn"}:
                found.append(one)
            elif isinstance(one, dict) and isinstance(one.get("text"), dict):
                found.append(one["text"])
    return found


def spoken(message_blocks: list[dict[str, Any]]) -> str:
    """All that can be read in the blocks."""
    return "\n".join(text["text"] for text in texts(message_blocks))


HOSTILE = (
    "<!channel>", "<@U0DANA>", "<#C0SHOP|x>", "*bold*", "_it_", "`code`", "~no~", "https://evil.example", "&amp;", "😀",
    "👨\u200d👩\u200d👧", "مرحبا", "\u202eabc", "\x00\x07", "\n\n", "“", '"\\', ">", "<", "|", ":ticket:",
)  # fmt: skip

typed = st.lists(st.sampled_from(HOSTILE) | st.text(max_size=9), max_size=8).map("".join)
"""What a stranger types into a name or a reason."""
long_typed = st.builds(
    lambda piece, times: (piece * times)[:40_000], typed, st.sampled_from((1, 1, 1, 30, 300, 40_000))
)
"""The same, up to 40,000 characters long."""

_moments = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
_clocks = st.lists(
    st.builds(
        ClockView, st.sampled_from(("acknowledge", "resolve", "tell", "unblock", "promise")), _moments,
        st.sampled_from(("running", "overdue", "paused", "met", "missed")),
    ), max_size=5,
).map(tuple)  # fmt: skip
_sources = st.builds(Source, st.just("slack"), typed, typed, typed, st.none() | typed, st.booleans())


def _consistent(ticket: TicketView) -> TicketView:
    closed = CloseReason.TOLD if ticket.close_reason is None else ticket.close_reason
    return replace(ticket, close_reason=closed if ticket.state is State.CLOSED else None)


tickets = st.builds(
    a_ticket,
    state=st.sampled_from(State), severity=st.sampled_from(Severity), customer=st.none() | typed,
    verbatim=long_typed, words=st.none() | long_typed, source=_sources,
    attachments=st.lists(st.builds(Attachment, typed, typed | st.just("https://x.example/f")), max_size=12).map(tuple),
    team=typed, owner=st.none() | typed, owner_key=st.sampled_from((None, "dana")), holder=typed,
    holder_key=st.sampled_from(("dana", "kim", "sam")), reporter=typed, acknowledged_by=st.none() | typed,
    blocked_by=st.none() | long_typed, blocked_why=long_typed, promised_until=st.none() | _moments,
    promise_reason=long_typed, done=long_typed, root_cause=typed, tell=long_typed, why=long_typed,
    close_reason=st.none() | st.sampled_from(CloseReason), duplicate_of=st.none() | st.just("C-7"), clocks=_clocks,
    knock_on=st.none() | st.builds(KnockOnView, long_typed, _moments, _moments, typed, st.booleans()),
).map(_consistent)  # fmt: skip
"""Any ticket at all."""

_about = {"ticket": st.just(42), "audience": st.sampled_from(("team:payments", "person:dana", "person:kim"))}
_step = {
    "step": st.just("resolve.1:100%:remind"), "clock": st.sampled_from(("acknowledge", "resolve", "tell", "unblock")),
    "due_at": _moments, "because": st.just("the time to resolve it has run out"), "next_at": st.none() | _moments,
    "next_what": typed, "due_since": st.none() | _moments, "missed": st.integers(0, 9),
}  # fmt: skip
BY_KIND: dict[type, st.SearchStrategy[Any]] = {
    notices.Card: st.builds(notices.Card, **_about, anew=st.booleans()),
    notices.Captured: st.builds(notices.Captured, **_about),
    notices.News: st.builds(
        notices.News, **_about, what=st.sampled_from(("acknowledged", "promised", "resolved", "dismissed"))
    ),
    notices.Reminder: st.builds(notices.Reminder, **_about, **_step),
    notices.Foretold: st.builds(
        notices.Foretold,
        **_about,
        step=st.just("knock-on:x"),
        clock=st.just("promise"),
        due_at=_moments,
        because=st.just("it waits"),
        by=_moments,
        waits_for=typed,
        date=_moments,
        what=st.one_of(st.just("promised date"), st.just("FCA DISP")),
        passed=st.booleans(),
    ),
    notices.Escalation: st.builds(
        notices.Escalation, **_about, **_step, asked=st.lists(typed, min_size=1, max_size=4).map(tuple)
    ),
    notices.Digest: digests,
    notices.Remark: st.builds(notices.Remark, **_about, author=long_typed, words=long_typed),
    notices.ConfigurationRefused: st.builds(
        notices.ConfigurationRefused, audience=st.just("person:ines"), problems=long_typed
    ),
}
"""Any notice of each kind that there is."""
nudges = st.one_of(BY_KIND[notices.Reminder], BY_KIND[notices.Escalation], BY_KIND[notices.Foretold])
BY_KIND[notices.Bundle] = st.builds(
    notices.Bundle,
    audience=st.sampled_from(("person:dana", "person:kim")),
    items=st.lists(nudges, max_size=45).map(tuple),
    urgent=st.booleans(),
)
KINDS = get_args(Notice)


def items_of(notice: Notice, ticket: TicketView) -> tuple[tuple[Nudge, TicketView], ...]:
    """What a bundle lists, all of it about one ticket; nothing for other notices."""
    return tuple((nudge, ticket) for nudge in notice.items) if isinstance(notice, notices.Bundle) else ()
