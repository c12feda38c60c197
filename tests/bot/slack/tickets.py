"""Tickets as the tests of the Slack rooms see them, and what strangers type."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from complaints.ticket import Source
from complaints.views import TicketView
from tests.bot import strategies
from tests.bot.strategies import BLOCKED, RESOLVED, Typed, ticket_from

SHOP, ASKED = "C0SHOP", "1700000000.000100"


def a_ticket(**changes: Any) -> TicketView:
    """Dana's new ticket C-42, reported by Sam in #shop."""
    return ticket_from(Source("slack", "w", SHOP, ASKED), **changes)


def a_blocked_ticket(**changes: Any) -> TicketView:
    """C-42 while it waits for Kim."""
    return a_ticket(**BLOCKED | changes)


def a_resolved_ticket(**changes: Any) -> TicketView:
    """C-42 when Sam has to tell the customer."""
    return a_ticket(**RESOLVED | changes)


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

_typed = Typed(short=typed, long=long_typed, name=typed, address=typed | st.just("https://x.example/f"))

tickets = strategies.tickets(a_ticket, "slack", _typed)
"""Any ticket at all."""
BY_KIND = strategies.by_kind(_typed)
"""Any notice of each kind that there is."""
