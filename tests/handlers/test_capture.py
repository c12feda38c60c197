"""Capture: one ticket for one message, the words byte for byte, and clear refusals."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.watched import Watched
from complaints import commands
from complaints.commands import CaptureComplaint
from complaints.replies import Captured, Refused
from complaints.severity import Severity
from complaints.ticket import Attachment, Source, Ticket
from complaints.words import LONGEST, storable
from storage.rows import row_of
from tests.complaints.builders import written
from tests.world import MONDAY, World, world

HOSTILE = "Müller 💳 <!channel> שלום \u202e \x00 \ud83d half & 'quoted' \"twice\"\r\n\ttab"


def message(number: int = 1) -> Source:
    return Source("pigeon", "w", "C0NORTH", str(number))


async def captured(w: World, words: str = "my card", **more: object) -> Captured | Refused:
    values = {"at": w.now, "actor": "sam", "words": words, "source": message(), **more}
    reply = await w.golddust.execute(CaptureComplaint(**values))
    assert isinstance(reply, Captured | Refused)
    return reply


async def test_the_same_message_again_makes_no_second_ticket_and_says_which_one_it_is(
    database_url: str, watched: Watched
) -> None:
    async with world(database_url, watched) as w:
        first = await captured(w)
        again = await captured(w, "other words", actor="lee")
        assert isinstance(first, Captured)
        assert isinstance(again, Captured)
        assert (first.again, again.again) == (False, True)
        assert (again.ticket.number, again.ticket.verbatim) == (1, "my card")
        await w.tick()
        assert len(w.pigeons.delivered) == 3, "two cards and the reporter's notice, once"


async def test_a_repetition_is_recognised_weeks_later_and_after_closing(database_url: str, watched: Watched) -> None:
    async with world(database_url, watched) as w:
        await captured(w)
        await w.does(commands.Withdraw, "sam", w.ticket())
        await w.golddust.tidy(w.now + timedelta(days=60))
        again = await captured(w)
        assert isinstance(again, Captured)
        assert again.again


async def test_words_are_kept_as_they_were_said(database_url: str, watched: Watched) -> None:
    async with world(database_url, watched) as w:
        await captured(w, HOSTILE)
        assert w.ticket().verbatim == HOSTILE.replace("\x00", "\ufffd").replace("\ud83d", "\ufffd")


async def test_everything_about_a_complaint_comes_back_from_the_database(database_url: str, watched: Watched) -> None:
    async with world(database_url, watched) as w:
        files = (Attachment("receipt.png", "https://files/1", "image/png"),)
        earlier = MONDAY - timedelta(days=2)
        source = Source("slack", "T1", "C1", "1700000000.000100", "https://slack/p1", private=True)
        more = {"attachments": files, "received_at": earlier, "customer": "Ito", "severity": Severity.LOW}
        await captured(w, source=source, **more)
        ticket = w.ticket()
        assert (ticket.source, ticket.attachments, ticket.received_at) == (source, files, earlier)
        assert (ticket.customer, ticket.severity, ticket.captured_at) == ("Ito", Severity.LOW, MONDAY)
        assert ticket.policy_version == watched.current.version


@pytest.mark.parametrize("words", ["", "  \n ", "x" * (LONGEST + 1)])
async def test_empty_or_endless_words_are_refused_and_use_up_no_number(
    sqlite_url: str, watched: Watched, words: str
) -> None:
    async with world(sqlite_url, watched) as w:
        reply = await captured(w, words)
        assert isinstance(reply, Refused)
        assert reply.field == "words"
        assert isinstance(await captured(w), Captured)
        assert w.ticket(1).verbatim == "my card"


async def test_a_screenshot_without_words_is_a_complaint(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as w:
        await captured(w, "", attachments=(Attachment("screen.png", "https://files/1"),))
        assert (w.ticket().verbatim, w.ticket().team) == ("", "triage")


async def test_words_of_the_longest_allowed_length_are_taken(database_url: str, watched: Watched) -> None:
    async with world(database_url, watched) as w:
        await captured(w, "💳" * LONGEST)
        assert len(w.ticket().verbatim) == LONGEST


@pytest.mark.parametrize("customer", ["x" * 500, "Ito\x00 \ud83d"])
async def test_a_customer_of_any_length_or_letters_can_be_stored(
    database_url: str, watched: Watched, customer: str
) -> None:
    async with world(database_url, watched) as w:
        assert isinstance(await captured(w, customer=customer), Captured)
        kept = w.ticket().customer
        assert kept is not None
        assert kept == storable(customer)[:200]
        await w.does(commands.EditWords, "sam", w.ticket(), customer=customer + "!")
        assert w.ticket().customer == storable(customer + "!")[:200]


async def test_the_reasons_never_quote_what_can_not_be_stored_or_shown(database_url: str, watched: Watched) -> None:
    async with world(database_url, watched) as w:
        await captured(w, "fraud \ud83d\x00", attachments=(Attachment("\ud83d.png", "a\x00"),))
        assert "".join((*w.ticket().reasons, w.ticket().attachments[0].name)).encode()


async def test_two_hundred_captures_at_once_get_two_hundred_numbers(database_url: str, watched: Watched) -> None:
    async with world(database_url, watched) as w:
        replies = await asyncio.gather(*(captured(w, f"card {n}", source=message(n)) for n in range(200)))
        numbers = [reply.ticket.number for reply in replies if isinstance(reply, Captured)]
        assert sorted(numbers) == list(range(1, 201))


async def test_the_same_message_captured_two_hundred_times_at_once_is_one_ticket(
    database_url: str, watched: Watched
) -> None:
    async with world(database_url, watched) as w:
        replies = await asyncio.gather(*(captured(w) for _ in range(200)))
        assert {reply.ticket.number for reply in replies if isinstance(reply, Captured)} == {1}
        assert sum(isinstance(reply, Captured) and not reply.again for reply in replies) == 1


async def test_round_robin_takes_turns_over_the_tickets_of_the_team(database_url: str, tmp_path: Path) -> None:
    turns = {"app": {"members": ["kim", "noor", "lee"]}}
    async with world(database_url, Watched(written(tmp_path / "golddust.yml", teams=turns))) as w:
        for number in range(4):
            await captured(w, "the app", source=message(number))
        assert [w.ticket(number).owner for number in (1, 2, 3, 4)] == ["kim", "noor", "lee", "kim"]


async def test_the_least_loaded_has_the_fewest_open_tickets_not_the_fewest_ever(
    database_url: str, tmp_path: Path
) -> None:
    least = {"app": {"members": ["kim", "noor"], "assign": "least-loaded"}}
    async with world(database_url, Watched(written(tmp_path / "golddust.yml", teams=least))) as w:
        for number in range(2):
            await captured(w, "the app", source=message(number))
        assert [w.ticket(number).owner for number in (1, 2)] == ["kim", "noor"]
        await w.does(commands.Withdraw, "sam", w.ticket(2))
        await captured(w, "the app", source=message(3))
        assert w.ticket(3).owner == "noor"


@settings(max_examples=50)
@given(text=st.text(st.characters(codec=None)))
def test_what_is_storable_has_no_nul_and_no_half_pairs_and_is_otherwise_unchanged(text: str) -> None:
    kept = storable(text)
    assert len(kept) == len(text)
    assert kept.encode().decode() == kept
    assert "\x00" not in kept
    assert all(a == b or b == "\ufffd" for a, b in zip(text, kept, strict=True))


def test_a_row_holds_every_field_of_a_ticket() -> None:
    ticket = Ticket(
        number=1, severity=Severity.LOW, team="t", holder="h", reporter="r", verbatim="v", source=message(),
        captured_at=MONDAY, received_at=MONDAY,
    )  # fmt: skip
    held = {name for name in row_of(ticket) if not name.startswith("source_")} - {"permalink", "waits_for", "cause"}
    assert held == set(Ticket.__slots__) - {"source"}
