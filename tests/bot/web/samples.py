"""A ticket, its readers and the notices about it, as the playground's tests need them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from complaints import notices
from complaints.follow_ups import Found
from complaints.notices import Notice, Nudge
from complaints.severity import Severity
from complaints.ticket import Source, State
from complaints.views import ClockView, SurgeView, TicketView
from handlers.deliver import Dispatch, Reader
from storage.messages import Receipt
from storage.outbox import Parcel
from tests.bot.digests import calm

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
HOSTILE = '<script>alert("x")</script><img src=x onerror=alert(1)> & “quotes”'

TICKET = TicketView(
    ref="C-1", number=1, version=1, state=State.NEW, severity=Severity.NORMAL, category="Payments", customer=None,
    verbatim="Charged twice", words=None, attachments=(), source=Source("web", "main", "person:sam", "m1"),
    team="Payments", team_key="payments", owner="Dana", owner_key="dana", pronoun="she", holder="Dana",
    holder_key="dana", reporter="Sam", reporter_key="sam", captured_at=NOW, acknowledged_by=None, resolved_by=None,
    blocked_by=None, blocked_why="", promised_until=None, promise_reason="", broken_promises=0, done="", root_cause="",
    tell="", close_reason=None, close_note="", duplicate_of=None, bounces=0, why="it says “charged”",
    clocks=(ClockView("acknowledge", NOW + timedelta(hours=2), "running"),),
)  # fmt: skip

DUE: dict[str, Any] = {
    "ticket": 1, "step": "acknowledge.1:100%:remind", "clock": "acknowledge", "due_at": NOW, "because": "time is up",
}  # fmt: skip
NUDGES = (
    notices.Reminder(audience="person:dana", **DUE), notices.Escalation(audience="person:dana", asked=("Omar",), **DUE),
    notices.Foretold(
        audience="person:dana", by=NOW, waits_for="App", date=NOW, what="promised date", **DUE
    ),
)  # fmt: skip
EVERY_NOTICE: tuple[Notice, ...] = (
    notices.Bundle(audience="person:dana", items=NUDGES),
    notices.Card(ticket=1, audience="team:payments"),
    notices.Captured(ticket=1, audience="person:sam"),
    notices.News(ticket=1, audience="person:sam", what="acknowledged"),
    notices.News(ticket=1, audience="person:sam", what="promised"),
    notices.News(ticket=1, audience="person:sam", what="promise lapsed"),
    notices.News(ticket=1, audience="person:sam", what="resolved"),
    notices.News(ticket=1, audience="person:sam", what="dismissed"),
    notices.Reminder(audience="person:dana", **DUE),
    notices.Foretold(
        audience="person:dana", by=DUE["due_at"], waits_for="App", date=DUE["due_at"], what="promised date", **DUE
    ),
    notices.Escalation(audience="person:lee", asked=("Dana",), **DUE),
    notices.Remark(ticket=1, audience="thread:original", author="Dana", words="Which card?"),
    notices.WeDid(ticket=1, audience="person:sam", words="Alert on a full queue"),
    notices.LookedBack(ticket=1, audience="person:lee", about="retry queue full", found=Found("cause", 30, NOW, 0, 7)),
    calm(),
    notices.Surge(audience="person:lee", alarm="surge:category:Payments:payments:1"),
    notices.ConfigurationRefused(audience="person:ines", problems="golddust.yml:3: people: found nothing"),
)


def dispatch(notice: Notice, ticket: TicketView | None = TICKET, card: Receipt | None = None) -> Dispatch:
    """The notice, ready to be rendered for its reader."""
    kind, _, key = notice.audience.partition(":")
    reader = Reader(notice.audience, key, ZoneInfo("Europe/London"), key if kind == "person" else None)
    parcel = Parcel(1, "main", notice, "claimed", NOW, NOW, 1, None, None, None)
    shown = None if isinstance(notice, notices.ConfigurationRefused | notices.Digest | notices.Bundle) else ticket
    surge = surge_of(ticket) if isinstance(notice, notices.Surge) and ticket is not None else None
    return Dispatch(parcel, notice, shown, reader, card, items_of(notice, ticket), surge)


def surge_of(ticket: TicketView) -> SurgeView:
    """Four complaints of which one ticket is the example."""
    about, why = f"about {ticket.verbatim}", f"You lead {ticket.team}."
    return SurgeView(
        number=ticket.number, common=about, count=4, since=NOW, usual=0.3, window="2 hours", examples=(ticket,), why=why
    )


def items_of(notice: Notice, ticket: TicketView | None) -> tuple[tuple[Nudge, TicketView], ...]:
    """What a bundle lists, all of it about one ticket; nothing for other notices."""
    listed = notice.items if isinstance(notice, notices.Bundle) and ticket is not None else ()
    return tuple((nudge, ticket) for nudge in listed if ticket is not None)


def hostile(ticket: TicketView = TICKET) -> TicketView:
    """The ticket with every word that people can choose turned against the page."""
    words = dict.fromkeys(
        ("verbatim", "words", "customer", "reporter", "owner", "team", "holder", "blocked_by", "blocked_why",
         "promise_reason", "done", "root_cause", "tell", "why", "acknowledged_by"), HOSTILE,
    )  # fmt: skip
    return replace(ticket, promised_until=NOW + timedelta(days=1), **words)  # type: ignore[arg-type]
