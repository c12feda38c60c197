"""What of a conversation still holds, replies in it, and beginning it all afresh."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot import demo
from bot.web.board import threads
from bot.web.playground import Playground
from bot.web.render import present, render
from bot.web.standing import Standing, standing
from complaints import notices
from complaints.replies import Captured, Refused
from tests.bot.web.samples import HOSTILE, TICKET, dispatch
from tests.world import MONDAY

EXAMPLE = Path(__file__).parents[3] / "golddust.example.yml"
TWICE = "Mrs Ito’s card payment was taken twice"


@pytest.fixture
def ground(tmp_path: Path) -> Iterator[Playground]:
    playground = demo.open_playground(EXAMPLE, f"sqlite:///{tmp_path / 'demo.db'}", MONDAY)
    yield playground
    playground.golddust.close()


def stands(ground: Playground, person: str, side: str) -> Standing:
    posts = [post for post in ground.board.posts(f"person:{person}") if post.shown.side == side]
    return standing(threads(tuple(posts))[0], ground.ticket(1, person))


def kinds(found: Standing) -> tuple[list[str], list[str]]:
    return [post.shown.kind for post in found.now], [post.shown.kind for post in found.earlier]


async def test_a_nudge_holds_until_somebody_else_takes_the_ticket(ground: Playground) -> None:
    await ground.type("sam", TWICE)
    await ground.advance(hours=1)
    assert kinds(stands(ground, "dana", "owner")) == (["reminder"], [])
    await ground.advance(hours=1)
    assert kinds(stands(ground, "dana", "owner")) == (["reminder"], ["reminder"])
    assert kinds(stands(ground, "lee", "lead")) == (["escalation"], [])
    await ground.press("lee", "acknowledge", 1, {})
    assert kinds(stands(ground, "dana", "owner")) == ([], ["reminder", "reminder"])
    assert kinds(stands(ground, "lee", "lead")) == ([], ["escalation"])


async def test_the_newest_news_takes_the_place_of_the_receipt(ground: Playground) -> None:
    await ground.type("sam", TWICE)
    assert kinds(stands(ground, "sam", "reporter")) == (["captured"], [])
    await ground.press("dana", "acknowledge", 1, {})
    assert kinds(stands(ground, "sam", "reporter")) == (["news"], ["captured"])
    await ground.press("dana", "resolve", 1, {"done": "Refunded"})
    found = stands(ground, "sam", "reporter")
    assert "is fixed" in found.now[0].shown.plain
    await ground.press("sam", "reopen", 1, {"why": "not there yet"})
    assert "is fixed" not in "".join(post.shown.plain for post in stands(ground, "sam", "reporter").now)
    ticket = ground.ticket(1, "sam")
    assert ticket is not None
    assert present(ticket, ground.zone, ground.now).startswith("<b>C-1</b> is with Dana Whitfield (Payments)")


def test_only_the_owners_own_card_says_why_it_is_here() -> None:
    for person, said in (("dana", True), ("omar", False)):
        shown = render(dispatch(notices.Card(ticket=1, audience=f"person:{person}"), TICKET))
        assert ("Why here" in [fact.label for fact in shown.facts]) is said


async def test_replies_are_carried_both_ways_and_stay_words(ground: Playground) -> None:
    await ground.type("sam", TWICE)
    [card], [receipt] = ground.board.posts("person:dana"), ground.board.posts("person:sam")
    await ground.reply("dana", card, HOSTILE)
    heard = ground.board.posts("person:sam")[-1].shown
    assert (heard.kind, HOSTILE in heard.plain, "<script" in heard.html) == ("remark", True, False)
    own = ground.board.posts("person:dana")[-1].shown
    assert (own.kind, HOSTILE in own.plain, "<script" in own.html) == ("reply", True, False)
    await ground.reply("sam", receipt, "The blue one")
    assert "The blue one" in ground.board.posts("team:payments")[-1].shown.plain
    assert isinstance(await ground.reply("sam", receipt, "  "), Refused)


async def test_starting_over_begins_at_the_first_morning_with_the_first_ticket(ground: Playground) -> None:
    await ground.type("sam", TWICE)
    await ground.advance(days=3)
    await ground.start_over()
    assert (ground.now, ground.board.posts(), ground.looks_at) == (MONDAY, (), {})
    reply = await ground.type("sam", TWICE)
    assert isinstance(reply, Captured)
    assert (reply.ticket.ref, reply.again) == ("C-1", False)


async def test_what_the_story_said_last_goes_when_somebody_acts(ground: Playground) -> None:
    ground.caption = "One customer told"
    await ground.advance(hours=1)
    assert ground.caption == ""
    ground.telling, ground.caption = True, "A customer complains"
    await ground.advance(hours=1)
    assert ground.caption == "A customer complains"


async def test_two_quick_presses_move_the_clock_twice(ground: Playground) -> None:
    await asyncio.gather(ground.advance(hours=1), ground.advance(hours=1))
    assert ground.now == MONDAY + timedelta(hours=2)


async def test_lists_quote_only_the_beginning_of_long_words(ground: Playground) -> None:
    await ground.type("sam", "Charged twice. " * 300)
    reply = await ground.type("sam", "mine")
    assert "…" in getattr(reply, "said", "") and len(getattr(reply, "said", "")) < 600
