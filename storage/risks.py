"""The risk register, and what its upkeep reads: no words but those of the risks themselves."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any, NamedTuple

from pydantic import TypeAdapter
from sqlalchemy import and_, exists, func, select, update
from sqlalchemy.orm import Session

from complaints.errors import StaleTicket
from complaints.risks import Changed, Risk
from complaints.severity import Severity
from complaints.ticket import Kind, State
from storage.counters import advance
from storage.once import changed, insert_once
from storage.tables import counters, risks, tickets

_r, _t = risks.c, tickets.c
_HISTORY = TypeAdapter(tuple[Changed, ...])
_PLAIN = (
    "source", "key", "problem", "team", "title", "likelihood", "impact", "trend", "owner", "mitigation", "state",
    "opened_at", "changed_at",
)  # fmt: skip
HOUR = "risks kept up"
"""The counter that says in which hour (since 1970) the register was kept up last."""
_IS_PROBLEM = _t.kind == Kind.PROBLEM.value


class Problem(NamedTuple):
    """A problem, as its risk sees it; `action` is the newest open one that is taken against it."""

    number: int
    team: str
    words: str
    owner: str | None
    open: bool
    cause: str
    action: int | None


class Seen(NamedTuple):
    """A complaint, as evidence for a risk."""

    number: int
    captured_at: datetime
    team: str
    category: str | None
    severity: Severity
    customer: str | None
    reporter: str
    cause: str
    parent: int | None
    close_reason: str | None


def add(session: Session, workspace: str, risk: Risk) -> Risk | None:
    """Save a new risk with its number; None where there is one about the same thing already."""
    number = advance(session, workspace, "risk")
    numbered = replace(risk, number=number, version=1, key=risk.key or f"person:{number}")
    row = {"workspace": workspace, "number": number, "version": 1, **_row(numbered)}
    return numbered if insert_once(session, risks, **row) else None


def save(session: Session, workspace: str, risk: Risk) -> Risk:
    """Save a changed risk; raises StaleTicket when somebody else has saved it since it was loaded."""
    where = (_r.workspace == workspace, _r.number == risk.number, _r.version == risk.version)
    saved = session.execute(update(risks).where(*where).values(**_row(risk), version=risk.version + 1))
    if changed(saved) != 1:
        raise StaleTicket(ref=risk.ref)
    return replace(risk, version=risk.version + 1)


def find(session: Session, workspace: str, number: int, *, lock: bool = False) -> Risk | None:
    """The risk of this number, or None."""
    query = select(risks).where(_r.workspace == workspace, _r.number == number)
    row = session.execute(query.with_for_update() if lock else query).mappings().first()
    return _risk(row) if row else None


def everything(session: Session, workspace: str) -> list[Risk]:
    """All risks in the order of their numbers; there are as many as problems and signals, not as complaints."""
    query = select(risks).where(_r.workspace == workspace).order_by(_r.number)
    return [_risk(row) for row in session.execute(query).mappings()]


def problems(session: Session, workspace: str) -> list[Problem]:
    """All problems whose words are still there, in the order of their numbers."""
    columns = (_t.number, _t.team, _t.verbatim, _t.words, _t.owner, _t.state, _t.resolution)
    query = select(*columns).where(_t.workspace == workspace, _IS_PROBLEM, _t.erased_at.is_(None))
    found = session.execute(query.order_by(_t.number)).all()
    acted = _actions(session, workspace, [row.number for row in found])
    return [
        Problem(
            row.number, row.team, row.words or row.verbatim, row.owner, row.state != State.CLOSED.value,
            _cause(row.resolution), acted.get(row.number),
        )
        for row in found
    ]  # fmt: skip


def unregistered(session: Session, workspace: str) -> bool:
    """Whether there is a problem of which the register does not know yet."""
    known = exists().where(and_(_r.workspace == workspace, _r.problem == _t.number))
    query = select(_t.number).where(_t.workspace == workspace, _IS_PROBLEM, _t.erased_at.is_(None), ~known)
    return session.execute(query.limit(1)).first() is not None


def seen(session: Session, workspace: str, since: datetime) -> list[Seen]:
    """The complaints captured since a moment."""
    columns = (
        _t.number, _t.captured_at, _t.team, _t.category, _t.severity, _t.customer, _t.reporter, _t.resolution,
        _t.parent, _t.close_reason,
    )  # fmt: skip
    lately = (_t.captured_at >= since, _t.kind == Kind.COMPLAINT.value)
    rows = session.execute(select(*columns).where(_t.workspace == workspace, *lately))
    return [Seen._make((*row[:4], Severity(row[4]), *row[5:7], _cause(row[7]), *row[8:])) for row in rows]


def last_hour(session: Session, workspace: str) -> int:
    """In which hour since 1970 the register was kept up last; 0 where it never was."""
    query = select(counters.c.value).where(counters.c.workspace == workspace, counters.c.name == HOUR)
    return session.scalar(query) or 0


def note_hour(session: Session, workspace: str, hour: int) -> None:
    """Note that the register was kept up in this hour."""
    insert_once(session, counters, workspace=workspace, name=HOUR, value=0)
    mine = (counters.c.workspace == workspace, counters.c.name == HOUR, counters.c.value < hour)
    session.execute(update(counters).where(*mine).values(value=hour))


def forget_words(session: Session, workspace: str, numbers: Collection[int]) -> None:
    """Forget what risks say about problems whose words are erased; dates and figures stay."""
    theirs = (_r.workspace == workspace, _r.problem.in_(numbers))
    blank: dict[str, Any] = {"title": "", "mitigation": "", "history": [], "version": _r.version + 1}
    session.execute(update(risks).where(*theirs).values(blank))


def closed_before(session: Session, workspace: str, before: datetime, limit: int) -> list[Risk]:
    """Up to `limit` risks of no problem, closed before a moment, whose words are still there; locked."""
    old = (_r.state == "closed", _r.changed_at < before, _r.source != "problem", _r.title != "")
    query = select(risks).where(_r.workspace == workspace, *old).order_by(_r.changed_at).limit(limit)
    return [_risk(row) for row in session.execute(query.with_for_update(skip_locked=True)).mappings()]


def forget_person(session: Session, workspace: str, keys: Collection[str], name_of: Callable[[str], str]) -> int:
    """Put what stands in a person's place into the risks; of how many."""
    found = [risk for risk in everything(session, workspace) if _names(risk, keys)]
    for risk in found:
        history = tuple(
            replace(one, who=name_of(one.who), before=_if_owner(one, one.before, name_of),
                    after=_if_owner(one, one.after, name_of))
            for one in risk.history
        )  # fmt: skip
        save(session, workspace, replace(risk, owner=name_of(risk.owner) if risk.owner else None, history=history))
    return len(found)


def count(session: Session, workspace: str) -> int:
    """How many risks there are that are not closed."""
    query = select(func.count()).select_from(risks).where(_r.workspace == workspace, _r.state != "closed")
    return session.scalar(query) or 0


def _names(risk: Risk, keys: Collection[str]) -> bool:
    said = [risk.owner, *(text for one in risk.history for text in (one.who, one.before, one.after))]
    return any(text in keys for text in said)


def _if_owner(one: Changed, text: str, name_of: Callable[[str], str]) -> str:
    return name_of(text) if one.what == "owner" else text


def _actions(session: Session, workspace: str, numbers: Collection[int]) -> dict[int, int]:
    open_ones = (_t.kind == Kind.ACTION.value, _t.parent.in_(numbers), _t.state != State.CLOSED.value)
    query = select(_t.parent, func.max(_t.number)).where(_t.workspace == workspace, *open_ones).group_by(_t.parent)
    return dict(session.execute(query).all())


def _cause(resolution: Mapping[str, str] | None) -> str:
    return str(resolution["root_cause"]) if resolution else ""


def _row(risk: Risk) -> dict[str, Any]:
    row = {name: getattr(risk, name) for name in _PLAIN}
    return row | {
        "next_look": risk.next_look.isoformat(), "decided": sorted(risk.decided),
        "history": _HISTORY.dump_python(risk.history, mode="json"),
    }  # fmt: skip


def _risk(row: Any) -> Risk:
    return Risk(
        number=row["number"], version=row["version"], next_look=date.fromisoformat(row["next_look"]),
        decided=frozenset(row["decided"]), history=_HISTORY.validate_python(row["history"]),
        **{name: row[name] for name in _PLAIN},
    )  # fmt: skip
