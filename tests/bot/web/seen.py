"""What somebody sees of HTML: its elements, its words, and what of it could run something."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Seen:
    """Elements with their attributes, in order, and the words between them."""

    elements: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    words: str = ""

    @property
    def names(self) -> set[str]:
        """The names of the elements."""
        return {name for name, _ in self.elements}

    def having(self, attribute: str) -> list[str]:
        """The values of an attribute, wherever it stands."""
        return [value or "" for _, found in self.elements for key, value in found.items() if key == attribute]

    @property
    def inert(self) -> bool:
        """Whether nothing in it runs, loads or leads anywhere but to the web."""
        attributes = {key for _, found in self.elements for key in found}
        harmless = not any(key.startswith("on") or key in {"src", "srcdoc", "style", "action"} for key in attributes)
        links = all(address.startswith(("https://", "http://", "mailto:", "tel:")) for address in self.having("href"))
        return harmless and links and not self.names & {"script", "img", "iframe", "form", "object", "svg", "style"}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen = Seen()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.elements.append((tag, dict(attrs)))
        self.seen.words += "\n" if tag == "br" else ""

    def handle_data(self, data: str) -> None:
        self.seen.words += data


def seen(html: str) -> Seen:
    """What there is to see in this HTML."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.seen
