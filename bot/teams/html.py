"""What people read in a message, given the HTML in which Teams sends it."""

from __future__ import annotations

import re
from html import unescape

LONGEST_HTML = 100_000
_BLOCKS = {"p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "tr", "table", "pre", "hr", "blockquote",
           "codeblock"}  # fmt: skip
_UNSEEN = {"script", "style", "title"}

# Python's own parser takes minutes for what a hostile message can hold, and stops at odd declarations.
_TAG = re.compile(r"<(/?)([a-zA-Z][\w:-]*)([^<>]*)>")
_ATTRIBUTE = re.compile(r"""(?<![\w:-])(href|alt)\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
_DECLARATION = re.compile(r"<[!?][^<>]*>")


def plain(html: str) -> str:
    """What a person saw: mentions as names, links as words with their addresses, quotations marked with `>`."""
    before, *comments = html[:LONGEST_HTML].split("<!--")
    seen = before + "".join(comment.partition("-->")[2] for comment in comments)
    reader = _Reader()
    place = 0
    for tag in _TAG.finditer(seen := _DECLARATION.sub("", seen)):
        reader.read(seen[place : tag.start()])
        reader.open_or_close(tag[2].lower(), tag[3], closing=bool(tag[1]))
        place = tag.end()
    reader.read(seen[place:])
    return re.sub(r"\n{3,}", "\n\n", "\n".join(reader.lines())).strip()


class _Reader:
    """Collects what is read, line by line."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._line = ""
        self._depth = {"blockquote": 0, "pre": 0, "unseen": 0}
        self._links: list[tuple[str, int, int]] = []

    def lines(self) -> list[str]:
        self._end_line()
        return self._lines

    def open_or_close(self, tag: str, attributes: str, *, closing: bool) -> None:
        if tag in _BLOCKS:
            self._end_line()
        if closing and tag == "a" and self._links:
            self._line += self._address(*self._links.pop())
        elif not closing:
            self._open(tag, {name.lower(): unescape(one or two) for name, one, two in _ATTRIBUTE.findall(attributes)})
        kind = "unseen" if tag in _UNSEEN else tag
        if kind in self._depth:
            self._depth[kind] = max(0, self._depth[kind] + (-1 if closing else 1))

    def _open(self, tag: str, given: dict[str, str]) -> None:
        if tag == "br":
            self._end_line(blank=True)
        elif tag in {"img", "emoji"}:
            self._line += given.get("alt", "").strip()
        elif tag == "a":
            self._links.append((given.get("href", ""), len(self._lines), len(self._line)))
        elif tag in {"td", "th"} and self._line.strip():
            self._line += " · "
        self._line += {"li": "• ", "at": "@"}.get(tag, "")

    def read(self, written: str) -> None:
        if self._depth["unseen"]:
            return
        text = unescape(written)
        if not self._depth["pre"]:
            self._line += re.sub(r"[ \t\r\n\f]+", " ", text)
            return
        first, *rest = text.replace("\r\n", "\n").split("\n")
        self._line += first
        for line in rest:
            self._end_line(blank=True)
            self._line = line

    def _end_line(self, blank: bool = False) -> None:
        """A line of non-breaking spaces is an empty one that was meant; ordinary spaces are between the tags."""
        if blank or self._line.strip(" "):
            line = self._line if self._depth["pre"] else self._line.strip(" ")
            quoted = "> " * min(self._depth["blockquote"], 3)
            self._lines.append(quoted + line.replace("\xa0", " ").rstrip())
        self._line = ""

    def _address(self, address: str, line: int, start: int) -> str:
        """The address behind a link, where its label says something else."""
        bare = re.sub(r"^(mailto:|tel:|https?://)", "", address)
        label = self._line[start:].strip() if line == len(self._lines) else ""
        if bare == address or label.rstrip("/") in {address.rstrip("/"), bare.rstrip("/")}:
            return ""
        return f" ({address if '//' in address else bare})"
