"""Killing the process between commit and send loses no notice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from bot.slack.send import SlackChannel, client
from bot.watched import Watched
from handlers.reading import records
from storage.outbox import LEASE
from tests.fakes.slack_api import FakeSlack
from tests.fakes.slack_identity import BOT_TOKEN
from tests.world import MONDAY, world

TOP = Path(__file__).parent.parent.parent
CONFIG = Path(__file__).parent.parent / "golddust.yml"
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
    platform, pace, together = "pigeon", 0.0, None
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


SLACK_CHILD = """
import asyncio, sys
from pathlib import Path

from bot.app import Golddust
from bot.clock import VirtualClock
from bot.slack.send import SlackChannel, client
from bot.watched import Watched
from complaints.commands import CaptureComplaint
from complaints.ticket import Source
from storage.database import open_engine, upgrade
from tests.fakes.slack_identity import BOT_TOKEN
from tests.world import MONDAY

url, config, slack, arrives = sys.argv[1:]

class Cut(SlackChannel):
    posted = 0

    async def send(self, dispatch, address):
        receipt = await super().send(dispatch, address) if arrives == "yes" else None
        self.posted += 1
        if self.posted == 3:
            print("posted", flush=True)
        await asyncio.Event().wait()
        return receipt

async def main():
    engine = open_engine(url)
    upgrade(engine)
    golddust = Golddust(engine, Watched(Path(config)), VirtualClock(MONDAY))
    channel = Cut(client(BOT_TOKEN, slack), golddust.clock)
    channel.pace = 0.0
    golddust.connect([channel])
    source = Source("slack", "T0", "D0SAM0001", "1.1", private=True)
    await golddust.execute(CaptureComplaint(at=MONDAY, actor="sam", words="The card payment failed", source=source))
    await golddust.deliverer.run()

asyncio.run(main())
"""


def killed_after(last_word: str, url: str, *, delivering: bool) -> None:
    """Run the child until it says `last_word`, then kill it with the signal that nobody can catch."""
    _killed(CHILD, last_word, url, str(CONFIG), "yes" if delivering else "no")


def _killed(source: str, last_word: str, *words_to_it: str) -> None:
    words = [sys.executable, "-c", source, *words_to_it]
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


@pytest.mark.parametrize("arrives", ["yes", "no"])
async def test_a_process_killed_between_the_post_and_its_record_leaves_each_message_once_in_slack(
    database_url: str, watched: Watched, arrives: str
) -> None:
    places = ("C0PAYMENTS", "U0DANA001", "U0SAM0001")
    with FakeSlack.in_thread(at=MONDAY) as slack:
        for person in places[1:]:
            slack.add_user(person)
        slack.add_channel("C0PAYMENTS", "payments")
        slack.dm("U0SAM0001")
        _killed(SLACK_CHILD, "posted", database_url, str(CONFIG), slack.url, arrives)
        assert [len(slack.messages(place)) for place in places] == [arrives == "yes"] * 3
        async with world(database_url, watched, start=MONDAY + LEASE) as w:
            w.golddust.connect([SlackChannel(client(BOT_TOKEN, slack.url), w.clock)])
            await w.tick()
            await w.tick()
        assert [len(slack.messages(place)) for place in places] == [1, 1, 1]
