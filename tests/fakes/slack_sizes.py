"""Lengths of strings, text objects and lists, in Slack's words."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any


def too_long(value: Any, limit: int, pointer: str) -> Iterator[str]:
    """Yield a problem if `value` has more than `limit` characters or is no string."""
    if not isinstance(value, str):
        yield f"must be a string [json-pointer:{pointer}]"
    elif len(value) > limit:
        yield f"must be less than {limit + 1} characters [json-pointer:{pointer}]"


def too_many(items: Collection[Any], limit: int, pointer: str) -> Iterator[str]:
    """Yield a problem if there are more than `limit` items."""
    if len(items) > limit:
        yield f"no more than {limit} items allowed [json-pointer:{pointer}]"


def text_problems(text: Any, limit: int, pointer: str, *, plain: bool = False) -> Iterator[str]:
    """Yield what is wrong with a text object; `plain` ones may not be mrkdwn; none may be empty."""
    kinds = {"plain_text"} if plain else {"plain_text", "mrkdwn"}
    if not isinstance(text, dict) or text.get("type") not in kinds:
        yield f"must be a text object of type {' or '.join(sorted(kinds))} [json-pointer:{pointer}]"
        return
    if not text.get("text"):
        yield f"must be more than 0 characters [json-pointer:{pointer}/text]"
    yield from too_long(text.get("text") or "", limit, f"{pointer}/text")
