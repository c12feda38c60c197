"""Teams' text on the wire: what we write made safe, what people wrote made readable.

A TextBlock reads Markdown (learn.microsoft.com/adaptive-cards/authoring-cards/text-features); a TextRun does not, but
turns `{{DATE(…)}}` and `{{TIME(…)}}` into moments like a TextBlock.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from bot.phrases import Ink
from bot.teams.html import plain
from complaints.words import storable

__all__ = [
    "BARE", "INK", "LONGEST_ADDRESS", "cut", "escape", "in_chat", "link", "one_line", "plain", "runs", "short", "when",
    "without_mention",
]  # fmt: skip

# Backslashes are shown as they are by Teams on telephones (AdaptiveCards issues 5590, 5758), so look-alikes stand in.
_LOOK_ALIKES = str.maketrans({"*": "∗", "~": "∼", "`": "'", "\\": "＼"})
_OUTER_UNDERSCORE = re.compile(r"(?<![^\W_])_|_(?![^\W_])")
_JOINER = "\u2060"
_TO_PART = re.compile(
    r"\{(?=\{)"  # {{DATE(…)}}
    r"|\](?=[(\[:])"  # [label](address)
    r"|<(?=\S)"  # <at>, <https://…>
    r"|&(?=#?\w+;)"  # &lt;
)
_LINE_MARK = re.compile(r"(?=[-+#>=|]|\d+[.)])")
_INVISIBLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")
_MACRO = re.compile(r"(?<=\{)(?=\{\s*(?:DATE|TIME)\b)", re.IGNORECASE)
_IN_SLACK = re.compile(r"`(?:/complaint )?([^`]+)`")

LONGEST_ADDRESS = 1000


def escape(text: str) -> str:
    """The text for a sentence of ours in a TextBlock: on one line, without markup, links, mentions and moments."""
    harmless = _OUTER_UNDERSCORE.sub("＿", " ".join(_INVISIBLE.sub(" ", text).split()).translate(_LOOK_ALIKES))
    parted = _TO_PART.sub(lambda found: found[0] + _JOINER, harmless)
    return _JOINER + parted if _LINE_MARK.match(parted) else parted


def when(moment: datetime) -> str:
    """A moment that Teams shows in the time zone of whoever reads it."""
    written = moment.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"
    return f"{{{{DATE({written}, SHORT)}}}} at {{{{TIME({written})}}}}"


def when_in_utc(moment: datetime) -> str:
    """A moment for where Teams shows no local times."""
    return f"{moment.astimezone(UTC):%a %d %b %Y, %H:%M} UTC"


def short(text: str, limit: int) -> str:
    """The text, cut to `limit` characters with “…” where it is longer."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def one_line(text: str, limit: int) -> str:
    """The text on one line, without characters that nobody sees or that turn the line around, cut to `limit`."""
    return short(" ".join(_INVISIBLE.sub(" ", storable(text)).split()), limit)


def cut(words: str, limit: int) -> str:
    """The words as they are, or their beginning and how many more there are."""
    if len(words) <= limit:
        return words
    return f"{words[:limit]}… ({len(words) - limit:,} more characters, see the original)"


def runs(words: str) -> list[str]:
    """The words in pieces that, one TextRun each, show every character and none as a moment."""
    return _MACRO.split(storable(words))


def link(address: str, label: str) -> str:
    """A link to a web address, in Markdown; the label alone where the address is no such thing, or endless."""
    if len(address) > LONGEST_ADDRESS or not re.fullmatch(r"https?://[^\s\x00-\x1f\x7f-\x9f]+", address):
        return escape(label)
    safe = re.sub(r"[()<>\[\]{}*`~\\|\"';]", lambda found: f"%{ord(found[0]):02X}", storable(address))
    return f"[{escape(label).replace('[', '(').replace(']', ')')}]({safe})"


def in_chat(sentence: str) -> str:
    """A sentence of ours as it is said where there are no slash commands: “away until Friday”."""
    return _IN_SLACK.sub(r"“\1”", sentence)


def without_mention(text: str, name: str) -> str:
    """A message's text or HTML without the mentions of this name, of the bot for example."""
    shown = rf"(?:{re.escape(name)}|{re.escape(name.replace('&', '&amp;').replace('<', '&lt;').replace('>', '&gt;'))})"
    mention = rf"<at\b[^<>]*>\s*{shown}\s*</at>"
    return re.sub(mention, "", re.sub(rf"^\s*{mention}\s*[:,]", "", text)).strip()


INK = Ink(escape=escape, when=when, bold=lambda text: f"**{text}**")
"""How sentences are written in a TextBlock."""

BARE = Ink(escape=str, when=when_in_utc, bold=str)
"""How sentences are written where nothing is markup: in the summary that notifications show."""
