"""Searching in what was said: what people type is never syntax, and what is erased is found no more, nor kept."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from bot.watched import Watched
from complaints import commands
from complaints.errors import BadInput
from complaints.register import Wanted
from handlers import register
from storage.backups import fold_back
from storage.register import tokens
from tests.stories.test_retention import keeping
from tests.world import World, world

SAID = {
    "Müller’s card payment: it was taken TWICE — in the Straße": "Café Zoë & Co",
    "the app logs me out": None,
    "42 refunds are missing; a-b_c d.e@f.example": 'O\'Brien "Ltd"',
}


def found(w: World, typed: str, person: str = "ines") -> list[int]:
    """The numbers of the tickets that a search finds, oldest first."""
    wanted = Wanted(state="all", words=typed, descending=False)
    return w.golddust.read(lambda context: register.numbers(context, person, wanted))


async def told(w: World) -> None:
    for words, customer in SAID.items():
        await w.says("sam", words, customer=customer)


@pytest.mark.parametrize(
    ("typed", "numbers"),
    [
        ("card", [1]), ("CARD", [1]), ("muller", [1]), ("MÜLLER", [1]), ("twi", [1]), ("card twi", [1]),
        ("cafe zoe", [1]), ("straße", [1]), ("logs me ou", [2]), ("C-2", [2]), ("c2", [2]), ("2", [2]), ("42", [3]),
        ("C-2 logs", [2]), ("C-2 card", []), ("o'brien", [3]), ("d.e@f.example", [3]), ("b", [3]), ("nothing", []),
        ("twi card", []),
        ("card OR app", []), ("NOT card", []), ("the", [1, 2]), ("card payment taken twice", [1]),
    ],
)  # fmt: skip
async def test_words_are_found_whatever_their_case_and_accents(
    database_url: str, watched: Watched, typed: str, numbers: list[int]
) -> None:
    async with world(database_url, watched) as w:
        await told(w)
        assert found(w, typed) == numbers


async def test_nothing_that_can_be_typed_is_syntax(database_url: str, watched: Watched) -> None:
    async with world(database_url, watched) as w:
        await told(w)

        @settings(max_examples=60, suppress_health_check=list(HealthCheck))
        @given(st.one_of(st.text(max_size=40), st.text("\"'*():&|!<->\\ ^+-.NEARandor", max_size=25)))
        def searched(typed: str) -> None:
            clean = typed.replace("\x00", "").encode("utf-8", "ignore").decode()
            assert set(found(w, clean)) <= {1, 2, 3}

        searched()


async def test_later_words_are_found_too_and_each_sees_only_what_they_may(database_url: str, watched: Watched) -> None:
    async with world(database_url, watched) as w:
        await told(w)
        await w.do(commands.EditWords(at=w.now, actor="sam", number=2, words="the app forgets my passport"))
        assert found(w, "passport") == [2]
        assert found(w, "logs") == [2], "what was said first stays what was said"
        assert (found(w, "passport", "dana"), found(w, "passport", "kim"), found(w, "card", "kim")) == ([], [2], [])


async def test_what_is_erased_is_found_no_more(database_url: str, tmp_path: Path) -> None:
    async with world(database_url, keeping(tmp_path, closed="60d")) as w:
        ticket = await w.says("sam", "zanzibarian card", customer="Quixote")
        await w.says("sam", "another card")
        await w.does(commands.Withdraw, "sam", ticket)
        assert (found(w, "zanzibarian"), found(w, "quixote")) == ([1], [1])
        await w.golddust.tidy(w.now + timedelta(days=61))
        assert (found(w, "zanzibarian"), found(w, "quixote"), found(w, "card")) == ([], [], [2])


def bytes_of(w: World) -> bytes:
    fold_back(w.golddust.engine)
    return Path(w.golddust.engine.url.database or "").read_bytes()


async def test_nothing_of_what_is_erased_is_left_in_the_file(sqlite_url: str, tmp_path: Path) -> None:
    async with world(sqlite_url, keeping(tmp_path, closed="60d")) as w:
        for number in range(30):
            await w.says("sam", f"card {number} zanzibarian{number}")
        for number in range(1, 31):
            await w.does(commands.Withdraw, "sam", w.ticket(number))
        assert b"zanzibarian2" in bytes_of(w)
        await w.golddust.tidy(w.now + timedelta(days=61))
        assert b"zanzibar" not in bytes_of(w)
        assert b"card" in bytes_of(w), "the routes in the file still say it"


async def test_a_ticket_that_is_deleted_leaves_the_index(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as w:
        await told(w)
        with w.golddust.engine.begin() as connection:
            connection.execute(text("DELETE FROM timeline"))
            connection.execute(text("DELETE FROM tickets"))
            connection.execute(text("INSERT INTO search(search) VALUES ('integrity-check')"))
            assert connection.scalar(text("SELECT count(*) FROM search WHERE search MATCH 'card'")) == 0


async def test_the_index_survives_a_vacuum(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as w:
        await told(w)
        with w.golddust.engine.begin() as connection:
            connection.execute(text("DELETE FROM timeline WHERE ticket = 1"))
            connection.execute(text("DELETE FROM tickets WHERE number = 1"))
        raw: Any = w.golddust.engine.raw_connection()
        raw.driver_connection.execute("VACUUM")
        raw.close()
        assert (found(w, "logs"), found(w, "card")) == ([2], [])


def test_typed_words_lose_their_signs_case_and_accents() -> None:
    assert tokens('Zoë’s  CAFÉ_42 don\'t "x" * :') == ["zoe", "s", "cafe", "42", "don", "t", "x"]
    assert tokens("!!! *") == []


def test_a_search_without_a_word_is_refused_in_a_sentence() -> None:
    from zoneinfo import ZoneInfo

    from bot.register.asking import asked
    from tests.complaints.builders import organisation

    with pytest.raises(BadInput, match="no word or number"):
        asked({"q": "!!!"}, organisation(), ZoneInfo("Europe/London"))
