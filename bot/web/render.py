"""Notice -> what the page shows: a small frozen value whose HTML is escaped already."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Literal, assert_never
from zoneinfo import ZoneInfo

from bot import bundles, buttons, phrases, phrases_digest, phrases_learning
from bot.bundles import Items
from bot.buttons import Button
from bot.phrases import Ink
from bot.web import bundle, digest
from bot.web.bundle import Entry
from bot.web.moments import dated, spoken
from complaints.notices import (
    Bundle,
    Captured,
    Card,
    ConfigurationRefused,
    Digest,
    Escalation,
    Foretold,
    LookedBack,
    News,
    Notice,
    Remark,
    Reminder,
    Surge,
    WeDid,
)
from complaints.severity import Severity
from complaints.ticket import State
from complaints.views import SurgeView, TicketView
from handlers.deliver import Dispatch, Reader

QUOTED = 300
"""Characters of each complaint that a surge is told with."""
Side = Literal["reporter", "owner", "lead"]
"""In which pane a notice is read: with those who report, those who own, or those who lead."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of a card: its label, and its words as HTML."""

    label: str
    html: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A notice as the page shows it; `html` and the facts are HTML, everything else is plain text."""

    kind: str
    side: Side
    html: str
    plain: str
    number: int | None = None
    ref: str = ""
    state: str = ""
    severity: Severity | None = None
    quote: str = ""
    quote_label: str = ""
    facts: tuple[Fact, ...] = ()
    offers: tuple[Button, ...] = ()
    notice: Notice | None = None
    """What it was made of; a person’s own reply is no notice."""
    ticket: TicketView | None = None
    """The ticket as it was then."""
    reader: str | None = None
    """The key of the person to whom it was sent; None for a team."""
    items: Items = ()
    """The nudges of a bundle, with their tickets as they are now."""
    entries: tuple[Entry, ...] = ()
    """What is shown of each of them, between the title and the foot."""
    title: str = ""
    foot: str = ""
    asks: bool = False
    """Whether its reader is asked if it was useful."""
    rated: bool = False
    """Whether they have answered."""
    surge: SurgeView | None = None
    """What a surge came to as it was told."""


def render(dispatch: Dispatch) -> Shown:
    """What the page shows of a notice, with its buttons; raises TypeError for a notice that lacks its ticket."""
    notice, reader = dispatch.notice, dispatch.reader
    html, plain = _inks(dispatch)
    if isinstance(notice, Digest):
        return Shown(
            kind=notice.kind, side="lead", html=digest.html(notice), plain=phrases_digest.plain(notice), notice=notice
        )
    if isinstance(notice, ConfigurationRefused):
        said = phrases.configuration(notice, plain)
        return Shown(kind=notice.kind, side="lead", html=_lines(phrases.configuration(notice, html)), plain=said,
                     notice=notice)  # fmt: skip
    if isinstance(notice, Bundle):
        return listed(notice, dispatch.bundle, reader.zone, dispatch.parcel.due_at)
    if isinstance(notice, Surge):
        if dispatch.surge is None:
            raise TypeError("a notice of a surge without what it comes to")
        return surge(notice, dispatch.surge, reader.zone, dispatch.parcel.due_at)
    ticket = dispatch.ticket
    if ticket is None:
        raise TypeError(f"a notice of the kind {notice.kind} without its ticket")
    side = _side(notice, reader, ticket)
    quote, label = _quote(notice, ticket)
    return Shown(
        kind=notice.kind, side=side, html=_lines(_words(notice, ticket, html)), plain=_words(notice, ticket, plain),
        number=ticket.number, ref=ticket.ref, state=phrases.state(ticket), severity=ticket.severity,
        quote=quote, quote_label=label,
        facts=_facts(ticket, html, reader) if isinstance(notice, Card) else (),
        offers=() if isinstance(notice, LookedBack | WeDid) else offers(side, ticket, reader.person),
        notice=notice, ticket=ticket, reader=reader.person,
        asks=isinstance(notice, Reminder | Escalation),
    )  # fmt: skip


def _clipped(words: str) -> str:
    return words if len(words) <= QUOTED else f"{words[:QUOTED]}…"


def offered(shown: Shown, ticket: TicketView | None, actor: str) -> tuple[Button, ...]:
    """The buttons under a thread whose newest post this is, as its ticket stands."""
    if ticket is None:
        return ()
    if shown.surge is not None:
        return () if ticket.problem else shown.offers
    return offers(shown.side, ticket, actor)


def listed(notice: Bundle, items: Items, zone: ZoneInfo, at: datetime, *, rated: bool = False) -> Shown:
    """What the page shows of a bundle, with its tickets as they are now."""
    html, plain = _markup(spoken, zone, at), Ink(str, lambda moment: spoken(moment, zone, at), str)
    entries, title = bundle.entries(notice, items, html, plain), bundles.title(notice, items)
    foot = bundle.foot(notice, items, html)
    told = [escape(title), *(entry.html for entry in entries), foot]
    return Shown(
        kind=notice.kind, side=bundle.side(notice), html=_lines("\n".join(one for one in told if one)),
        plain=bundles.summary(notice, items), notice=notice, reader=notice.audience.removeprefix("person:"),
        items=tuple(items), entries=entries, title=title, foot=foot, asks=bundle.asks(notice), rated=rated,
    )  # fmt: skip


def surge(notice: Surge, found: SurgeView, zone: ZoneInfo, at: datetime) -> Shown:
    """What the page shows of a surge: what is unusual or what became of it, and some of the complaints."""
    html, plain = _markup(spoken, zone, at), Ink(str, lambda moment: spoken(moment, zone, at), str)
    first, told = found.examples[0], [f"{one.ref}: “{_clipped(one.verbatim)}”" for one in found.examples]
    return Shown(
        kind=notice.kind, side="lead", html=_lines("\n".join((phrases.surge(found, html), *map(escape, told)))),
        plain="\n".join((phrases.surge(found, plain), *told)), number=found.number, ref=first.ref, notice=notice,
        ticket=first, offers=() if found.over else buttons.ON_SURGE, reader=notice.audience.removeprefix("person:"),
        surge=found,
    )  # fmt: skip


def present(ticket: TicketView, zone: ZoneInfo, now: datetime) -> str:
    """Who has the ticket and by when they look, as HTML, for when no message about it holds any more."""
    return phrases.captured(ticket, _markup(spoken, zone, now))


def reply(ticket: TicketView, side: Side, author: str, words: str) -> Shown:
    """Somebody's own reply, where they wrote it."""
    return Shown(
        kind="reply", side=side, html=f"<b>{escape(author)}</b>: {_lines(escape(words))}", plain=f"{author}: {words}",
        number=ticket.number, ref=ticket.ref,
    )  # fmt: skip


def offers(side: Side, ticket: TicketView, reader: str | None) -> tuple[Button, ...]:
    """The buttons that make sense for a reader on this side, as the ticket stands."""
    match side:
        case "reporter":
            return buttons.for_reporter(ticket)
        case "lead":
            return buttons.for_holder(ticket)
        case "owner" if ticket.suggested:
            return buttons.on_card(ticket, None)
        case "owner":
            holds = reader is not None and reader == ticket.holder_key != ticket.owner_key
            return buttons.for_holder(ticket) if holds else buttons.for_owner(ticket)
        case _:
            assert_never(side)


def _inks(dispatch: Dispatch) -> tuple[Ink, Ink]:
    """How the page writes, and how the log and the terminal write."""
    zone, now = dispatch.reader.zone, dispatch.parcel.due_at
    # A card is read long after it was written, so it names the day of every time.
    when = dated if isinstance(dispatch.notice, Card) else spoken
    return _markup(when, zone, now), Ink(str, lambda at: when(at, zone, now), str)


def _markup(when: Callable[[datetime, ZoneInfo, datetime], str], zone: ZoneInfo, now: datetime) -> Ink:
    return Ink(
        escape,
        lambda at: f'<time datetime="{at.isoformat()}">{when(at, zone, now)}</time>',
        lambda text: f"<b>{escape(text)}</b>",
    )


def _lines(html: str) -> str:
    return html.replace("\n", "<br>")


def _side(notice: Notice, reader: Reader, ticket: TicketView) -> Side:
    match notice:
        case News(what="done"):
            return "owner"
        case Captured() | News() | WeDid():
            return "reporter"
        case LookedBack():
            return "owner" if reader.person == ticket.owner_key else "lead"
        case Escalation() | ConfigurationRefused() | Digest() | Surge():
            return "lead"
        case Bundle():
            return bundle.side(notice)
        case Foretold():
            return "owner"
        case Reminder():
            return "reporter" if notice.clock == "tell" and reader.person == ticket.reporter_key else "owner"
        case Remark():
            return "owner" if notice.audience in {"thread:card", "thread:owner"} else "reporter"
        case Card():
            return "owner"
        case _:
            assert_never(notice)


def _words(notice: Notice, ticket: TicketView, ink: Ink) -> str:
    match notice:
        case Card():
            who = f"{ink.escape(ticket.reporter)} → {ink.escape(ticket.owner_or_team)}"
            return f"{ink.bold(ticket.ref)} {ink.escape(phrases.state(ticket))}: {who}"
        case Captured():
            return phrases.captured(ticket, ink, masked=notice.masked)
        case News():
            return phrases.news(notice, ticket, ink)
        case Reminder():
            return phrases.reminder(notice, ticket, ink)
        case Escalation():
            return phrases.escalation(notice, ticket, ink)
        case Foretold():
            return phrases.foretold(notice, ticket, ink)
        case Remark():
            files = ink.escape(", ".join(file.name for file in notice.files))
            said = f"{ink.bold(ticket.ref)}: {ink.bold(notice.author)} says: {ink.escape(notice.words)}"
            return f"{said} (files: {files})" if files else said
        case WeDid() | LookedBack():
            return phrases_learning.learnt(notice, ticket, ink)
        case ConfigurationRefused():
            return phrases.configuration(notice, ink)
        case Digest():
            return digest.html(notice)
        case Bundle():
            return bundles.title(notice, ())
        case Surge():
            return ""  # its words come from what it comes to
        case _:
            assert_never(notice)


def _quote(notice: Notice, ticket: TicketView) -> tuple[str, str]:
    """Somebody's words beside the notice, as plain text, and what they are."""
    match notice:
        case Card() | Captured() | Escalation():
            return ticket.verbatim, "What was said"
        case News(what="resolved"):
            return ticket.tell or ticket.done, "You could say" if ticket.tell else "What was done"
        case _:
            return "", ""


def _facts(ticket: TicketView, ink: Ink, reader: Reader) -> tuple[Fact, ...]:
    files = ", ".join(attachment.name for attachment in ticket.attachments)
    theirs = reader.person is None or reader.person == ticket.owner_key
    found = (
        Fact("Reworded", ink.escape(ticket.words or "")),
        Fact("Files", ink.escape(files)),
        Fact("Customer", ink.escape(ticket.customer or "")),
        Fact("From", ink.escape(ticket.reporter)),
        Fact("With", ink.escape(ticket.owner_or_team)),
        Fact("Clocks", phrases.clocks(ticket, ink) if ticket.state is not State.CLOSED else ""),
        Fact("Stands for", phrases.parts(ticket, ink) or ""),
        Fact("Alike", phrases.suggested(ticket, ink) or ""),
        Fact("Waiting", phrases.waiting(ticket, ink) or ""),
        Fact("In time", phrases.knock_on(ticket, ink) or ""),
        Fact("What was done", ink.escape(ticket.done)),
        Fact("Why it happened", ink.escape(ticket.root_cause)),
        Fact("To tell the customer", ink.escape(ticket.tell)),
        Fact("Why here", ink.escape(ticket.why) if theirs else ""),
    )
    return tuple(fact for fact in found if fact.html)
