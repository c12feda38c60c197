"""`golddust secrets` and `golddust installations`: keys come and go, and no token is ever shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import Engine

from bot.cipher import Cipher, new_key
from bot.cli.secrets import PORTION
from bot.spool import Spool
from storage import installations
from storage.database import open_engine, sessions, upgrade
from storage.installations import Installation, Place, Sealed
from tests.bot.conftest import CommandLine
from tests.world import MONDAY

OLD, NEW = new_key(), new_key()


@pytest.fixture
def engine(golddust: CommandLine) -> Iterator[Engine]:
    """More installations than go into a portion, sealed with the old key, of which the first was removed."""
    made, cipher = open_engine(golddust.database), Cipher([OLD])
    upgrade(made)
    with sessions(made)() as session, session.begin():
        for number in range(PORTION + 3):
            sealed = Sealed(cipher.seal(f"xoxb-{number}"), cipher.seal(f"xoxe-{number}"), MONDAY + timedelta(hours=12))
            place = Place("E1", f"T{number:04}")
            one = Installation("slack", place, "Ito & Co", "A1", "B1", "U1", ("commands",), sealed, "U9", MONDAY)
            installations.put(session, one if number else replace(one, sealed=None, removed_at=MONDAY))
    golddust.monkeypatch.setenv("GOLDDUST_SECRET_KEYS", f"{NEW}, {OLD}")
    yield made
    made.dispose()


def opened(engine: Engine, key: str) -> list[str]:
    """Every token and refresh token that this key opens."""
    with sessions(engine)() as session:
        kept = [one.sealed for one in installations.listed(session) if one.sealed]
    cipher = Cipher([key])
    parts = [part for sealed in kept for part in (sealed.token, sealed.refresh) if part]
    return [cipher.open(part) for part in parts if cipher.is_newest(part)]


def test_a_new_key_is_one_and_another_each_time(golddust: CommandLine) -> None:
    first, second = golddust("secrets", "new-key").out.strip(), golddust("secrets", "new-key").out.strip()
    assert first != second
    assert Fernet(first)


def test_rotating_seals_every_token_with_the_first_key(golddust: CommandLine, engine: Engine) -> None:
    before = opened(engine, OLD)
    assert len(before) == 2 * (PORTION + 2)
    answer = golddust("secrets", "rotate")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out == f"{PORTION + 2} installations sealed anew, 0 installations had the first key already\n"
    assert (opened(engine, OLD), opened(engine, NEW)) == ([], before)
    golddust.monkeypatch.setenv("GOLDDUST_SECRET_KEYS", NEW)
    again = golddust("secrets", "rotate", "--json").json
    assert again == {"installations": PORTION + 2, "under_other_keys": 0, "sealed_anew": True}


def test_a_dry_run_counts_and_changes_nothing(golddust: CommandLine, engine: Engine) -> None:
    before = opened(engine, OLD)
    assert f"{PORTION + 2} installations would be sealed anew" in golddust("secrets", "rotate", "--dry-run").out
    assert opened(engine, OLD) == before


def test_a_key_that_is_still_needed_is_missed_before_anything_is_changed(golddust: CommandLine, engine: Engine) -> None:
    golddust.monkeypatch.setenv("GOLDDUST_SECRET_KEYS", NEW)
    assert "put that key back" in golddust("secrets", "rotate").complaint
    assert len(opened(engine, OLD)) == 2 * (PORTION + 2)


def test_what_waits_in_the_spool_is_sealed_anew_too(golddust: CommandLine, engine: Engine, tmp_path: Path) -> None:
    golddust.monkeypatch.setenv("GOLDDUST_SPOOL", str(tmp_path / "spool"))
    spool = Spool(tmp_path / "spool", Cipher([OLD]))
    spool.put("k", "kind", "slack:main", MONDAY, "{}", "{}")
    assert "1 entry of the spool would be sealed anew" in golddust("secrets", "rotate", "--dry-run").out
    assert golddust("secrets", "rotate", "--json").json["spooled"] == 1
    assert Cipher([NEW]).is_newest(spool.listed()[0].payload)
    spool.close()


def test_without_keys_it_says_how_to_make_one(golddust: CommandLine) -> None:
    golddust("db", "upgrade")
    assert "golddust secrets new-key" in golddust("secrets", "rotate").complaint


def test_who_has_installed_the_app_is_listed_without_tokens(golddust: CommandLine, engine: Engine) -> None:
    with sessions(engine)() as session:
        ciphers = [one.sealed.token for one in installations.listed(session) if one.sealed]
    listed = golddust("installations", "--json")
    first, second = listed.json[:2]
    assert (first["team"], first["removed_at"], first["token_expires_at"]) == ("T0000", "2026-11-23T09:00:00Z", None)
    assert (second["enterprise"], second["name"], second["removed_at"]) == ("E1", "Ito & Co", None)
    assert second["token_expires_at"] == "2026-11-23T21:00:00Z"
    shown = golddust("installations")
    assert f"{PORTION + 2} installations, 1 removed" in shown.out
    assert "T0001 in E1" in shown.out
    for answer in (listed, shown):
        assert (answer.code, answer.err) == (0, "")
        assert not any(cipher in answer.out for cipher in ciphers)
        assert "xox" not in answer.out


def test_where_nobody_has_installed_anything_it_says_so(golddust: CommandLine) -> None:
    golddust("db", "upgrade")
    assert golddust("installations").out == "0 installations, 0 removed\n"
    assert golddust("installations", "--json").json == []
