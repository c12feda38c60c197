"""A bundle in Slack: one message for many tickets, each with its buttons."""

from __future__ import annotations

from collections.abc import Sequence

from bot import bundles
from bot.slack import blocks, card
from bot.slack.blocks import Block
from bot.slack.card import SlackMessage
from bot.slack.text import INK, escape
from complaints.notices import Bundle, Nudge
from complaints.views import TicketView

FULL = 6
"""So many tickets have all their buttons; the others have the likeliest one, so that a long list fits a message."""
MOST = 40
WORDS = 70
FEWER_WORDS = 40
MORE = "For anything else about the later ones, use their cards or my Home tab."

Items = Sequence[tuple[Nudge, TicketView]]


def bundle(notice: Bundle, items: Items) -> SlackMessage:
    """The list, what runs out first on top."""
    reader = notice.audience.removeprefix("person:")
    title = escape(bundles.title(notice, items))
    shown: list[Block] = [blocks.section_mrkdwn(f"*{title}*")]
    for place, (nudge, ticket) in enumerate(items[:MOST]):
        shown += _item(nudge, card.trimmed(ticket), reader, full=place < FULL)
    left = len(items) - MOST
    more = [MORE] if len(items) > FULL else []
    more += [f"…and {left} more, on my Home tab."] if left > 0 else []
    shown.append(blocks.context(" ".join([bundles.foot(notice), *more])))
    refs = ", ".join(ticket.ref for _, ticket in items[:MOST])
    return SlackMessage(f"{title} {refs}", blocks.fit(shown))


def _item(nudge: Nudge, ticket: TicketView, reader: str, *, full: bool) -> list[Block]:
    words = escape(card.excerpt(ticket, WORDS if full else FEWER_WORDS))
    said = blocks.section_mrkdwn(bundles.line(nudge, ticket, reader, INK, words))
    offered = bundles.offered(nudge, ticket, reader)
    if full:
        return [said, *blocks.row(offered, ticket.number)]
    if offered:
        first = offered[0]
        said["accessory"] = blocks.button(first.press, first.label, str(ticket.number))
    return [said]
