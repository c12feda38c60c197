"""What a ticket looks like in Teams: its words, its facts, its buttons, its card."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot import brevity, buttons, phrases
from bot.brevity import NAME, heading
from bot.buttons import Press
from bot.teams import asks, elements
from bot.teams.asks import Asked, Room
from bot.teams.desk import Desk, row, save
from bot.teams.elements import Activity, Element
from bot.teams.text import INK, cut, escape, link, one_line
from complaints.ticket import Attachment
from complaints.views import TicketView

MOST_FILES = 10


def trimmed(ticket: TicketView) -> TicketView:
    """The ticket with names and reasons short enough for a sentence; the words themselves stay as they are."""
    return brevity.trimmed(ticket, one_line)


def excerpt(ticket: TicketView, limit: int = 100) -> str:
    """The latest words in one line and in quotation marks, as plain text, for people who have several tickets."""
    said = one_line(asks.words_of(ticket), limit)
    return f"“{said}”" if said else "(no words, only files)"


def original(ticket: TicketView) -> list[Element]:
    """The link to the message in which it was said, where there is one."""
    permalink = ticket.source.permalink
    return [elements.small(link(permalink, "See the original message"))] if permalink else []


def card(ticket: TicketView, reader: str | None, desk: Desk, team: str | None = None) -> Activity:
    """The ticket's card: for a team's channel (`reader` is None), its owner, or the one who blocks it.

    A `team` (its key) that has handed the ticket over sees where it is now, and has nothing left to press.
    """
    left = team is not None and team != ticket.team_key
    body = [
        elements.heading(escape(heading(ticket))),
        *_words(ticket, desk.room),
        *files(ticket.attachments, desk.room),
        *elements.sentences("\n".join(phrases.facts(ticket, INK))),
        *resolution(ticket, desk.room),
        *([elements.small(f"Why here: {escape(ticket.why)}")] if ticket.why else []),
        *original(ticket),
        *(elements.sentences(f"With {escape(ticket.owner_or_team)} now.") if left else []),
    ]
    made = row(() if left else buttons.on_card(ticket, reader), ticket, desk)
    said = f"{heading(ticket)} · {phrases.state(ticket)} · {excerpt(ticket)}"
    return elements.activity(elements.card(body, made, fallback=said), said)


def resolution(ticket: TicketView, room: Room, tell: str = "To tell the customer") -> list[Element]:
    """What was done, why it happened, and the words to tell, as far as they are known."""
    said = (("What was done", ticket.done), ("Why it happened", ticket.root_cause), (tell, ticket.tell))
    return [elements.words(cut(text, room.words // 2), label) for label, text in said if text.strip()]


def asked_card(
    ticket: TicketView, form: Press, errors: Mapping[str, str], desk: Desk, typed: Mapping[str, object]
) -> Element:
    """The ticket with one form open, what was typed, and what is wrong at its field."""
    shown = trimmed(ticket)
    asked = Asked(shown, desk.organisation, desk.room, errors, typed)
    body = [
        elements.heading(escape(asks.title(form, shown))),
        elements.quiet(excerpt(shown)),
        *asks.questions(form, asked),
    ]
    known = {str(one.get("id", "")).partition(".")[2] for one in body}
    elsewhere = [elements.fault(wrong) for name, wrong in errors.items() if name not in known]
    made = [save(form, shown, desk), elements.execute("Cancel", "show", desk.data(shown))]
    return elements.card([*body, *elsewhere], made, fallback=f"{asks.title(form, shown)}: {excerpt(shown)}")


def _words(ticket: TicketView, room: Room) -> Iterator[Element]:
    yield elements.words(cut(ticket.verbatim, room.words) if ticket.verbatim.strip() else "(no words, only files)")
    if ticket.words is not None and ticket.words != ticket.verbatim:
        yield elements.small("Reworded since:")
        yield elements.words(cut(ticket.words, room.words))


def files(attachments: tuple[Attachment, ...], room: Room) -> list[Element]:
    """The files that came along, as links; nothing where there are none."""
    if not attachments:
        return []
    names = [
        link(one.address if len(one.address) <= room.words else "", one_line(one.name, NAME) or "file")
        for one in attachments[:MOST_FILES]
    ]
    more = len(attachments) - MOST_FILES
    return elements.sentences("Files: " + ", ".join(names) + (f" and {more} more" if more > 0 else ""))
