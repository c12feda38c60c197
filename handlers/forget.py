"""Forgetting a customer or a person on request, with a report of what was erased."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from complaints.erasing import Forgotten, mentions
from complaints.errors import BadInput
from complaints.guests import guest_key, is_guest
from complaints.ticket import Ticket
from handlers.context import Context
from handlers.retention import forget_words
from storage import erasing, persons, risks
from storage.counters import advance

MOST_NAMED = 10
"""So many tickets are named in a sentence."""


@dataclass(frozen=True, slots=True)
class Report:
    """What was erased, in numbers; `instead` stands in a person's place, `mentioned` are tickets to look at."""

    tickets: int = 0
    events: int = 0
    notices: int = 0
    messages: int = 0
    accounts: int = 0
    preferences: int = 0
    leaves: int = 0
    subscriptions: int = 0
    risks: int = 0
    configurations: int = 0
    instead: str = ""
    mentioned: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    """What the operator has to do, a sentence each."""

    def counts(self) -> dict[str, int]:
        """How many of each kind."""
        return {one.name: getattr(self, one.name) for one in fields(self) if one.type == "int"}


def forget_customer(context: Context, name: str, also: Collection[int] = ()) -> Report:
    """Erase the words of a customer's tickets, and of those in `also`; raises BadInput while one of them is open."""
    session, workspace = context.session, context.workspace
    if not name.strip():
        raise BadInput(field="customer", reason="Say which customer.")
    found = erasing.of_customer(session, workspace, name)
    more = erasing.of_numbers(session, workspace, also)
    unknown = sorted(set(also) - {ticket.number for ticket in more})
    if unknown:
        raise BadInput(field="also", reason=f"There is no ticket {_refs(unknown)}.")
    meant = {ticket.number: ticket for ticket in (*found, *more)}
    still = [number for number, ticket in meant.items() if ticket.open]
    if still:
        are = "is" if len(still) == 1 else "are"
        raise BadInput(
            field="customer",
            reason=f"{_refs(still)} {are} still open: without the words nobody can help the customer. "
            "Close what is open first (Resolve, then Customer told; or withdraw it).",
        )
    with erasing.overwriting(session):
        fresh = [number for number, ticket in meant.items() if ticket.erased_at is None]
        events, notices, messages = forget_words(context, fresh, "customer")
        notices += _forget_notices(context, lambda said: _names_customer(said, name, set(meant)))
        worded = _forget_in_histories(context, name)
        configurations = _rewrite_documents(context, lambda document: _without_customer(document, name))
    said = erasing.everything_said(session, workspace)
    mentioned = {number for number, texts in said if number not in meant and mentions(texts, name)}
    risky = [one.ref for one in risks.everything(session, workspace) if mentions((one.title, one.mitigation), name)]
    # What is worded anew stays in the risk's history, until it is asked for again.
    anew = f"The risk register names the customer in {', '.join(risky)}: word it anew there, then forget them again."
    in_register = (anew,) if risky else ()
    listed = any(name.strip().casefold() in _known(customer) for customer in context.organisation.customers)
    left = ("golddust.yml still lists the customer: take them out there.",) if listed else ()
    return Report(
        len(fresh), events, notices, messages, risks=worded, configurations=configurations,
        mentioned=tuple(f"C-{number}" for number in sorted(mentioned)), left=(*left, *in_register),
    )  # fmt: skip


def forget_person(context: Context, named: str) -> Report:
    """Put `forgotten-N` in a person's place everywhere; raises BadInput while it is their move somewhere."""
    session, workspace = context.session, context.workspace
    listed = _listed(context, named.strip())
    accounts = persons.known_as(session, workspace, listed or named.strip())
    keys = _keys(context, listed or named.strip(), accounts)
    documents = erasing.documents(session, workspace)
    names = _names(context, keys, [account.name for account in accounts], documents)
    found = erasing.involving(session, workspace, keys, names)
    if not (listed or accounts or found or any(_entry(json.loads(text), keys) for text in documents.values())):
        raise BadInput(
            field="person", reason=f"Nobody is known as “{named}”; give the key or e-mail address that they had."
        )
    _must_not_own(context, found, keys)
    instead = f"forgotten-{advance(session, workspace, 'forgotten')}"
    person = Forgotten(frozenset(keys), tuple(names), instead)
    with erasing.overwriting(session):
        tickets, events = _rewrite_tickets(context, person, found)
        notices = erasing.drop_notices_to(session, workspace, keys)
        notices += _forget_notices(context, person.mentioned)
        persons.forget_conversations(session, workspace, keys, instead)
        report = Report(
            tickets, events, notices,
            messages=erasing.drop_messages_to(session, workspace, keys),
            accounts=persons.forget_accounts(session, workspace, keys, accounts),
            preferences=persons.forget_choices(session, workspace, keys),
            leaves=persons.forget_absences(session, workspace, keys),
            subscriptions=persons.forget_subscriptions(session, workspace, keys),
            risks=risks.forget_person(session, workspace, keys, person.key),
            configurations=_rewrite_documents(context, person.configuration),
            instead=instead,
        )  # fmt: skip
    here = [key for key in sorted(keys) if key in context.organisation.people]
    still = f"golddust.yml still lists {', '.join(here)}: take them out there, or they will be known again."
    return replace(report, left=(still,) if here else ())


def _listed(context: Context, named: str) -> str | None:
    organisation = context.organisation
    return named if named in organisation.people else organisation.with_email(named)


def _keys(context: Context, key: str, accounts: Sequence[Any]) -> set[str]:
    """Everything that a person was ever called by: their key, and their accounts, also as a guest's."""
    keys = {account.person for account in accounts} | {f"{one.platform}:{one.user}" for one in accounts}
    keys |= set() if "@" in key else {key}
    for listed in (context.organisation.people.get(one) for one in tuple(keys)):
        keys |= {f"slack:{listed.slack}"} if listed and listed.slack else set()
        keys |= {f"teams:{listed.teams}"} if listed and listed.teams else set()
    return keys | {guest_key(one) for one in keys if ":" in one and not is_guest(one)}


def _names(context: Context, keys: Collection[str], known: Sequence[str], documents: Mapping[str, str]) -> list[str]:
    listed = [person.name for key, person in context.organisation.people.items() if key in keys]
    older = [str(about.get("name", "")) for text in documents.values() for about in _entry(json.loads(text), keys)]
    return sorted({name for name in (*listed, *known, *older) if name.strip()})


def _entry(document: dict[str, Any], keys: Collection[str]) -> list[dict[str, Any]]:
    return [about for key, about in (document.get("people") or {}).items() if key in keys]


def _must_not_own(context: Context, found: Sequence[Ticket], keys: Collection[str]) -> None:
    theirs = [one for one in found if one.open and ({one.owner, one.holder} & set(keys) or _blocks(one, keys))]
    if theirs:
        refs = _refs([ticket.number for ticket in theirs])
        raise BadInput(
            field="person",
            reason=f"It is still their move in {refs}. Hand over what they own (Not mine), or resolve and close it "
            "first; then ask again.",
        )


def _blocks(ticket: Ticket, keys: Collection[str]) -> bool:
    blocked = ticket.blocked
    return blocked is not None and blocked.by == "person" and blocked.what in keys


def _rewrite_tickets(context: Context, person: Forgotten, found: Sequence[Ticket]) -> tuple[int, int]:
    session, workspace = context.session, context.workspace
    tickets = events = 0
    for ticket in found:
        after = person.ticket(ticket)
        worn = erasing.wear(session, workspace, ticket.number, person.event, context.at, "person")
        if after != ticket:
            erasing.rewrite(session, workspace, after)
        tickets += after != ticket or worn > 0
        events += worn
    return tickets, events


def _forget_notices(context: Context, about: Callable[[Any], bool]) -> int:
    """Forget the notices that are over and say something; those under way are drawn anew before they go out."""
    over = ("sent", "dropped", "parked")
    kept = erasing.notices(context.session, context.workspace)
    found = [one.id for one in kept if one.state in over and about(one.notice)]
    return erasing.drop_notices(context.session, context.workspace, found)


def _forget_in_histories(context: Context, name: str) -> int:
    """Take out of the histories of risks what names a customer; of how many."""
    count = 0
    for risk in risks.everything(context.session, context.workspace):
        named = [one for one in risk.history if mentions((one.before, one.after), name)]
        if named:
            history = tuple(replace(one, before="", after="") if one in named else one for one in risk.history)
            risks.save(context.session, context.workspace, replace(risk, history=history))
        count += bool(named)
    return count


def _names_customer(said: Any, name: str, numbers: Collection[int]) -> bool:
    if isinstance(said, str):
        return mentions([said], name)
    if isinstance(said, dict):
        return said.get("ticket") in numbers or any(_names_customer(one, name, numbers) for one in said.values())
    return isinstance(said, list) and any(_names_customer(one, name, numbers) for one in said)


def _rewrite_documents(context: Context, without: Callable[[dict[str, Any]], dict[str, Any]]) -> int:
    count = 0
    for version, text in erasing.documents(context.session, context.workspace).items():
        document = json.loads(text)
        after = without(document)
        if after != document:
            said = json.dumps(after, ensure_ascii=False, separators=(",", ":"))
            erasing.rewrite_document(context.session, context.workspace, version, said)
            count += 1
    return count


def _without_customer(document: dict[str, Any], name: str) -> dict[str, Any]:
    listed = document.get("customers") or []
    wanted = name.strip().casefold()
    stay = [one for one in listed if wanted not in {str(one.get("name", "")).casefold(), *_folded(one.get("aliases"))}]
    return {**document, "customers": stay} if len(stay) < len(listed) else document


def _folded(names: Any) -> set[str]:
    return {str(name).casefold() for name in ([names] if isinstance(names, str) else names or [])}


def _known(customer: Any) -> set[str]:
    return {customer.name.casefold(), *(alias.casefold() for alias in customer.aliases)}


def _refs(numbers: Sequence[int]) -> str:
    named = [f"C-{number}" for number in sorted(numbers)]
    more = f" and {len(named) - MOST_NAMED} more" if len(named) > MOST_NAMED else ""
    return ", ".join(named[:MOST_NAMED]) + more
