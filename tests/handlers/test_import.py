"""Importing complaints: routed by the same rules, dates kept, nobody nudged for the past, safe to run again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from bot.configuration import Loaded, parse
from bot.watched import Watched
from complaints.commands import CaptureComplaint
from complaints.errors import BadInput
from complaints.ticket import CloseReason, Source, State, Ticket
from handlers.capture import capture
from handlers.context import Context
from handlers.import_complaints import Portion, bring_in
from handlers.import_lines import Complaint, routed
from handlers.nudge import audit, nudge_due
from storage import outbox, tickets, timeline
from storage.database import open_engine, sessions, upgrade
from tests.world import MONDAY

LONG_AGO = MONDAY - timedelta(days=400)
CONFIGURATION = Path(__file__).parent.parent / "golddust.yml"


@contextmanager
def database(url: str) -> Iterator[Engine]:
    engine = open_engine(url)
    upgrade(engine)
    yield engine
    engine.dispose()


@contextmanager
def context_on(engine: Engine, loaded: Loaded) -> Iterator[Context]:
    with sessions(engine)() as session, session.begin():
        yield Context(session, loaded.organisation, loaded.version, loaded.document, MONDAY)


def bring(engine: Engine, loaded: Loaded, *complaints: Complaint, **more: Any) -> Portion:
    with context_on(engine, loaded) as context:
        ready = [routed(loaded.organisation, complaint, MONDAY) for complaint in complaints]
        return bring_in(context, ready, more.pop("workspace", "import"), **more)


def said(words: str, message: str = "1", line: int = 1, **more: Any) -> Complaint:
    return Complaint(line=line, message=message, words=words, **more)


def stored(engine: Engine, loaded: Loaded) -> list[Ticket]:
    with context_on(engine, loaded) as context:
        return list(tickets.everything(context.session, context.workspace))


def test_an_imported_complaint_keeps_its_words_and_its_date(database_url: str, watched: Watched) -> None:
    words = "  The card\r\npayment\u200b e\u0301 was\ttaken “twice” 🙁  "
    with database(database_url) as engine:
        done = bring(engine, watched.current, said(words, received_at=LONG_AGO))
        (ticket,) = stored(engine, watched.current)
    assert (done.imported, done.known, done.opened) == ([1], [], 1)
    assert ticket.verbatim == words
    assert ticket.captured_at == ticket.received_at == LONG_AGO
    assert (ticket.team, ticket.category, ticket.owner, ticket.state) == ("payments", "payments", "dana", State.NEW)
    assert ticket.source.key == "import:import::1"
    assert ticket.policy_version == watched.current.version


def test_its_clocks_start_at_the_import_so_nobody_is_nudged_for_the_past(database_url: str, watched: Watched) -> None:
    with database(database_url) as engine:
        bring(engine, watched.current, said("card", received_at=LONG_AGO))
        (ticket,) = stored(engine, watched.current)
        with context_on(engine, watched.current) as context:
            assert nudge_due(context) == (0, [])
            assert audit(context) == []
    assert [clock.started_at for clock in ticket.clocks] == [MONDAY, MONDAY]
    assert ticket.next_nudge_at == MONDAY + timedelta(hours=2)


def test_a_closed_one_comes_in_closed_without_clocks_or_nudges(database_url: str, watched: Watched) -> None:
    closed_at = LONG_AGO + timedelta(days=3)
    with database(database_url) as engine:
        done = bring(engine, watched.current, said("card", received_at=LONG_AGO, closed_at=closed_at), notify=True)
        (ticket,) = stored(engine, watched.current)
        with context_on(engine, watched.current) as context:
            assert outbox.counts(context.session, context.workspace) == {}
            assert audit(context) == []
    assert (ticket.state, ticket.close_reason) == (State.CLOSED, CloseReason.IMPORTED)
    assert (ticket.closed_at, ticket.clocks, ticket.next_nudge_at, done.opened) == (closed_at, (), None, 0)


def test_one_closed_without_a_date_of_its_own_was_received_by_then(sqlite_url: str, watched: Watched) -> None:
    with database(sqlite_url) as engine:
        bring(engine, watched.current, said("card", closed_at=LONG_AGO))
        (ticket,) = stored(engine, watched.current)
    assert ticket.captured_at == ticket.closed_at == LONG_AGO


def test_the_same_lines_again_change_nothing(database_url: str, watched: Watched) -> None:
    lines = [said("card", "1", 1), said("app", "2", 2)]
    with database(database_url) as engine:
        bring(engine, watched.current, *lines)
        again = bring(engine, watched.current, *lines, said("card", "3", 3))
        assert (again.imported, again.known, again.reworded) == ([3], [1, 2], [])
        assert len(stored(engine, watched.current)) == 3
        elsewhere = bring(engine, watched.current, *lines, workspace="zendesk")
        assert elsewhere.imported == [4, 5]


def test_a_line_with_other_words_is_told_and_the_first_words_stay(sqlite_url: str, watched: Watched) -> None:
    with database(sqlite_url) as engine:
        bring(engine, watched.current, said("card"))
        assert bring(engine, watched.current, said("card!", line=9)).reworded == [9]
        assert [ticket.verbatim for ticket in stored(engine, watched.current)] == ["card"]


def test_a_line_twice_in_one_portion_is_one_ticket(database_url: str, watched: Watched) -> None:
    with database(database_url) as engine:
        done = bring(engine, watched.current, said("card", line=1), said("card", line=2))
        assert (done.imported, done.known) == ([1], [2])


def test_nobody_is_written_to_unless_it_is_asked_for(database_url: str, watched: Watched) -> None:
    with database(database_url) as engine:
        bring(engine, watched.current, said("card", "1", reporter="Sam"))
        with context_on(engine, watched.current) as context:
            assert outbox.counts(context.session, context.workspace) == {}
        bring(engine, watched.current, said("card", "2", reporter="sam@TEST.example"), notify=True)
        with context_on(engine, watched.current) as context:
            waiting = outbox.listed(context.session, context.workspace, ["waiting"], 10)
    assert sorted((one.notice.ticket, one.notice.audience, one.notice.kind) for one in waiting) == [
        (2, "person:dana", "card"),
        (2, "person:sam", "captured"),
        (2, "team:payments", "card"),
    ]


def test_what_the_file_names_and_golddust_knows_is_taken(sqlite_url: str, watched: Watched) -> None:
    one = said("A card", team="APP", severity="Critical", category="Zoll", customer="Ito", reporter="SAM")
    with database(sqlite_url) as engine:
        bring(engine, watched.current, one)
        (ticket,) = stored(engine, watched.current)
    assert (ticket.team, ticket.severity, ticket.category, ticket.customer, ticket.reporter) == (
        "app", "critical", "Zoll", "Ito", "sam"
    )  # fmt: skip
    assert ticket.reasons[0] == "the imported file names the team"


def test_what_golddust_does_not_know_is_routed_and_kept_as_a_note(sqlite_url: str, watched: Watched) -> None:
    one = said("A card", team="Branches", severity="P1", reporter="slack:U0 : Mrs  Ito")
    with database(sqlite_url) as engine:
        bring(engine, watched.current, one, workspace="zendesk")
        (ticket,) = stored(engine, watched.current)
        with context_on(engine, watched.current) as context:
            (event,) = timeline.read(context.session, context.workspace, 1)
    assert (ticket.team, ticket.severity, ticket.reporter) == ("payments", "normal", "slack U0 Mrs Ito")
    assert (event.kind, event.actor, event.at) == ("imported", "golddust", MONDAY)
    assert {key: event.data[key] for key in ("source", "line", "team_in_file", "severity_in_file")} == {
        "source": "zendesk", "line": 1, "team_in_file": "Branches", "severity_in_file": "P1"
    }  # fmt: skip
    assert event.data["reporter_in_file"] == "slack:U0 : Mrs  Ito"


def test_a_complaint_without_a_reporter_has_one_that_is_nobodys_key(sqlite_url: str, watched: Watched) -> None:
    with database(sqlite_url) as engine:
        bring(engine, watched.current, said("card"))
        assert [ticket.reporter for ticket in stored(engine, watched.current)] == ["Imported"]


@pytest.mark.parametrize("assign", ["least-loaded", "round-robin"])
def test_work_is_shared_out_as_if_each_had_been_captured_alone(sqlite_url: str, assign: str) -> None:
    document = CONFIGURATION.read_text().replace("assign: owner, owner: dana", f"assign: {assign}")
    loaded = parse(document.encode(), "rules.yml")
    with database(sqlite_url) as engine:
        with context_on(engine, loaded) as context:
            capture(context, CaptureComplaint(at=MONDAY, actor="sam", words="card", source=Source("t", "w", "c", "0")))
        bring(
            engine, loaded, said("card", "1"), said("card", "2", closed_at=MONDAY), said("card", "3"), said("card", "4")
        )
        owners = [ticket.owner for ticket in stored(engine, loaded)]
    # A closed one is nobody's load, but it takes its turn.
    assert owners == (["dana", "omar", "dana", "dana", "omar"] if assign == "least-loaded" else
                      ["dana", "omar", "dana", "omar", "dana"])  # fmt: skip


@pytest.mark.parametrize(
    ("complaint", "reason"),
    [
        (said(" \n\t "), "no words"),
        (said("x" * 100_001), "100,001 characters"),
        (said("a\x00b"), "words has a character that no database keeps"),
        (said("a\ud83d"), "words has a character"),
        (said("x", customer="\x00"), "customer has a character"),
        (said("x", message="m" * 201), "id has 201 characters"),
        (said("x", category="c" * 81), "category has 81 characters"),
        (said("x", reporter="r" * 121), "reporter has 121 characters"),
        (said("x", received_at=MONDAY + timedelta(seconds=1)), "is still to come"),
        (
            said("x", received_at=LONG_AGO, closed_at=MONDAY + timedelta(days=1)),
            "closed_at, 2026-11-24 09:00 UTC, is still to come",
        ),
        (said("x", received_at=MONDAY, closed_at=LONG_AGO), "closed before it was received"),
    ],
)
def test_what_cannot_be_kept_as_it_is_is_refused(watched: Watched, complaint: Complaint, reason: str) -> None:
    with pytest.raises(BadInput, match=reason):
        routed(watched.current.organisation, complaint, MONDAY)


def test_imported_and_captured_tickets_share_their_numbers(database_url: str, watched: Watched) -> None:
    with database(database_url) as engine:
        for number in range(2):
            with context_on(engine, watched.current) as context:
                source = Source("t", "w", "c", str(number))
                capture(context, CaptureComplaint(at=MONDAY, actor="sam", words="card", source=source))
            bring(engine, watched.current, said("card", f"{number}a"), said("card", f"{number}b"))
        assert [ticket.number for ticket in stored(engine, watched.current)] == [1, 2, 3, 4, 5, 6]
