"""What every handler works with: one transaction, the organisation as it is configured, and the moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from sqlalchemy.orm import Session

from complaints import lifecycle, policy
from complaints.errors import NotAllowed
from complaints.holding import holder_of
from complaints.lifecycle import Change
from complaints.notices import Card, Notice
from complaints.organisation import Organisation
from complaints.presence import Presence
from complaints.rights import Action, refusal
from complaints.ticket import Ticket
from storage import messages, outbox, people, tickets, timeline, versions


@dataclass(frozen=True)
class Context:
    """One transaction as of one moment, under one version of the configuration."""

    session: Session
    organisation: Organisation
    version: str
    document: str
    at: datetime

    @property
    def workspace(self) -> str:
        """The key of the rows that belong to this organisation."""
        return self.organisation.workspace

    @cached_property
    def presence(self) -> Presence:
        """Who is here and who is away."""
        return Presence(self.organisation, people.present_leaves(self.session, self.workspace, self.at))

    def load(self, number: int, actor: str, action: Action) -> Ticket:
        """The ticket, locked, if the actor may do this to it; raises UnknownTicket or NotAllowed."""
        ticket = tickets.load(self.session, self.workspace, number, lock=True)
        reason = refusal(self.organisation, ticket, actor, action)
        if reason is not None:
            raise NotAllowed(reason=reason)
        return ticket

    def blocking(self, ticket: Ticket) -> Ticket | None:
        """The ticket that blocks this one, where another ticket does."""
        if ticket.blocked is None or ticket.blocked.by != "ticket":
            return None
        return tickets.find(self.session, self.workspace, int(ticket.blocked.what))

    def held(self, ticket: Ticket) -> Ticket:
        """The ticket with the one who holds it as of now."""
        return replace(ticket, holder=holder_of(ticket, self.presence, self.at, self.blocking(ticket)))

    def add(self, change: Change) -> Ticket:
        """Save a new ticket with its timeline and notices."""
        versions.keep_version(self.session, self.workspace, self.version, self.document, self.at)
        ticket = replace(policy.scheduled(change.ticket, self.presence, self.at), policy_version=self.version)
        saved = tickets.add(self.session, self.workspace, ticket)
        self._record(change, change.notices)
        return saved

    def save(self, change: Change) -> Ticket:
        """Save a changed ticket with its timeline and notices, and bring its cards up to date."""
        saved = tickets.save(self.session, self.workspace, policy.scheduled(change.ticket, self.presence, self.at))
        self._record(change, (*change.notices, *self._cards(change)))
        if not saved.open or saved.resolved_at is not None:
            self._release_waiting(saved)
        return saved

    def note(self, change: Change) -> Ticket:
        """Save timeline and notices of something that leaves the ticket itself as it is."""
        self._record(change, change.notices)
        return change.ticket

    def _record(self, change: Change, said: Sequence[Notice]) -> None:
        timeline.append(self.session, self.workspace, change.ticket.number, change.events)
        outbox.put(self.session, self.workspace, said, self.at)

    def _cards(self, change: Change) -> list[Card]:
        number = change.ticket.number
        drawn = {notice.audience for notice in change.notices if isinstance(notice, Card)}
        shown = {
            *messages.carded(self.session, self.workspace, number),
            *outbox.carded(self.session, self.workspace, number),
        }
        return [Card(ticket=number, audience=audience) for audience in sorted(shown - drawn)]

    def _release_waiting(self, done: Ticket) -> None:
        """What waited for this ticket waits no longer."""
        for waiting in tickets.waiting_for(self.session, self.workspace, done.number):
            self.save(lifecycle.unblock(waiting, lifecycle.GOLDDUST, self.at, self.presence))
