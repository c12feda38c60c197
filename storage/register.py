"""Finding tickets for the register: who may see them, filters, words, order and pages are one query."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Select,
    String,
    and_,
    case,
    column,
    func,
    literal,
    literal_column,
    or_,
    select,
    table,
    text,
    true,
)
from sqlalchemy.orm import Session

from complaints.register import ALL, NOBODY, OPEN, Column, Line, Sight, Wanted
from complaints.severity import Severity
from complaints.ticket import CloseReason, Kind, State, number_of
from storage.erasing import overwriting
from storage.tables import accounts, tickets

MOST_COUNTED: Final = 10_000
"""Tickets are counted up to here; what is more is “more than 10,000”."""
MOST_TOKENS: Final = 16
PURGED: Final = 500
"""Pages of SQLite's index of words that one transaction writes anew."""
SPAN: Final = 1 << 32
"""The room of one workspace among the row numbers of SQLite's index of words; a ticket's number is its place there."""

_t = tickets.c
_other = tickets.alias("other").c
_search, _spaces = table("search", column("rowid")), table("search_spaces", column("id"), column("workspace"))
_NONE: Final = _t.number < 0
"""No ticket; what is plainly false would leave out the workspace with everything else."""
_INDEX: Final = "INDEXED BY tickets_register"
_TOKEN: Final = re.compile(r"[^\W_]+")
_RANKS: Final[Mapping[str, Mapping[str, int]]] = {
    "state": {state.value: place for place, state in enumerate(State)},
    "severity": {severity.value: place for place, severity in enumerate(Severity)},
    "kind": {kind.value: place for place, kind in enumerate(Kind)},
}
_LINE = (
    _t.number, _t.kind, _t.parent, _t.state, _t.severity, _t.category, _t.team, _t.owner, _t.holder, _t.reporter,
    _t.customer, _t.verbatim, _t.words, _t.received_at, _t.captured_at, _t.acknowledged_at, _t.resolved_at, _t.told_at,
    _t.closed_at, _t.close_reason, _t.due_at,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of whose tickets, by somebody who may see some of them, as of a moment.

    `teams` and `people` say how those are sorted: the place of each key in the order of their names. `reporters` are
    the people of the touchpoint that is asked for.
    """

    workspace: str
    sight: Sight
    wanted: Wanted
    at: datetime
    teams: Mapping[str, int] = field(default_factory=dict)
    people: Mapping[str, int] = field(default_factory=dict)
    reporters: tuple[str, ...] = ()


def numbers(session: Session, asked: Asked, limit: int | None = None, offset: int = 0) -> list[int]:
    """The numbers of the tickets that are asked for, in their order."""
    query = _among(session, asked, select(_t.number)).order_by(*_order(asked))
    return list(session.scalars(query.limit(limit).offset(offset)))


def lines(session: Session, workspace: str, seen: Sight, numbers: Collection[int]) -> list[Line]:
    """The tickets of these numbers that somebody may see, in no order."""
    query = select(*_LINE).where(_t.workspace == workspace, _t.number.in_(numbers), _seen(seen))
    return [_line(row) for row in session.execute(query)]


def parts(session: Session, workspace: str, seen: Sight, number: int, limit: int) -> list[Line]:
    """The tickets that are part of one, as far as somebody may see them, newest first."""
    query = select(*_LINE).where(_t.workspace == workspace, _t.parent == number, _seen(seen))
    return [_line(row) for row in session.execute(query.order_by(_t.number.desc()).limit(limit))]


def categories(session: Session, workspace: str, seen: Sight, limit: int) -> list[str]:
    """The categories of those among the newest so many tickets that somebody may see, in alphabetical order."""
    last = session.scalar(select(func.max(_t.number)).where(_t.workspace == workspace)) or 0
    newest = (_t.workspace == workspace, _t.number > last - limit, _t.category.is_not(None), _seen(seen))
    return sorted(session.scalars(select(_t.category).where(*newest).distinct()))


def names(session: Session, workspace: str, people: Collection[str]) -> dict[str, str]:
    """The names of the accounts of people whom the file does not list."""
    query = select(accounts.c.person, accounts.c.name).where(
        accounts.c.workspace == workspace, accounts.c.person.in_(people)
    )
    return {person: name for person, name in session.execute(query)}  # noqa: C416 - rows are no pairs to mypy


def purge(session: Session, *, begin: bool) -> bool:
    """Write a portion of SQLite's index of words anew, without what was erased; whether there is more of it.

    Until its parts are one the index says of erased words that they are gone, instead of being without them; `begin`
    starts to make them one. PostgreSQL's index lets go of what was erased at its next VACUUM.
    """
    if session.get_bind().dialect.name != "sqlite":
        return False
    connection: Any = session.connection().connection.driver_connection
    before = connection.total_changes
    with overwriting(session):
        portion = {"pages": -PURGED if begin else PURGED}
        session.execute(text("INSERT INTO search(search, rank) VALUES ('merge', :pages)"), portion)
    # Source: https://www.sqlite.org/fts5.html#the_merge_command.
    return bool(connection.total_changes - before >= 2)


def tokens(typed: str) -> list[str]:
    """The words and numbers in what somebody typed, small and without accents."""
    plain = "".join(one for one in unicodedata.normalize("NFKD", typed) if not unicodedata.combining(one))
    return _TOKEN.findall(unicodedata.normalize("NFC", plain).lower())[:MOST_TOKENS]


def _among(session: Session, asked: Asked, query: Select[Any]) -> Select[Any]:
    where = [_t.workspace == asked.workspace, _seen(asked.sight), *_filters(session, asked), *_words(session, asked)]
    return query.where(*where).with_hint(tickets, _INDEX, "sqlite")


def _seen(sight: Sight) -> ColumnElement[bool]:
    """The condition for what somebody may see."""
    if sight.everything:
        return true()
    if sight.nothing:
        return _NONE
    if sight.reported:
        return _t.reporter == sight.person
    ways = [_t.team.in_(sight.teams), *(one == sight.person for one in (_t.owner, _t.holder, _t.reporter))]
    if sight.strays:
        ways.append(_t.team.not_in(sight.listed))
    if sight.blocking:
        blocks = (_t.blocked["by"].as_string() == "team", _t.blocked["what"].as_string().in_(sight.blocking))
        ways.append(and_(_t.state == State.BLOCKED.value, *blocks))
    return or_(*ways)


def _filters(session: Session, asked: Asked) -> list[ColumnElement[bool]]:
    wanted, where = asked.wanted, list[ColumnElement[bool]]()
    exact = (
        (_t.kind, wanted.kind), (_t.category, wanted.category), (_t.severity, wanted.severity)
    )  # fmt: skip
    where += [one == str(value) for one, value in exact if value is not None]
    if wanted.teams:
        where.append(_t.team.in_(wanted.teams))
    if wanted.touchpoint is not None:
        where.append(_t.reporter.in_(_listed(session, asked.reporters)))
    if wanted.state != ALL:
        where.append(_t.state != State.CLOSED.value if wanted.state == OPEN else _t.state == wanted.state)
    if wanted.owner is not None:
        where.append(_t.owner.is_(None) if wanted.owner == NOBODY else _t.owner == wanted.owner)
    if wanted.customer is not None:
        where.append(_t.customer.icontains(wanted.customer, autoescape=True))
    if wanted.captured_from is not None:
        where.append(_t.captured_at >= wanted.captured_from)
    if wanted.captured_before is not None:
        where.append(_t.captured_at < wanted.captured_before)
    if wanted.mine:
        where.append(or_(_t.holder == asked.sight.person, _t.owner == asked.sight.person))
    return where + _due(asked)


def _listed(session: Session, keys: Collection[str]) -> Select[Any]:
    """Keys as one value, because so many as a bank has people are too many for one each."""
    if session.get_bind().dialect.name == "postgresql":
        return select(func.unnest(literal(list(keys), ARRAY(String))))
    return select(func.json_each(json.dumps(list(keys))).table_valued("value").c.value)


def _due(asked: Asked) -> list[ColumnElement[bool]]:
    where = list[ColumnElement[bool]]()
    if asked.wanted.overdue:
        where.append(_t.due_at < asked.at)
    if asked.wanted.ends is not None:
        where += [_t.due_at >= asked.at, _t.due_at <= asked.at + timedelta(days=asked.wanted.ends)]
    return where


def _words(session: Session, asked: Asked) -> list[ColumnElement[bool]]:
    """The conditions for the words: a reference is a ticket's number, and a bare number may be one."""
    where, left = list[ColumnElement[bool]](), list[str]()
    for typed in asked.wanted.words.split():
        number = number_of(typed)
        if number is None:
            left.append(typed)
        elif typed.isdigit():
            where.append(or_(_t.number == number, _said(session, asked.workspace, [typed], whole=True)))
        else:
            where.append(_t.number == number)
    found = tokens(" ".join(left))
    return [*where, _said(session, asked.workspace, found)] if found else where


def _said(session: Session, workspace: str, words: Sequence[str], *, whole: bool = False) -> ColumnElement[bool]:
    """The condition for what has all these words in it, or for the last one `whole` or only its beginning."""
    if session.get_bind().dialect.name == "postgresql":
        end = "" if whole else ":*"
        meant = " & ".join(f"'{word}'{end if place == len(words) else ''}" for place, word in enumerate(words, start=1))
        indexed = func.golddust_words(_other.verbatim, _other.words, _other.customer)
        match = indexed.op("@@", is_comparison=True)(func.to_tsquery(literal_column("'simple'::regconfig"), meant))
        # The offset has it looked up by itself; PostgreSQL would else read all tickets in hope of an early end.
        return _t.number.in_(select(_other.number).where(_other.workspace == workspace, match).offset(0))
    space = session.scalar(select(_spaces.c.id).where(_spaces.c.workspace == workspace))
    if space is None:
        return _NONE
    meant = " ".join(f'"{word}"' for word in words) + ("" if whole else "*")
    first, matched = space * SPAN, text("search MATCH :meant").bindparams(meant=meant)
    there = select(_search.c.rowid - first).where(matched, _search.c.rowid.between(first, first + SPAN - 1))
    return _t.number.in_(there)


def _order(asked: Asked) -> tuple[ColumnElement[Any], ...]:
    wanted = asked.wanted
    if wanted.sort == "number":
        return (_t.number.desc() if wanted.descending else _t.number.asc(),)
    by = _sorted_by(asked, wanted.sort)
    return (by.desc().nulls_last() if wanted.descending else by.asc().nulls_last(), _t.number.desc())


def _sorted_by(asked: Asked, sort: Column) -> ColumnElement[Any]:
    if sort in _RANKS:
        return case(_RANKS[sort], value=_t[sort])
    if sort == "team" and asked.teams:
        return case(asked.teams, value=_t.team)
    if sort in {"owner", "holder"} and asked.people:
        return case(asked.people, value=_t[sort])
    columns: dict[str, ColumnElement[Any]] = {
        "number": _t.number, "captured": _t.captured_at, "due": _t.due_at, "customer": func.lower(_t.customer),
        "category": func.lower(_t.category),
    }  # fmt: skip
    return columns[sort] if sort in columns else _t[sort]


def _line(row: Any) -> Line:
    line = Line._make(row)
    reason = CloseReason(line.close_reason) if line.close_reason else None
    return line._replace(
        kind=Kind(line.kind), state=State(line.state), severity=Severity(line.severity), close_reason=reason
    )
