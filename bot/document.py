"""A YAML file as plain values, with the line of every key and value; keys are always text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from yaml import Node, ScalarNode, SequenceNode, YAMLError
from yaml.error import MarkedYAMLError
from yaml.reader import ReaderError

from bot.nodes import MOST_VALUES, PLAIN, TAG, Nodes, Plain, Refused, too_much
from complaints.references import KeyPath

Value: TypeAlias = "Plain | list[Value] | dict[str, Value]"

_ADVICE: Final = "YAML; look at the indentation, colons, quotes and brackets of this line and the one before"


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing that is wrong, at a line (from 1) and a path of keys."""

    line: int
    path: KeyPath
    found: str
    allowed: str
    what: str = ""
    """What kind of thing was found, before its quoted words, such as “an unknown key”."""


@dataclass(slots=True)
class Document:
    """What a YAML text says, where it says it, and what is wrong with it as YAML."""

    value: Value = None
    flaws: list[Flaw] = field(default_factory=list)
    key_lines: dict[KeyPath, int] = field(default_factory=dict)
    value_lines: dict[KeyPath, int] = field(default_factory=dict)

    def key_line(self, path: KeyPath) -> int:
        """The line on which the entry at `path` begins, or the nearest part around it that is there."""
        return next((self.key_lines[at] for at in _outwards(path) if at in self.key_lines), 1)

    def value_line(self, path: KeyPath) -> int:
        """The line of the value at `path`; of its key where the value is a list or a mapping."""
        return self.value_lines.get(path, self.key_line(path))

    def at(self, path: KeyPath) -> Value:
        """The value at a path that is there."""
        value: Any = self.value
        for step in path:
            value = value[step]
        return value  # type: ignore[no-any-return]


def read_document(text: str) -> Document:
    """Return what a YAML text says; its flaws tell of syntax, repeated keys, tags and sizes that are refused."""
    document = Document()
    try:
        node = Nodes(text).get_single_node()
        if node is not None:
            document.value = _Reading(document).value(node, ())
    except Refused as refused:
        document.flaws.append(Flaw(refused.line, (), refused.found, refused.allowed))
    except YAMLError as error:
        document.flaws.append(Flaw(_line_of(error, text), (), _said(error), _ADVICE))
    return document


class _Reading:
    """Turns nodes into values, and notes lines and flaws in the document."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.count = 0
        self.within: set[int] = set()

    def value(self, node: Node, path: KeyPath) -> Value:
        self.count += 1
        if self.count > MOST_VALUES:
            raise too_much(_line(node))
        if isinstance(node, ScalarNode):
            self.document.value_lines[path] = _line(node)
            return self.scalar(node, path)
        if id(node) in self.within:
            raise Refused(_line(node), "an alias inside what it stands for", "aliases of what is complete")
        self.within.add(id(node))
        value = self.collection(node, path)
        self.within.remove(id(node))
        return value

    def collection(self, node: Node, path: KeyPath) -> Value:
        if node.tag not in (TAG + "map", TAG + "seq"):
            self.flaw(node, path, f"the tag {node.tag}", "values without a tag")
        if isinstance(node, SequenceNode):
            return [self.entry(item, item, (*path, place)) for place, item in enumerate(node.value)]
        return self.mapping(node, path)

    def mapping(self, node: Node, path: KeyPath) -> Value:
        lines: dict[str, int] = {}
        values: dict[str, Value] = {}
        for key, item in node.value:
            if not isinstance(key, ScalarNode):
                self.flaw(key, path, "a list or a mapping as a key", "keys that are words")
            elif key.value in lines:
                first = f"each key once; the first is on line {lines[key.value]}"
                self.flaw(key, (*path, key.value), f"{key.value} again", first)
            else:
                lines[key.value] = _line(key)
                values[key.value] = self.entry(key, item, (*path, key.value))
        return values

    def entry(self, begins: Node, item: Node, path: KeyPath) -> Value:
        self.document.key_lines[path] = _line(begins)
        return self.value(item, path)

    def scalar(self, node: ScalarNode, path: KeyPath) -> Plain:
        text: str = node.value
        kind = node.tag.removeprefix(TAG)
        if kind in ("str", "!"):
            return text
        if kind in PLAIN and re.fullmatch(PLAIN[kind][0], text):
            return PLAIN[kind][2](text)
        self.flaw(node, path, f"the tag {node.tag}", "values without a tag")
        return text

    def flaw(self, node: Node, path: KeyPath, found: str, allowed: str) -> None:
        self.document.flaws.append(Flaw(_line(node), path, found, allowed))


def _line(node: Node) -> int:
    return int(node.start_mark.line) + 1


def _outwards(path: KeyPath) -> list[KeyPath]:
    return [path[:length] for length in range(len(path), -1, -1)]


def _line_of(error: YAMLError, text: str) -> int:
    if isinstance(error, MarkedYAMLError) and (mark := error.problem_mark or error.context_mark):
        return mark.line + 1
    if isinstance(error, ReaderError):
        return text.encode()[: error.position].count(b"\n") + 1
    return 1


def _said(error: YAMLError) -> str:
    if isinstance(error, MarkedYAMLError):
        return ", ".join(part for part in (error.context, error.problem) if part)
    return str(getattr(error, "reason", error))
