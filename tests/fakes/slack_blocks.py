"""What is wrong with a list of blocks, in Slack's words. Source: docs.slack.dev/reference/block-kit/blocks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from tests.fakes.slack_call import Json
from tests.fakes.slack_charts import MOST_CHARTS, chart_problems
from tests.fakes.slack_elements import CONTEXT, IN_ACTIONS, IN_INPUT, IN_SECTION, element_problems
from tests.fakes.slack_sizes import text_problems, too_long, too_many

Check: TypeAlias = Callable[[Json, str], Iterator[str]]


def block_problems(blocks: list[Any], surface: str, pointer: str) -> Iterator[str]:
    """Yield each problem with its JSON pointer; `surface` is message, modal or home."""
    seen: set[str] = set()
    charts = 0
    for number, block in enumerate(blocks):
        here = f"{pointer}/{number}"
        if not isinstance(block, dict):
            yield f"must be an object [json-pointer:{here}]"
            continue
        yield from _identity_problems(block, seen, here)
        charts += block.get("type") == "data_visualization"
        if charts > MOST_CHARTS and block.get("type") == "data_visualization":
            yield f"no more than {MOST_CHARTS} data visualizations allowed in a message [json-pointer:{here}]"
        check = _CHECKS.get(str(block.get("type")))
        if check is None or (surface != "message" and block["type"] in _MESSAGE_ONLY):
            yield f"unsupported type: {block.get('type')} [json-pointer:{here}/type]"
        else:
            yield from check(block, here)


def _identity_problems(block: Json, seen: set[str], here: str) -> Iterator[str]:
    identity = block.get("block_id") or ""
    yield from too_long(identity, 255, f"{here}/block_id")
    if identity and identity in seen:
        yield f"`block_id` already exists: {identity} [json-pointer:{here}/block_id]"
    seen.add(identity)


def _section(block: Json, here: str) -> Iterator[str]:
    fields = block.get("fields")
    if block.get("text") is None and not fields:
        yield f"must define either `text` or `fields` [json-pointer:{here}]"
    if block.get("text") is not None:
        yield from text_problems(block["text"], 3000, f"{here}/text")
    for number, field in enumerate(fields or ()):
        yield from text_problems(field, 2000, f"{here}/fields/{number}")
    yield from too_many(fields or (), 10, f"{here}/fields")
    if block.get("accessory") is not None:
        yield from element_problems(block["accessory"], IN_SECTION, f"{here}/accessory")


def _header(block: Json, here: str) -> Iterator[str]:
    yield from text_problems(block.get("text"), 150, f"{here}/text", plain=True)


def _actions(block: Json, here: str) -> Iterator[str]:
    elements = block.get("elements") or []
    if not elements:
        yield f"missing required field: elements [json-pointer:{here}]"
    yield from too_many(elements, 25, f"{here}/elements")
    seen: set[str] = set()
    for number, element in enumerate(elements):
        place = f"{here}/elements/{number}"
        yield from element_problems(element, IN_ACTIONS, place)
        action = element.get("action_id")
        if action and action in seen:
            yield f"`action_id` already exists: {action} [json-pointer:{place}/action_id]"
        seen.add(action or "")


def _context(block: Json, here: str) -> Iterator[str]:
    elements = block.get("elements") or []
    if not elements:
        yield f"missing required field: elements [json-pointer:{here}]"
    yield from too_many(elements, 10, f"{here}/elements")
    for number, element in enumerate(elements):
        place = f"{here}/elements/{number}"
        if isinstance(element, dict) and element.get("type") in {"mrkdwn", "plain_text"}:
            yield from text_problems(element, 3000, place)
        else:
            yield from element_problems(element, CONTEXT, place)


def _input(block: Json, here: str) -> Iterator[str]:
    yield from text_problems(block.get("label"), 2000, f"{here}/label", plain=True)
    if block.get("hint") is not None:
        yield from text_problems(block["hint"], 2000, f"{here}/hint", plain=True)
    yield from element_problems(block.get("element"), IN_INPUT, f"{here}/element")


def _image(block: Json, here: str) -> Iterator[str]:
    if not block.get("alt_text"):
        yield f"missing required field: alt_text [json-pointer:{here}]"
    if not block.get("image_url") and not block.get("slack_file"):
        yield f"must define either `image_url` or `slack_file` [json-pointer:{here}]"
    yield from too_long(block.get("alt_text", ""), 2000, f"{here}/alt_text")
    yield from too_long(block.get("image_url", ""), 3000, f"{here}/image_url")


def _rich_text(block: Json, here: str) -> Iterator[str]:
    known = {"rich_text_section", "rich_text_list", "rich_text_preformatted", "rich_text_quote"}
    for number, element in enumerate(block.get("elements") or ()):
        if element.get("type") not in known:
            yield f"unsupported type: {element.get('type')} [json-pointer:{here}/elements/{number}/type]"


def _table(block: Json, here: str) -> Iterator[str]:
    rows = block.get("rows") or []
    yield from too_many(rows, 100, f"{here}/rows")
    for number, row in enumerate(rows):
        yield from too_many(row, 20, f"{here}/rows/{number}")


def _markdown(block: Json, here: str) -> Iterator[str]:
    yield from too_long(block.get("text", ""), 12_000, f"{here}/text")


def _free(block: Json, here: str) -> Iterator[str]:
    yield from ()


_MESSAGE_ONLY = frozenset({"table", "markdown", "data_visualization", "file", "context_actions"})
_CHECKS: dict[str, Check] = {
    "actions": _actions,
    "context": _context,
    "context_actions": _free,
    "data_visualization": chart_problems,
    "divider": _free,
    "file": _free,
    "header": _header,
    "image": _image,
    "input": _input,
    "markdown": _markdown,
    "rich_text": _rich_text,
    "section": _section,
    "table": _table,
    "video": _free,
}
