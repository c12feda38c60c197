"""The day as a transcript for the terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from datetime import datetime

from bot.web.board import Post
from bot.web.day import Teller, Told
from bot.web.moments import long
from bot.web.playground import Playground
from bot.web.scenes import DAY, EPILOGUE

WIDTH = 100
GOLDDUST = "Golddust"


async def write(playground: Playground, echo: Callable[[str], None]) -> None:
    """Play the day and print it: the time, who did what, and what Golddust told whom."""
    teller = Teller(playground)
    await teller.begin()
    name = playground.organisation.organisation.name
    echo(f"A day at {name}: {long(playground.now, playground.zone)}, told in a moment.")
    echo("Playground: nothing leaves this machine, time is virtual.")
    for scene in DAY:
        seen = playground.board.made
        told = await teller.play(scene)
        echo("")
        echo(textwrap.fill(scene.caption, WIDTH))
        _happened(playground, told, playground.board.since(seen), echo)
    echo("")
    echo(textwrap.fill(EPILOGUE, WIDTH))


def _happened(playground: Playground, told: Told, posts: tuple[Post, ...], echo: Callable[[str], None]) -> None:
    def clock(moment: datetime) -> str:
        return f"{moment.astimezone(playground.zone):%H:%M}"

    if told.who:
        echo(_hung(f"  {clock(told.at)}  ", f"{told.who} {told.did}"))
        if told.answer:
            echo(_hung("         ", f"{GOLDDUST} answers: {told.answer}"))
    for post in posts:
        kind = "shows a card to" if post.shown.kind == "card" else f"sends a{KINDS[post.shown.kind]} to"
        echo(_hung(f"  {clock(post.at)}  ", f"{GOLDDUST} {kind} {post.to}: {post.shown.plain}"))
        if post.shown.kind == "news" and post.shown.quote:
            echo(_hung("         ", f"{post.shown.quote_label}: “{post.shown.quote}”"))


KINDS = {
    "captured": " receipt", "news": "n update", "reminder": " reminder", "escalation": "n escalation",
    "foretold": " warning", "bundle": " list", "remark": " remark", "configuration": " warning", "digest": " digest",
    "surge": " warning of many alike", "we did": " word of what was done", "looked back": " look back",
}  # fmt: skip
"""What a notice of each kind is called, after “sends a”."""


def _hung(start: str, words: str) -> str:
    flat = " ".join(words.split())
    return textwrap.fill(flat, WIDTH, initial_indent=start, subsequent_indent=" " * len(start))
