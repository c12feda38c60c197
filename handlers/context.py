"""What every handler works with: one transaction, the organisation as it is configured, and the moment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache, cached_property
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from complaints import knock_on, lifecycle, policy, problems
from complaints.errors import NotAllowed
from complaints.forecast import Forecasts
from complaints.holding import holder_along, with_holder
from complaints.lifecycle import GOLDDUST, Change, Event
from complaints.notices import Captured, Card, Notice
from complaints.organisation import Organisation, is_zone
from complaints.policy import Outlook
from complaints.presence import Presence
from complaints.rights import Action, refusal
from complaints.ticket import Kind, Ticket
from storage import forecasts as learnt
from storage import messages, outbox, people, preferences, tickets, timeline, versions

SOON = timedelta(minutes=1)
"""When tickets are judged again after something changed in what they wait for; a pass must not run after itself."""


@dataclass(frozen=True)
class Context:
    """One transaction as of one moment, under one version of the configuration."""

    session: Session
    organisation: Organisation
    version: str
    document: str
    at: datetime
    masked: tuple[str, ...] = ()
    """The kinds of personal data that were masked in what the actor typed."""
    address: str | None = None
    """The address at which people's browsers reach us, without a slash at its end; None where they do not."""

    @property
    def workspace(self) -> str:
        """The key of the rows that belong to this organisation."""
        return self.organisation.workspace

    @cached_property
    def presence(self) -> Presence:
        """Who is here and who is away."""
        leaves = people.present_leaves(self.session, self.workspace, self.at)
        chosen = preferences.of_everybody(self.session, self.workspace)
        # Asked for one by one, and once: there may be fifty thousand accounts, and a pass meets a few of them.
        return Presence(self.organisation, leaves, chosen, cache(self._zone_of_account))

    @cached_property
    def forecasts(self) -> Forecasts:
        """How long tickets usually take, as computed last."""
        return learnt.load(self.session, self.workspace)

    def load(self, number: int, actor: str, action: Action) -> Ticket:
        """The ticket, locked, if the actor may do this to it; raises UnknownTicket or NotAllowed."""
        ticket = tickets.load(self.session, self.workspace, number, lock=True)
        reason = refusal(self.organisation, ticket, actor, action)
        if reason is not None:
            raise NotAllowed(reason=reason)
        return ticket

    def line(self, ticket: Ticket) -> tuple[Ticket, ...]:
        """The tickets that this one waits for: the one that blocks it, then the one that blocks that, and so on."""
        return self.lines([ticket]).get(ticket.number, ())

    def lines(self, waiting: Iterable[Ticket]) -> dict[int, tuple[Ticket, ...]]:
        """The lines of tickets that these wait for, of those that wait for any."""
        first = {ticket.number: awaited for ticket in waiting if (awaited := _waits_for(ticket)) is not None}
        known: dict[int, Ticket] = {}
        wanted = set(first.values())
        while wanted:
            found = tickets.of_numbers(self.session, self.workspace, sorted(wanted))
            known |= found
            wanted = {awaited for one in found.values() if (awaited := _waits_for(one)) is not None} - known.keys()
        return {number: tuple(_along(number, awaited, known)) for number, awaited in first.items()}

    def held(self, ticket: Ticket, line: Sequence[Ticket] | None = None) -> Ticket:
        """The ticket with the one who holds it as of now, be it at the end of a line of tickets that wait."""
        line = self.line(ticket) if line is None else line
        return with_holder(ticket, holder_along(ticket, line, self.presence, self.at))

    def outlook(self, ticket: Ticket, line: Sequence[Ticket] | None = None) -> Outlook:
        """What is known around a ticket: how long such tickets take, and whom its waiting keeps waiting."""
        line = self.line(ticket) if line is None else line
        # What is learnt of complaints says nothing about actions.
        expected = None if ticket.kind is Kind.ACTION else self.forecasts.of(ticket.team, ticket.category)
        return Outlook(expected, knock_on.foretell(ticket, line, self.presence, self.at))

    def scheduled(self, ticket: Ticket) -> Ticket:
        """The ticket with its next look set after something happened to it."""
        return policy.scheduled(ticket, self.presence, self.at, self.outlook(ticket))

    def as_of(self, at: datetime) -> Context:
        """The same transaction at another, later moment, with all that has been read already."""
        known = {"presence": self.presence, "forecasts": self.forecasts}
        later = object.__new__(Context)
        # With what is cached: an absence that has ended in between does no harm.
        later.__dict__.update(self.__dict__, at=at, **known)
        return later

    def add(self, changes: Sequence[Change]) -> list[Ticket]:
        """Save new tickets, each captured at its moment, with their timelines and notices."""
        about = (self.session, self.workspace)
        versions.keep_version(*about, self.version, self.document, self.at)
        fresh = [self.as_of(change.ticket.captured_at).scheduled(change.ticket) for change in changes]
        chained = timeline.begun(self.workspace, {one.ticket.number: self._noted(one.events) for one in changes})
        named = [replace(ticket, version=1, policy_version=self.version) for ticket in fresh]
        saved = tickets.add_all(*about, named, chained.heads)
        timeline.write(self.session, chained)
        outbox.put_new(*about, [(said, one.ticket.captured_at) for one in changes for said in self._told(one.notices)])
        return saved

    def save(self, change: Change) -> Ticket:
        """Save a changed ticket with its timeline and notices, and bring its cards up to date."""
        held = self.held(change.ticket) if change.ticket.open else change.ticket
        chained = timeline.following(self.session, self.workspace, {held.number: self._noted(change.events)})
        saved = tickets.save(self.session, self.workspace, self.scheduled(held), chained.heads.get(held.number))
        timeline.write(self.session, chained)
        outbox.put(self.session, self.workspace, (*self._told(change.notices), *self._cards(change)), self.at)
        if not saved.open or saved.resolved_at is not None:
            self._release_waiting(saved)
        else:
            self.move_waiting(saved)
        return saved

    def rehold(self, ticket: Ticket) -> Ticket:
        """The ticket with the one who holds it as of now, saved if that is somebody else, with all that wait for it."""
        held = self.held(ticket)
        if not ticket.open or held.holder == ticket.holder:
            return ticket
        event = Event("holder", GOLDDUST, self.at, {"from": ticket.holder, "to": held.holder})
        return self.save(Change(held, (event,)))

    def move_waiting(self, ticket: Ticket) -> None:
        """Let whoever holds a ticket now hold all that wait for it too, at any depth; they are judged anew soon."""
        waiting = tickets.waiting_for(self.session, self.workspace, ticket.number)
        for one in waiting:
            if self.rehold(one) is one:
                self.move_waiting(one)
        if waiting:
            numbers = [one.number for one in waiting]
            tickets.look_again(self.session, self.workspace, numbers, self.at + SOON)

    def redraw(self, ticket: Ticket) -> None:
        """Bring the cards of a ticket up to date that itself has not changed."""
        outbox.put(self.session, self.workspace, self._cards(Change(ticket, ())), self.at)

    def note(self, change: Change) -> Ticket:
        """Save timeline and notices of something that leaves the ticket itself as it is."""
        timeline.append(self.session, self.workspace, change.ticket.number, self._noted(change.events))
        outbox.put(self.session, self.workspace, self._told(change.notices), self.at)
        return change.ticket

    def _zone_of_account(self, person: str) -> ZoneInfo | None:
        name = people.zone_of(self.session, self.workspace, person)
        return ZoneInfo(name) if name and is_zone(name) else None

    def _noted(self, events: Sequence[Event]) -> Sequence[Event]:
        """What somebody did, with the kinds of personal data that were masked in what they typed."""
        if not self.masked:
            return events
        kinds = ", ".join(self.masked)
        return [one if one.actor == GOLDDUST else replace(one, data={**one.data, "masked": kinds}) for one in events]

    def _told(self, notices: Sequence[Notice]) -> Sequence[Notice]:
        if not self.masked:
            return notices
        return [replace(one, masked=self.masked) if isinstance(one, Captured) else one for one in notices]

    def _cards(self, change: Change) -> list[Card]:
        number = change.ticket.number
        drawn = {notice.audience for notice in change.notices if isinstance(notice, Card)}
        shown = {
            *messages.carded(self.session, self.workspace, number),
            *outbox.hoped_for(self.session, self.workspace, number),
        }
        return [Card(ticket=number, audience=audience) for audience in sorted(shown - drawn)]

    def _release_waiting(self, done: Ticket) -> None:
        """What waited for this ticket waits no longer; what is part of a problem that is resolved is resolved too."""
        for waiting in tickets.waiting_for(self.session, self.workspace, done.number):
            if problems.resolved_with(waiting, done) and done.resolution is not None:
                by = done.resolved_by or GOLDDUST
                self.save(lifecycle.resolve(waiting, by, self.at, self.presence, done.resolution))
            else:
                self.save(lifecycle.unblock(waiting, GOLDDUST, self.at, self.presence))


def _along(number: int, awaited: int | None, known: Mapping[int, Ticket]) -> Iterator[Ticket]:
    seen = {number}
    while awaited is not None and awaited not in seen and (following := known.get(awaited)) is not None:
        yield following
        seen.add(awaited)
        awaited = _waits_for(following)


def _waits_for(ticket: Ticket) -> int | None:
    blocked = ticket.blocked
    return int(blocked.what) if blocked is not None and blocked.by == "ticket" else None
