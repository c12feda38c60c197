"""What Golddust says, as Slack messages: notices, answers, lists. Pure: no client, no clock."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import assert_never

from bot import brevity, bundles, buttons, phrases, phrases_learning
from bot.bundles import Items
from bot.slack import blocks, card
from bot.slack.blocks import Block
from bot.slack.bundle import bundle, rating, thanks
from bot.slack.card import SlackMessage, excerpt
from bot.slack.digest import digest
from bot.slack.text import BARE, INK, escape, one_line, short_mrkdwn
from complaints import replies
from complaints.notices import (
    Bundle,
    Captured,
    Card,
    ConfigurationRefused,
    Digest,
    Escalation,
    Foretold,
    Learnt,
    LookedBack,
    News,
    Notice,
    Nudge,
    Remark,
    Reminder,
    Surge,
    WeDid,
)
from complaints.replies import Done, Nothing, Refused, Reply, Said
from complaints.severity import Severity
from complaints.ticket import State
from complaints.views import SurgeView, TicketView
from handlers.nudged import Nudged
from handlers.reading import Page

__all__ = ["SlackMessage", "bundle", "captured", "help_message", "listing", "message", "nudged", "reply", "retired"]

TEXT = 3000
"""Characters of the top-level text; chat.update takes 4,000 at most."""
LISTED = 10
QUOTED = 300
"""Characters of each complaint that a surge is told with."""
_TYPED = re.compile(r"(`(?:/(?:complaint|invite)|until \d)[A-Za-z0-9 @-]*`)")
"""What our own sentences tell people to type."""


def message(
    notice: Notice,
    ticket: TicketView | None,
    reader_person: str | None = None,
    items: Items = (),
    *,
    rated: bool = False,
    surge: SurgeView | None = None,
) -> SlackMessage:
    """The message for a notice about a ticket, or about several (`items`); raises ValueError without its ticket.

    `rated` says of a nudge that its reader has told whether it was useful.
    """
    if isinstance(notice, Bundle):
        return bundle(notice, items, rated)
    if isinstance(notice, Digest):
        return digest(notice)
    if isinstance(notice, ConfigurationRefused):
        refused = phrases.configuration(notice, BARE)
        return _message(escape(refused), [blocks.section_plain(refused)])
    if isinstance(notice, Surge):
        return _surge(surge)
    if ticket is None:
        raise ValueError(f"a notice of the kind {notice.kind} is about a ticket")
    shown = card.trimmed(ticket)
    reader = reader_person or _reader(notice.audience)
    match notice:
        case Card():
            kind, _, key = notice.audience.partition(":")
            return card.card(shown, reader if kind == "person" else None, key if kind == "team" else None)
        case Captured():
            return captured(ticket, masked=notice.masked)
        case News():
            return _news(notice, shown)
        case Reminder():
            said = phrases.reminder(notice, shown, INK)
            return _nudge(said, shown, buttons.for_holder(shown), _rating(notice, rated))
        case Escalation():
            said = phrases.escalation(notice, shown, INK)
            return _nudge(said, shown, buttons.for_helper(shown, reader), _rating(notice, rated))
        case Foretold():
            brief = replace(notice, waits_for=one_line(notice.waits_for, brevity.REASON))
            return _said(phrases.foretold(brief, shown, INK), shown, *_row(buttons.for_owner(shown), shown))
        case Remark():
            return _remark(notice, shown)
        case WeDid() | LookedBack():
            return _said(phrases_learning.learnt(_brief(notice), shown, INK), shown)
        case _:
            assert_never(notice)


def nudged(found: Nudged, outcome: SlackMessage | None = None) -> SlackMessage:
    """What a nudge, or a bundle of them, looks like by now; a single one gives way to the outcome of a press."""
    if isinstance(found.notice, Bundle):
        return bundle(found.notice, found.items, found.rated)
    nudge, ticket = found.items[0]
    if outcome is None and not bundles.answered(nudge, ticket, found.reader):
        return message(nudge, ticket, found.reader, rated=found.rated)
    if outcome is None:
        shown = card.trimmed(ticket)
        line = bundles.line(nudge, shown, found.reader, INK, escape(excerpt(shown)))
        outcome = _message(line, [blocks.section_mrkdwn(line)])
    return SlackMessage(outcome.text, blocks.fit([*outcome.blocks, *_rating(nudge, found.rated)]))


def captured(
    ticket: TicketView, again: bool = False, reader: str | None = None, masked: Sequence[str] = ()
) -> SlackMessage:
    """Who has it and by when they look; for the reporter with what can still be changed.

    `reader` is the person who reads it, where that may be somebody else than the reporter.
    """
    shown = card.trimmed(ticket)
    said = phrases.captured(shown, INK, again=again, masked=masked)
    if reader is not None and reader != ticket.reporter_key:
        return _said(said, shown)
    return _said(said, shown, *_row(buttons.for_reporter(shown), shown), *_severities(shown))


def retired(ticket: TicketView) -> SlackMessage:
    """What is left of a card when a newer one has been posted."""
    said = f"{ticket.ref}: see its newer card below."
    return _message(said, [blocks.section_mrkdwn(said)])


def reply(reply: Reply, reader: str | None = None) -> SlackMessage:
    """What a command is answered with; `reader` is the person who gave it."""
    match reply:
        case replies.Captured():
            return captured(reply.ticket, reply.again, reader, reply.masked)
        case Done() | Said():
            return _sentence(reply.said or "Noted.")
        case Refused():
            return _sentence(reply.reason)
        case Nothing():
            return _sentence("Nothing has changed.")
        case _:
            assert_never(reply)


def listing(page: Page, title: str) -> SlackMessage:
    """A list of tickets, one line each, at most ten."""
    lines = [_line(card.trimmed(ticket)) for ticket in page.tickets[:LISTED]]
    shown = [blocks.header(title), *(blocks.section_mrkdwn(line) for line in lines)]
    if not lines:
        shown.append(blocks.section_mrkdwn("Nothing here. All quiet."))
    if page.total > len(lines):
        shown.append(blocks.context(f"…and {page.total - len(lines)} more. What is yours is on my Home tab."))
    return _message(f"{escape(one_line(title, 150))}: {page.total or 'nothing here'}", shown)


def help_message() -> SlackMessage:
    """How to use Golddust."""
    return _message(phrases.HELP, [blocks.section_mrkdwn(phrases.HELP)])


def _news(notice: News, ticket: TicketView) -> SlackMessage:
    more: list[Block] = []
    if notice.what == "resolved":
        more = [*card.resolution(ticket, "You could say"), *_row(buttons.for_reporter(ticket), ticket)]
    elif notice.what == "dismissed":
        more = _row(buttons.for_reporter(ticket), ticket)
    return _said(phrases.news(notice, ticket, INK), ticket, *more)


def _surge(surge: SurgeView | None) -> SlackMessage:
    """What is unusual, up to three of the complaints in their own words, and the two answers."""
    if surge is None:
        raise ValueError("a notice of a surge is shown with what it comes to")
    shown = replace(
        surge, common=one_line(surge.common, brevity.REASON), why=one_line(surge.why, brevity.REASON),
        joined_by=one_line(surge.joined_by, brevity.NAME), holder=one_line(surge.holder, brevity.NAME),
    )  # fmt: skip
    said = phrases.surge(shown, INK)
    examples = [blocks.section_plain(f"{one.ref}: {excerpt(one, QUOTED)}") for one in shown.examples]
    offered = () if surge.over else buttons.ON_SURGE
    return _message(said, [blocks.section_mrkdwn(said), *examples, *blocks.row(offered, surge.number)])


def _nudge(said: str, ticket: TicketView, offered: tuple[buttons.Button, ...], rating: list[Block]) -> SlackMessage:
    """What is asked, with what one has to know to do it: whom it waits for and why, or the words for the customer."""
    waiting = phrases.waiting(ticket, INK)
    known = [blocks.section_mrkdwn(waiting)] if waiting else card.resolution(ticket, "You could say")
    return _said(said, ticket, *known, *card.original(ticket), *_row(offered, ticket), *rating)


def _rating(notice: Nudge, rated: bool) -> list[Block]:
    return thanks() if rated else rating(notice)


def _remark(notice: Remark, ticket: TicketView) -> SlackMessage:
    author = escape(one_line(notice.author, brevity.NAME))
    said = f"*{author}* about {INK.bold(ticket.ref)}:"
    text = f"{author} about {ticket.ref}: {escape(one_line(notice.words, 300))}"
    words = [blocks.section_plain(notice.words)] if notice.words.strip() else []
    return _message(text, [blocks.section_mrkdwn(said), *words, *card.files(notice.files)])


def _brief(notice: Learnt) -> Learnt:
    """The notice with words on one line, and nothing in them that would turn the line around."""
    if isinstance(notice, WeDid):
        return replace(notice, words=one_line(notice.words, phrases_learning.MOST))
    return replace(notice, about=one_line(notice.about, phrases_learning.MOST))


def _said(said: str, ticket: TicketView, *more: Block) -> SlackMessage:
    """A sentence about a ticket, a reminder of which one it is, and what can be pressed."""
    return _message(said, [blocks.section_mrkdwn(said), blocks.context_plain(excerpt(ticket)), *more])


def _sentence(said: str) -> SlackMessage:
    pieces = _TYPED.split(said)
    # Every second piece is a command that we tell people to type; names and reasons are between them.
    shown = "".join(piece if number % 2 else escape(piece) for number, piece in enumerate(pieces))
    return _message(shown, [blocks.section_mrkdwn(shown)])


def _message(text: str, shown: list[Block]) -> SlackMessage:
    return SlackMessage(short_mrkdwn(text, TEXT) if text.strip() else "–", blocks.fit(shown))


def _row(offered: tuple[buttons.Button, ...], ticket: TicketView) -> list[Block]:
    return blocks.row(offered, ticket.number)


def _severities(ticket: TicketView) -> list[Block]:
    if ticket.state in {State.RESOLVED, State.CLOSED}:
        return []
    others = [one for one in Severity if one is not ticket.severity]
    taps = [blocks.button(f"severity_{one}", one.value.capitalize(), str(ticket.number)) for one in others]
    asked = f"I took it as *{ticket.severity}*. If that is wrong, one tap corrects it:"
    return [blocks.context(asked), blocks.actions(taps)]


def _line(ticket: TicketView) -> str:
    due = min((clock.due_at for clock in ticket.clocks if clock.state in {"running", "overdue"}), default=None)
    words, who = escape(excerpt(ticket, 80)), escape(ticket.owner_or_team)
    facts = [INK.bold(ticket.ref), brevity.SEVERITIES[ticket.severity], words, who]
    facts.append(f"due {INK.when(due)}" if due else phrases.state(ticket))
    return " · ".join(facts)


def _reader(audience: str) -> str | None:
    kind, _, key = audience.partition(":")
    return key if kind == "person" else None
