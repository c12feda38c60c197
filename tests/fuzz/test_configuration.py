"""Whatever the file says, it is a configuration or a list of clear lines, and the work to find out is bounded."""

from __future__ import annotations

import copy
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.configuration import EXAMPLE, MOST_TOLD, parse
from complaints.errors import ConfigurationError
from tests.fuzz.cases import share
from tests.fuzz.hostile import OTHERS, WORDS, changed, changes

TEXT = (Path(__file__).parents[2] / EXAMPLE).read_text(encoding="utf-8")
WHOLE: dict[str, Any] = yaml.safe_load(TEXT)
LINE = re.compile(r"golddust\.yml:\d+: [^\n]+: found [^\n]+; allowed: [^\n]+|golddust\.yml: and \d+ more problems")
MOST_CALLS = 2_000_000
"""Calls of Python's functions; reading the example takes a tenth of it. A second has some ten million."""

SNIPPETS = (
    "&a [*a]", "*nobody", "!!python/object:os.system x", "!!binary =", "? [a]\n: b", "<<: *x", "<<: {a: b}", "- - - -",
    "[" * 300, "{a: " * 300, "a: &x [*y, *y]", "%YAML 9.9", "--- \n...\n---", "\t", "'", '"',
    '"\\ud800"', '"\\x00"', "|", ">-",
    "0x" + "f" * 5000, "1" * 5000, "1_000", "1e400", ".inf", ".nan", "1:60:60", "2026-13-40", "~", "0o9", "yes", "=",
    "\ufeff", "\u2028", "!", "!<>", "#", "a: b: c", "key: [unclosed", "99999999999d", "fri-mon", "25:00-26:00", "9-5",
)  # fmt: skip


places = st.integers(0, 100_000)


@contextmanager
def bounded() -> Iterator[None]:
    """Fail as soon as more has been called than MOST_CALLS; the count is the same on any machine."""
    calls = 0

    def count(_: FrameType, event: str, __: object) -> None:
        nonlocal calls
        calls += event == "call"
        if calls > MOST_CALLS:
            raise AssertionError(f"more than {MOST_CALLS:,} calls")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        yield
    finally:
        sys.setprofile(before)


def read_or_refused(data: bytes) -> None:
    """Fail for anything but a configuration or clear lines."""
    try:
        with bounded():
            parse(data, "golddust.yml")
    except ConfigurationError as refusal:
        lines = str(refusal).split("\n")
        assert len(lines) <= MOST_TOLD + 1
        assert [line for line in lines if not LINE.fullmatch(line)] == []


@share(0.2)
@given(st.text(max_size=200) | st.lists(st.sampled_from(SNIPPETS + WORDS), max_size=6).map("\n".join))
def test_any_text_is_read_or_refused_in_clear_lines(text: str) -> None:
    read_or_refused(text.encode("utf-8", "surrogatepass"))


@share(0.1)
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_in_clear_lines(data: bytes) -> None:
    read_or_refused(data)


@share(0.1)
@given(
    st.lists(st.tuples(st.integers(0, 100_000), st.integers(0, 40), st.sampled_from(SNIPPETS)), min_size=1, max_size=3)
)
def test_the_example_with_pieces_of_it_overwritten_is_read_or_refused(made: list[tuple[int, int, str]]) -> None:
    text = TEXT
    for place, length, snippet in made:
        start = place % len(text)
        text = text[:start] + snippet + text[start + length :]
    read_or_refused(text.encode("utf-8", "surrogatepass"))


@share(0.1)
@given(st.lists(changes, min_size=1, max_size=4))
def test_the_example_with_any_value_another_is_read_or_refused(made: list[Any]) -> None:
    try:
        written = yaml.safe_dump(changed(WHOLE, made), sort_keys=False).encode()
    except (yaml.YAMLError, ValueError, UnicodeEncodeError):
        return
    read_or_refused(written)


def test_the_mutations_of_the_example_are_seen() -> None:
    assert changed(WHOLE, []) == WHOLE
    broken = copy.deepcopy(WHOLE)
    broken["organisation"] = OTHERS[0]
    try:
        parse(yaml.safe_dump(broken).encode(), "golddust.yml")
    except ConfigurationError as refusal:
        assert LINE.search(str(refusal))
    else:
        raise AssertionError("a file without an organisation was taken")
