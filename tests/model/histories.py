"""Random histories as data: moves with the time before each, and how one is played on a stage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from hypothesis import strategies as st

from complaints import commands
from complaints.severity import Severity
from complaints.ticket import Blocked, Kind, Source, Ticket
from tests.model.stage import Stage, stage
from tests.model.variants import VARIANTS

MOST_COMPLAINTS = 4
MOST_TICKETS = MOST_COMPLAINTS + 2
"""Problems have numbers too."""
PEOPLE = ("sam", "rae", "dana", "omar", "lee", "kim", "jo", "ines")
WORDS = ("my card", "the app", "fraud on a card", "an angry man about his card", "the queue")

Role = Literal["owner", "holder", "reporter", "lead"]


@dataclass(frozen=True, slots=True)
class Says:
    """Somebody reports a complaint."""

    person: str
    words: str


@dataclass(frozen=True, slots=True)
class Press:
    """The person in a role presses a button on the ticket of a number; a length in `more` counts from then."""

    command: type[commands.OnTicket]
    role: Role
    number: int
    more: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Joins:
    """The person in a role to the first of these tickets joins them under one problem."""

    role: Role
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Replies:
    """The person in a role replies in the thread of a complaint."""

    role: Role
    number: int


@dataclass(frozen=True, slots=True)
class GoesAway:
    """Somebody is away for so long; they may name a deputy."""

    person: str
    length: timedelta
    deputy: str | None = None


@dataclass(frozen=True, slots=True)
class ComesBack:
    """Somebody is back."""

    person: str


@dataclass(frozen=True, slots=True)
class Changes:
    """The file is changed."""

    variant: str


@dataclass(frozen=True, slots=True)
class Down:
    """Golddust is down; `judged` when its nudges had been put into the outbox just before."""

    length: timedelta
    judged: bool = False


@dataclass(frozen=True, slots=True)
class Move:
    """One thing that happens, and how long nothing did before it."""

    after: timedelta
    what: Says | Press | Joins | Replies | GoesAway | ComesBack | Changes | Down


@dataclass(frozen=True, slots=True)
class History:
    """When it begins, the moves in order, and how long it is watched after the last of them."""

    start: datetime
    moves: tuple[Move, ...]
    rest: timedelta = timedelta(days=6)


def _minutes(most: timedelta) -> st.SearchStrategy[timedelta]:
    return st.integers(0, int(most.total_seconds() // 60)).map(lambda minutes: timedelta(minutes=minutes))


soon, later, lengths = _minutes(timedelta(hours=6)), _minutes(timedelta(days=2)), _minutes(timedelta(days=12))
waits = st.one_of(st.just(timedelta(0)), soon, soon, later, later, lengths)
people = st.sampled_from(PEOPLE)
numbers = st.one_of(st.integers(1, MOST_COMPLAINTS), st.integers(1, MOST_TICKETS))
roles: st.SearchStrategy[Role] = st.sampled_from(("owner", "holder", "reporter", "lead"))
blockers = st.one_of(
    people.map(lambda person: Blocked("person", person)),
    st.sampled_from(("payments", "app", "triage")).map(lambda team: Blocked("team", team)),
    numbers.map(lambda number: Blocked("ticket", str(number))),
    st.just(Blocked("other", "the bank of the customer")),
)
targets: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.just({}),
    people.map(lambda p: {"to_person": p}),
    st.sampled_from(("payments", "app")).map(lambda t: {"to_team": t}),
)
nothing: st.SearchStrategy[dict[str, Any]] = st.just({})


def _press(
    command: type[commands.OnTicket], role: Role, more: st.SearchStrategy[dict[str, Any]] = nothing
) -> st.SearchStrategy[Press]:
    return st.builds(Press, st.just(command), st.just(role) | roles, numbers, more)


says = st.builds(Says, st.sampled_from(("sam", "rae", "dana")), st.sampled_from(WORDS))
presses = st.one_of(
    _press(commands.Acknowledge, "owner"),
    _press(commands.Resolve, "owner", st.just({"done": "Fixed"})),
    _press(commands.Block, "owner", blockers.map(lambda blocked: {"blocked": blocked})),
    _press(commands.Unblock, "holder"),
    _press(commands.HandBack, "owner", targets),
    _press(commands.MakePromise, "owner", lengths.map(lambda length: {"until": length})),
    _press(commands.ConfirmTold, "reporter"),
    _press(commands.Reopen, "reporter"),
    _press(commands.Withdraw, "reporter"),
    _press(commands.EditWords, "reporter", st.just({"words": "in other words"})),
    _press(commands.CorrectSeverity, "reporter", st.sampled_from(Severity).map(lambda s: {"severity": s})),
    _press(commands.Dismiss, "owner", st.just({"reason": "praise"})),
)
joins = st.builds(Joins, roles, st.lists(numbers, min_size=2, max_size=4).map(tuple))
leaves = _press(commands.Leave, "owner")
PROBLEM = 3
"""The number of the problem that two complaints are joined under, when it is the first thing that happens."""
a_card = st.builds(
    Says, st.sampled_from(("sam", "rae", "dana")), st.sampled_from([one for one in WORDS if "card" in one])
)
a_problem = st.tuples(
    st.builds(Move, soon, a_card), st.builds(Move, soon, a_card),
    st.builds(Move, soon, st.just(Joins("lead", (1, 2)))),
)  # fmt: skip
about_the_problem = st.one_of(
    presses.map(lambda press: replace(press, number=PROBLEM)),
    _press(commands.Resolve, "owner", st.just({"done": "Fixed"})).map(lambda press: replace(press, number=PROBLEM)),
    st.builds(Joins, roles, st.tuples(st.just(PROBLEM), numbers)),
    leaves,
)
replies = st.builds(Replies, roles, numbers)
absences = st.one_of(st.builds(GoesAway, people, lengths, st.none() | people), st.builds(ComesBack, people))
changes = st.builds(Changes, st.sampled_from(sorted(VARIANTS)))
downs = st.builds(Down, lengths, st.booleans())


def histories(
    starts: Sequence[datetime], *more: st.SearchStrategy[Any], waiting: st.SearchStrategy[timedelta] = waits,
    joined: bool = False,
) -> st.SearchStrategy[History]:  # fmt: skip
    """Histories that begin at one of these moments, with more of these moves than of others.

    With `joined` each begins with two complaints that are joined, and goes on with what happens to their problem.
    """
    if joined:
        more = (*more, about_the_problem, about_the_problem, about_the_problem)
    what = st.one_of(says, presses, presses, presses, joins, leaves, replies, absences, changes, downs, *more)
    first = a_problem if joined else st.tuples(st.builds(Move, soon, says))
    moves = st.lists(st.builds(Move, waiting, what), max_size=8)
    return st.builds(
        lambda start, begun, rest: History(start, (*begun, *rest)), st.sampled_from(list(starts)), first, moves
    )


async def play(history: History) -> Stage:
    """The stage after the history; its log is complete."""
    async with stage(history.start) as on:
        try:
            for move in history.moves:
                await on.passes(move.after)
                await _happens(on, move.what)
            await on.passes(history.rest)
        except Exception as error:
            error.add_note("\n".join(on.story))
            raise
        on.finish()
        return on


async def _happens(on: Stage, what: Any) -> None:
    match what:
        case Says(person, words):
            if sum(one.kind is Kind.COMPLAINT for one in _tickets(on)) < MOST_COMPLAINTS:
                await on.says(person, words)
        case Press(command, role, number, more) if (ticket := _ticket(on, number)) is not None:
            until = {"until": on.now + more["until"]} if "until" in more else {}
            await on.does(command, _actor(on, role, ticket), ticket, **{**more, **until})
        case Joins(role, numbers) if (ticket := _ticket(on, numbers[0])) is not None:
            there = tuple(number for number in numbers if _ticket(on, number) is not None)
            await on.joins(commands.Join(at=on.now, actor=_actor(on, role, ticket), numbers=there))
        case Replies(role, number) if (ticket := _ticket(on, number)) is not None:
            await _replies(on, _actor(on, role, ticket), ticket)
        case GoesAway(person, length, deputy):
            leave = commands.GoAway(at=on.now, actor=person, until=on.now + length, deputy=deputy)
            await on.do(leave, f"{person} goes away for {length} (deputy {deputy})")
        case ComesBack(person):
            await on.do(commands.ComeBack(at=on.now, actor=person), f"{person} comes back")
        case Changes(variant):
            await on.changes_to(variant)
        case Down(length, judged):
            await on.down(length, judged=judged)


def _tickets(on: Stage) -> tuple[Ticket, ...]:
    return tuple(on.log.snapshots[-1].tickets.values()) if on.log.snapshots else ()


def _ticket(on: Stage, number: int) -> Ticket | None:
    return on.ticket(number) if number in on.log.snapshots[-1].tickets else None


def _actor(on: Stage, role: Role, ticket: Ticket) -> str:
    organisation = on.golddust.organisation
    match role:
        case "owner":
            return ticket.owner or ticket.holder
        case "holder":
            return ticket.holder
        case "reporter":
            return ticket.reporter
        case "lead":
            return organisation.teams[organisation.in_charge(ticket.team)].lead


async def _replies(on: Stage, person: str, ticket: Ticket) -> None:
    source = ticket.source
    place = Source(source.platform, source.workspace, source.conversation, f"reply at {on.now} of {person}")
    command = commands.Comment(at=on.now, actor=person, words="I am on it", place=place, thread=source.message)
    await on.replies(command, ticket)
