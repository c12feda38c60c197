"""The board, and the channel that writes on it."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from bot.web import board as boards
from bot.web.board import Board, threads
from bot.web.render import Shown
from bot.web.send import WebChannel
from complaints import notices
from complaints.ticket import State
from handlers.deliver import Reader
from storage.messages import Receipt
from tests.bot.web.samples import NOW, TICKET, dispatch

LONDON = ZoneInfo("Europe/London")


def shown(words: str, number: int | None = 1) -> Shown:
    return Shown(kind="card", side="owner", html=words, plain=words, number=number)


def test_a_conversation_holds_its_own_posts_in_order() -> None:
    board = Board()
    for place, words in (("person:dana", "one"), ("person:sam", "two"), ("person:dana", "three")):
        board.post(place, NOW, place, shown(words))
    assert [post.shown.plain for post in board.posts("person:dana")] == ["one", "three"]
    assert [post.shown.plain for post in board.posts()] == ["one", "two", "three"]


def test_an_edited_post_stays_where_it_is() -> None:
    board = Board()
    first = board.post("person:dana", NOW, "Dana", shown("old"))
    board.post("person:dana", NOW, "Dana", shown("later"))
    board.edit(first.id, shown("new"))
    assert [(post.shown.plain, post.edits) for post in board.posts()] == [("new", 1), ("later", 0)]


def test_a_post_that_is_not_there_cannot_be_edited() -> None:
    assert Board().edit("7", shown("new")) is None


def test_observers_hear_of_posts_and_edits_until_they_stop() -> None:
    board, heard = Board(), []
    stop = board.watch(lambda: heard.append(board.made))
    post = board.post("person:dana", NOW, "Dana", shown("one"))
    board.edit(post.id, shown("two"))
    stop()
    board.post("person:dana", NOW, "Dana", shown("three"))
    assert heard == [1, 1]


def test_the_thread_with_the_newest_post_comes_first() -> None:
    board = Board()
    for number in (1, 2, 1):
        board.post("person:dana", NOW, "Dana", shown(str(number), number))
    assert [(thread.number, len(thread.posts)) for thread in threads(board.posts())] == [(1, 2), (2, 1)]


def test_the_oldest_posts_go_when_the_board_is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boards, "MOST", 2)
    board = Board()
    for words in ("one", "two", "three"):
        board.post("person:dana", NOW, "Dana", shown(words))
    assert [post.shown.plain for post in board.posts()] == ["two", "three"]
    assert [post.shown.plain for post in board.since(2)] == ["three"]


async def test_a_card_is_edited_in_place_and_anything_else_is_posted() -> None:
    channel = WebChannel(Board())
    card = notices.Card(ticket=1, audience="person:dana")
    first = await channel.send(dispatch(card), "person:dana")
    moved = replace(TICKET, state=State.ACKNOWLEDGED)
    assert await channel.send(dispatch(card, moved, first), "person:dana") == first
    await channel.send(dispatch(notices.News(ticket=1, audience="person:sam", what="acknowledged")), "person:sam")
    assert [(post.shown.kind, post.edits) for post in channel.board.posts()] == [("card", 1), ("news", 0)]
    assert channel.board.posts("person:dana")[0].shown.state == "Acknowledged"


@pytest.mark.parametrize("place", [Receipt("web", "person:dana", "99"), Receipt("slack", "C1", "1.2")])
async def test_a_card_that_is_not_on_the_board_is_posted_anew(place: Receipt) -> None:
    channel = WebChannel(Board())
    receipt = await channel.send(dispatch(notices.Card(ticket=1, audience="person:dana"), TICKET, place), "person:dana")
    assert [post.id for post in channel.board.posts("person:dana")] == [receipt.message]


async def test_what_may_be_on_the_board_already_is_not_posted_twice() -> None:
    channel = WebChannel(Board())
    said = dispatch(notices.Card(ticket=1, audience="team:payments"), TICKET)
    first = await channel.send(said, "team:payments")
    again = replace(said, parcel=replace(said.parcel, uncertain_since=NOW))
    assert await channel.send(again, "team:payments") == first
    assert len(channel.board.posts()) == 1


def test_everybody_is_reached_where_they_read() -> None:
    channel = WebChannel(Board())
    under = Receipt("web", "team:payments", "3")
    assert channel.address(Reader("person:dana", "Dana", LONDON, "dana")) == "person:dana"
    assert channel.address(Reader("team:payments", "Payments", LONDON)) == "team:payments"
    assert channel.address(Reader("thread:card", "Sam", LONDON, "sam", thread=under)) == "team:payments"
    assert channel.address(Reader("thread:original", "Sam", LONDON, "sam")) == "person:sam"
