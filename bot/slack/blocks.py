"""Slack's blocks, cut to the sizes that Slack takes: docs.slack.dev/reference/block-kit."""

from __future__ import annotations

import copy
import json
import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeAlias

from bot.buttons import Button
from bot.slack.text import short, short_mrkdwn

Block: TypeAlias = dict[str, Any]

SECTION = 3000
MOST_BLOCKS = 49
LARGEST = 13_200
"""Characters that the blocks of one message may take together; undocumented, measured as compact JSON."""

_SHORTEST = 20


def plain_text(text: str, limit: int) -> Block:
    """A plain_text object; Slack takes no empty one."""
    return {"type": "plain_text", "text": short(text, limit) if text.strip() else "–"}


def mrkdwn(text: str, limit: int = SECTION) -> Block:
    """A mrkdwn object in which Slack makes no links of its own."""
    return {"type": "mrkdwn", "text": short_mrkdwn(text, limit) if text.strip() else "–", "verbatim": True}


def header(text: str) -> Block:
    """A headline."""
    return {"type": "header", "text": plain_text(text, 150)}


def section_plain(text: str) -> Block:
    """A paragraph that shows characters as they are: the place for people's words."""
    return {"type": "section", "text": plain_text(text, SECTION)}


def section_mrkdwn(text: str) -> Block:
    """A paragraph of ours, in which names are escaped already."""
    return {"type": "section", "text": mrkdwn(text)}


def context(text: str) -> Block:
    """Small print of ours, in which names are escaped already."""
    return {"type": "context", "elements": [mrkdwn(text)]}


def context_plain(text: str) -> Block:
    """Small print that shows characters as they are."""
    return {"type": "context", "elements": [plain_text(text, SECTION)]}


def divider() -> Block:
    """A line across."""
    return {"type": "divider"}


def button(action_id: str, label: str, value: str, style: str | None = None) -> Block:
    """One button; `style` is primary, danger or None."""
    made: Block = {
        "type": "button",
        "action_id": short(action_id, 255),
        "text": plain_text(label, 75),
        "value": short(value, 2000),
    }
    return made | ({"style": style} if style else {})


def actions(buttons: Sequence[Block]) -> Block:
    """A row of buttons."""
    return {"type": "actions", "elements": list(buttons[:25])}


def row(buttons: Iterable[Button], number: int) -> list[Block]:
    """The row that offers these presses on a ticket; no block where there is nothing to press."""
    made = [button(one.press, one.label, str(number), "primary" if one.primary else None) for one in buttons]
    return [actions(made)] if made else []


def size(blocks: Sequence[Block]) -> int:
    """The characters that blocks take together."""
    return len(json.dumps(blocks, ensure_ascii=False, separators=(",", ":")))


def fit(blocks: Sequence[Block]) -> list[Block]:
    """The blocks of one message, few and small enough for Slack: the longest words are cut first, buttons never."""
    kept = copy.deepcopy(_few(blocks))
    for kind, cut in (("plain_text", short), ("mrkdwn", short_mrkdwn)):
        while (over := size(kept) - LARGEST) > 0:
            longest = max(_texts(kept, kind), key=lambda text: len(text["text"]), default=None)
            if longest is None or len(longest["text"]) <= _SHORTEST:
                break
            length = len(longest["text"])
            weight = len(json.dumps(longest["text"], ensure_ascii=False)) / length
            longest["text"] = cut(longest["text"], max(length - math.ceil(over / weight) - 1, length // 2)) or "…"
    return kept


def _few(blocks: Sequence[Block]) -> list[Block]:
    surplus = len(blocks) - MOST_BLOCKS
    if surplus <= 0:
        return list(blocks)
    words = [place for place, block in enumerate(blocks) if block["type"] not in {"actions", "header"}]
    dropped = set(words[-surplus:])
    return [block for place, block in enumerate(blocks) if place not in dropped][:MOST_BLOCKS]


def _texts(blocks: Sequence[Block], kind: str) -> Iterator[Block]:
    for block in blocks:
        if block["type"] in {"section", "context"}:
            for text in (block.get("text"), *block.get("elements", ())):
                if text is not None and text["type"] == kind:
                    yield text
