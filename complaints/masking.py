"""Personal data in what people type: masked before it is stored."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from unicodedata import digit

import regex

from complaints.conditions import REGEX_SECONDS
from complaints.privacy import Mask, Privacy

CARD = "payment card number"
LEAST, MOST = 13, 19
"""Digits of a payment card's number (ISO/IEC 7812)."""

_LAST = 4
_BETWEEN = r"[\s\p{Pd}]{1,3}"
_NUMBERS = regex.compile(rf"•••• \d{{4}}(?!\d)|(?<run>\d+(?:{_BETWEEN}\d+)*)")
_GROUP = regex.compile(r"\d+")

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Masked:
    """A text without what is masked in it: which kinds were found, and which could not be looked for in time."""

    text: str
    names: tuple[str, ...] = ()
    given_up: tuple[str, ...] = ()


def masked(text: str, privacy: Privacy) -> Masked:
    """The text without payment card numbers (by Luhn; the last four digits stay) and without what the file lists.

    Masking twice is the same as masking once.
    """
    cleaned = _without_cards(text)
    names = [CARD] if cleaned != text else []
    given_up = []
    for mask in privacy.mask:
        try:
            replaced = _without(cleaned, mask, tuple(one.name for one in privacy.mask))
        except TimeoutError:
            given_up.append(mask.name)
            continue
        if replaced != cleaned:
            cleaned = replaced
            names.append(mask.name)
    return Masked(cleaned, tuple(names), tuple(given_up))


def spoken(names: Sequence[str]) -> str:
    """“I masked a payment card number before I kept it.”, or nothing where nothing was masked."""
    listed = dict.fromkeys(names)
    return f"I masked this before I kept it: {', '.join(listed)}." if listed else ""


def _without_cards(text: str) -> str:
    def replaced(found: regex.Match[str]) -> str:
        run = found["run"]
        # Most numbers are too short to be a card’s.
        return _run_without_cards(run) if run is not None and len(run) >= LEAST else str(found[0])

    return _NUMBERS.sub(replaced, text)


def _run_without_cards(run: str) -> str:
    """Digits in groups, without those groups that make up a card's number, alone or with their neighbours."""
    groups = [(found.start(), found.end()) for found in _GROUP.finditer(run)]
    kept, after = [], 0
    for first, last in _joined(_cards(run, groups)):
        start, end = groups[first][0], groups[last][1]
        digits = [char for char in run[start:end] if char.isdecimal()]
        kept += [run[after:start], "•••• ", *digits[-_LAST:]]
        after = end
    return "".join([*kept, run[after:]])


def _cards(run: str, groups: Sequence[Span]) -> Iterator[Span]:
    """(first group, last group) of each stretch of groups whose digits pass Luhn's test, in the order of the first."""
    values = [digit(char) for start, end in groups for char in run[start:end]]
    # The sum of a stretch is a difference of sums from the beginning, so that a long list of numbers is read once.
    sums = [list(accumulate((_added(v, place, odd) for place, v in enumerate(values)), initial=0)) for odd in (0, 1)]
    ends = list(accumulate(end - start for start, end in groups))
    begins = [0, *ends]
    for first in range(len(groups)):
        for last in range(first, len(groups)):
            begin, end = begins[first], ends[last]
            if end - begin > MOST:
                break
            of = sums[end % 2]
            if end - begin >= LEAST and (of[end] - of[begin]) % 10 == 0:
                yield first, last


def _added(value: int, place: int, odd: int) -> int:
    """What a digit adds to a sum that ends at an even or odd place: every second one from the right counts double."""
    doubled = 2 * value if (place - odd) % 2 == 0 else value
    return doubled - 9 if doubled > 9 else doubled


def _joined(spans: Iterator[Span]) -> list[Span]:
    """The stretches, those that overlap as one."""
    joined: list[Span] = []
    for first, last in spans:
        if joined and first <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(last, joined[-1][1])
        else:
            joined.append((first, last))
    return joined


def _without(text: str, mask: Mask, names: tuple[str, ...]) -> str:
    """The text with a mask's name in the place of what it finds; what is masked already stays."""
    marks = [found.span() for found in _marks(names).finditer(text)]
    kept, after, at = [], 0, 0
    for found in _compiled(mask.pattern).finditer(text, timeout=REGEX_SECONDS):
        start, end = found.span()
        while at < len(marks) and marks[at][1] <= start:
            at += 1
        if start == end or (at < len(marks) and marks[at][0] < end):
            continue
        kept += [text[after:start], f"[{mask.name}]"]
        after = end
    return "".join([*kept, text[after:]])


@lru_cache(maxsize=64)
def _marks(names: tuple[str, ...]) -> regex.Pattern[str]:
    return regex.compile("|".join([r"•••• \d{4}(?!\d)", *(regex.escape(f"[{name}]") for name in names)]))


@lru_cache(maxsize=64)
def _compiled(pattern: str) -> regex.Pattern[str]:
    return regex.compile(pattern, regex.IGNORECASE)
