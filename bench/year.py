"""A simulated year: `make year` runs it, prints what it comes to, and keeps it in docs/year.md."""

from __future__ import annotations

import argparse
import asyncio
import random
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import event, func, select

from bench.year_organisation import CATEGORIES, YEAR, Company, company
from bench.year_people import People
from bench.year_post import Post
from bench.year_report import BEAT, page, report
from bot.app import Golddust
from bot.clock import VirtualClock
from bot.watched import Watched
from complaints.commands import CaptureComplaint
from complaints.replies import Captured, Done
from complaints.ticket import Source
from storage import tables, tickets
from storage.database import open_engine, upgrade

START, END = datetime(YEAR, 1, 1, tzinfo=UTC), datetime(YEAR + 1, 1, 1, tzinfo=UTC)
MOODS = {"by the way, ": 10, "": 74, "angry about the ": 15, "emergency, ": 1}
"""How complaints begin, and how many of a hundred do; the words decide the severity."""


@dataclass(frozen=True, slots=True)
class Year:
    """What a run came to."""

    lines: list[tuple[str, str]]
    post: Post
    took: timedelta


def complaints(bank: Company, people: People, count: int, seed: int, days: int) -> list[CaptureComplaint]:
    """So many complaints in order, said while their reporters were at work."""
    chance = random.Random(f"complaints {seed}")  # noqa: S311 - a simulation
    said: list[CaptureComplaint] = []
    while len(said) < count:
        at = START + timedelta(minutes=chance.randrange(days * 24 * 60))
        reporter = chance.choice(bank.reporters)
        if people.presence.at_work(reporter, at):
            words = f"{chance.choices(list(MOODS), list(MOODS.values()))[0]}{chance.choice(CATEGORIES)} went wrong"
            source = Source("pigeon", "w", f"person:{reporter}", str(len(said)))
            said.append(CaptureComplaint(at=at, actor=reporter, words=words, source=source, answered_at_once=True))
    return sorted(said, key=lambda command: command.at)


async def live(
    golddust: Golddust, clock: VirtualClock, people: People, said: list[CaptureComplaint], end: datetime
) -> None:
    """Let the time pass in beats: complaints are said, people act, and Golddust ticks."""
    waiting = iter(said)
    following = next(waiting, None)
    while clock.now() < end:
        clock.advance(minutes=BEAT.total_seconds() / 60)
        now, new = clock.now(), []
        while following is not None and following.at <= now:
            new.append(following)
            following = next(waiting, None)
        for reply in await asyncio.gather(*(golddust.execute(one) for one in (*new, *people.acts(now)))):
            if isinstance(reply, Captured | Done):
                people.reads(reply.ticket, now, nudged=False)
        await golddust.tick(now)


async def simulate(folder: Path, count: int, seed: int, days: int = 365) -> Year:
    """A run over so many tickets, on a database in a folder."""
    bank = company(seed)
    file = folder / "golddust.yml"
    file.write_text(bank.document, encoding="utf-8")
    engine = open_engine(f"sqlite:///{folder / 'year.db'}")
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF"))
    upgrade(engine)
    clock = VirtualClock(START)
    golddust = Golddust(engine, Watched(file), clock, random.Random(seed))  # noqa: S311 - a simulation
    people = People(golddust.organisation, seed)
    post = Post(clock, people)
    golddust.connect([post])
    began, end = time.monotonic(), START + timedelta(days=days)
    try:
        await live(golddust, clock, people, complaints(bank, people, count, seed, days), end)
        took = timedelta(seconds=time.monotonic() - began)
        found = golddust.read(lambda context: tickets.everything(context.session, context.workspace))
        return Year(report(found, post, end, _events(golddust)), post, took)
    finally:
        golddust.close()


def _events(golddust: Golddust) -> Counter[str]:
    query = select(tables.timeline.c.kind, func.count()).group_by(tables.timeline.c.kind)
    return Counter(golddust.read(lambda context: dict(context.session.execute(query).all())))


def _printed(lines: list[tuple[str, str]], took: timedelta, count: int) -> Iterator[str]:
    for what, much in lines:
        yield f"{what:70} {much}"
    seconds = took.total_seconds()
    yield f"{'time':70} {seconds / 60:.1f} minutes, {60 * count / seconds:,.0f} tickets a minute"


def main() -> None:
    """Run it as asked on the command line."""
    asks = argparse.ArgumentParser(description=__doc__)
    asks.add_argument("--tickets", type=int, default=50_000)
    asks.add_argument("--days", type=int, default=365)
    asks.add_argument("--seed", type=int, default=1)
    asks.add_argument("--page", type=Path, help="keep the report here, as Markdown")
    asked = asks.parse_args()
    with tempfile.TemporaryDirectory(prefix="golddust-year-") as folder:
        year = asyncio.run(simulate(Path(folder), asked.tickets, asked.seed, asked.days))
    print("\n".join(_printed(year.lines, year.took, asked.tickets)))
    if asked.page is not None:
        command = f"python -m bench.year --tickets {asked.tickets} --days {asked.days} --seed {asked.seed}"
        day = f"{datetime.now(UTC):%-d %B %Y}"
        asked.page.write_text(page(year.lines, command, day, year.took), encoding="utf-8")


if __name__ == "__main__":
    main()
