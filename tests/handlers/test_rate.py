"""Useful? yes or no."""

from __future__ import annotations

from typing import Any

from bot.watched import Watched
from complaints import commands
from complaints.replies import Refused, Said
from tests.complaints.builders import moment
from tests.world import World, world

HALF = "acknowledge.1:50%:remind"


def votes(w: World) -> list[tuple[str, str, str]]:
    events: list[dict[str, Any]] = w.record()["timeline"]
    return [(e["actor"], e["data"]["step"], e["data"]["vote"]) for e in events if e["kind"] == "useful"]


async def nudged(w: World) -> None:
    """Dana has been reminded about C-1, by what she has been sent since Monday morning."""
    await w.says("sam", "my card")
    await w.until(moment("2026-11-23 16:50"))


async def rated(w: World, person: str, useful: bool, step: str = "") -> Any:
    return await w.do(commands.RateNudge(at=w.now, actor=person, number=1, useful=useful, step=step))


async def test_who_was_nudged_may_say_whether_it_was_useful(database_url: str, watched: Watched) -> None:
    async with world(database_url, watched) as w:
        await nudged(w)
        before = w.ticket()
        assert await rated(w, "dana", True) == Said("Thank you.")
        (vote,) = votes(w)
        assert vote == ("dana", w.record()["timeline"][-2]["data"]["step"], "yes")
        assert (w.ticket().state, w.ticket().next_nudge_at) == (before.state, before.next_nudge_at)


async def test_the_same_vote_again_is_noted_once_and_another_is_added(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as w:
        await nudged(w)
        for useful in (True, True, False, False, True):
            assert await rated(w, "dana", useful) == Said("Thank you.")
        assert [vote for _, _, vote in votes(w)] == ["yes", "no", "yes"]


async def test_a_vote_can_be_about_an_earlier_nudge(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as w:
        await nudged(w)
        got = [e["data"]["step"] for e in w.record()["timeline"] if e["kind"] == "reminded"]
        await rated(w, "dana", False, got[0])
        assert votes(w) == [("dana", got[0], "no")]


async def test_who_was_not_nudged_has_nothing_to_rate(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as w:
        await nudged(w)
        for person, step in (("sam", ""), ("omar", ""), ("dana", "resolve.1:+9d:remind")):
            reply = await rated(w, person, True, step)
            assert isinstance(reply, Refused)
            assert "I have not asked you about C-1" in reply.reason
        assert votes(w) == []


async def test_a_vote_on_a_ticket_that_does_not_exist_is_refused(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as w:
        assert isinstance(await rated(w, "dana", True), Refused)
