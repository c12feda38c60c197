"""Linking the events that an older Golddust wrote to their tickets' chains, a few tickets in each transaction."""

from __future__ import annotations

from itertools import groupby

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from storage.tables import tickets
from storage.timeline import link_older, unlinked

PORTION = 200
"""Tickets in one transaction: few enough that a complaint said meanwhile does not wait."""

_BEFORE_ALL = ("", 0)


def link_all(engine: Engine) -> int:
    """Link all events that have no link yet; of how many tickets. Replicas that do so together wait for each other."""
    count, last = 0, _BEFORE_ALL
    while True:
        with Session(engine) as session, session.begin():
            found = unlinked(session, last, PORTION)
            for workspace, places in groupby(found, key=lambda place: place[0]):
                _link(session, workspace, [number for _, number in places])
        count += len(found)
        if len(found) < PORTION:
            return count
        last = found[-1]


def _link(session: Session, workspace: str, numbers: list[int]) -> None:
    theirs = (tickets.c.workspace == workspace, tickets.c.number.in_(numbers))
    session.execute(select(tickets.c.number).where(*theirs).order_by(tickets.c.number).with_for_update())
    for number in numbers:
        link_older(session, workspace, number)
