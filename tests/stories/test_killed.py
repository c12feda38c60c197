"""Killing the process between commit and send loses no notice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

from bot.watched import Watched
from handlers.reading import records
from storage.outbox import LEASE
from tests.world import MONDAY, world

TOP = Path(__file__).parent.parent.parent
CHILD = """
import asyncio, sys
from pathlib import Path

from bot.app import Golddust
from bot.clock import VirtualClock
from bot.watched import Watched
from complaints.commands import CaptureComplaint
from complaints.ticket import Source
from storage.database import open_engine, upgrade
from tests.world import MONDAY

url, config, deliver = sys.argv[1:]

class Silent:
    platform, pace = "pigeon", 0.0
    sending = 0

    def address(self, reader):
        return reader.audience

    def paced(self, dispatch, address):
        return address

    async def send(self, dispatch, address):
        self.sending += 1
        if self.sending == 3:
            print("sending", flush=True)
        await asyncio.Event().wait()

async def main():
    engine = open_engine(url)
    upgrade(engine)
    golddust = Golddust(engine, Watched(Path(config)), VirtualClock(MONDAY))
    golddust.connect([Silent()])
    source = Source("pigeon", "w", "c", "1")
    await golddust.execute(CaptureComplaint(at=MONDAY, actor="sam", words="The card payment failed", source=source))
    print("committed", flush=True)
    if deliver == "yes":
        await golddust.deliverer.run()
    await asyncio.Event().wait()

asyncio.run(main())
"""


def killed_after(last_word: str, url: str, *, delivering: bool) -> None:
    """Run the child until it says `last_word`, then kill it with the signal that nobody can catch."""
    config = Path(__file__).parent.parent / "golddust.yml"
    words = [sys.executable, "-c", CHILD, url, str(config), "yes" if delivering else "no"]
    environment = os.environ | {"PYTHONPATH": str(TOP)}
    with subprocess.Popen(words, cwd=TOP, env=environment, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        watchdog = threading.Timer(60, child.kill)
        watchdog.daemon = True
        watchdog.start()
        said = ""
        while said != last_word:
            line = child.stdout.readline()
            assert line, f"the child ended before it said {last_word}"
            said = line.strip()
        watchdog.cancel()
        child.send_signal(signal.SIGKILL)
        assert child.wait(30) == -signal.SIGKILL


EVERYTHING = [("person:dana", "card"), ("person:sam", "captured"), ("team:payments", "card")]


async def test_a_process_killed_between_commit_and_send_loses_no_notice(database_url: str, watched: Watched) -> None:
    killed_after("committed", database_url, delivering=False)
    async with world(database_url, watched) as w:
        assert w.ticket().verbatim == "The card payment failed"
        await w.tick()
        assert sorted((one.to, one.kind) for one in w.pigeons.delivered) == EVERYTHING


async def test_a_process_killed_while_it_sends_leaves_its_notices_to_the_next_after_the_lease(
    database_url: str, watched: Watched
) -> None:
    killed_after("sending", database_url, delivering=True)
    async with world(database_url, watched) as w:
        await w.tick()
        assert w.pigeons.delivered == [], "the lease of the one that was killed is not over yet"
    async with world(database_url, watched, start=MONDAY + LEASE) as w:
        await w.tick()
        assert sorted((one.to, one.kind) for one in w.pigeons.delivered) == EVERYTHING
        await w.tick()
        assert len(w.pigeons.delivered) == len(EVERYTHING)


async def test_the_same_complaint_again_after_the_crash_makes_no_second_ticket(
    sqlite_url: str, watched: Watched
) -> None:
    for _ in range(2):
        killed_after("committed", sqlite_url, delivering=False)
    async with world(sqlite_url, watched) as w:
        assert [record["ref"] for record in w.golddust.read(lambda context: list(records(context)))] == ["C-1"]
        await w.tick()
        assert len(w.pigeons.delivered) == len(EVERYTHING)
