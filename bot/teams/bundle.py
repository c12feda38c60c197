"""A bundle in Teams: one card for many tickets, each with its buttons."""

from __future__ import annotations

from dataclasses import replace

from bot import brevity, bundles, buttons
from bot.bundles import Items
from bot.teams import cards, elements
from bot.teams.desk import Desk, short_row
from bot.teams.elements import Activity, Element
from bot.teams.text import INK, escape, in_chat, one_line
from complaints.notices import Bundle, Foretold, Nudge
from complaints.views import TicketView
from handlers.nudged import rateable

ROOMS = ((6, 40), (6, 28), (4, 40), (4, 28), (2, 28), (0, 28), (0, 12))
"""So many tickets that wait have all their buttons, the others the likeliest one and so many characters of their words;
what is tried in turn until a list fits."""
MOST = 40
WORDS = 70
KNOWN = 160
REST = "Write “mine” for all buttons of the later ones."


def bundle(notice: Bundle, items: Items, rated: bool = False, *, token: str = "") -> Activity:
    """The list, what runs out first on top; `rated` says that the reader has told whether it was useful."""
    for full, words in ROOMS:
        made = _activity(notice, items, full, words, rated, Desk(token=token))
        if elements.size(made) <= elements.LARGEST:
            break
    return made


def rating(nudge: Nudge, ticket: TicketView, desk: Desk, *, aside: bool = False) -> list[Element]:
    """The two buttons that ask whether a nudge was useful, if it is asked; `aside` puts them behind the “…”."""
    if not rateable(nudge):
        return []
    looks = {"mode": "secondary"} if aside else {}
    data = desk.data(ticket, step=nudge.step)
    return [elements.execute(one.label, one.press, data) | looks for one in buttons.RATING]


def thanks() -> Element:
    """What stands there once that is answered."""
    return elements.small(bundles.THANKS)


def line(nudge: Nudge, ticket: TicketView, reader: str) -> str:
    """What the ticket of a nudge needs, or what has become of it, in Markdown."""
    return bundles.line(_short(nudge), ticket, reader, INK, escape(cards.excerpt(ticket, WORDS)))


def _activity(notice: Bundle, items: Items, full: int, words: int, rated: bool, desk: Desk) -> Activity:
    reader = notice.audience.removeprefix("person:")
    body, short = [elements.heading(escape(bundles.title(notice, items)))], False
    for nudge, ticket in items[:MOST]:
        waits = not bundles.answered(nudge, ticket, reader)
        in_full = waits and full > 0
        show = _full(nudge, cards.trimmed(ticket), reader, desk) if in_full else _brief(
            nudge, cards.trimmed(ticket), reader, words, desk
        )  # fmt: skip
        body.append(show)
        short, full = short or (waits and not in_full), full - waits
    left = len(items) - MOST
    said = [in_chat(bundles.foot(notice, items, INK)), REST if short else ""]
    said.append(f"…and {left} more; write “mine”." if left > 0 else "")
    small = " ".join(one for one in said if one)
    body += [elements.small(small)] if small else []
    asked = next((rating(nudge, ticket, desk) for nudge, ticket in items if rateable(nudge)), [])
    body += ([thanks()] if rated else elements.actions(asked)) if asked else []
    summary = bundles.summary(notice, items)
    return elements.activity(elements.card(body, fallback=summary), summary)


def _full(nudge: Nudge, ticket: TicketView, reader: str, desk: Desk) -> Element:
    known = one_line(bundles.known(ticket, reader), KNOWN)
    row = elements.actions(short_row(bundles.offered(nudge, ticket, reader), ticket, desk))
    said = elements.sentences(line(nudge, ticket, reader))
    return elements.group([*said, *([elements.quiet(known)] if known else []), *row])


def _brief(nudge: Nudge, ticket: TicketView, reader: str, words: int, desk: Desk) -> Element:
    """One ticket in one line, with its likeliest button beside it."""
    said = escape(cards.excerpt(ticket, words))
    [shown] = elements.sentences(bundles.brief(_short(nudge), ticket, reader, INK, said))
    offered = short_row(bundles.offered(nudge, ticket, reader)[:1], ticket, desk)
    return elements.beside(shown, elements.actions(offered)) if offered else shown


def _short(nudge: Nudge) -> Nudge:
    if not isinstance(nudge, Foretold):
        return nudge
    return replace(nudge, waits_for=one_line(nudge.waits_for, brevity.NAME))
