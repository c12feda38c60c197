"""The app package: Teams takes it, and it is the same each time."""

from __future__ import annotations

import json
import os
import shutil
import struct
import subprocess
import zlib
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from jsonschema import Draft4Validator

from bot.teams.package import VERSION, manifest, write_package
from bot.teams.render import HELP
from complaints.errors import BadInput

APP = "8A1F0C3E-1111-4222-8333-9ABCDEF01234"
SCHEMAS = "@microsoft/app-manifest@1.1.2"


def written(folder: Path, domain: str | None = "golddust.example.com") -> Path:
    write_package(folder / "golddust-teams.zip", app_id=APP, domain=domain)
    return folder / "golddust-teams.zip"


@pytest.fixture(scope="session")
def schema(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Microsoft's own schema of the manifest, from the package in which it publishes it."""
    folder, npm = tmp_path_factory.mktemp("schemas"), shutil.which("npm")
    command = [
        npm or "npm",
        "install",
        "--silent",
        "--no-audit",
        "--no-fund",
        "--ignore-scripts",
        "--prefix",
        ".",
        SCHEMAS,
    ]
    problem = "npm is not installed"
    if npm is not None:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=180, check=False)
        problem = done.stderr[-500:] if done.returncode else ""
    if problem and os.environ.get("CI") == "true":
        pytest.fail(f"the manifest can't be checked: {problem}")
    if problem:
        pytest.skip(f"the manifest can't be checked: {problem}")
    (found,) = folder.rglob("json-schemas/teams/v1.25/MicrosoftTeams.schema.json")
    read: dict[str, Any] = json.loads(found.read_text(encoding="utf-8"))
    return read


@pytest.mark.parametrize("domain", ["golddust.example.com", None])
def test_the_manifest_is_one_by_microsofts_schema(schema: dict[str, Any], tmp_path: Path, domain: str | None) -> None:
    with ZipFile(written(tmp_path, domain)) as package:
        found = json.loads(package.read("manifest.json"))
    assert [error.message for error in Draft4Validator(schema).iter_errors(found)] == []
    assert list(Draft4Validator(schema).iter_errors(found | {"version": 1})) != []
    assert found["validDomains"] == ([domain] if domain else [])


def test_the_package_has_what_teams_wants_and_nothing_else(tmp_path: Path) -> None:
    with ZipFile(written(tmp_path)) as package:
        assert package.namelist() == ["manifest.json", "color.png", "outline.png"]
        assert package.testzip() is None
        found = json.loads(package.read("manifest.json"))
    assert found["version"] == VERSION
    assert found["id"] == found["bots"][0]["botId"] == found["composeExtensions"][0]["botId"] == APP.lower()
    assert found["webApplicationInfo"]["id"] == APP.lower()
    granted = found["authorization"]["permissions"]["resourceSpecific"]
    assert {one["name"] for one in granted} == {"ChannelMessage.Read.Group", "ChatMessage.Read.Chat"}
    assert {one["type"] for one in granted} == {"Application"}
    (command,) = found["composeExtensions"][0]["commands"]
    assert (command["title"], command["context"], command["fetchTask"]) == (
        "Report as complaint", ["message", "compose"], True,
    )  # fmt: skip


def test_the_suggested_commands_are_those_of_the_help() -> None:
    for commands in manifest(APP, None)["bots"][0]["commandLists"]:
        titles = [one["title"] for one in commands["commands"]]
        assert titles == ["help", "list", "mine", "away", "back", "settings", "digest now"]
        assert all(f"**{title}" in " ".join(HELP) for title in titles if title != "help")


def test_the_same_bytes_come_out_each_time(tmp_path: Path) -> None:
    first = written(tmp_path).read_bytes()
    assert written(tmp_path).read_bytes() == first


@pytest.mark.parametrize("app_id", ["", "golddust", f"{APP}x", f"{APP}\n", "{" + APP + "}"])
def test_an_app_id_that_is_none_is_refused(tmp_path: Path, app_id: str) -> None:
    with pytest.raises(BadInput, match="no GUID") as refused:
        write_package(tmp_path / "x.zip", app_id=app_id, domain=None)
    assert refused.value.field == "MicrosoftAppId"
    assert not (tmp_path / "x.zip").exists()


@pytest.mark.parametrize(
    "domain", ["", "localhost", "https://golddust.example.com", "golddust.example.com/x", "a b.com"]
)
def test_a_domain_that_is_none_is_refused(tmp_path: Path, domain: str) -> None:
    with pytest.raises(BadInput, match="no domain"):
        write_package(tmp_path / "x.zip", app_id=APP, domain=domain)


def pixels(png: bytes) -> tuple[int, int, int, bytes]:
    """Width, height, colour type, and the bytes of the lines, each behind its filter."""
    width, height, depth, kind = struct.unpack(">IIBB", png[16:26])
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    assert depth == 8
    data, place = b"", 8
    while place < len(png):
        (length,) = struct.unpack(">I", png[place : place + 4])
        data += png[place + 8 : place + 8 + length] if png[place + 4 : place + 8] == b"IDAT" else b""
        place += length + 12
    return width, height, kind, zlib.decompress(data)


def test_the_icons_have_the_sizes_that_teams_wants(tmp_path: Path) -> None:
    with ZipFile(written(tmp_path)) as package:
        assert pixels(package.read("color.png"))[:2] == (192, 192)
        width, height, kind, lines = pixels(package.read("outline.png"))
    assert (width, height, kind) == (32, 32, 6), "with transparency"
    assert len(set(lines)) > 2, "something is drawn"
