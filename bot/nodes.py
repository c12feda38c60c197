"""The nodes of a YAML text, read as YAML 1.2 and only up to a sane depth and size.

Only `true` and `false` are yes and no, so that `no` stays Norway, `on` stays a word and `9:00` a time; dates stay
text until a field wants a date.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from typing import Any, Final, TypeAlias

from yaml import CSafeLoader, Node
from yaml.composer import Composer

MOST_VALUES: Final = 250_000
DEEPEST: Final = 50
TAG: Final = "tag:yaml.org,2002:"

Plain: TypeAlias = "bool | int | float | str | None"

PLAIN: Final[dict[str, tuple[str, str, Callable[[str], Plain]]]] = {
    # tag: pattern, the characters that it may begin with, how it is read
    "null": (r"~|null|Null|NULL|", "~nN", lambda text: None),
    "bool": (r"true|True|TRUE|false|False|FALSE", "tTfF", lambda text: text.lower() == "true"),
    "int": (r"0|-?[1-9][0-9]{0,17}", "-0123456789", int),
    "float": (r"-?(?:0|[1-9][0-9]{0,17})\.[0-9]{1,18}", "-0123456789", float),
}


class Refused(Exception):
    """The reading stops at a line, because of what was found there."""

    def __init__(self, line: int, found: str, allowed: str) -> None:
        super().__init__(line, found, allowed)
        self.line, self.found, self.allowed = line, found, allowed


class Nodes(Composer, CSafeLoader):
    """The nodes of a text with their lines; raises Refused for one nested too deeply or too large, and YAMLError."""

    def __init__(self, text: str) -> None:
        CSafeLoader.__init__(self, text)
        Composer.__init__(self)
        self.yaml_implicit_resolvers = _resolvers()
        self.depth = self.count = 0

    def compose_node(self, parent: Node | None, index: Any) -> Node | None:
        begins: Any = self.peek_event()
        line = begins.start_mark.line + 1
        self.depth += 1
        self.count += 1
        if self.depth > DEEPEST:
            raise Refused(line, f"more than {DEEPEST} levels", "fewer brackets or indentations inside each other")
        if self.count > MOST_VALUES:
            raise too_much(line)
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


def too_much(line: int) -> Refused:
    """Return the refusal of a text with too many values, or with aliases that stand for too many."""
    return Refused(line, f"more than {MOST_VALUES:,} values", "fewer; each use of an alias counts in full")


def _resolvers() -> dict[str, list[tuple[str, re.Pattern[str]]]]:
    resolvers = defaultdict(list)
    for name, (pattern, beginnings, _) in PLAIN.items():
        for character in [*beginnings, ""]:
            resolvers[character].append((TAG + name, re.compile(rf"(?:{pattern})\Z")))
    return dict(resolvers)
