"""What the buttons ask for: the inputs of each form, with what is wrong shown at its field. Pure.

An input's id is `form.field`, because ids must differ within a card.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bot.buttons import Press
from bot.forms import END_OF_DAY
from bot.teams import elements, people
from bot.teams.elements import Element
from bot.teams.text import escape, one_line
from complaints.organisation import Organisation
from complaints.ticket import Kind
from complaints.views import TicketView

LONGEST_INPUT = 3000
UNKNOWN, DISMISSED = "unknown", "not_a_complaint"


@dataclass(frozen=True, slots=True)
class Room:
    """How many characters of a person's words, and of the choices in one list, a card has room for."""

    words: int = 6000
    choices: int = 3500


@dataclass(frozen=True, slots=True)
class Asked:
    """One form about one ticket: what is wrong by field, and what was typed so far by input id."""

    ticket: TicketView
    organisation: Organisation | None
    room: Room = Room()
    errors: Mapping[str, str] = field(default_factory=dict)
    typed: Mapping[str, object] = field(default_factory=dict)

    def value(self, name: str, otherwise: str = "") -> str:
        """What was typed into an input, or what it starts with."""
        found = self.typed.get(name)
        return found[: self.room.words] if isinstance(found, str) else otherwise


SUBMITS: dict[Press, str] = {
    "resolve": "Resolve", "blocked": "Save", "not_mine": "Pass it on", "promise": "Promise", "reopen": "Reopen",
    "edit": "Save",
}  # fmt: skip
"""The forms that there are, and what their own button says."""


def title(form: Press, ticket: TicketView) -> str:
    """The headline of a form that stands alone."""
    if form == "resolve" and ticket.kind is Kind.ACTION:
        return f"{ticket.ref} is done"
    titles = {
        "resolve": f"Resolve {ticket.ref}", "blocked": f"{ticket.ref} is blocked",
        "not_mine": f"{ticket.ref} is not mine", "promise": f"Promise a date for {ticket.ref}",
        "reopen": f"Reopen {ticket.ref}",
    }  # fmt: skip
    return titles.get(form, f"Edit {ticket.ref}")


def questions(form: Press, asked: Asked) -> list[Element]:
    """The inputs of a form; each is followed by what is wrong with it."""
    shown: list[Element] = []
    for element in _FORMS[form](asked):
        shown.append(element)
        wrong = asked.errors.get(str(element.get("id", "")).partition(".")[2])
        if wrong:
            shown.append(elements.fault(wrong))
    return shown


def _resolve(asked: Asked) -> list[Element]:
    if asked.ticket.kind is Kind.ACTION:
        words, missing = words_of(asked.ticket)[:LONGEST_INPUT], "Say in a few words what was done."
        filled = asked.value("resolve.done", words)
        return [
            elements.text_input(
                "resolve.done", "What was done?", filled, lines=True, limit=LONGEST_INPUT, missing=missing
            )
        ]
    passes_on = "Each reporter" if asked.ticket.kind is Kind.PROBLEM else _reporter(asked)
    return [
        _text(asked, "resolve.done", "What was done?", lines=True, missing="Say in a few words what was done."),
        _text(asked, "resolve.root_cause", "Why did it happen?"),
        _text(asked, "resolve.tell", "Words to tell the customer", lines=True),
        elements.small(f"{passes_on} passes them on."),
        _text(asked, "resolve.action", "What will you do so that it does not happen again?"),
        _text(asked, "resolve.who", "Who does it?", placeholder="You, unless you name a colleague"),
        elements.date_input("resolve.until", "Until when? (in two weeks, if empty)", asked.value("resolve.until")),
    ]


def _blocked(asked: Asked) -> list[Element]:
    return [
        *elements.sentences(
            "Whom or what does it wait for? Fill in one of these; they are asked, and the clocks pause."
        ),
        *_whom(asked, "blocked", "A colleague", "A team"),
        _text(asked, "blocked.ticket", "Another ticket", placeholder="C-42"),
        _text(asked, "blocked.other", "Something else", placeholder="A delivery, a supplier, a date"),
        _text(asked, "blocked.why", "What do you need from them?", lines=True),
    ]


def _not_mine(asked: Asked) -> list[Element]:
    rest = (("I don’t know", UNKNOWN), ("It is not a complaint", DISMISSED))
    return [
        *elements.sentences("Whose is it? One answer is enough."),
        *_whom(asked, "not_mine", "A colleague’s", "A team’s", owning=True),
        elements.choice_input("not_mine.choice", "Or", rest, _chosen(asked, "not_mine.choice", rest), style="expanded"),
        _text(asked, "not_mine.duplicate", "It is a duplicate of", placeholder="C-42"),
        _text(asked, "not_mine.reason", "Why?", lines=True),
        elements.small("Helps whoever has it next."),
    ]


def _promise(asked: Asked) -> list[Element]:
    day, at = asked.value("promise.date"), asked.value("promise.time", END_OF_DAY) or END_OF_DAY
    return [
        elements.date_input("promise.date", "Done by", day, missing="Pick the day by which it will be done."),
        elements.time_input("promise.time", "At (your own time)", at),
        _text(asked, "promise.reason", "Why then?"),
        elements.small(f"{_reporter(asked)} sees the date and the reason."),
    ]


def _reopen(asked: Asked) -> list[Element]:
    wrong = "Say in a few words what is still wrong."
    return [_text(asked, "reopen.reason", "What is still wrong?", lines=True, missing=wrong)]


def _edit(asked: Asked) -> list[Element]:
    words, customer = words_of(asked.ticket), asked.ticket.customer or ""
    fits = shows_words(asked.ticket, asked.room)
    kept = "The first words are kept too." if fits else "They are too long to show here. Leave this empty to keep them."
    missing = "Say in a sentence what the customer complained about." if fits and words.strip() else ""
    return [
        elements.text_input(
            "edit.words", "What the customer complained about", asked.value("edit.words", words if fits else ""),
            lines=True, limit=LONGEST_INPUT, missing=missing,
        ),
        elements.small(kept),
        elements.text_input(
            "edit.customer", "Customer", asked.value("edit.customer", one_line(customer, 500)), limit=LONGEST_INPUT
        ),
    ]  # fmt: skip


def shows_words(ticket: TicketView, room: Room) -> bool:
    """Whether the form to edit has room for the words; where it has none, they are left alone."""
    return len(words_of(ticket)) <= min(room.words, LONGEST_INPUT)


def words_of(ticket: TicketView) -> str:
    """The latest words."""
    return ticket.words if ticket.words is not None else ticket.verbatim


def _whom(asked: Asked, form: str, colleague: str, team: str, *, owning: bool = False) -> list[Element]:
    """The choice of a colleague or a team; and by name, where the lists can't hold everybody."""
    if asked.organisation is None:
        return [_text(asked, f"{form}.name", f"{colleague} or {team[0].lower()}{team[1:]}, by name")]
    found = people.colleagues(asked.organisation, asked.ticket.team_key, asked.room.choices)
    groups = people.teams(asked.organisation, asked.room.choices // 2, owning=owning)
    made = [
        elements.choice_input(
            name := f"{form}.colleague", colleague, found, _chosen(asked, name, found), style="filtered",
            placeholder="Start typing a name",
        ),
        elements.choice_input(
            name := f"{form}.team", team, groups, _chosen(asked, name, groups), placeholder="Pick one"
        ),
    ]  # fmt: skip
    if not people.complete(asked.organisation, found, groups, owning=owning):
        made.append(_text(asked, f"{form}.name", "Not in these lists?", placeholder="Name or e-mail address"))
    return made


def _text(
    asked: Asked, name: str, label: str, *, lines: bool = False, placeholder: str = "", missing: str = ""
) -> Element:
    return elements.text_input(
        name, label, asked.value(name), lines=lines, placeholder=placeholder, limit=LONGEST_INPUT, missing=missing
    )


def _chosen(asked: Asked, name: str, choices: tuple[tuple[str, str], ...]) -> str:
    value = asked.value(name)
    return value if value in {key for _, key in choices} else ""


def _reporter(asked: Asked) -> str:
    return escape(one_line(asked.ticket.reporter, people.NAME))


_FORMS: dict[Press, Callable[[Asked], list[Element]]] = {
    "resolve": _resolve, "blocked": _blocked, "not_mine": _not_mine, "promise": _promise, "reopen": _reopen,
    "edit": _edit,
}  # fmt: skip
