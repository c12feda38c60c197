"""HTML that is safe by construction: whatever is not markup already is escaped on its way in."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

_VOID = frozenset({"br", "hr", "img", "input"})
OWN_PICTURE = "data:image/svg+xml;base64,"
"""How the address of a picture begins that came along with the page."""


class Html(str):
    """Markup of ours, in which everybody's words are escaped."""

    __slots__ = ()


def element(name: str, /, *children: str, **attributes: str | bool | None) -> Html:
    """An element; plain strings among its children become text.

    `aria_label="…"` becomes `aria-label`, `for_` becomes `for`; True is an attribute without a value, None and False
    are none.
    """
    written = "".join(_attribute(key, value) for key, value in attributes.items())
    if name in _VOID:
        return Html(f"<{name}{written}>")
    return Html(f"<{name}{written}>{joined(children)}</{name}>")


def joined(parts: Iterable[str], separator: str = "") -> Html:
    """The parts one after another, text escaped and markup as it is."""
    return Html(text(separator).join(text(part) for part in parts))


def text(words: str) -> Html:
    """The words as text, or the markup as it is."""
    return words if isinstance(words, Html) else Html(escape(words))


def lines(words: str) -> Html:
    """The words as text in which line breaks are kept."""
    return joined((text(line) for line in words.split("\n")), element("br"))


def _attribute(key: str, value: str | bool | None) -> str:
    if value is None or value is False:
        return ""
    name = key.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{escape(value)}"'
