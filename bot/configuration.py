"""Reads golddust.yml: an organisation, or an error that names file, line, key, what was found and what is allowed."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from bot.document import Document, Flaw, read_document
from bot.salvage import further
from bot.validation import flaws, keys_at
from complaints.errors import ConfigurationError
from complaints.organisation import Organisation
from complaints.references import KeyPath, Problem, problems

EXAMPLE: Final = "golddust.example.yml"
MOST_BYTES: Final = 5_000_000
MOST_TOLD: Final = 50
LONGEST_FOUND: Final = 80
LONGEST_ALLOWED: Final = 600


@dataclass(frozen=True, slots=True)
class Loaded:
    """A good file: what it says, its version, and the document as canonical JSON.

    The version is 12 hexadecimal digits of the document's SHA-256. Comments, spacing and quotes do not change it;
    the order of keys does, because a later day of `hours` wins and a person's first team gives their calendar.
    """

    organisation: Organisation
    version: str
    document: str


def read(path: Path) -> Loaded:
    """Return what the file at `path` says; raises ConfigurationError with one line for each problem."""
    return parse(contents(path), str(path))


def contents(path: Path) -> bytes:
    """Return the bytes of the file; raises ConfigurationError that says how to get a file where there is none."""
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise ConfigurationError(problems=f"{path} does not exist; start with: cp {EXAMPLE} {path}") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ConfigurationError(problems=f"{path}: found “{reason}”; allowed: a file that can be read") from None


def parse(data: bytes, name: str) -> Loaded:
    """Return what the bytes of a file say; raises ConfigurationError, which calls the file `name`."""
    document = read_document(_text(data, name))
    _refuse(document.flaws, name)
    if not isinstance(document.value, dict):
        _refuse([_not_a_mapping(document)], name)
    try:
        organisation = Organisation.model_validate(document.value)
    except ValidationError as error:
        raise refusal(_all_flaws(error, document), name) from None
    _refuse([_placed(problem, document) for problem in problems(organisation)], name)
    canonical = json.dumps(document.value, ensure_ascii=False, separators=(",", ":"))
    return Loaded(organisation, hashlib.sha256(canonical.encode()).hexdigest()[:12], canonical)


@cache
def schema() -> dict[str, Any]:
    """Return the JSON Schema of the file, for editors that complete and check it as it is written."""
    return {
        **Organisation.model_json_schema(),
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "golddust.yml",
        "description": "Who reports, owns and manages complaints, how they are routed, and when Golddust nudges.",
    }


def _all_flaws(error: ValidationError, document: Document) -> list[Flaw]:
    found = flaws(error, document, schema())
    known = partial(keys_at, schema=schema())
    value = document.value if isinstance(document.value, dict) else {}
    rest = further(value, {flaw.path for flaw in found}, known)
    return [*found, *(_placed(problem, document) for problem in rest)]


def _text(data: bytes, name: str) -> str:
    if len(data) > MOST_BYTES:
        flaw = Flaw(1, (), f"more than {MOST_BYTES:,} bytes", "a smaller file")
        raise refusal([flaw], name)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        flaw = Flaw(line, (), f"the byte 0x{data[error.start]:02x}", "text saved as UTF-8")
        raise refusal([flaw], name) from None


def _not_a_mapping(document: Document) -> Flaw:
    keys = ", ".join(Organisation.model_fields)
    if document.value is None:
        return Flaw(1, (), "an empty file", f"the keys {keys}; see {EXAMPLE}")
    kind = "a list" if isinstance(document.value, list) else "a single value"
    return Flaw(document.key_line(()), (), kind, f"the keys {keys}; see {EXAMPLE}")


def _placed(problem: Problem, document: Document) -> Flaw:
    path = problem.path
    while path not in document.key_lines and path:
        path = path[:-1]
    return Flaw(document.value_line(path), path, problem.found, problem.allowed)


def _refuse(found: list[Flaw], name: str) -> None:
    if found:
        raise refusal(found, name)


def refusal(found: list[Flaw], name: str) -> ConfigurationError:
    """Return the error that tells of these flaws, a line each, of the file that is called `name`."""
    lines = [_line(flaw, name) for flaw in sorted(found, key=lambda flaw: flaw.line)]
    if len(lines) > MOST_TOLD:
        lines = [*lines[:MOST_TOLD], f"{name}: and {len(lines) - MOST_TOLD} more problems"]
    return ConfigurationError(problems="\n".join(lines))


def _line(flaw: Flaw, name: str) -> str:
    found = f"{flaw.what} “{_clipped(flaw.found, LONGEST_FOUND)}”".lstrip() if flaw.found else "nothing"
    where = _spelled(flaw.path)
    return f"{name}:{flaw.line}: {where}: found {found}; allowed: {_clipped(flaw.allowed, LONGEST_ALLOWED)}"


def _spelled(path: KeyPath) -> str:
    steps = (f"[{step}]" if isinstance(step, int) else f".{_clipped(step, LONGEST_FOUND)}" for step in path)
    return "".join(steps).removeprefix(".") or "the file"


def _clipped(text: str, longest: int) -> str:
    # What cannot be seen is written as its escape, so that a problem stays on one line.
    head = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text[: longest + 1])
    return head if len(head) <= longest else head[: longest - 1] + "…"
