"""What a person typed, as Slack sends it: escaped text beside rich_text elements.

Source: docs.slack.dev/messaging/formatting-message-text and the rich_text block's page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from tests.fakes.slack_call import Json


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a message: its form in `text` and its rich_text element."""

    text: str
    element: Json


Said: TypeAlias = str | Part | Sequence[str | Part]
"""Typed words, or a sequence of words, mentions and links; a plain str is taken literally and escaped."""


def escaped(words: str) -> str:
    """Return words with `& < >` as entities, the way they stand in every `text` that Slack sends."""
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def mention(user: str) -> Part:
    """Return an @mention of a person."""
    return Part(f"<@{user}>", {"type": "user", "user_id": user})


def usergroup(group: str) -> Part:
    """Return an @mention of a user group."""
    return Part(f"<!subteam^{group}>", {"type": "usergroup", "usergroup_id": group})


def broadcast(audience: str) -> Part:
    """Return a real @channel, @here or @everyone; typed by hand as text it would arrive escaped."""
    return Part(f"<!{audience}>", {"type": "broadcast", "range": audience})


def channel_link(channel: str) -> Part:
    """Return a #channel."""
    return Part(f"<#{channel}|>", {"type": "channel", "channel_id": channel})


def link(url: str, label: str = "") -> Part:
    """Return a link as Slack makes it out of an address."""
    shown = f"<{escaped(url)}|{escaped(label)}>" if label else f"<{escaped(url)}>"
    return Part(shown, {"type": "link", "url": url, **({"text": label} if label else {})})


def emoji(name: str) -> Part:
    """Return an emoji by its name."""
    return Part(f":{name}:", {"type": "emoji", "name": name})


def parts(said: Said) -> list[Part]:
    """Return the pieces of what was said."""
    pieces = [said] if isinstance(said, str | Part) else list(said)
    return [p if isinstance(p, Part) else Part(escaped(p), {"type": "text", "text": p}) for p in pieces if p != ""]


def slack_text(said: Said) -> str:
    """Return the `text` field of the message."""
    return "".join(part.text for part in parts(said))


def rich_text(said: Said, block_id: str) -> list[Json]:
    """Return the `blocks` field of the message; nothing said has none."""
    elements = [part.element for part in parts(said)]
    section = {"type": "rich_text_section", "elements": elements}
    return [{"type": "rich_text", "block_id": block_id, "elements": [section]}] if elements else []
