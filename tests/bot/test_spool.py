"""The spool by itself: what survives, what is in whose order, and what becomes of an entry that can’t be dealt with."""

from __future__ import annotations

import os
import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from bot import arrival
from bot.cipher import Cipher, new_key
from bot.clock import VirtualClock
from bot.keeper import Keeper
from bot.spool import MOST_TRIES, Spool, SpoolFailed, open_spool
from complaints.errors import ConfigurationError
from tests.world import MONDAY

TOP = Path(__file__).parents[2]
CHILD = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from bot.spool import Spool
spool = Spool(Path(sys.argv[1]))
for number in range(1000):
    spool.put(f"k{number}", "kind", "slack:a", datetime(2026, 3, 2, tzinfo=UTC), "{}", "{}")
    print(number, flush=True)
"""


def filled(folder: Path, *entries: tuple[str, str]) -> Spool:
    """A spool with entries, each a lane and a key."""
    spool = Spool(folder)
    for lane, key in entries:
        spool.put(key, "kind", lane, MONDAY, f'{{"key": "{key}"}}', "{}")
    return spool


class Listener:
    """Deals with what is replayed, as far as it is not told otherwise."""

    def __init__(self) -> None:
        self.dealt: list[str] = []
        self.bad: set[str] = set()
        self.hindered: set[str] = set()
        self.away = False

    async def __call__(self, payload: arrival.Arrival | dict[str, str], headers: Mapping[str, str]) -> None:
        here = arrival.here()
        assert here is not None
        assert isinstance(payload, dict)
        here.away, here.hindered = self.away, payload["key"] in self.hindered
        if payload["key"] in self.bad:
            raise ValueError("no good")
        if not (here.away or here.hindered):
            self.dealt.append(payload["key"])

    async def back(self) -> bool:
        return not self.away


def kept(spool: Spool) -> tuple[Keeper, Listener]:
    listener = Listener()
    keeper = Keeper(spool, VirtualClock(MONDAY + timedelta(hours=1)), listener.back)
    keeper.serve("slack", listener)
    keeper.serve("teams", listener)
    return keeper, listener


def test_nobody_else_may_read_it(tmp_path: Path) -> None:
    filled(tmp_path / "spool", ("slack:a", "1")).put("2", "kind", "slack:a", MONDAY, "{}", "{}")
    assert stat.S_IMODE((tmp_path / "spool").stat().st_mode) == 0o700
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "spool").iterdir()}
    assert set(modes.values()) == {0o600}, modes


def test_what_was_told_to_be_safe_is_there_after_a_kill(tmp_path: Path) -> None:
    environment = os.environ | {"PYTHONPATH": str(TOP)}
    words = [sys.executable, "-c", CHILD, str(tmp_path)]
    with subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        while (last := child.stdout.readline().strip()) != "40":
            assert last, "the child ended early"
        child.send_signal(signal.SIGKILL)
        told = [line for line in child.stdout.read().splitlines() if line]
    safe = int(told[-1] if told else last) + 1
    found = [entry.key for entry in Spool(tmp_path).listed()]
    assert found[:safe] == [f"k{number}" for number in range(safe)]


def test_a_half_written_tail_costs_nothing_that_was_safe(tmp_path: Path) -> None:
    spool = filled(tmp_path / "one", ("slack:a", "1"), ("slack:a", "2"))
    for name in ("spool.db", "spool.db-wal"):  # as a power cut leaves it: nobody has closed it
        (tmp_path / name).write_bytes((tmp_path / "one" / name).read_bytes())
    with (tmp_path / "spool.db-wal").open("ab") as log:
        log.write(b"\x00half of an entr")
    spool.close()
    again = Spool(tmp_path)
    assert [entry.key for entry in again.listed()] == ["1", "2"]
    again.put("3", "kind", "slack:a", MONDAY, "{}", "{}")
    assert len(again.listed()) == 3


def test_a_full_disk_is_told_and_loses_nothing(tmp_path: Path) -> None:
    spool = filled(tmp_path, ("slack:a", "1"))
    spool._connection.execute("PRAGMA max_page_count=1")
    with pytest.raises(SpoolFailed, match="full"):
        spool.put("2", "kind", "slack:a", MONDAY, "x" * 100_000, "{}")
    assert [entry.key for entry in spool.listed()] == ["1"]


def test_a_folder_that_cannot_be_used_is_said_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigurationError, match="GOLDDUST_SPOOL: nothing can be kept in"):
        open_spool(tmp_path / "file")
    (tmp_path / "spool.db").write_text("something else altogether, and long enough to be no database " * 20)
    with pytest.raises(ConfigurationError, match="not a database"):
        open_spool(tmp_path)


def test_the_same_payload_is_kept_once(tmp_path: Path) -> None:
    assert len(filled(tmp_path, ("slack:a", "1"), ("slack:a", "1")).listed()) == 1


async def test_it_is_dealt_with_in_order_and_then_gone(tmp_path: Path) -> None:
    keeper, listener = kept(filled(tmp_path, ("slack:a", "1"), ("teams:b", "2"), ("slack:a", "3")))
    assert await keeper.replay() == 3
    assert listener.dealt == ["1", "2", "3"]
    assert keeper.spool.listed() == []


async def test_while_the_database_is_away_everything_stays(tmp_path: Path) -> None:
    keeper, listener = kept(filled(tmp_path, ("slack:a", "1"), ("slack:a", "2")))
    listener.away = True
    assert await keeper.replay() == 0
    assert [(entry.key, entry.tries) for entry in keeper.spool.listed()] == [("1", 0), ("2", 0)]
    assert keeper.queues("slack:a")
    assert not keeper.queues("slack:b")


async def test_a_bad_entry_is_set_aside_and_the_rest_goes_on(tmp_path: Path) -> None:
    keeper, listener = kept(filled(tmp_path, ("slack:a", "1"), ("slack:a", "2"), ("slack:b", "3")))
    listener.bad = {"1"}
    for _ in range(MOST_TRIES):
        await keeper.replay()
    assert sorted(listener.dealt) == ["2", "3"]
    [entry] = keeper.spool.listed()
    assert (entry.key, entry.poisoned, entry.tries, entry.problem) == ("1", True, MOST_TRIES, "ValueError")
    assert not keeper.queues("slack:a"), "nobody waits for it"
    listener.bad = set()
    assert keeper.spool.retry(entry.id)
    assert await keeper.replay() == 1
    assert keeper.spool.listed() == []


async def test_an_organisation_whose_platform_is_in_the_way_keeps_nobody_waiting(tmp_path: Path) -> None:
    keeper, listener = kept(filled(tmp_path, ("slack:a", "1"), ("slack:a", "2"), ("slack:b", "3")))
    listener.hindered = {"1"}
    for _ in range(MOST_TRIES + 1):
        await keeper.replay()
    assert listener.dealt == ["3"]
    assert [entry.poisoned for entry in keeper.spool.listed()] == [False, False]
    assert not keeper.queues("slack:a")
    listener.hindered = set()
    await keeper.replay()
    assert listener.dealt == ["3", "1", "2"]


async def test_of_those_that_share_a_folder_one_deals_with_it(tmp_path: Path) -> None:
    first, listener = kept(filled(tmp_path, ("slack:a", "1")))
    second, other = kept(Spool(tmp_path))
    assert first.spool.take_turn()
    assert (await second.replay(), other.dealt) == (0, [])
    first.spool.close()
    assert (await second.replay(), other.dealt) == (1, ["1"])
    assert listener.dealt == []


def test_with_keys_words_are_sealed_and_older_entries_still_read(tmp_path: Path) -> None:
    filled(tmp_path, ("slack:a", "before")).close()
    first, second = new_key(), new_key()
    spool = Spool(tmp_path, Cipher([first]))
    spool.put("after", "kind", "slack:a", MONDAY, '{"text": "somebodys-words"}', "{}")
    spool.close()
    assert not [path for path in tmp_path.iterdir() if b"somebodys-words" in path.read_bytes()]
    again = Spool(tmp_path, Cipher([second, first]))
    said = ['{"key": "before"}', '{"text": "somebodys-words"}']
    assert [again.payload(entry) for entry in again.listed()] == said
    assert (again.reseal(change=False), again.reseal(), again.reseal()) == (2, 2, 0)
    again.close()
    rotated = Spool(tmp_path, Cipher([second]))
    assert [rotated.payload(entry) for entry in rotated.listed()] == said
    rotated.close()


async def test_what_no_key_opens_is_set_aside_until_the_key_is_back(tmp_path: Path) -> None:
    key = new_key()
    sealing = Spool(tmp_path, Cipher([key]))
    sealing.put("1", "kind", "slack:a", MONDAY, '{"key": "1"}', "{}")
    sealing.close()
    keeper, listener = kept(Spool(tmp_path))
    for _ in range(MOST_TRIES):
        assert await keeper.replay() == 0
    [entry] = keeper.spool.listed()
    assert (entry.poisoned, entry.problem) == (True, "KeyMissing")
    keeper.spool.close()
    again, listener = kept(Spool(tmp_path, Cipher([new_key(), key])))
    assert again.spool.retry(entry.id)
    assert (await again.replay(), listener.dealt) == (1, ["1"])


def test_words_do_not_linger_in_the_file(tmp_path: Path) -> None:
    spool = filled(tmp_path, ("slack:a", "the-words-of-somebody"))
    spool.remove(1)
    spool.close()
    sqlite3.connect(tmp_path / "spool.db").close()
    assert b"the-words-of-somebody" not in (tmp_path / "spool.db").read_bytes()
