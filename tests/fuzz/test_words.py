"""Whatever a person wrote, read as Slack and as Teams would read our sentence around it: it has no markup of theirs.

The readers are small and apart from the code that they judge; they follow the platforms' pages on formatting.
"""

from __future__ import annotations

import re
from html import unescape

from hypothesis import given
from hypothesis import strategies as st

from bot.slack import text as slack
from bot.teams import html
from bot.teams import text as teams
from tests.fuzz.cases import share
from tests.fuzz.hostile import WORDS

PIECES = (
    "*", "_", "~", "`", "```", "<", ">", "&", "|", "!", "@", "#", "<!channel>", "<!here|x>", "<@U0SAM0001>",
    "<#C0PAYMENTS>",
    "<https://evil.example|bank>", "<mailto:a@b.example>", "&lt;", "&gt;", "&amp;", "&#60;", "&#x3c;",
    "&lt;!channel&gt;",
    "[bank](https://evil.example)", "[", "](", ")", "<at>Dana</at>", "<a href='x'>", "**",
    "{{DATE(2026-01-01T00:00:00Z)}}",
    "{{", "}}", "\\", "\n", "\r", "\u2028", "\u202e", "\u200b", "\u2060", "\x00", "\ud800", " ", "- ", "1. ", "# ",
    "> ", "x",
    "<!date^1^{date}|x>", "<!subteam^S1>", "~~", "![", "<script>", "<!--", "-->", "]]>",
)  # fmt: skip
hostile = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=12).map("".join) | st.sampled_from(WORDS)

_CONTROL = re.compile(r"<([^<>]*)>")
_IN_TEAMS = re.compile(
    r"\[[^\]]*\]\(|<[A-Za-z/!?][^>]*>?|\{\{\s*(?:DATE|TIME)|&#?\w+;|\*|~~|`|^\s*(?:[-+#>]|\d+[.)])\s"
)
_PAIRED = re.compile(r"(?<![^\W_])([*_~`])(?=\S)(.*?\S)\1(?![^\W_])", re.DOTALL)


def slack_marks(written: str) -> list[str]:
    """What Slack would not show to the letter: `<…>` in a text, and pairs of characters that format."""
    return [*_CONTROL.findall(written), *(found[1] for found in _PAIRED.finditer(_CONTROL.sub("", written)))]


def teams_marks(written: str) -> list[str]:
    """What a TextBlock would not show to the letter: links, mentions, emphasis, moments, entities, lists."""
    return [*_IN_TEAMS.findall(written), *(one[1] for one in _PAIRED.finditer(written))]


@share(2.0)
@given(hostile, st.sampled_from(("{}", "It is with {}.", "*C-1* · {} · new", "{} says {}", "{}_{}", "&{};")))
def test_no_mention_link_or_format_survives_the_escape_for_slack(words: str, around: str) -> None:
    shown = slack.escape(words)
    sentence = around.replace("{}", shown)
    assert slack_marks(sentence) == (["*"] if around.startswith("*") else [])
    plain = unescape(shown)
    assert len(plain) >= len(words) - words.count("\r")


@share(1.0)
@given(hostile, hostile)
def test_a_link_for_slack_is_one_link_to_the_web_or_none(address: str, label: str) -> None:
    for one in (address, f"https://x.example/{address}"):
        found = _CONTROL.findall(slack.link(one, label))
        assert len(found) <= 1
        assert all(re.match(r"https?://[^|]+\|[^|]*", inner) for inner in found)


@share(1.0)
@given(hostile, st.integers(1, 60))
def test_what_is_cut_short_for_slack_is_left_whole(words: str, limit: int) -> None:
    cut = slack.short_mrkdwn(slack.escape(words) + slack.link("https://x.example", words), limit)
    assert len(cut) <= max(limit, 1)
    assert _CONTROL.sub("", cut).count("<") == 0
    assert re.search(r"&(?!(?:amp|lt|gt);)", cut) is None


@share(2.0)
@given(hostile)
def test_no_mention_link_or_format_survives_the_escape_for_teams(words: str) -> None:
    shown = teams.escape(words)
    assert teams_marks(shown) == []
    assert "\n" not in shown


@share(1.0)
@given(hostile, hostile)
def test_a_link_for_teams_is_one_link_to_the_web_or_none(address: str, label: str) -> None:
    for one in (address, f"https://x.example/{address}"):
        found = re.findall(r"\]\(([^)]*)\)", teams.link(one, label))
        assert len(found) <= 1
        assert all(re.fullmatch(r"https?://[^\s()<>\[\]]+", inner) for inner in found)


@share(1.0)
@given(hostile)
def test_the_html_of_a_message_is_read_without_failing_and_stays_words(words: str) -> None:
    read = html.plain(words)
    assert slack_marks(slack.escape(read)) == []
    assert teams_marks(teams.escape(read)) == []
    assert len(read) <= 4 * len(words) + 10
