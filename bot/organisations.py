"""The files of an installation: golddust.yml alone, or a folder with a file for each organisation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.configuration import EXAMPLE, Loaded, contents, read, refusal
from bot.document import Flaw, read_document
from complaints.errors import ConfigurationError
from complaints.references import KeyPath

ABOUT = "organisation"
SHARED = ("slack_workspaces", "teams_tenants")
"""The keys by which it is told whose a request is; no id may be in two files."""


@dataclass(frozen=True, slots=True)
class File:
    """A good file of one organisation."""

    path: Path
    loaded: Loaded

    @property
    def workspace(self) -> str:
        """The key that every row of the organisation carries."""
        return self.loaded.organisation.workspace


def paths(config: Path) -> list[Path]:
    """The file itself, or every `*.yml` of the folder by name; raises ConfigurationError for a folder without any."""
    if not config.is_dir():
        return [config]
    found = sorted(config.glob("*.yml"))
    if not found:
        raise ConfigurationError(
            problems=f"{config} has no *.yml in it: put a file for each organisation there; start from {EXAMPLE}"
        )
    return found


def read_all(config: Path) -> list[File]:
    """The organisations of a file or folder; raises ConfigurationError with every problem of every file."""
    found, problems = readable(config)
    problems += [str(clash) for number, file in enumerate(found) if (clash := clashing(file, found[:number]))]
    problems += [str(lack) for file in found if (lack := nameless(file, len(found)))]
    if problems:
        raise ConfigurationError(problems="\n".join(problems))
    return found


def file_of(config: Path, workspace: str | None) -> File:
    """The organisation of this key, or the only one; raises ConfigurationError that lists the keys there are.

    Another organisation’s broken file is in nobody’s way.
    """
    found, problems = readable(config)
    if workspace is None and len(found) == 1 and not problems:
        return found[0]
    mine = [file for file in found if file.workspace == workspace]
    for another in mine[1:]:
        if clash := clashing(another, mine[:1]):
            raise clash
    if mine:
        return mine[0]
    if problems and (workspace is None or not config.is_dir()):
        raise ConfigurationError(problems="\n".join(problems))
    raise ConfigurationError(problems=_which(config, workspace, found))


def clashing(file: File, others: Iterable[File]) -> ConfigurationError | None:
    """What this file says that is another’s already: the organisation’s key, or an id; None where nothing is."""
    flaws = [_flaw(file, path, found, other) for other in others for path, found in _common(file, other)]
    return refusal(flaws, str(file.path)) if flaws else None


def nameless(file: File, count: int) -> ConfigurationError | None:
    """What a file lacks that is one of several: without an id nothing could ever reach it."""
    about = file.loaded.organisation.organisation
    if count < 2 or about.slack_workspaces or about.teams_tenants:
        return None
    allowed = "slack_workspaces or teams_tenants, as it is one of several organisations"
    return refusal([Flaw(_line(file, (ABOUT,)), (ABOUT,), "", allowed)], str(file.path))


def in_slack_named(config: Path) -> list[str]:
    """The keys of the organisations that name a Slack workspace, as far as their files are good."""
    found, _ = readable(config)
    return sorted(file.workspace for file in found if file.loaded.organisation.organisation.slack_workspaces)


def must_be_one(named: Sequence[str]) -> None:
    """Nothing; raises ConfigurationError where several organisations would have to share one workspace's token."""
    if len(named) > 1:
        raise ConfigurationError(
            problems=f"SLACK_BOT_TOKEN is the token of one workspace, and {len(named)} organisations are in Slack "
            f"({', '.join(named)}): set SLACK_CLIENT_ID and SLACK_CLIENT_SECRET, so that each installs the app"
        )


def readable(config: Path) -> tuple[list[File], list[str]]:
    """The good files, and what is wrong with the others."""
    found, problems = [], []
    for path in paths(config):
        try:
            found.append(File(path, read(path)))
        except ConfigurationError as error:
            problems.append(str(error))
    return found, problems


def _common(file: File, other: File) -> Iterator[tuple[KeyPath, str]]:
    mine, theirs = file.loaded.organisation.organisation, other.loaded.organisation.organisation
    if mine.id == theirs.id:
        yield (ABOUT, "id"), mine.id
    for key in SHARED:
        taken = set(getattr(theirs, key))
        for place, found in enumerate(getattr(mine, key)):
            if found in taken:
                yield (ABOUT, key, place), found


def _flaw(file: File, path: KeyPath, found: str, other: File) -> Flaw:
    return Flaw(_line(file, path), path, found, f"what no other file has; {other.path} has it too")


def _line(file: File, path: KeyPath) -> int:
    return read_document(contents(file.path).decode("utf-8-sig", "replace")).value_line(path)


def _which(config: Path, workspace: str | None, found: Sequence[File]) -> str:
    keys = ", ".join(sorted(file.workspace for file in found))
    if workspace is None:
        return f"{config} holds several organisations: say which with --workspace ({keys})"
    return f"{config} holds no organisation “{workspace}”; --workspace is one of: {keys}"
