"""What somebody who means harm puts in the place of what Slack and Microsoft send."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from hypothesis import strategies as st

Json: TypeAlias = dict[str, Any]
Path: TypeAlias = tuple[str | int, ...]

LONGEST_DIGITS = "9" * 4301
"""One digit more than Python makes a number of."""
_DIGITS = "<digits>"


def nested(depth: int, inner: Any = "x") -> Any:
    """Lists in lists."""
    for _ in range(depth):
        inner = [inner]
    return inner


WORDS = (
    "", " ", "\x00", "a\x00b", "\ud800", "\udfff\ud800", "\u202e", "\ufeff", "\u2028", "🎫" * 50, "a" * 5000,
    "x" * 70_000, "<!channel>", "<@U0SAM0001>", "<@", "<" * 500, "&" * 500, "*_~`" * 100,
    "{{DATE(2026-01-01T00:00:00Z)}}",
    "<at>Golddust</at>", "<blockquote>" * 200, "C-1", "C-99999999999999999999", "#1", "-1", "0", "1e309", "NaN",
    "9" * 400, "٣", "²", "1.5", "2026-02-30", "0000-00-00", "9999-12-31T23:59:59Z", "tomorrow at 25:61", "null",
    "../../etc/passwd", "http://[::1", "https://x.example/\r\nHost: y", "javascript:alert(1)", "%00%ff",
    "'; DROP TABLE", '{"ticket": 1}', "[" * 900, "28:bot", "system", "team:payments", "person:dana", "constructor",
    "__class__", _DIGITS,
    "4111 1111 1111 1111", "away until " + "9" * 30, "open", "report", "digest every 0 days", "back", "help",
    "settings",
)  # fmt: skip
"""Texts, each of which has a reason to be looked at."""
OTHERS: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 2**31, 2**63, -(2**63) - 1, 10**400, 0.5, -0.0, 1e308, float("inf"), float("nan"),
    [], [None], ["x"], [[]], [{}], {}, {"": None}, {"id": None}, {"id": 7}, {"type": "x"}, {"text": {}},
    {"a": {"b": []}}, {"values": []}, {"values": {"x": None}}, {"value": [1]}, nested(90), {"\x00": "\ud800"},
    ["\ud800"], [{"name": 1}],
)  # fmt: skip
"""Everything else that JSON can hold where a text was meant, or nothing."""

words = st.sampled_from(WORDS) | st.text(max_size=40)
values = st.sampled_from(OTHERS) | words | st.sampled_from(WORDS)


def nodes(payload: Any, path: Path = ()) -> Iterator[Path]:
    """The path of everything within a payload, leaves and what holds them."""
    entries = payload.items() if isinstance(payload, dict) else enumerate(payload) if isinstance(payload, list) else ()
    for key, value in entries:
        yield (*path, key)
        yield from nodes(value, (*path, key))


@dataclass(frozen=True, slots=True)
class Change:
    """Something that is done to one place of a payload, which is counted from where the number points."""

    place: int
    kind: str
    value: Any

    def to(self, payload: Any) -> None:
        """Make the change, where there is a place left to make it."""
        paths = list(nodes(payload))
        if not paths:
            return
        *above, last = paths[self.place % len(paths)]
        holder = payload
        for step in above:
            holder = holder[step]
        if self.kind == "remove":
            del holder[last]
        elif self.kind == "wrap":
            holder[last] = {"list": [holder[last]], "mapping": {"value": holder[last]}}[self.value]
        elif self.kind == "name" and isinstance(holder, dict):
            holder[self.value] = holder.pop(last)
        else:
            holder[last] = copy.deepcopy(self.value)


_places = st.integers(0, 10_000)
changes = (
    st.builds(Change, _places, st.just("set"), values)
    | st.builds(Change, _places, st.just("remove"), st.none())
    | st.builds(Change, _places, st.just("wrap"), st.sampled_from(("list", "mapping")))
    | st.builds(Change, _places, st.just("name"), words)
)


def changed(payload: Json, made: list[Change]) -> Json:
    """The payload after the changes."""
    found = copy.deepcopy(payload)
    for change in made:
        change.to(found)
    return found


def written(payload: Any) -> bytes:
    """The payload as JSON, with numbers in it that Python would not write."""
    return json.dumps(payload).replace(json.dumps(_DIGITS), LONGEST_DIGITS).encode()


noise: st.SearchStrategy[bytes] = st.one_of(
    st.binary(max_size=200),
    st.recursive(
        values, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=4)
    ).map(written),
    st.sampled_from([
        b"", b"{", b"[" * 100_000, b'{"a":' * 50_000, b"\xff\xfe", b"\x00", b'"\\ud800"', b'{"type": 1e999}',
        b"payload=", b"payload=%7B", b"payload=[]", b"payload=%00", b"payload={}&payload={}", b"ssl_check=1",
        b"command=%2Fcomplaint", b"command=&text=&user_id=", b'{"type": "url_verification", "challenge": ["x"]}',
        b'{"type": "url_verification"}',
    ]),
)  # fmt: skip
"""Bodies that are nothing at all."""
