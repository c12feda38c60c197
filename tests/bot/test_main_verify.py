"""`golddust verify`: whoever touches a timeline is found out, and in which event."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from complaints import commands
from tests.bot.conftest import CommandLine
from tests.world import World


async def three_tickets(w: World) -> None:
    """C-1 with an edit and an acknowledgement, C-2 and C-3 just captured."""
    first = await w.says("sam", "The card was swallowed")
    await w.does(commands.EditWords, "sam", first, words="The card was swallowed twice", customer="Mrs Ito")
    await w.does(commands.Acknowledge, w.ticket(1).holder, first)
    await w.says("sam", "The app is slow")
    await w.says("sam", "The fee is wrong")


def tamper(golddust: CommandLine, *statements: str) -> None:
    engine = create_engine(golddust.database)
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def told(golddust: CommandLine) -> list[str]:
    """The lines about broken tickets, which must be the reason for the exit code."""
    answer = golddust("verify")
    assert answer.code == 1
    return [line for line in answer.out.splitlines() if line.startswith("C-")]


def test_nothing_that_happens_in_the_ordinary_way_breaks_a_chain(golddust: CommandLine) -> None:
    golddust.given(three_tickets)
    golddust("tick", "--at", "2026-12-01T09:00:00Z")
    answer = golddust("verify")
    assert answer.code == 0, answer.out
    assert answer.out.startswith("nothing was tampered with: 3 tickets, ")


@pytest.mark.parametrize(
    ("statement", "line"),
    [
        ("UPDATE timeline SET data = '{\"words\":\"All is well\"}' WHERE ticket = 1 AND position = 2",
         "C-1: event 2 (“edited”) was changed: its words or who did it"),
        ("UPDATE timeline SET data = 'no JSON' WHERE ticket = 1 AND position = 2",
         "C-1: event 2 (“edited”) was changed: its words or who did it"),
        ("UPDATE timeline SET actor = 'dana' WHERE ticket = 2 AND position = 1",
         "C-2: event 1 (“captured”) was changed: its words or who did it"),
        ("UPDATE timeline SET at = '2026-11-20 09:00:00.000000' WHERE ticket = 1 AND position = 2",
         "C-1: event 2 (“edited”) was changed, or the one before it was removed"),
        ("UPDATE timeline SET kind = 'told' WHERE ticket = 1 AND position = 3",
         "C-1: event 3 (“told”) was changed, or the one before it was removed"),
        ("DELETE FROM timeline WHERE ticket = 1 AND position = 2",
         "C-1: event 2 was removed; the next one is 3"),
        ("DELETE FROM timeline WHERE ticket = 1 AND position = 3", "C-1: event 3 was cut off at the end"),
        ("DELETE FROM timeline WHERE ticket = 1", "C-1: its whole timeline was removed"),
        ("UPDATE timeline SET erased_at = at, data = '{}', salt = NULL WHERE ticket = 1 AND position = 2",
         "C-1: event 2 is marked as erased, but no erasure of it is recorded"),
        ("UPDATE timeline SET salt = NULL WHERE ticket = 1 AND position = 2",
         "C-1: event 2 (“edited”) was changed: its words or who did it"),
        ("UPDATE tickets SET verbatim = 'All is well' WHERE number = 2",
         "C-2: the ticket’s words are not those that were captured"),
        ("UPDATE tickets SET chain_head = 'ab' WHERE number = 3",
         "C-3: its timeline was rewritten: the ticket notes another end"),
    ],
)  # fmt: skip
def test_each_kind_of_tampering_is_named_at_its_first_event(golddust: CommandLine, statement: str, line: str) -> None:
    golddust.given(three_tickets)
    tamper(golddust, statement)
    assert told(golddust) == [line]


def test_an_event_that_was_slipped_in_is_told_from_one_that_was_changed(golddust: CommandLine) -> None:
    golddust.given(three_tickets)
    tamper(
        golddust,
        "UPDATE timeline SET position = position + 10 WHERE ticket = 1 AND position >= 2",
        "INSERT INTO timeline (workspace, ticket, position, at, actor, kind, data, salt, digest, link) "
        "SELECT workspace, ticket, 2, at, actor, kind, data, salt, digest, link FROM timeline "
        "WHERE ticket = 1 AND position = 1",
        "UPDATE timeline SET position = position - 9 WHERE ticket = 1 AND position >= 12",
    )
    assert told(golddust) == ["C-1: event 2 (“captured”) was inserted"]


def test_an_event_behind_the_last_one_was_inserted(golddust: CommandLine) -> None:
    golddust.given(three_tickets)
    tamper(
        golddust,
        "INSERT INTO timeline (workspace, ticket, position, at, actor, kind, data, salt, digest, link) "
        "SELECT workspace, ticket, 2, at, actor, kind, data, salt, digest, link FROM timeline "
        "WHERE ticket = 3 AND position = 1",
    )
    assert told(golddust) == ["C-3: event 2 (“captured”) was inserted"]


def test_a_ticket_that_is_gone_is_missed_also_the_last_one(golddust: CommandLine) -> None:
    golddust.given(three_tickets)
    tamper(golddust, "DELETE FROM timeline WHERE ticket IN (1, 3)", "DELETE FROM tickets WHERE number IN (1, 3)")
    said = "the ticket is missing, with its whole timeline"
    assert told(golddust) == [f"C-1: {said}", f"C-3: {said}"]


def test_a_tail_that_was_cut_off_is_still_missed_after_more_has_happened(golddust: CommandLine) -> None:
    golddust.given(three_tickets)
    tamper(golddust, "DELETE FROM timeline WHERE ticket = 1 AND position = 3")

    async def more(w: World) -> None:
        await w.does(commands.Resolve, w.ticket(1).owner or "", w.ticket(1), done="Replaced")

    golddust.given(more)
    assert told(golddust) == ["C-1: event 3 was removed; the next one is 4"]


def test_a_proof_kept_elsewhere_finds_even_a_history_with_all_its_links_made_anew(golddust: CommandLine) -> None:
    golddust.given(three_tickets)
    Path("proof.json").write_text(golddust("verify", "--json").out)
    tamper(
        golddust,
        'UPDATE timeline SET data = \'{"words":"All is well"}\' WHERE ticket = 2 AND position = 1',
        "UPDATE tickets SET verbatim = 'All is well', chain_length = NULL, chain_head = NULL WHERE number = 2",
        "UPDATE timeline SET salt = NULL, digest = NULL, link = NULL WHERE ticket = 2",
    )
    golddust("db", "upgrade")  # links what has no link, as for an older version
    assert golddust("verify").code == 0
    answer = golddust("verify", "--against", "proof.json", "--json")
    assert answer.code == 1
    assert [(one["ref"], one["fault"]) for one in answer.json["broken"]] == [("C-2", "rewritten")]


def test_what_came_later_does_not_disturb_an_earlier_proof(golddust: CommandLine) -> None:
    golddust.given(three_tickets)
    before = golddust("verify", "--json")
    Path("proof.json").write_text(before.out)

    async def more(w: World) -> None:
        await w.says("sam", "Another one")
        await w.does(commands.Acknowledge, w.ticket(2).holder, w.ticket(2))

    golddust.given(more)
    answer = golddust("verify", "--against", "proof.json")
    assert answer.code == 0, answer.out
    assert f"nothing was rewritten since the proof with the head {before.json['head']}" in answer.out
    assert f"head {before.json['head']}" not in answer.out.splitlines()


def test_a_file_that_is_no_proof_is_refused_in_one_line(golddust: CommandLine) -> None:
    golddust.given(three_tickets)
    for content in ("{}", "[1]", "no JSON", json.dumps({"workspace": "test", "head": "", "blocks": [{"first": 1}]})):
        Path("proof.json").write_text(content)
        assert "is not what `golddust verify --json` prints" in golddust("verify", "--against", "proof.json").complaint


def test_what_an_older_golddust_wrote_is_named_until_db_upgrade_has_linked_it(golddust: CommandLine) -> None:
    golddust.given(three_tickets)
    tamper(
        golddust,
        "UPDATE timeline SET salt = NULL, digest = NULL, link = NULL WHERE ticket <> 3",
        "UPDATE tickets SET chain_length = NULL, chain_head = NULL WHERE number <> 3",
    )
    lines = told(golddust)
    assert [line.split(":")[0] for line in lines] == ["C-1", "C-2"]
    assert all("golddust db upgrade" in line for line in lines)
    golddust("db", "upgrade")
    assert golddust("verify").code == 0
