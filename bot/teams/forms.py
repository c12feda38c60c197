"""The way back: what a press on a card sent, as typed values; anything missing or forged is BadInput."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from zoneinfo import ZoneInfo

from bot.buttons import Press
from bot.forms import EditForm as EditForm
from bot.forms import PromiseForm as PromiseForm
from bot.forms import ReopenForm as ReopenForm
from bot.forms import ResolveForm as ResolveForm
from bot.forms import day_of, promised
from bot.teams import asks, entries, people
from bot.teams.desk import mark
from bot.teams.entries import OUTDATED
from complaints.errors import BadInput
from complaints.organisation import Organisation
from complaints.severity import Severity
from complaints.ticket import number_of


@dataclass(frozen=True, slots=True)
class Origin:
    """What every press says: the ticket's number, and the token of the card, by which a repetition is known."""

    ticket: int
    token: str


@dataclass(frozen=True, slots=True)
class BlockedForm:
    """Whom or what a ticket waits for: `what` is a person's or team's key, a ticket's reference, or words."""

    ticket: int
    by: Literal["team", "person", "ticket", "other"]
    what: str
    why: str


@dataclass(frozen=True, slots=True)
class NotMineForm:
    """Whose a ticket is: a person's (key), a team's (key), or (neither) unknown; or no complaint of its own."""

    ticket: int
    person: str | None
    team: str | None
    not_a_complaint: bool
    duplicate_of: int | None
    reason: str


_INPUTS: dict[str, dict[str, str]] = {
    "capture": {"words": "words", "customer": "customer", "severity": "severity"},
    "resolve": {
        "done": "done", "root_cause": "root_cause", "tell": "tell", "action": "action", "action_who": "who",
        "action_until": "until",
    },
    "blocked": {
        "what": "ticket", "person": "colleague", "team": "team", "ticket": "ticket", "other": "other",
        "colleague": "colleague", "name": "name", "why": "why",
    },
    "not_mine": {
        "whom": "colleague", "colleague": "colleague", "team": "team", "name": "name", "choice": "choice",
        "duplicate": "duplicate", "reason": "reason",
    },
    "promise": {"until": "date", "date": "date", "time": "time", "reason": "reason"},
    "reopen": {"reason": "reason"},
    "edit": {"words": "words", "customer": "customer"},
}  # fmt: skip


def input_of(form: str, field: str) -> str:
    """The input at which a form shows what is wrong with a field; its first one for a field that it has not.

    Of `blocked`, the kinds of blocker (`person`, `team`, `ticket`, `other`) are fields too.
    """
    fields = _INPUTS.get(form, {})
    return fields.get(field) or next(iter(fields.values()), field)


def origin(data: object) -> Origin:
    """The ticket that a press is about, and from which card."""
    ticket = entries.number(data, "ticket")
    if ticket == 0:
        raise BadInput(field="ticket", reason=OUTDATED)
    return Origin(ticket, entries.word(data, "token"))


def wanted(data: object) -> Press:
    """The form that a press of the verb `ask` wants to see."""
    form = next((one for one in asks.SUBMITS if one == entries.mapping(data).get("form")), None)
    if form is None:
        raise BadInput(field="form", reason=OUTDATED)
    return form


def severity(data: object) -> Severity:
    """The severity that a tap names."""
    try:
        return Severity(entries.word(data, "severity"))
    except ValueError:
        raise BadInput(field="severity", reason=OUTDATED) from None


def resolve(data: object, organisation: Organisation) -> ResolveForm:
    """What was done."""
    return ResolveForm(
        origin(data).ticket,
        entries.text(data, "resolve", "done", asked="Say in a few words what was done."),
        entries.text(data, "resolve", "root_cause"),
        entries.text(data, "resolve", "tell"),
        entries.text(data, "resolve", "action"),
        _doer(entries.text(data, "resolve", "who").strip(), organisation),
        day_of(entries.text(data, "resolve", "until")),
    )


def _doer(typed: str, organisation: Organisation) -> str | None:
    """The key of the colleague whose name was typed; None where nobody's was."""
    if not typed:
        return None
    person, _ = people.named(organisation, typed)
    if person is None:
        reason = f"I don’t know “{typed[:80]}”; write the name or e-mail address of a colleague."
        raise BadInput(field="action_who", reason=reason)
    return person


def blocked(data: object, organisation: Organisation) -> BlockedForm:
    """Whom or what a ticket waits for, which must be one only."""
    ticket, why = origin(data).ticket, entries.text(data, "blocked", "why")
    person, team = _whom(data, "blocked", organisation)
    other_ticket = entries.text(data, "blocked", "ticket").strip()
    other = entries.text(data, "blocked", "other").strip()
    given = [one for one in (*person, *team, other_ticket, other) if one]
    if len(given) != 1:
        which = "Fill in one of these." if not given else "Fill in only one of these, and leave the others empty."
        raise BadInput(field="colleague", reason=f"Say whom or what it waits for. {which}")
    if person or team:
        return BlockedForm(ticket, "person" if person else "team", given[0], why)
    return BlockedForm(ticket, "ticket" if other_ticket else "other", given[0], why)


def not_mine(data: object, organisation: Organisation) -> NotMineForm:
    """Whose a ticket is; “I don’t know” counts only where nothing else was said."""
    ticket, reason = origin(data).ticket, entries.text(data, "not_mine", "reason")
    person, team = _whom(data, "not_mine", organisation)
    choice = entries.text(data, "not_mine", "choice")
    duplicate = entries.text(data, "not_mine", "duplicate").strip()
    if choice not in {"", asks.UNKNOWN, asks.DISMISSED}:
        raise BadInput(field="choice", reason=OUTDATED)
    dismissed = choice == asks.DISMISSED
    given = [one for one in (*person, *team, duplicate, dismissed) if one]
    if len(given) > 1:
        raise BadInput(field="whom", reason="Pick only one: a colleague, a team, or one of the other answers.")
    if not given and not choice:
        raise BadInput(field="whom", reason="Pick a colleague or a team; or “I don’t know”, and triage finds out.")
    original = number_of(duplicate)
    if duplicate and original is None:
        raise BadInput(field="duplicate", reason=f"“{duplicate[:80]}” is no ticket; write it like C-42.")
    return NotMineForm(ticket, next(iter(person), None), next(iter(team), None), dismissed, original, reason)


def promise(data: object, zone: ZoneInfo) -> PromiseForm:
    """The promised moment; date and time are those of the owner's zone."""
    ticket, reason = origin(data).ticket, entries.text(data, "promise", "reason")
    day, at = entries.text(data, "promise", "date"), entries.text(data, "promise", "time")
    return PromiseForm(ticket, promised(day, at, zone), reason)


def reopen(data: object) -> ReopenForm:
    """Why a ticket is opened again."""
    reason = entries.text(data, "reopen", "reason", asked="Say in a few words what is still wrong.")
    return ReopenForm(origin(data).ticket, reason)


def edit(data: object) -> EditForm:
    """What is to be worded anew; what was left as the form had filled it in stays as it is."""
    ticket, before = origin(data).ticket, entries.mapping(entries.mapping(data).get("before"), "words")
    words, customer = entries.text(data, "edit", "words"), entries.text(data, "edit", "customer").strip()
    if not words.strip() and before.get("words") != mark(""):
        raise BadInput(field="words", reason="Say in a sentence what the customer complained about.")
    return EditForm(
        ticket,
        words if words.strip() and mark(words) != before.get("words") else None,
        customer if mark(customer) != before.get("customer") else None,
    )


def list_page(data: object) -> tuple[str, int]:
    """The list whose page is to be turned, and to which page."""
    return entries.word(data, "list"), entries.number(data, "page", 10**6)


def mine_pages(data: object) -> tuple[int, int]:
    """The pages of what is held and of what was reported that are to be shown."""
    return entries.number(data, "held", 10**6), entries.number(data, "reported", 10**6)


def _whom(data: object, form: str, organisation: Organisation) -> tuple[set[str], set[str]]:
    """The people and the teams that were picked or named, by their keys."""
    person, team = entries.text(data, form, "colleague"), entries.text(data, form, "team")
    if person and person not in organisation.people:
        raise BadInput(field="colleague", reason="I don’t know them yet; pick a colleague from the list, or a team.")
    if team and team not in organisation.teams:
        raise BadInput(field="team", reason="There is no such team any more; pick another from the list.")
    found, group = {person} - {""}, {team} - {""}
    typed = entries.text(data, form, "name").strip()
    if typed:
        named, team_named = people.named(organisation, typed)
        if named is None and team_named is None:
            reason = f"I don’t know “{typed[:80]}”; write the name or e-mail address of a colleague, or a team’s name."
            raise BadInput(field="name", reason=reason)
        found, group = found | {named or ""} - {""}, group | {team_named or ""} - {""}
    return found, group
