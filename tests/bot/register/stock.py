"""Random tickets, a Golddust that has them, and what the register should say of them, counted in plain Python."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import httpx
from sqlalchemy.orm import Session
from starlette.applications import Starlette
from starlette.requests import Request

from bot.app import Golddust
from bot.register.pages import pages
from bot.register.viewer import Viewer
from bot.watched import Watched
from complaints import scopes
from complaints.organisation import Organisation
from complaints.register import Wanted
from complaints.rights import refusal
from complaints.severity import Severity
from complaints.ticket import Blocked, Clock, Kind, Regulation, State, Ticket
from storage import tickets
from tests.complaints.builders import a_ticket
from tests.world import MONDAY, world

PEOPLE = ["dana", "omar", "lee", "kim", "ines", "sam", "noor"]
GUEST, GONE = "pigeon:P9", "gina"
TEAMS = ["payments", "app", "triage", "dissolved"]
CUSTOMERS = [None, "Mrs Ito", "Harbour Café & Söhne", "100 % Bakery", "mrs itolani"]
WORDS = ["card", "charged", "twice", "login", "refund", "Müller", "angry", "queue", "C-3PO", "don't", "42"]
MET_AT = {
    "dana": "payments", "omar": "payments", "lee": "payments", "kim": "app", "sam": "branches", "ines": "branches",
}  # fmt: skip
FOREIGN = "elsewhere"


def random_tickets(seed: int, count: int) -> list[Ticket]:
    """So many tickets that differ in all that can be asked for."""
    chance = random.Random(seed)  # noqa: S311 - the same tickets every time
    return [_random(chance, number) for number in range(1, count + 1)]


def _random(chance: random.Random, number: int) -> Ticket:
    state = chance.choice(list(State))
    words = " ".join(chance.choices(WORDS, k=5))
    at = MONDAY - timedelta(minutes=chance.randrange(60 * 24 * 40))
    blocked = Blocked("team", chance.choice(["app", "branches", "payments"])) if state is State.BLOCKED else None
    first = a_ticket(words, at=at, number=number)
    return replace(
        first, state=state, kind=chance.choice(list(Kind)), severity=chance.choice(list(Severity)), blocked=blocked,
        category=chance.choice([None, "payments", "app"]), team=chance.choice(TEAMS), customer=chance.choice(CUSTOMERS),
        owner=chance.choice([None, *PEOPLE]), holder=chance.choice(PEOPLE), captured_at=at,
        reporter=chance.choice([*PEOPLE, GUEST, GONE]), words=chance.choice([None, f"{words} late"]),
        clocks=tuple(_clock(chance, one) for one in first.clocks),
    )  # fmt: skip


def _clock(chance: random.Random, clock: Clock) -> Clock:
    due = MONDAY + timedelta(seconds=chance.randrange(-900_000, 900_000), microseconds=chance.choice([0, 250_000]))
    rule = Regulation("fca", "FCA", "told", optional=chance.random() < 0.5) if chance.random() < 0.2 else None
    stopped = due if chance.random() < 0.25 else None
    left = timedelta(hours=3) if stopped is None and chance.random() < 0.15 else None
    return replace(clock, due_at=due, stopped_at=stopped, left=left, regulation=rule)


@asynccontextmanager
async def stocked(database_url: str, watched: Watched, stock: Sequence[Ticket]) -> AsyncIterator[Golddust]:
    """A Golddust with these tickets, beside another organisation that has the same ones."""
    async with world(database_url, watched) as w:
        with Session(w.golddust.engine) as session, session.begin():
            for workspace in (watched.current.organisation.workspace, FOREIGN):
                tickets.add_all(session, workspace, stock)
        yield w.golddust


@asynccontextmanager
async def browsing(golddust: Golddust, person: str | None) -> AsyncIterator[httpx.AsyncClient]:
    """The register as a person sees it; None for somebody who is not signed in."""

    async def viewers(_: Request) -> Viewer | None:
        return Viewer(golddust, person) if person is not None else None

    app = Starlette(routes=pages(viewers, lambda wanted: f"/sign-in?next={wanted}"))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://register") as client:
        yield client


def visible(organisation: Organisation, ticket: Ticket, person: str) -> bool:
    """Whether a person may see a ticket: what chat lets them read, and the teams whose figures they may read."""
    allowed = refusal(organisation, ticket, person, "read") is None
    return allowed or (person in organisation.people and ticket.team in scopes.readable(organisation, person))


def due(ticket: Ticket) -> datetime | None:
    """When the first of its clocks runs out."""
    counting = (one.due_at for one in ticket.clocks if one.running and not one.optional)
    return min(counting, default=None) if ticket.open else None


def matches(ticket: Ticket, wanted: Wanted, person: str, now: datetime) -> bool:
    """Whether a ticket is asked for, words apart."""
    ends, said = due(ticket), ticket.customer or ""
    return all(_tests(ticket, wanted, person, now, ends, said))


def _tests(
    ticket: Ticket, wanted: Wanted, person: str, now: datetime, ends: datetime | None, customer: str
) -> Iterator[bool]:
    yield wanted.state in {"all", ticket.state.value} or (wanted.state == "open" and ticket.open)
    yield not wanted.overdue or (ends is not None and ends < now)
    yield wanted.ends is None or (ends is not None and now <= ends <= now + timedelta(days=wanted.ends))
    yield wanted.kind in {None, ticket.kind}
    yield not wanted.teams or ticket.team in wanted.teams
    yield wanted.touchpoint in {None, MET_AT.get(ticket.reporter)}
    yield wanted.category in {None, ticket.category}
    yield wanted.severity in {None, ticket.severity}
    yield wanted.owner in {None, ticket.owner or "nobody"}
    yield wanted.customer is None or wanted.customer.lower() in customer.lower()
    yield wanted.captured_from is None or ticket.captured_at >= wanted.captured_from
    yield wanted.captured_before is None or ticket.captured_at < wanted.captured_before
    yield not wanted.mine or person in {ticket.owner, ticket.holder}


KEYS: dict[str, Callable[[Ticket], Any]] = {
    "number": lambda one: one.number, "state": lambda one: list(State).index(one.state),
    "kind": lambda one: list(Kind).index(one.kind), "severity": lambda one: one.severity.rank,
    "category": lambda one: one.category, "captured": lambda one: one.captured_at, "due": due,
    "customer": lambda one: one.customer.lower() if one.customer else None,
}  # fmt: skip


def ordered(found: Sequence[Ticket], wanted: Wanted) -> list[int]:
    """The numbers in the order that is asked for: what has no value last, and newest first where values are equal."""
    key = KEYS[wanted.sort]
    newest = sorted(found, key=lambda one: -one.number)
    known = [one for one in newest if key(one) is not None]
    groups = sorted({key(one) for one in known}, reverse=wanted.descending)
    return [one.number for value in groups for one in known if key(one) == value] + [
        one.number for one in newest if key(one) is None
    ]
