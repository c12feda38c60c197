"""The App Home: what is mine to act on, what I reported, and my settings. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bot import brevity, buttons, phrases
from bot.slack import blocks, card, preferences
from bot.slack.blocks import Block
from bot.slack.text import INK, escape
from complaints.preferences import Settings
from complaints.views import TicketView
from handlers.reading import Page

SHOWN = 10
"""Tickets of one list at a time, so that both lists stay under the 100 blocks of a view."""


def home(held: Page, reported: Page, name: str, settings: Settings, wrong: str = "") -> dict[str, Any]:
    """The Home view of one person; `private_metadata` and the page buttons carry `HELDPAGE:REPORTEDPAGE`.

    `wrong` is why the last change of the settings was refused.
    """
    shown = [
        blocks.header(f"Hello {name}"),
        blocks.context("Write `/complaint` and what the customer said; I find who owns it."),
        blocks.header(f"Yours to act on ({held.total})"),
        *_held(held),
        *_pages("home_held", held, lambda number: f"{number}:{reported.number}"),
        blocks.divider(),
        blocks.header(f"Reported by you ({reported.total})"),
        *_reported(reported),
        *_pages("home_reported", reported, lambda number: f"{held.number}:{number}"),
        blocks.divider(),
        *preferences.section(settings, wrong),
    ]
    return {"type": "home", "private_metadata": f"{held.number}:{reported.number}", "blocks": shown}


def closed(why: str) -> dict[str, Any]:
    """The Home view of somebody who may see nothing."""
    return {"type": "home", "private_metadata": "", "blocks": [blocks.section_plain(why)]}


def _held(page: Page) -> Iterator[Block]:
    if not page.tickets:
        yield blocks.section_mrkdwn("Nothing waits for you. Enjoy the quiet.")
    for ticket in map(card.trimmed, page.tickets[:SHOWN]):
        facts = [f"{_title(ticket)} · reported by {escape(ticket.reporter)}"]
        waiting = phrases.waiting(ticket, INK)
        facts += [line for line in (waiting, phrases.clocks(ticket, INK)) if line]
        yield from _entry(ticket, facts, buttons.for_holder(ticket))


def _reported(page: Page) -> Iterator[Block]:
    if not page.tickets:
        yield blocks.section_mrkdwn(
            "Nothing yet. When a customer complains, tell me, and you’ll see here what becomes of it."
        )
    for ticket in map(card.trimmed, page.tickets[:SHOWN]):
        facts = [f"{_title(ticket)} · with {escape(ticket.owner_or_team)}"]
        waiting = phrases.waiting(ticket, INK)
        yield from _entry(ticket, facts + ([waiting] if waiting else []), buttons.for_reporter(ticket))


def _entry(ticket: TicketView, facts: list[str], offered: tuple[buttons.Button, ...]) -> Iterator[Block]:
    yield blocks.section_mrkdwn("\n".join(facts))
    yield blocks.context_plain(card.excerpt(ticket, 300))
    yield from blocks.row(offered, ticket.number)


def _title(ticket: TicketView) -> str:
    return f"{INK.bold(ticket.ref)} · {brevity.SEVERITIES[ticket.severity]} · {escape(phrases.state(ticket))}"


def _pages(action: str, page: Page, value: Any) -> Iterator[Block]:
    """Where in the list we are, and the ways on and back; a row each, since a row can't hold one action twice."""
    if page.pages < 2:
        return
    yield blocks.context(f"Page {page.number + 1} of {page.pages}")
    if page.number + 1 < page.pages:
        yield blocks.actions([blocks.button(action, "Next page", value(page.number + 1))])
    if page.number > 0:
        yield blocks.actions([blocks.button(action, "Previous page", value(page.number - 1))])
