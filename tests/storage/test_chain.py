"""The chain under each ticket: it goes on from what older versions wrote, and never covers up a gap."""

from __future__ import annotations

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from complaints.lifecycle import Event
from complaints.verification import examine
from storage import chains, timeline
from storage.database import open_engine, sessions, upgrade
from storage.tables import tickets
from storage.tables import timeline as lines
from storage.tickets import add_all
from tests.complaints.builders import a_ticket, moment

AT = moment("2026-11-23 09:00")
SAID = Event("comment", "sam", AT, {"words": "“é”", "files": "", "line": 7})
UNLINKED = {"salt": None, "digest": None, "link": None}


def broken(session: Session) -> list[str]:
    """What is wrong, ticket by ticket."""
    found = (examine("main", ticket, entries) for ticket, entries in chains.everything(session, "main"))
    return [f"C-{one.ticket}.{one.event} {one.fault}" for one in found if one is not None]


def test_the_next_event_links_what_an_older_replica_wrote_before_it(database_url: str) -> None:
    engine = open_engine(database_url)
    upgrade(engine)
    with sessions(engine)() as session, session.begin():
        tickets_with_events(session, 3)
        older = {"workspace": "main", "ticket": 1, "position": 4, "at": AT, "actor": "dana", "kind": "told", "data": {}}
        session.execute(lines.insert(), [older])
        assert broken(session) == ["C-1.4 not linked"]
        timeline.append(session, "main", 1, [SAID])
        assert broken(session) == []
        assert [entry.position for entry in timeline.entries(session, "main", 1)] == [1, 2, 3, 4, 5]
    engine.dispose()


def test_a_whole_timeline_without_links_is_linked_from_its_start(database_url: str) -> None:
    engine = open_engine(database_url)
    upgrade(engine)
    with sessions(engine)() as session, session.begin():
        tickets_with_events(session, 3)
        session.execute(update(lines).values(**UNLINKED))
        session.execute(update(tickets).values(chain_length=None, chain_head=None))
    upgrade(engine)
    with sessions(engine)() as session:
        assert broken(session) == []
        assert session.scalar(select(tickets.c.chain_length)) == 3
    engine.dispose()


def test_a_link_that_was_taken_away_in_the_middle_is_not_made_anew(database_url: str) -> None:
    engine = open_engine(database_url)
    upgrade(engine)
    with sessions(engine)() as session, session.begin():
        tickets_with_events(session, 3)
        session.execute(update(lines).where(lines.c.position == 2).values(**UNLINKED))
    upgrade(engine)
    with sessions(engine)() as session, session.begin():
        timeline.append(session, "main", 1, [SAID])
        assert broken(session) == ["C-1.2 not linked"]
    engine.dispose()


def test_an_event_after_a_cut_off_tail_leaves_the_gap(database_url: str) -> None:
    engine = open_engine(database_url)
    upgrade(engine)
    with sessions(engine)() as session, session.begin():
        tickets_with_events(session, 3)
        session.execute(delete(lines).where(lines.c.position == 3))
        timeline.append(session, "main", 1, [SAID])
        assert broken(session) == ["C-1.3 removed"]
    engine.dispose()


def tickets_with_events(session: Session, count: int) -> None:
    """C-1 with so many events."""
    chained = timeline.begun("main", {1: [SAID] * count})
    add_all(session, "main", [a_ticket(number=1)], chained.heads)
    timeline.write(session, chained)
