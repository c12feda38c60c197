"""Lists of tickets with their buttons, a page at a time. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from bot import brevity, buttons, phrases
from bot.buttons import Button
from bot.teams import cards, elements
from bot.teams.cards import excerpt
from bot.teams.desk import Desk, short_row
from bot.teams.elements import Activity, Element
from bot.teams.text import INK, escape, one_line
from complaints.views import TicketView
from handlers.reading import Page

Offered = Callable[[TicketView], tuple[Button, ...]]
LISTED = 10


def listing(
    page: Page, title: str, offered: Offered = buttons.for_holder, *, which: str = "", token: str = ""
) -> Activity:
    """A list of tickets, each with its buttons; with `which`, the name of the list, one can turn its pages.

    Turning sends the verb `page` with `list` and `page`.
    """
    body = list(_section(page, title, offered, Desk(token=token), "Nothing here. All quiet."))
    if which:
        body += _pages(page, "page", lambda number: {"list": which, "page": number})
    elif page.total > len(page.tickets[:LISTED]):
        body.append(elements.small(f"…and {page.total - len(page.tickets[:LISTED])} more."))
    summary = f"{one_line(title, 150)}: {page.total or 'nothing here'}"
    return elements.activity(elements.card(body, fallback=summary), summary)


def mine(held: Page, reported: Page, *, token: str = "") -> Activity:
    """What is mine to act on, and what I reported; turning pages sends the verb `mine` with `held` and `reported`."""
    quiet = "Nothing waits for you. Enjoy the quiet."
    nothing = "Nothing yet. When a customer complains, tell me, and you’ll see here what becomes of it."
    desk = Desk(token=token)
    body = [
        *_section(held, f"Yours to act on ({held.total})", buttons.for_holder, desk, quiet),
        *_pages(held, "mine", lambda number: {"held": number, "reported": reported.number}),
        *_section(reported, f"Reported by you ({reported.total})", buttons.for_reporter, desk, nothing),
        *_pages(reported, "mine", lambda number: {"held": held.number, "reported": number}),
    ]
    summary = f"Yours to act on: {held.total}. Reported by you: {reported.total}."
    return elements.activity(elements.card(body, fallback=summary), summary)


def _section(page: Page, title: str, offered: Offered, desk: Desk, nothing: str) -> Iterator[Element]:
    yield elements.heading(escape(one_line(title, 150)))
    if not page.tickets:
        yield from elements.sentences(nothing)
    for ticket in map(cards.trimmed, page.tickets[:LISTED]):
        row = elements.actions(short_row(offered(ticket), ticket, desk))
        yield elements.group([*elements.sentences(_facts(ticket)), elements.quiet(excerpt(ticket)), *row])


def _facts(ticket: TicketView) -> str:
    due = min((clock.due_at for clock in ticket.clocks if clock.state in {"running", "overdue"}), default=None)
    facts = [INK.bold(ticket.ref), brevity.SEVERITIES[ticket.severity], escape(ticket.owner_or_team)]
    facts.append(escape(phrases.state(ticket)))
    return " · ".join(facts + ([f"due {INK.when(due)}"] if due else []))


def _pages(page: Page, verb: str, data: Callable[[int], dict[str, object]]) -> list[Element]:
    """Where in the list we are, and the ways on and back."""
    if page.pages < 2:
        return []
    turns = [("Next page", page.number + 1)] if page.number + 1 < page.pages else []
    turns += [("Previous page", page.number - 1)] if page.number > 0 else []
    made = [elements.execute(label, verb, data(number)) for label, number in turns]
    return [elements.small(f"Page {page.number + 1} of {page.pages}"), *elements.actions(made)]
