"""The docs name only what exists, and what exists is in the docs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import typer.main

from bot import buttons
from bot.main import app
from bot.settings import Settings
from bot.teams.settings import TeamsSettings
from complaints.organisation import Organisation
from complaints.policies import Clocks
from handlers import reading

TOP = Path(__file__).parent.parent
DOCS = [TOP / "README.md", TOP / "CONTRIBUTING.md", *sorted((TOP / "docs").rglob("*.md"))]
TEXT = "\n".join(path.read_text() for path in DOCS)
REFERENCE = (TOP / "docs" / "reference.md").read_text()
SETTINGS = {str(field.alias) for group in (Settings, TeamsSettings) for field in group.model_fields.values()}
GROUPS = {"db", "secrets", "spool"}
"""Commands that do nothing by themselves."""
BUTTONS = {button.label for button in vars(buttons).values() if isinstance(button, buttons.Button)}


def commands() -> dict[str, set[str]]:
    """Every command of the command line, with its options."""
    found: dict[str, set[str]] = {}

    def walk(group: Any, prefix: str) -> None:
        for name, command in group.commands.items():
            found[prefix + name] = {option for param in command.params for option in param.opts}
            if hasattr(command, "commands"):
                walk(command, f"{prefix}{name} ")

    walk(typer.main.get_command(app), "")
    return found


def test_every_command_in_the_docs_exists() -> None:
    second = "upgrade|list|retry|drop|new-key|rotate"
    named = set(re.findall(rf"\bgolddust ([a-z]+(?:-[a-z]+)?(?: (?:{second}))?)\b(?!\.)", TEXT))
    assert named <= set(commands()), "the docs name commands that do not exist"


def test_every_command_is_in_the_reference() -> None:
    missing = [name for name in commands() if f"golddust {name}" not in REFERENCE and name not in GROUPS]
    assert missing == []


@pytest.mark.parametrize("command", sorted(set(commands()) - GROUPS))
def test_every_option_of_a_command_is_beside_it_in_the_reference(command: str) -> None:
    (row,) = [line for line in REFERENCE.splitlines() if line.startswith(f"| `golddust {command}` |")]
    options = {option for option in commands()[command] if option.startswith("-")} - {"--help"}
    assert sorted(option for option in options if not re.search(rf"`{option}[` ]", row)) == []


def test_every_option_in_the_docs_exists() -> None:
    options = {option for some in commands().values() for option in some} | {"--help"}
    others = re.compile(r" {4}(?!golddust |\.venv/bin/golddust )\S")  # a command of another program
    lines = [line for line in TEXT.splitlines() if "golddust" in line and not others.match(line)]
    named = {option for line in lines for option in re.findall(r"(?<![\w-])--[a-z][a-z-]+", line)}
    assert named <= options


def test_every_setting_is_in_the_reference_and_the_other_way_round() -> None:
    assert set(re.findall(r"^\| `((?:GOLDDUST_|SLACK_|TEAMS_|Microsoft)\w+)`", REFERENCE, re.MULTILINE)) == SETTINGS


def test_every_environment_variable_in_the_docs_is_a_setting() -> None:
    assert set(re.findall(r"\b(?:(?:GOLDDUST|SLACK|TEAMS)_[A-Z_]+|MicrosoftApp[A-Za-z]+)\b", TEXT)) <= SETTINGS


@pytest.mark.parametrize("label", sorted(BUTTONS))
def test_every_button_is_in_a_guide(label: str) -> None:
    assert f"**{label}**" in TEXT


def test_every_label_that_a_guide_shows_in_a_table_of_buttons_exists() -> None:
    owners = (TOP / "docs" / "owners.md").read_text()
    assert set(re.findall(r"^\| \*\*(.+?)\*\* \|", owners, re.MULTILINE)) <= BUTTONS


def test_every_key_of_a_ticket_is_in_the_reference() -> None:
    source = Path(reading.__file__).read_text()
    keys = set(re.findall(r'^        "([a-z_]+)":', source, re.MULTILINE))
    assert keys, "the keys of a ticket are written as a dictionary in handlers/reading.py"
    assert [key for key in sorted(keys) if f"`{key}`" not in REFERENCE] == []


def test_every_part_of_the_file_is_in_the_reference() -> None:
    assert [part for part in Organisation.model_fields if f"`{part}`" not in REFERENCE] == []


def test_every_link_between_the_docs_leads_somewhere() -> None:
    broken = [
        f"{path.name}: {link}"
        for path in DOCS
        for link in re.findall(r"\]\((?!https?:)([^)#]+)", path.read_text())
        if not (path.parent / link).exists()
    ]
    assert broken == []


def test_every_make_target_in_the_docs_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (TOP / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"\bmake ([a-z]+)(?=`|\s{2,}|$| ARGS)", TEXT, re.MULTILINE)) <= targets


def test_every_path_in_the_docs_exists() -> None:
    named = set(re.findall(r"`((?:bot|complaints|handlers|storage|tests|docs)/[\w./-]*)`", TEXT))
    assert [path for path in sorted(named) if not (TOP / path).exists()] == []


def test_the_glossary_knows_every_clock() -> None:
    glossary = (TOP / "docs" / "glossary.md").read_text()
    names = [*Clocks.model_fields, "promise"]
    assert [name for name in names if f"*{name}*" not in glossary] == []
