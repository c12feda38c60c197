"""Slack's mrkdwn, as Slack shows it: docs.slack.dev/messaging/formatting-message-text."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.web.markup import Html, element, lines, text

_EMOJI = {
    "ticket": "🎫", "warning": "⚠️", "white_check_mark": "✅", "hourglass_flowing_sand": "⏳", "bell": "🔔",
    "wave": "👋", "tada": "🎉", "exclamation": "❗", "bangbang": "‼️", "eyes": "👀",
}  # fmt: skip

_ENTITIES = {"&lt;": "<", "&gt;": ">", "&amp;": "&"}
_WHOLE = re.compile(r"```(?P<pre>.+?)```|`(?P<code>[^`\n]+)`|<(?P<reference>[^<>\n]+)>", re.DOTALL)
_KEPT = re.compile("\ue000(\\d+)\ue001")
_FORMATS = tuple(
    (re.compile(rf"(?<![\w{mark}]){mark}(?=[^\s{mark}])([^{mark}\n]*?[^\s{mark}]){mark}(?![\w{mark}])"), name)
    for mark, name in ((r"\*", "b"), ("_", "i"), ("~", "s"))
)
_QUOTE = re.compile(r"(?:(?<=\n)|^)&gt; ?([^\n]*)\n?")
_TOKEN = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Reading:
    """Who reads: in which time zone, and at which moment (UTC)."""

    zone: ZoneInfo
    now: datetime


def mrkdwn(written: str, reading: Reading) -> Html:
    """The HTML of a mrkdwn text; whatever is no formatting of Slack's is shown as it is."""
    kept: list[Html] = []

    def keep(found: re.Match[str]) -> str:
        kept.append(_whole(found, reading))
        return f"\ue000{len(kept) - 1}\ue001"

    shown = _WHOLE.sub(keep, re.sub("[\ue000\ue001]", "\ufffd", written))
    # Slack escapes three characters only; the quotation marks are ours to escape.
    shown = text(_plain(shown))
    for pattern, name in _FORMATS:
        shown = Html(pattern.sub(rf"<{name}>\1</{name}>", shown))
    shown = Html(re.sub(r":([a-z_]+):", lambda found: _EMOJI.get(found[1], found[0]), shown))
    shown = Html(_QUOTE.sub(r"<blockquote>\1</blockquote>", shown).replace("\n", "<br>"))
    return Html(_KEPT.sub(lambda found: kept[int(found[1])], shown))


def plain(written: str) -> Html:
    """The HTML of a plain_text, in which only emoji have names."""
    return lines(re.sub(r":([a-z_]+):", lambda found: _EMOJI.get(found[1], found[0]), written))


def link(address: str, label: str) -> Html:
    """A link that opens beside the page; the label alone for whatever is no address of the web or of mail."""
    if not re.match(r"(?:https?://|mailto:|tel:)", address, re.IGNORECASE):
        return text(label)
    return element("a", label, href=address, target="_blank", rel="noopener noreferrer")


def date(moment: datetime, form: str, reading: Reading) -> str:
    """The moment as Slack writes it in the reader's zone, for a form such as `{date_short_pretty} at {time}`."""
    local, today = moment.astimezone(reading.zone), reading.now.astimezone(reading.zone).date()
    near = {today + timedelta(days=days): name for days, name in ((-1, "yesterday"), (0, "today"), (1, "tomorrow"))}

    def token(found: re.Match[str]) -> str:
        name = found[1]
        if name.endswith("_pretty") and local.date() in near:
            return near[local.date()]
        make = _DATES.get(name.removesuffix("_pretty"))
        return make(local) if make else found[0]

    return _TOKEN.sub(token, form)


_DATES: dict[str, Callable[[datetime], str]] = {
    "date": lambda at: f"{at:%B} {at.day}, {at.year}",
    "date_num": lambda at: f"{at:%Y-%m-%d}",
    "date_short": lambda at: f"{at:%b} {at.day}, {at.year}",
    "date_long": lambda at: f"{at:%A}, {at:%B} {at.day}, {at.year}",
    "time": lambda at: f"{at:%H:%M}",
    "time_secs": lambda at: f"{at:%H:%M:%S}",
}


def _whole(found: re.Match[str], reading: Reading) -> Html:
    if found["pre"] is not None:
        return element("pre", _plain(found["pre"]).strip("\n"))
    if found["code"] is not None:
        return element("code", _plain(found["code"]))
    return _reference(found["reference"], reading)


def _reference(inside: str, reading: Reading) -> Html:
    """What `<…>` stands for: a person, a conversation, a date, a broadcast, or a link."""
    target, _, label = inside.partition("|")
    kind, rest = target[:1], _plain(target[1:])
    if kind in {"@", "#"}:
        return element("span", f"{kind}{_plain(label) or rest}", class_="mention")
    if target.startswith("!date^"):
        return _date(target, _plain(label), reading)
    if kind == "!":
        return element("span", f"@{_plain(label).removeprefix('@') or rest}", class_="mention")
    address = _plain(target)
    if re.match(r"[a-z][a-z0-9+.-]*:", address, re.IGNORECASE):
        return link(address, _plain(label) or address.removeprefix("mailto:"))
    return text(f"<{_plain(inside)}>")


def _date(target: str, fallback: str, reading: Reading) -> Html:
    parts = target.split("^")
    try:
        moment = datetime.fromtimestamp(int(parts[1]), UTC)
        shown = date(moment, _plain(parts[2]), reading)
    except (ValueError, OverflowError, OSError, IndexError):
        return text(fallback)
    return element("time", shown, datetime=moment.isoformat(), title=fallback)


def _plain(written: str) -> str:
    return re.sub(r"&(?:lt|gt|amp);", lambda found: _ENTITIES[found[0]], written)
