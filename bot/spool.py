"""The spool: what the platforms brought while the database was away, safe on this machine's disk until it is back."""

from __future__ import annotations

import fcntl
import os
import sqlite3
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.cipher import Cipher
from complaints.errors import ConfigurationError

FILE = "spool.db"
BUSY_SECONDS = 2.0
MOST_TRIES = 3
"""After so many failures of its own an entry is set aside, so that the others go on."""

_TABLES = """
CREATE TABLE IF NOT EXISTS entry (
    id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, lane TEXT NOT NULL,
    arrived TEXT NOT NULL, payload TEXT NOT NULL, headers TEXT NOT NULL, tries INTEGER NOT NULL DEFAULT 0,
    poisoned INTEGER NOT NULL DEFAULT 0, problem TEXT NOT NULL DEFAULT ''
);
CREATE TABLE IF NOT EXISTS looked (one INTEGER PRIMARY KEY CHECK (one = 1), times INTEGER NOT NULL);
INSERT OR IGNORE INTO looked VALUES (1, 0);
"""
_COLUMNS = "id, key, kind, lane, arrived, payload, headers, tries, poisoned, problem"


class SpoolFailed(Exception):
    """The spool could not be written or read, so nothing is safe there."""


class KeyMissing(Exception):
    """What was kept can’t be opened with the keys that there are."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A payload that waits, as JSON or sealed, with its headers as JSON; those of one `lane` are dealt with in order.

    `lane` is the platform and the organisation. A poisoned entry failed for a reason of its own and waits for somebody
    to look at it.
    """

    id: int
    key: str
    kind: str
    lane: str
    arrived: datetime
    payload: str
    headers: str
    tries: int
    poisoned: bool
    problem: str


class Spool:
    """A folder with a SQLite file, each of whose commits is on the disk before anybody is answered.

    With keys what is kept is sealed, since the words in it are people’s.

    Raises SpoolFailed throughout where the disk is full, the folder can't be written, or the file is damaged.
    """

    def __init__(self, folder: Path, seals: Cipher | None = None) -> None:
        self._folder, self._seals = folder, seals
        self._lock = threading.Lock()
        self._turn: int | None = None
        with _failing():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            path = folder / FILE
            # Made before SQLite makes it, whose own files take over its rights: the words are nobody else's business.
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
            _make_durable(folder)
            self._connection = sqlite3.connect(
                path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON"):
                self._connection.execute(f"PRAGMA {pragma}").close()
            self._connection.executescript(_TABLES)

    def put(self, key: str, kind: str, lane: str, arrived: datetime, payload: str, headers: str) -> None:
        """Keep a payload; it is safe afterwards. The same one again is kept once."""
        self._write(
            "INSERT OR IGNORE INTO entry (key, kind, lane, arrived, payload, headers) VALUES (?, ?, ?, ?, ?, ?)",
            (key, kind, lane, arrived.isoformat(), self._seals.seal(payload) if self._seals else payload, headers),
        )

    def payload(self, entry: Entry) -> str:
        """What was kept, as JSON, also of an entry from before there were keys; raises KeyMissing."""
        if not _sealed(entry):
            return entry.payload
        try:
            if self._seals is not None:
                return self._seals.open(entry.payload)
        except ConfigurationError:
            pass
        raise KeyMissing("sealed with a key that is not in GOLDDUST_SECRET_KEYS; put it back, after the first")

    def reseal(self, *, change: bool = True) -> int:
        """Seal with the first key what is not yet; how many entries; raises KeyMissing."""
        seals = self._seals
        old = [one for one in self.listed() if seals and not (_sealed(one) and seals.is_newest(one.payload))]
        if seals is not None and change:
            for one in old:
                self._write("UPDATE entry SET payload = ? WHERE id = ?", (seals.seal(self.payload(one)), one.id))
        return len(old)

    def remove(self, number: int) -> bool:
        """Drop an entry that is dealt with; whether it was there."""
        return self._write("DELETE FROM entry WHERE id = ?", (number,)) == 1

    def failed(self, entry: Entry, problem: str) -> bool:
        """Count a failure of the entry's own; whether it is poisoned now."""
        poisoned = entry.tries + 1 >= MOST_TRIES
        change = "UPDATE entry SET tries = tries + 1, poisoned = ?, problem = ? WHERE id = ?"
        self._write(change, (int(poisoned), problem, entry.id))
        return poisoned

    def retry(self, number: int) -> bool:
        """Let a poisoned entry try again from the start; whether there was such a one."""
        change = "UPDATE entry SET tries = 0, poisoned = 0 WHERE id = ? AND poisoned = 1"
        return self._write(change, (number,)) == 1

    def next(self, after: int = 0) -> Entry | None:
        """The oldest entry that waits behind `after`."""
        where = "WHERE poisoned = 0 AND id > ? ORDER BY id LIMIT 1"
        return next(iter(self._read(f"SELECT {_COLUMNS} FROM entry {where}", (after,))), None)  # noqa: S608

    def listed(self) -> list[Entry]:
        """All that waits or is poisoned, oldest first."""
        return self._read(f"SELECT {_COLUMNS} FROM entry ORDER BY id")  # noqa: S608

    def waiting(self) -> Counter[str]:
        """How many entries wait, by lane."""
        with self._guarded() as connection:
            query = "SELECT lane, count(*) FROM entry WHERE poisoned = 0 GROUP BY lane"
            return Counter(dict(connection.execute(query).fetchall()))

    def poisoned(self) -> int:
        """How many entries have been set aside."""
        with self._guarded() as connection:
            return int(connection.execute("SELECT count(*) FROM entry WHERE poisoned = 1").fetchone()[0])

    def check(self) -> None:
        """Write something and make it durable, to see that it can be done."""
        self._write("UPDATE looked SET times = times + 1", ())

    def take_turn(self) -> bool:
        """Whether this process is the one that replays: one of those that share the folder, until it ends."""
        if self._turn is None:
            with _failing():
                opened = os.open(self._folder / "turn", os.O_RDWR | os.O_CREAT, 0o600)
            try:
                fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                os.close(opened)
                return False
            self._turn = opened
        return True

    def close(self) -> None:
        """Give the file and the turn back."""
        with self._lock:
            self._connection.close()
        if self._turn is not None:
            os.close(self._turn)
            self._turn = None

    def _write(self, statement: str, values: tuple[object, ...]) -> int:
        with self._guarded() as connection, closing(connection.execute(statement, values)) as done:
            return done.rowcount

    def _read(self, statement: str, values: tuple[object, ...] = ()) -> list[Entry]:
        with self._guarded() as connection:
            return [_entry(*row) for row in connection.execute(statement, values).fetchall()]

    @contextmanager
    def _guarded(self) -> Iterator[sqlite3.Connection]:
        with self._lock, _failing():
            yield self._connection


def open_spool(folder: Path, seals: Cipher | None = None) -> Spool:
    """The spool in a folder; raises ConfigurationError where nothing can be kept there."""
    try:
        spool = Spool(folder, seals)
        spool.check()
    except SpoolFailed as error:
        raise ConfigurationError(
            problems=f"GOLDDUST_SPOOL: nothing can be kept in {folder} ({error}); name a folder that this user may "
            "write, on a disk with room"
        ) from None
    return spool


def _sealed(entry: Entry) -> bool:
    """Whether it was sealed: a payload as JSON is an object."""
    return not entry.payload.startswith("{")


def _make_durable(folder: Path) -> None:
    """Let the name of the file outlive a power cut, too."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


@contextmanager
def _failing() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise SpoolFailed(str(error)) from error
    except OSError as error:
        raise SpoolFailed(error.strerror or str(error)) from error


def _entry(
    number: int, key: str, kind: str, lane: str, arrived: str, payload: str, headers: str, tries: int, poisoned: int,
    problem: str,
) -> Entry:  # fmt: skip
    moment = datetime.fromisoformat(arrived)
    return Entry(number, key, kind, lane, moment, payload, headers, tries, bool(poisoned), problem)
