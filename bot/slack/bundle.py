"""A bundle in Slack: one message for many tickets, each with its buttons."""

from __future__ import annotations

from dataclasses import replace

from bot import brevity, bundles, buttons
from bot.bundles import Items
from bot.slack import blocks, card
from bot.slack.blocks import Block
from bot.slack.card import SlackMessage
from bot.slack.text import INK, escape, one_line, when_in_short
from complaints.notices import Bundle, Foretold, Nudge
from complaints.views import TicketView
from handlers.nudged import rateable

ROOMS = ((6, 40), (6, 28), (4, 40), (4, 28), (2, 28), (0, 28), (0, 20))
"""So many tickets that wait have all their buttons, the others the likeliest one and so many characters of their words;
what is tried in turn until a list fits."""
MOST = 38
"""Tickets that one message has room for, in blocks."""
WORDS = 70
NAME = 20
KNOWN = 160
BRIEF = replace(INK, when=when_in_short)
REST = "My Home tab has all buttons of the later ones."


def bundle(notice: Bundle, items: Items, rated: bool = False) -> SlackMessage:
    """The list, what runs out first on top; `rated` says that the reader has told whether it was useful."""
    for full, words in ROOMS:
        shown = _blocks(notice, items, full, words, rated)
        if blocks.size(shown) <= blocks.LARGEST:
            break
    return SlackMessage(escape(bundles.summary(notice, items)), blocks.fit(shown))


def rating(nudge: Nudge) -> list[Block]:
    """The question whether a nudge was useful; no block for one about which it is not asked."""
    if not rateable(nudge):
        return []
    value = f"{nudge.ticket} {nudge.step}"
    return [blocks.actions([blocks.button(one.press, one.label, value) for one in buttons.RATING])]


def thanks() -> list[Block]:
    """What stands in the place of that question once it is answered."""
    return [blocks.context(bundles.THANKS)]


def _blocks(notice: Bundle, items: Items, full: int, words: int, rated: bool) -> list[Block]:
    reader = notice.audience.removeprefix("person:")
    shown: list[Block] = [blocks.header(bundles.title(notice, items))]
    short = False
    for nudge, ticket in items[:MOST]:
        waits = not bundles.answered(nudge, ticket, reader)
        shown += _item(nudge, card.trimmed(ticket), reader, None if waits and full > 0 else words)
        short = short or (waits and full <= 0)
        full -= waits
    left = len(items) - MOST
    said = [bundles.foot(notice, items, INK), REST if short else ""]
    said.append(f"…and {left} more, on my Home tab." if left > 0 else "")
    small = " ".join(one for one in said if one)
    shown += [blocks.context(small)] if small else []
    asked = next((rating(nudge) for nudge, _ in items if rateable(nudge)), [])
    return [*shown, *(thanks() if rated and asked else asked)]


def _item(nudge: Nudge, ticket: TicketView, reader: str, few: int | None) -> list[Block]:
    """One ticket with all its buttons, or (with so `few` characters of its words) in one line with the likeliest."""
    offered = bundles.offered(nudge, ticket, reader)
    if isinstance(nudge, Foretold):
        nudge = replace(nudge, waits_for=one_line(nudge.waits_for, brevity.NAME if few is None else NAME))
    if few is None:
        words, known = escape(card.excerpt(ticket, WORDS)), one_line(bundles.known(ticket, reader), KNOWN)
        said = blocks.section_mrkdwn(bundles.line(nudge, ticket, reader, INK, words))
        return [said, *([blocks.context_plain(known)] if known else []), *blocks.row(offered, ticket.number)]
    short = replace(ticket, holder=one_line(ticket.holder, NAME))
    said = blocks.section_mrkdwn(bundles.brief(nudge, short, reader, BRIEF, escape(card.excerpt(ticket, few))))
    if offered:
        first = offered[0]
        said["accessory"] = blocks.button(first.press, first.label, str(ticket.number))
    return [said]
