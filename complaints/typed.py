"""What people type into commands, masked where they come in."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar

from complaints.commands import Command, Plan
from complaints.masking import masked
from complaints.privacy import Privacy
from complaints.ticket import Attachment, Blocked

TYPED = frozenset({
    "words", "customer", "done", "root_cause", "tell", "reason", "teams", "bundle_at", "platform",
})  # fmt: skip
"""The fields of commands that hold what somebody typed, beside who blocks a ticket and the files that came along."""

Cleaned = TypeVar("Cleaned", bound=Command)


@dataclass(slots=True)
class Cleaning:
    """Masks one text after the other and remembers what it found, and what it could not look for in time."""

    privacy: Privacy
    names: dict[str, None]
    given_up: dict[str, None]

    def text(self, text: str) -> str:
        """The text without what is masked in it."""
        found = masked(text, self.privacy)
        self.names.update(dict.fromkeys(found.names))
        self.given_up.update(dict.fromkeys(found.given_up))
        return found.text

    def file(self, file: Attachment) -> Attachment:
        """The file with its name masked; its address, which holds the name too, then leads to the folder only."""
        name = self.text(file.name)
        if name == file.name:
            return file
        return replace(file, name=name, address=file.address.rpartition("/")[0])

    def value(self, name: str, value: Any) -> Any:
        """The value of a field of a command."""
        match value:
            case str() if name in TYPED:
                return self.text(value)
            case Blocked(by="other"):
                return replace(value, what=self.text(value.what), why=self.text(value.why))
            case Blocked():
                return replace(value, why=self.text(value.why))
            case Plan():
                return replace(value, what=self.text(value.what))
            case (Attachment(), *_):
                return tuple(self.file(file) for file in value)
            case _:
                return value


def cleaning(privacy: Privacy) -> Cleaning:
    """A cleaning that has found nothing yet."""
    return Cleaning(privacy, {}, {})


def cleaned(command: Cleaned, privacy: Privacy) -> tuple[Cleaned, Cleaning]:
    """The command with everything masked that somebody typed, and what was found."""
    found = cleaning(privacy)
    changed: dict[str, Any] = {}
    for name in _names(command):
        before = getattr(command, name)
        if before is None:
            continue
        after = found.value(name, before)
        if after is not before and after != before:
            changed[name] = after
    return (replace(command, **changed) if changed else command), found


def _names(command: Command) -> tuple[str, ...]:
    kind: type[Any] = type(command)
    if kind not in _FIELDS:
        _FIELDS[kind] = tuple(one.name for one in fields(kind))
    return _FIELDS[kind]


_FIELDS: dict[type[Any], tuple[str, ...]] = {}
