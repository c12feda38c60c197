"""The sizes that Slack accepts: docs.slack.dev/reference/block-kit and each method's page."""

from __future__ import annotations

import json
from collections.abc import Iterator

from tests.fakes.slack_blocks import block_problems
from tests.fakes.slack_call import Json, SlackError
from tests.fakes.slack_sizes import text_problems, too_long, too_many

MESSAGE_BLOCKS = 50
MESSAGE_TEXT = 40_000
UPDATED_TEXT = 4_000  # chat.update's own page: "cannot exceed 4,000 characters"
ALL_BLOCKS = 13_200
VIEW_BLOCKS = 100
VIEW_BYTES = 250_000


def blocks_size(blocks: list[Json]) -> int:
    """Return the characters that a message's blocks take together.

    Slack does not document the measure. A divider costs room too (bolt-js issue 2509), so structure
    counts: this takes the compact JSON, the strictest reading.
    """
    return len(json.dumps(blocks, ensure_ascii=False, separators=(",", ":")))


def check_message(text: str, blocks: list[Json] | None, text_limit: int = MESSAGE_TEXT) -> None:
    """Raise `msg_too_long`, `invalid_blocks` or `msg_blocks_too_long` for what Slack would not take."""
    if len(text) > text_limit:
        raise SlackError("msg_too_long")
    if not blocks:
        return
    problems = list(too_many(blocks, MESSAGE_BLOCKS, "/blocks"))
    problems += block_problems(blocks, "message", "/blocks")
    if problems:
        raise SlackError("invalid_blocks", problems)
    if blocks_size(blocks) > ALL_BLOCKS:
        raise SlackError("msg_blocks_too_long")


def check_view(view: Json, kind: str) -> None:
    """Raise `invalid_arguments` or `view_too_large` for a view that is no good `kind` (modal or home)."""
    if len(json.dumps(view).encode()) > VIEW_BYTES:
        raise SlackError("view_too_large")
    problems = list(_view_problems(view, kind))
    if problems:
        raise SlackError("invalid_arguments", problems)


def _view_problems(view: Json, kind: str) -> Iterator[str]:
    if view.get("type") != kind:
        yield f"unsupported view type: {view.get('type')} [json-pointer:/view/type]"
    blocks = view.get("blocks")
    if not isinstance(blocks, list):
        yield "missing required field: blocks [json-pointer:/view]"
        return
    yield from too_many(blocks, VIEW_BLOCKS, "/view/blocks")
    yield from block_problems(blocks, kind, "/view/blocks")
    yield from too_long(view.get("private_metadata", ""), 3000, "/view/private_metadata")
    yield from too_long(view.get("callback_id", ""), 255, "/view/callback_id")
    yield from too_long(view.get("external_id", ""), 255, "/view/external_id")
    yield from _button_problems(view, kind, blocks)


def _button_problems(view: Json, kind: str, blocks: list[Json]) -> Iterator[str]:
    if kind == "home":
        for field in sorted({"title", "submit", "close"} & view.keys()):
            yield f"invalid additional property: {field} [json-pointer:/view]"
        return
    if "title" not in view:
        yield "missing required field: title [json-pointer:/view]"
    for field in ("title", "submit", "close"):
        if view.get(field) is not None:
            yield from text_problems(view[field], 24, f"/view/{field}", plain=True)
    if "submit" not in view and any(block.get("type") == "input" for block in blocks):
        yield "a `submit` button is required when an `input` block is in the `blocks` array [json-pointer:/view]"
