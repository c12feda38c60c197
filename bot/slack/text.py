"""Slack's text on the wire: what we write made safe, what people wrote made readable.

Source: docs.slack.dev/messaging/formatting-message-text.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from bot.phrases import Ink

_ENTITIES = {"&lt;": "<", "&gt;": ">", "&amp;": "&"}
_ESCAPED = {character: entity for entity, character in _ENTITIES.items()}

# Slack knows no escape for its formatting characters, so look-alikes stand in for them.
_LOOK_ALIKES = {"*": "∗", "~": "∼", "`": "'"}
_OUTER_UNDERSCORE = re.compile(r"(?<![^\W_])_|_(?![^\W_])")

_REFERENCE = re.compile(r"<([@#!]|[a-z][a-z0-9+.-]*:)([^<>]*)>", re.IGNORECASE)
_INVISIBLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")


def escape(text: str) -> str:
    """The text for a mrkdwn sentence: it can neither mention nor link anybody, nor open formatting."""
    harmless = "".join(_ESCAPED.get(char) or _LOOK_ALIKES.get(char, char) for char in text)
    return _OUTER_UNDERSCORE.sub("＿", harmless)


def when(moment: datetime) -> str:
    """A moment that Slack shows in the time zone of whoever reads it, or in UTC where it can't."""
    fallback = f"{moment.astimezone(UTC):%a %d %b %Y, %H:%M} UTC"
    return f"<!date^{int(moment.timestamp())}^{{date_short_pretty}} at {{time}}|{fallback}>"


def when_in_short(moment: datetime) -> str:
    """The same where there is room for few characters."""
    return f"<!date^{int(moment.timestamp())}^{{date_short_pretty}} {{time}}|{moment.astimezone(UTC):%d %b %H:%M}>"


def short(text: str, limit: int) -> str:
    """The text, cut to `limit` characters with “…” where it is longer."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def short_mrkdwn(text: str, limit: int) -> str:
    """The mrkdwn, cut to `limit` characters so that no `<…>` and no entity is left in halves."""
    if len(text) <= limit:
        return text
    kept = text[: limit - 1]
    for opens, closes in (("<", ">"), ("&", ";")):
        if kept.rfind(opens) > kept.rfind(closes):
            kept = kept[: kept.rfind(opens)]
    return kept.rstrip() + "…"


def one_line(text: str, limit: int) -> str:
    """The text on one line, without characters that nobody sees or that turn the line around, cut to `limit`."""
    return short(" ".join(_INVISIBLE.sub(" ", text).split()), limit)


def link(address: str, label: str) -> str:
    """A link to a web address; the label alone where the address is no such thing."""
    safe = address.replace("|", "%7C").replace(" ", "%20").replace("&", "&amp;")
    if not re.fullmatch(r"https?://[^\s<>\x00-\x1f]+", safe):
        return escape(label)
    return f"<{safe}|{escape(label)}>"


def plain(text: str) -> str:
    """What a person saw, given the text that Slack sent: mentions as names, links as words, entities as characters."""
    if "<" not in text and "&" not in text:
        return text
    return re.sub(r"&(?:lt|gt|amp);", lambda found: _ENTITIES[found[0]], _REFERENCE.sub(_shown, text))


def without_mention(text: str, bot_user_id: str) -> str:
    """Slack's text without the mentions of the bot; whitespace is tidied at the ends only."""
    if "<@" not in text:
        return text.strip()
    mention = rf"<@{re.escape(bot_user_id)}(?:\|[^<>]*)?>"
    return re.sub(mention, "", re.sub(rf"^\s*{mention}\s*[:,]", "", text)).strip()


def _shown(found: re.Match[str]) -> str:
    kind, rest = found[1], found[2]
    target, _, label = rest.partition("|")
    if kind == "@":
        return f"@{(label or target).removeprefix('@')}"
    if kind == "#":
        return f"#{(label or target).removeprefix('#')}"
    if kind == "!":
        return _special(target, label)
    return _address(f"{kind}{target}", label)


def _special(target: str, label: str) -> str:
    """What `<!…>` showed: a broadcast, a user group, or a date's fallback."""
    name, _, rest = target.partition("^")
    if name == "date":
        return label or rest
    return f"@{(label or rest or name).removeprefix('@')}"


def _address(address: str, label: str) -> str:
    bare = re.sub(r"^(mailto:|tel:|https?://)", "", address)
    if not label or label == address:
        return address if "//" in address else bare
    # Slack makes links out of what looks like an address: the person typed the label.
    return label if label.rstrip("/") == bare.rstrip("/") else f"{label} ({address if '//' in address else bare})"


INK = Ink(escape=escape, when=when, bold=lambda text: f"*{text}*")
"""How sentences are written in mrkdwn."""

BARE = Ink(escape=str, when=when, bold=str)
"""How sentences without dates are written in plain_text, where nothing needs to be made harmless."""
