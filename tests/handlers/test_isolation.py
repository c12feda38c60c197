"""No command and no question of one organisation shows or changes anything of another's, whatever it names."""

from __future__ import annotations

import asyncio
import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import fields
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import handlers
from complaints import commands
from complaints.cases import Window
from complaints.digest import Scope
from complaints.replies import Refused
from complaints.severity import Severity
from complaints.ticket import Blocked, Source
from handlers.context import Context
from handlers.dispatch import HANDLERS, REFUSALS, handle, refused
from storage import people
from storage.database import open_engine, sessions
from storage.people import Account
from tests.tenants import OURS, SECRET, THEIRS, Both, both, folder, rows_of
from tests.world import MONDAY

NOW = MONDAY + timedelta(days=2, hours=1)
FOREIGN = 3
"""The number of a ticket of theirs; ours has only C-1."""
WHOLE = {"judged", "nudge", "parcel", "dispatch", "bundle", "ticket", "shown", "portion", "found", "command",
         "action", "parent", "came", "of", "surge", "usual", "wanted", "lines"}  # fmt: skip
"""The parameters that take a whole row, which somebody has to have read before."""


class Shared:
    """The two on one database, made once."""

    def __init__(self, path: Path) -> None:
        self.path = folder(path / "organisations")
        self.url = f"sqlite:///{path / 'golddust.db'}"
        asyncio.run(self._happen())

    async def _happen(self) -> None:
        async with both(self.url, self.path) as told:
            self.said = told.theirs.ticket(FOREIGN).source
            self.loaded = {OURS: told.ours.golddust.watched.current, THEIRS: told.theirs.golddust.watched.current}


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Shared:
    return Shared(tmp_path_factory.mktemp("isolation"))


@pytest.fixture
def ours(shared: Shared) -> Iterator[Context]:
    """What happens in ours, which is undone."""
    yield from _context(shared, OURS)


@pytest.fixture
def theirs(shared: Shared) -> Iterator[Context]:
    yield from _context(shared, THEIRS)


def _context(shared: Shared, workspace: str) -> Iterator[Context]:
    engine, loaded = open_engine(shared.url), shared.loaded[workspace]
    with sessions(engine)() as session:
        yield Context(session, loaded.organisation, loaded.version, loaded.document, NOW)
        session.rollback()
    engine.dispose()


COMMANDS = sorted(HANDLERS, key=lambda kind: kind.__name__)


def test_every_command_is_walked() -> None:
    kinds = {one for one in vars(commands).values() if isinstance(one, type) and issubclass(one, commands.Command)}
    assert kinds - set(COMMANDS) == {commands.Command, commands.OnTicket}


def command(kind: type[commands.Command], actor: str, said: Source) -> commands.Command:
    """A command of ours that names everything of theirs."""
    answers: dict[str, Any] = {
        "at": NOW, "actor": actor, "event": None, "once": None, "number": FOREIGN, "words": "ours", "source": said,
        "place": Source(said.platform, said.workspace, said.conversation, "999"), "thread": said.message,
        "done": "ours", "blocked": Blocked("ticket", "4"), "until": NOW + timedelta(days=1), "duplicate_of": 4,
        "severity": Severity.LOW, "useful": True, "platform": "pigeon", "user": "P1", "name": "Pat",
        "teams": "payments", "action": commands.Plan("ours"), "numbers": (FOREIGN, 4),
    }  # fmt: skip
    names = [field.name for field in fields(kind)]
    given = {name: answers[name] for name in names if name in answers}
    required = {field.name for field in fields(kind) if "MISSING" in repr(field.default)}
    assert required <= set(given), f"say what to ask {kind.__name__} with"
    return kind(**given)


@pytest.mark.parametrize("actor", ["ines", "dana", "sam", "pigeon:P1"])
@pytest.mark.parametrize("kind", COMMANDS, ids=lambda kind: kind.__name__)
def test_no_command_touches_what_is_theirs(
    kind: type[commands.Command], actor: str, ours: Context, shared: Shared
) -> None:
    before, own = rows_of(ours.session, THEIRS), rows_of(ours.session, OURS)
    try:
        with ours.session.begin_nested():  # as the worker does: a refusal undoes what was done before it
            reply = handle(ours, command(kind, actor, shared.said))
    except REFUSALS as error:
        reply = refused(error)
    assert SECRET not in repr(reply)
    assert rows_of(ours.session, THEIRS) == before
    if issubclass(kind, commands.OnTicket):
        assert isinstance(reply, Refused), "a ticket that only they have is no ticket"
        assert rows_of(ours.session, OURS) == own


def questions() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Every public function of handlers/ that asks or does something in a context, but for the commands'."""
    for module in pkgutil.iter_modules(handlers.__path__):
        loaded = importlib.import_module(f"handlers.{module.name}")
        for name, function in vars(loaded).items():
            if inspect.isfunction(function) and function.__module__ == loaded.__name__ and name[0] != "_":
                parameters = inspect.signature(function).parameters
                if "context" in parameters and not WHOLE & set(parameters):
                    yield f"{module.name}.{name}", function


QUESTIONS = dict(questions())


def asked(function: Callable[..., Any], ours: Context, said: Source) -> dict[str, Any]:
    known: dict[str, Any] = {
        "context": ours, "number": FOREIGN, "team": "payments", "category": "payments", "key": "dana", "limit": 100,
        "scope": Scope((), "daily", "Europe/London"),
        "window": Window(MONDAY - timedelta(days=1), NOW), "public": False, "platform": "pigeon",
        "user": "P1", "workspace": "w", "notify": False, "since": MONDAY, "muted": None, "changed": True,
        "conversation": said.conversation, "message": said.message, "notice": 1, "person": "dana", "which": "all",
        "size": 50, "typed": "", "every": "daily", "audience": "person:ines", "teams": (), "why": "",
        "alarm": "surge:category:payments:payments:2",
        "numbers": [FOREIGN, 4], "ids": list(range(1, 100)), "name": "Zanzibar Ltd", "named": "pigeon:P1",
        "end": NOW, "keys": ("payments",), "entered": {"title": "ours"}, "version": 1,
        "commands": [command(commands.CaptureComplaint, "sam", said)], "reporter": "pigeon:P1",
    }  # fmt: skip
    parameters = inspect.signature(function).parameters.values()
    wanted = [one.name for one in parameters if one.name in known or one.default is inspect.Parameter.empty]
    assert set(wanted) <= set(known), f"say what to ask with: {set(wanted) - set(known)}"
    return {name: known[name] for name in wanted}


@pytest.mark.parametrize("name", sorted(QUESTIONS))
def test_no_question_shows_what_is_theirs(name: str, ours: Context, shared: Shared) -> None:
    before = rows_of(ours.session, THEIRS)
    try:
        answer = QUESTIONS[name](**asked(QUESTIONS[name], ours, shared.said))
        shown = repr(list(answer) if isinstance(answer, Iterator) else answer)
    except REFUSALS as error:
        shown = str(error)
    assert SECRET not in shown
    assert rows_of(ours.session, THEIRS) == before


def test_the_same_questions_show_it_to_themselves(theirs: Context, shared: Shared) -> None:
    for name in ("reading.full_record", "reading.page", "reading.records"):
        answer = QUESTIONS[name](**asked(QUESTIONS[name], theirs, shared.said))
        assert SECRET in repr(list(answer) if isinstance(answer, Iterator) else answer), name


def test_the_same_account_may_be_somebody_else_to_another_organisation(ours: Context) -> None:
    people.keep_account(ours.session, OURS, Account("pigeon", "P1", "sam", "Sam"), NOW)
    found = [people.account(ours.session, workspace, "pigeon", "P1") for workspace in (OURS, THEIRS)]
    assert [one.person if one else None for one in found] == ["sam", "pigeon:P1"]


async def test_a_clock_that_ticks_for_one_changes_nothing_for_the_other(sqlite_url: str, tmp_path: Path) -> None:
    async with both(sqlite_url, tmp_path / "organisations") as told:
        before = _read(told)
        told.theirs.forget()
        await told.ours.advance(days=1)
        assert told.theirs.pigeons.delivered == []
        assert _read(told) == before
        assert told.ours.pigeons.delivered
        assert SECRET not in repr(told.ours.pigeons.delivered)


def _read(told: Both) -> dict[str, Any]:
    with sessions(told.engine)() as session:
        return rows_of(session, THEIRS)
