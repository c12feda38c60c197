"""The text of Adaptive Cards, as Teams shows it: a subset of Markdown, and moments in the reader's zone. Pure.

Source: learn.microsoft.com/adaptive-cards/authoring-cards/text-features.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.web.markup import Html, element, joined, text
from bot.web.mrkdwn import link

_MOMENT = re.compile(r"\{\{(DATE|TIME)\(\s*([0-9TZ:+.-]+)\s*(?:,\s*(COMPACT|SHORT|LONG)\s*)?\)\}\}")
_PIECE = re.compile(
    r"\\(?P<escaped>[\\*_~\[\]()`#+.!-])"
    r"|\*\*(?P<bold>(?=\S).+?(?<=\S))\*\*"
    r"|(?<!\w)(?P<mark>[*_])(?P<italic>(?=[^\s*_]).+?(?<=[^\s*_]))(?P=mark)(?!\w)"
    r"|\[(?P<label>[^\[\]]+)\]\((?P<address>[^()\s]+)\)"
)
_BULLET = re.compile(r"^(?:[-*+]|\d+\.)\s+")


def markdown(written: str) -> Html:
    """The HTML of a TextBlock's text; whatever is no formatting of Teams' is shown as it is."""
    found = written.split("\n")
    if len(found) > 1 and all(_BULLET.match(line) for line in found):
        return element("ul", *(element("li", _spans(_BULLET.sub("", line))) for line in found))
    return joined((_spans(line) for line in found), element("br"))


def texts(card: object) -> dict[str, Html]:
    """The HTML of every text in a card that is Markdown, by the text itself."""
    if isinstance(card, list):
        return {key: html for one in card for key, html in texts(one).items()}
    if not isinstance(card, Mapping):
        return {}
    own = [card["text"]] if card.get("type") == "TextBlock" else []
    own += [fact[key] for fact in card.get("facts", ()) for key in ("title", "value")]
    found = {str(written): markdown(str(written)) for written in own}
    for one in card.values():
        found |= texts(one)
    return found


def localised(card: Any, zone: ZoneInfo) -> Any:
    """The card with each `{{DATE(…)}}` and `{{TIME(…)}}` written out as Teams writes it in this zone."""
    if isinstance(card, list):
        return [localised(one, zone) for one in card]
    if not isinstance(card, Mapping):
        return card
    shown = {key: localised(one, zone) for key, one in card.items()}
    if card.get("type") in {"TextBlock", "TextRun"}:
        shown["text"] = _MOMENT.sub(lambda found: _moment(found, zone), str(card.get("text", "")))
    return shown


def _moment(found: re.Match[str], zone: ZoneInfo) -> str:
    try:
        moment = datetime.fromisoformat(found[2])
    except ValueError:
        return found[0]
    if moment.tzinfo is None:
        return found[0]
    local = moment.astimezone(zone)
    if found[1] == "TIME":
        return f"{local:%H:%M}"
    if found[3] == "LONG":
        return f"{local:%A}, {local:%B} {local.day}, {local.year}"
    return f"{local:%a}, {local:%b} {local.day}, {local.year}" if found[3] == "SHORT" else f"{local:%Y-%m-%d}"


def _spans(line: str) -> Html:
    made: list[str] = []
    place = 0
    for found in _PIECE.finditer(line):
        made += [line[place : found.start()], _span(found)]
        place = found.end()
    return joined([*made, line[place:]])


def _span(found: re.Match[str]) -> Html:
    if found["escaped"]:
        return text(found["escaped"])
    if found["bold"]:
        return element("b", _spans(found["bold"]))
    if found["italic"]:
        return element("i", _spans(found["italic"]))
    return link(found["address"], found["label"])
