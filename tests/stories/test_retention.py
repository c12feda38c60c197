"""What is kept only so long goes by itself."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from bot.watched import Watched
from complaints import commands
from complaints.ticket import Source
from handlers.verify import verify
from storage.tables import outbox
from tests.world import World, world

ORGANISATION = Path(__file__).parent.parent / "golddust.yml"


def keeping(tmp_path: Path, **lengths: str) -> Watched:
    """The test organisation with these lengths of `retention`."""
    file = tmp_path / "keeping.yml"
    said = ", ".join(f"{name}: {length}" for name, length in lengths.items())
    file.write_text(f"{ORGANISATION.read_text()}\nretention: {{{said}}}\n")
    return Watched(file)


async def told(w: World, words: str) -> None:
    """A ticket that is closed the same hour."""
    ticket = await w.says("sam", words)
    await w.does(commands.Resolve, ticket.owner or "", ticket, done=f"fixed {words}")
    await w.does(commands.ConfirmTold, "sam", ticket)


def sent(w: World) -> int:
    return w.golddust.read(lambda context: context.session.scalar(select(func.count()).select_from(outbox)) or 0)


async def test_the_words_of_tickets_closed_long_ago_are_erased_and_the_chain_still_holds(
    database_url: str, tmp_path: Path
) -> None:
    async with world(database_url, keeping(tmp_path, closed="60d")) as w:
        await told(w, "my old card")
        await w.says("sam", "my open card")
        await w.outage(days=50)
        await told(w, "my new card")
        await w.outage(days=11)
        await w.golddust.tidy(w.now)
        assert [w.ticket(n).verbatim for n in (1, 2, 3)] == ["", "my open card", "my new card"]
        record: dict[str, Any] = w.record(1)
        assert "my old card" not in str(record)
        assert record["timeline"][-1]["data"]["why"] == "retention"
        assert record["closed_at"] is not None
        await w.golddust.tidy(w.now)
        assert [e["kind"] for e in w.record(1)["timeline"]].count("erased") == 1
        proof = w.golddust.read(verify)
        assert (proof.broken, proof.tickets) == ([], 3)
        assert proof.erased > 0


async def test_more_than_one_portion_is_erased_in_one_go(sqlite_url: str, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr("handlers.retention.forget_closed.__defaults__", (1,))
    monkeypatch.setattr("handlers.retention.PORTION", 1)
    async with world(sqlite_url, keeping(tmp_path, closed="60d")) as w:
        for words in ("my first card", "my second card"):
            await told(w, words)
        await w.golddust.tidy(w.now + timedelta(days=61))
        assert [w.ticket(n).verbatim for n in (1, 2)] == ["", ""]


async def test_without_a_word_in_the_file_tickets_are_kept_for_ever_and_sent_messages_a_month(
    database_url: str, watched: Watched
) -> None:
    async with world(database_url, watched) as w:
        await told(w, "my card")
        many = sent(w)
        assert many > 0
        await w.golddust.tidy(w.now + timedelta(days=29))
        assert sent(w) == many
        await w.golddust.tidy(w.now + timedelta(days=3650))
        assert sent(w) == 0
        assert w.ticket(1).verbatim == "my card"


async def test_a_message_that_still_waits_is_never_forgotten(database_url: str, tmp_path: Path) -> None:
    async with world(database_url, keeping(tmp_path, outbox="1d")) as w:
        await w.golddust.execute(
            commands.CaptureComplaint(
                at=w.now, actor="sam", words="my card", source=Source("pigeon", "w", "person:sam", "1")
            )
        )
        waiting = sent(w)
        await w.golddust.tidy(w.now + timedelta(days=30))
        assert sent(w) == waiting > 0
