"""The forms behind the buttons that ask for more than a press, as data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.buttons import Press
from bot.web.moments import long
from bot.web.people import Group
from complaints.calendars import same_time_after
from complaints.organisation import Organisation
from complaints.ticket import Kind
from complaints.views import TicketView


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field: `stands_for` is what refusals call it, `only_when` the answer to another field that makes it apply."""

    name: str
    label: str
    kind: Literal["line", "text", "choice", "date"] = "line"
    hint: str = ""
    value: str = ""
    groups: tuple[Group, ...] = ()
    stands_for: str = ""
    only_when: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """What a button asks: its title, its fields, and what its own button says."""

    press: Press | Literal["settings"]
    title: str
    submit: str
    fields: tuple[Field, ...]


# Without it a browser picks the first of a list, and somebody would be asked whom nobody meant.
_NOBODY = Group("", (("", "Pick one"),))


def form_for(press: Press, ticket: TicketView, person: str, organisation: Organisation, now: datetime) -> Form | None:
    """The form of a button, or None for a button that asks nothing."""
    make = _FORMS.get(press)
    return make(ticket, person, organisation, now) if make else None


def field_for(form: Form, refused: str, answers: Mapping[str, str]) -> Field | None:
    """The field to which a refusal belongs, among those that apply to what was answered."""
    for field in form.fields:
        other, _, wanted = field.only_when.partition("=")
        applies = not other or answers.get(other) == wanted
        if applies and refused in (field.name, field.stands_for):
            return field
    return None


def _resolve(ticket: TicketView, person: str, organisation: Organisation, now: datetime) -> Form:
    if ticket.kind is Kind.ACTION:
        words = ticket.verbatim if ticket.words is None else ticket.words
        done = Field(name="done", label="What was done?", kind="text", value=words)
        return Form("resolve", f"{ticket.ref} is done", "Done", (done,))
    doers = (Group("", (("", "You"),)), *_people(organisation, person))
    passes_on = "Each reporter" if ticket.kind is Kind.PROBLEM else ticket.reporter
    return Form("resolve", f"Resolve {ticket.ref}", "Resolve", (
        Field(name="done", label="What was done?", kind="text", hint="In a few words"),
        Field(name="root_cause", label="Why did it happen?", hint="If you know"),
        Field(name="tell", label="Words to tell the customer", kind="text", hint=f"{passes_on} passes them on"),
        Field(name="action", label="What will you do so that it does not happen again?", hint="If anything: a ticket"),
        Field(name="action_who", label="Who does it?", kind="choice", groups=doers),
        Field(name="action_until", label="Until when?", kind="date", hint="In two weeks, if you pick no day"),
    ))  # fmt: skip


def _blocked(ticket: TicketView, person: str, organisation: Organisation, _now: datetime) -> Form:
    kinds = (("person", "A colleague"), ("team", "A team"), ("ticket", "Another ticket"), ("other", "Something else"))
    return Form("blocked", f"What does {ticket.ref} wait for?", "Blocked", (
        Field(name="by", label="It waits for", kind="choice", value="person", groups=(Group("", kinds),)),
        Field(name="person", label="Colleague", kind="choice", groups=(_NOBODY, *_people(organisation, person)),
              stands_for="what", only_when="by=person"),
        Field(name="team", label="Team", kind="choice", groups=(_NOBODY, *_teams(organisation)), stands_for="what",
              only_when="by=team"),
        Field(name="ticket", label="Ticket", hint="Such as C-42", stands_for="what", only_when="by=ticket"),
        Field(name="other", label="What", hint="Such as a delivery", stands_for="what", only_when="by=other"),
        Field(name="why", label="What you need from them", hint="They read this"),
    ))  # fmt: skip


def _not_mine(ticket: TicketView, person: str, organisation: Organisation, _now: datetime) -> Form:
    either = (
        ("unknown", "I don’t know"), ("nothing", "It is not a complaint"), ("duplicate", "It is a duplicate"),
    )  # fmt: skip
    whom = (
        Group("", (*_NOBODY.choices, *either)),
        *(Group(group.label, _prefixed("team", group)) for group in _teams(organisation)),
        *(Group(group.label, _prefixed("person", group)) for group in _people(organisation, person)),
    )
    return Form("not_mine", f"Whose is {ticket.ref}?", "Pass it on", (
        Field(name="whom", label="It belongs to", kind="choice", groups=whom),
        Field(name="duplicate", label="Duplicate of", hint="Such as C-42", only_when="whom=duplicate"),
        Field(name="why", label="Why", hint="If it helps the next one"),
    ))  # fmt: skip


def _promise(ticket: TicketView, person: str, organisation: Organisation, now: datetime) -> Form:
    tomorrow = same_time_after(organisation.calendar_of(person), now, 1).astimezone(organisation.zone_of(person))
    return Form("promise", f"When will {ticket.ref} be done?", "Promise", (
        Field(name="day", label="Day", kind="date", value=f"{tomorrow:%Y-%m-%d}", stands_for="until",
              hint=f"{long(tomorrow, organisation.zone_of(person))} is the next working day"),
        Field(name="time", label="Time", value="12:00", hint="Such as 15:00"),
        Field(name="why", label="Reason", hint=f"{ticket.reporter} reads this"),
    ))  # fmt: skip


def _reopen(ticket: TicketView, _person: str, _organisation: Organisation, _now: datetime) -> Form:
    return Form("reopen", f"Reopen {ticket.ref}", "Reopen", (
        Field(name="why", label="What is still wrong", kind="text", hint="The owner reads this"),
    ))  # fmt: skip


def _edit(ticket: TicketView, _person: str, _organisation: Organisation, _now: datetime) -> Form:
    words = ticket.verbatim if ticket.words is None else ticket.words
    return Form("edit", f"Edit {ticket.ref}", "Save", (
        Field(name="words", label="What the customer complained about", kind="text", value=words),
        Field(name="customer", label="Customer", value=ticket.customer or "", hint="If they gave a name"),
    ))  # fmt: skip


_FORMS: dict[Press, Callable[[TicketView, str, Organisation, datetime], Form]] = {
    "resolve": _resolve, "blocked": _blocked, "not_mine": _not_mine, "promise": _promise, "reopen": _reopen,
    "edit": _edit,
}  # fmt: skip

ASKING = frozenset(_FORMS)
"""The buttons that ask for more than a press."""


def _people(organisation: Organisation, but: str) -> tuple[Group, ...]:
    listed = tuple((key, person.name) for key, person in organisation.people.items() if key != but)
    return (Group("Colleagues", listed),)


def _teams(organisation: Organisation) -> tuple[Group, ...]:
    return (Group("Teams", tuple((key, team.name) for key, team in organisation.teams.items() if team.owns)),)


def _prefixed(kind: str, group: Group) -> tuple[tuple[str, str], ...]:
    return tuple((f"{kind}:{key}", name) for key, name in group.choices)
