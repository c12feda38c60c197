"""No function of storage/ shows or changes a row of another workspace, whatever it is asked."""

from __future__ import annotations

import asyncio
import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import exists, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

import storage
from complaints.alarms import Alarm
from complaints.cases import Window
from complaints.chain import Entry, Head
from complaints.erasing import without_words
from complaints.errors import StaleTicket, UnknownTicket
from complaints.forecast import Forecasts
from complaints.lifecycle import Event
from complaints.notices import News
from complaints.preferences import Preference
from complaints.presence import Leave
from complaints.register import Sight, Wanted
from complaints.risks import Risk
from complaints.ticket import Ticket
from storage import alarms
from storage.attention import Day
from storage.cases import Place
from storage.database import open_engine, sessions
from storage.messages import Receipt
from storage.outbox import _claimable
from storage.people import Account
from storage.register import Asked
from storage.subscriptions import Subscription
from storage.tables import bundles, leaves, outbox, seen, tickets, timeline
from tests.complaints.builders import a_ticket
from tests.tenancy import BY_ID, OF_ALL, unbound
from tests.tenants import OURS, SECRET, THEIRS, Both, both, rows_of
from tests.world import MONDAY

BESIDE = {"installations", "oauth_states"}
"""What is of no workspace of ours: which Slack workspaces have installed the app."""
ELSEWHERE = {
    "once.insert_once": "it is given whole rows", "adding.add_rows": "the same", "timeline.write": "the same",
}  # fmt: skip
SOON = MONDAY + timedelta(days=30)
A_RISK = Risk(
    number=1, version=1, source="person", key="ours", team="payments", title="ours", likelihood=1, impact=1,
    next_look=SOON.date(), opened_at=MONDAY, changed_at=MONDAY,
)  # fmt: skip
FOREIGN = 3
"""The number of a ticket of theirs; ours has only C-1."""


def functions() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Every public function of storage/ that is given a session."""
    for module in pkgutil.iter_modules(storage.__path__):
        if module.ispkg or module.name in BESIDE:
            continue
        loaded = importlib.import_module(f"storage.{module.name}")
        for name, function in vars(loaded).items():
            public = inspect.isfunction(function) and function.__module__ == loaded.__name__ and name[0] != "_"
            if public and "session" in inspect.signature(function).parameters:
                yield f"{module.name}.{name}", function


FUNCTIONS = dict(functions())
WALKED = sorted(set(FUNCTIONS) - set(ELSEWHERE) - (set(BY_ID) - {"outbox.claim"}))


AN_ALARM = Alarm(
    key="surge:category:of ours", measure="arrivals", about="category", name="of ours", team="payments", shape="surge",
    value=4, usual=0.1, first_at=MONDAY, last_at=MONDAY, tickets=(FOREIGN, 4),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Past:
    """What has happened to the two, and what of it is theirs."""

    session: Session
    ticket: Ticket
    rows: dict[str, list[tuple[Any, ...]]]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Ticket]:
    """The address of the database of the two, and a ticket of theirs."""
    path = tmp_path_factory.mktemp("isolation")
    url = f"sqlite:///{path / 'golddust.db'}"

    async def happen() -> Ticket:
        async with both(url, path / "organisations") as found:
            _unsent(found)
            return found.theirs.ticket(FOREIGN)

    return url, asyncio.run(happen())


def _unsent(found: Both) -> None:
    """Let a notice of theirs wait and another be parked, for who could send them or set them aside."""
    with sessions(found.engine).begin() as session:
        ids = session.scalars(select(outbox.c.id).where(outbox.c.workspace == THEIRS).order_by(outbox.c.id.desc()))
        for state, notice in zip(("waiting", "parked"), ids.all(), strict=False):
            session.execute(update(outbox).where(outbox.c.id == notice).values(state=state))
        for key in session.scalars(select(seen.c.key).where(seen.c.workspace == THEIRS)).all():
            alarms.keep(session, THEIRS, replace(AN_ALARM, key=key, name=SECRET))


@pytest.fixture
def past(told: tuple[str, Ticket]) -> Iterator[Past]:
    """The two as they are; whatever is changed is undone."""
    url, ticket = told
    engine = open_engine(url)
    with sessions(engine)() as session:
        yield Past(session, ticket, rows_of(session, THEIRS))
        session.rollback()
    engine.dispose()


def given(theirs: Ticket, rows: dict[str, list[Any]]) -> dict[str, Any]:
    """What the walk asks with, by parameter, or by parameter and type: all of it is theirs."""
    _, platform, conversation, message, *_ = rows["messages"][0]
    notice, window = int(rows["outbox"][0][0]), Window(MONDAY - timedelta(days=1), SOON)
    receipt, event = Receipt(platform, conversation, message), Event("reminded", "dana", SOON, {"step": "50%"})
    seen_there, people = [str(row[1]) for row in rows["seen"]], ["dana", "kim", "sam", "omar", "ines", "pigeon:P1"]
    pat, head = Account("pigeon", "P1", "pigeon:P1", "of ours"), Head(99, "f" * 64)
    ours = replace(a_ticket(number=FOREIGN), version=theirs.version)
    everything = Sight(everything=True, person="ines")
    return {
        "workspace": OURS, "days": {"dana": "2026-11-23"}, "day": "2026-11-23", "person": "dana", "notice: int": notice,
        "notice: Notice": News(ticket=FOREIGN, audience="person:dana", what="resolved"), "notices": [], "said": None,
        "place": Place(OURS), "window": window, "came_back": {}, "numbers": [1, 2, FOREIGN, 4], "public": False,
        "name": "ticket", "found: Forecasts": Forecasts({}, 0), "at": SOON, "since": window.start, "count": 2,
        "keys: Sequence[str]": seen_there, "keys: Mapping[str, int]": {"of ours": 1},
        "platform": platform, "source": "w", "added": [(a_ticket(number=50), [event])], "limit": 100,
        "ids: Sequence[int]": [int(row[0]) for row in rows["outbox"]],
        "ids: Collection[str]": [str(row[1]) for row in rows["subscriptions"]],
        "ticket: int": FOREIGN, "ticket: int | None": 1, "ticket: Ticket": ours, "new: Sequence[Ticket]": [ours],
        "audience": "person:dana", "receipt": receipt, "card": True, "conversation": conversation, "message": message,
        "due_at": SOON, "now": SOON, "states": ["waiting", "claimed", "sent", "parked", "dropped"], "kinds": ["none"],
        "user": "P1", "known: Account": pat, "leave": Leave("kim", MONDAY, SOON),
        "chosen": Preference("omar", None, None, True), "start": MONDAY, "end": SOON, "key": str(rows["seen"][0][1]),
        "reference": "{}", "before": SOON, "number": FOREIGN, "new: str": "pigeon:P1", "old": "sam", "prefix": "",
        "new: Subscription": Subscription(
            id=str(rows["subscriptions"][0][1]), audience="person:ines", teams=(), every="daily", weekday=0,
            at_time="09:00", next_at=SOON,
        ),
        "subscription": str(rows["subscriptions"][0][1]), "window_end": SOON, "next_at": SOON, "judged": [theirs],
        "lock": True, "people": ["dana", "kim", "sam"], "thread": message, "owners": ["dana", "kim"],
        "until": SOON, "found: Alarm": AN_ALARM, "problem: int": 1,
        "team": "payments", "permalink": "https://ours.example", "teams": ["payments", "app"], "offset": 0,
        "events: Sequence[Event]": [event], "events: Mapping[int, Sequence[Event]]": {1: [event]},
        "version": str(rows["policy_versions"][0][1]), "document": "{}", "known: Collection[Account]": [pat],
        "used": [(person, day, Day(9, None)) for _, person, day, *_ in rows["attention"]], "by": 2, "why": "ours",
        "audiences": [str(row[3]) for row in rows["outbox"]], "keys: Collection[str]": [*people, *seen_there],
        "names": [f"{SECRET} Pat"], "named": "pigeon:P1", "persons": people, "nobody": "-", "instead": "-",
        "left": without_words, "uncertain": None, "problem": "ours",
        "found: Mapping[str, tuple[int, datetime]]": dict.fromkeys(seen_there, (FOREIGN, SOON)),
        "seen": everything, "asked": Asked(OURS, everything, Wanted(state="all"), SOON), "most": 100, "begin": True,
        "head": head, "heads": {FOREIGN: head}, "changed": [Entry(1, event, None, None, None)], "after": ("", 0),
        "action": FOREIGN, "days: int": 30, "done_at": SOON, "due: Mapping[int, datetime]": {30: SOON},
        "found: Found | None": None, "risk": A_RISK, "hour": 1, "name_of": str,
    }  # fmt: skip


def calls(function: Callable[..., Any], known: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The arguments to call a function with, one set for each word that it may be given."""
    asked = [one for one in inspect.signature(function).parameters.values() if one.name != "session"]
    arguments = {one.name: known.get(f"{one.name}: {one.annotation}", known.get(one.name)) for one in asked}
    if "which" not in arguments or arguments["which"] is not None:
        yield arguments
        return
    for which in ("held", "reported", "team", "open", "all"):
        yield {**arguments, "which": which, "person": "sam"}


@pytest.mark.parametrize("name", WALKED)
def test_nothing_of_theirs_is_shown_or_changed(name: str, past: Past) -> None:
    function, known = FUNCTIONS[name], given(past.ticket, past.rows)
    for parameter in inspect.signature(function).parameters.values():
        there = {parameter.name, f"{parameter.name}: {parameter.annotation}"} & {*known, "session", "which"}
        assert there, f"say in `given` what to ask with: {parameter}"
    for arguments in calls(function, known):
        assert SECRET not in shown(function, past.session, arguments), name
    assert rows_of(past.session, THEIRS) == past.rows


def shown(function: Callable[..., Any], session: Session, arguments: dict[str, Any]) -> str:
    """All that a function answers; a refusal names what was asked for, and no more."""
    try:
        answer = function(session, **arguments)
        return repr(list(answer) if isinstance(answer, Iterator) else answer)
    except (UnknownTicket, StaleTicket) as error:
        return str(error)
    except IntegrityError:
        return "a line of ours can’t be about a ticket of theirs"


def test_the_secret_would_be_seen_if_it_were_shown(past: Past) -> None:
    known = {**given(past.ticket, past.rows), "workspace": THEIRS}
    for name in ("tickets.find", "tickets.everything", "recorded.between", "people.account"):
        (arguments,) = calls(FUNCTIONS[name], known)
        assert SECRET in shown(FUNCTIONS[name], past.session, arguments), name


def test_what_is_claimed_names_its_workspace() -> None:
    assert unbound(_claimable()) == set()


@pytest.mark.parametrize(
    ("statement", "loose"),
    [
        (select(tickets).where(tickets.c.workspace == "a", tickets.c.number == 1), set()),
        (select(tickets).where(tickets.c.number == 1), {"tickets"}),
        (select(tickets).where(or_(tickets.c.workspace == "a", tickets.c.number == 1)), {"tickets"}),
        (update(tickets).where(tickets.c.number == 1).values(state="closed"), {"tickets"}),
        (select(timeline).where(timeline.c.workspace == "a", exists().where(tickets.c.number == 1)), {"tickets"}),
        (
            select(timeline).where(
                timeline.c.workspace == "a", exists().where(tickets.c.workspace == timeline.c.workspace)
            ),
            set(),
        ),
        (
            select(tickets).where(
                tickets.c.workspace == "a", tickets.c.number.in_(select(tickets.c.number).where(tickets.c.number > 1))
            ),
            {"tickets"},
        ),
        (select(outbox).where(outbox.c.id == 7), {"outbox"}),
    ],
)
def test_a_statement_that_is_bound_to_no_workspace_is_told_from_one_that_is(statement: Any, loose: set[str]) -> None:
    assert unbound(statement) == loose


def test_a_row_that_is_named_by_its_id_needs_a_reason() -> None:
    assert unbound(select(outbox).where(outbox.c.id == 7), by_id=True) == set()
    assert unbound(select(outbox).where(outbox.c.audience == "x"), by_id=True) == {"outbox"}
    assert unbound(select(bundles).where(bundles.c.notice == 7), by_id=True) == set()
    assert unbound(select(leaves).where(leaves.c.id == 7), by_id=True) == {"leaves"}
    assert {name for name in BY_ID if "._" not in name} | set(OF_ALL) | set(ELSEWHERE) <= set(FUNCTIONS)
