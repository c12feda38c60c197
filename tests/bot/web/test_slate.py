"""The playground starts afresh, and never on somebody else's data."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.demo import serve
from bot.web.slate import clean
from complaints.errors import ConfigurationError, DatabaseError
from storage.database import open_engine, upgrade


def test_the_playground_replaces_its_own_database(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'demo.db'}"
    first = clean(url, "main")
    with first.begin() as connection:
        connection.execute(text("INSERT INTO counters VALUES ('main', 'ticket', 7)"))
    first.dispose()
    second = clean(url, "main")
    with second.connect() as connection:
        assert connection.execute(text("SELECT name FROM counters")).scalars().all() == ["playground"]
    second.dispose()


def test_a_database_may_be_named_by_its_path(tmp_path: Path) -> None:
    clean(str(tmp_path / "demo.db"), "main").dispose()
    assert (tmp_path / "demo.db").exists()


def test_the_real_database_is_never_touched(tmp_path: Path) -> None:
    path = tmp_path / "golddust.db"
    engine = open_engine(f"sqlite:///{path}")
    upgrade(engine)
    engine.dispose()
    before = path.read_bytes()
    with pytest.raises(DatabaseError, match="not made by the playground"):
        clean(f"sqlite:///{path}", "main")
    assert path.read_bytes() == before


@pytest.mark.parametrize("content", [b"dear diary, today", b"SQLite format 3\x00 but not really"])
def test_a_file_that_is_something_else_is_never_touched(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "diary.txt"
    path.write_bytes(content)
    with pytest.raises(DatabaseError, match="not made by the playground"):
        clean(str(path), "main")
    assert path.read_bytes() == content


def test_a_playground_that_is_running_keeps_its_database(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'demo.db'}"
    running = clean(url, "main")
    with running.connect() as connection:
        connection.execute(text("SELECT 1 FROM counters"))
        with pytest.raises(DatabaseError, match="another playground runs"):
            clean(url, "main")
    running.dispose()


def test_a_database_in_memory_is_refused_kindly() -> None:
    with pytest.raises(DatabaseError, match="in a file"):
        clean("sqlite://", "main")


def test_a_server_with_tables_is_refused_and_an_empty_one_is_taken(postgresql: object) -> None:
    from tests.conftest import fresh_postgresql

    url = fresh_postgresql(postgresql)
    clean(url, "main").dispose()
    with pytest.raises(DatabaseError, match="not made by the playground"):
        clean(url, "main")


def test_a_port_that_is_taken_is_said_before_anything_is_touched(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(ConfigurationError, match=f"127.0.0.1:{port}.*another --port"):
            serve(
                host="127.0.0.1", port=port, config=Path("golddust.yml"), database=str(tmp_path / "demo.db"),
                open_browser=False,
            )  # fmt: skip
    assert not (tmp_path / "demo.db").exists()
