"""Who may come in by `POST /api/messages`, and that the archived SDK stays behind one file."""

from __future__ import annotations

import ast
from collections.abc import AsyncIterator
from pathlib import Path

import bot
from tests.bot.teams.driver import SAM, SAM_DM, Desk
from tests.fakes.teams_identity import OTHER_TENANT
from tests.fakes.teams_tokens import SigningKey

SAID = "Mrs Ito’s card payment was taken twice"


async def test_a_bad_header_is_a_401_whatever_is_wrong_with_it_and_asks_microsoft_nothing(at: Desk) -> None:
    header, known = at.teams.header(), len(at.teams.calls)
    wrong = [
        None, b"", b"Bearer", b"Basic eDp5", b"Bearer \xff\xfe", b"Bearer a.b.c", header.encode() + b"x",
        header.lower().encode(), header.replace("Bearer", "Token").encode(), b"Bearer " + header.encode(),
        at.teams.header(aud="another-bot").encode(), at.teams.header(exp=1).encode(),
        at.teams.header(exp="soon").encode(), at.teams.header(nbf=[]).encode(),
        at.teams.header(iss="https://evil.example").encode(), at.teams.header(key=SigningKey("unknown")).encode(),
    ]  # fmt: skip
    for value in wrong:
        headers = {} if value is None else {"Authorization": value}
        answer = await at.http.post("/api/messages", json=at.says_.message(SAID, SAM, SAM_DM), headers=headers)
        assert (answer.status_code, answer.content) == (401, b""), value
    assert at.tickets() == []
    assert len(at.teams.calls) == known


async def test_another_organisation_is_not_served(at: Desk) -> None:
    foreign = at.says_.message(SAID, SAM, SAM_DM)
    foreign["channelData"]["tenant"]["id"] = OTHER_TENANT
    assert (await at.post(foreign)).status_code == 403
    assert at.tickets() == []


async def test_a_body_over_a_megabyte_is_refused_with_and_without_a_length(at: Desk) -> None:
    sent, headers = 0, {"Authorization": at.teams.header()}

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 50_000_000:
            sent += 100_000
            yield b"x" * 100_000

    assert (await at.http.post("/api/messages", content=endless(), headers=headers)).status_code == 413
    assert sent <= 1_200_000
    assert (await at.http.post("/api/messages", content=b"x" * 1_000_001, headers=headers)).status_code == 413


def test_one_file_imports_the_sdk() -> None:
    folder = Path(bot.__file__).parent
    found = {path.name for path in folder.rglob("*.py") if {"botbuilder", "botframework"} & _imported(path)}
    assert found == {"transport.py"}


def _imported(path: Path) -> set[str]:
    nodes = list(ast.walk(ast.parse(path.read_text())))
    names = [name.name for node in nodes if isinstance(node, ast.Import) for name in node.names]
    names += [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)]
    return {name.partition(".")[0] for name in names}
