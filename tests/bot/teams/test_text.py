"""Teams' text: what people typed stays text, what Teams sent becomes what people saw."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from markdown_it import MarkdownIt

from bot.teams import text
from tests.bot.teams.tickets import HOSTILE, long_typed, typed

MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable(["strikethrough", "table"])
MACRO = re.compile(r"\{\{\s*(DATE|TIME)", re.IGNORECASE)


def markup(written: str) -> list[str]:
    """What Markdown makes of a text, beyond one paragraph of characters."""
    blocks = MARKDOWN.parse(written)
    made = [token.type for token in blocks if token.type not in {"paragraph_open", "inline", "paragraph_close"}]
    inner = [child for token in blocks for child in token.children or ()]
    return made + [child.type for child in inner if child.type != "text"]


@given(long_typed)
def test_nothing_that_a_person_typed_is_markup_in_a_sentence_of_ours(words: str) -> None:
    for sentence in (text.escape(words), f"It is with {text.escape(words)}.", f"**C-42** · {text.escape(words)} · new"):
        assert set(markup(sentence)) <= {"strong_open", "strong_close"}
    assert MACRO.search(text.escape(words)) is None
    assert re.search(r"<\w", text.escape(words)) is None
    assert "\n" not in text.escape(words)


@given(typed)
def test_a_sentence_shows_the_characters_that_were_typed(words: str) -> None:
    shown = "".join(
        child.content for token in MARKDOWN.parse(f"x {text.escape(words)}") for child in token.children or ()
    )
    assert shown == f"x {text.escape(words)}".strip()


@pytest.mark.parametrize("harmful", [one for one in HOSTILE if re.search(r"[*_~`\[<{&\\]", one) and len(one) > 2])
def test_each_of_these_would_be_markup_if_it_were_not_escaped(harmful: str) -> None:
    read = "".join(child.content for token in MARKDOWN.parse(harmful) for child in token.children or ())
    assert markup(harmful) or read != harmful or "{{" in harmful or "<" in harmful
    assert text.escape(harmful) != harmful


@given(long_typed)
def test_the_runs_of_words_are_the_words_and_hold_no_moment(words: str) -> None:
    assert "".join(text.runs(words)) == words.replace("\x00", "\ufffd")
    assert all(MACRO.search(run) is None for run in text.runs(words))


def test_a_moment_is_written_so_that_teams_shows_it_in_local_time() -> None:
    berlin = datetime(2026, 11, 23, 16, 0, 5, 999, tzinfo=timezone(timedelta(hours=1)))
    assert text.when(berlin) == "{{DATE(2026-11-23T15:00:05Z, SHORT)}} at {{TIME(2026-11-23T15:00:05Z)}}"
    assert text.BARE.when(datetime(2026, 11, 23, 15, 0, tzinfo=UTC)) == "Mon 23 Nov 2026, 15:00 UTC"


@given(typed, typed)
def test_a_link_leads_where_it_should_or_is_no_link(address: str, label: str) -> None:
    kinds = {f"link_{end}" for end in ("open", "close")}
    assert set(markup(f"x {text.link(f'https://x.example/{address}', label or 'file')}")) <= kinds
    assert markup(f"x {text.link(address, label)}") == []


def test_a_link_keeps_an_address_that_works() -> None:
    assert text.link("https://x.example/a_(1)?b=1&c=2", "a [b]") == "[a (b)](https://x.example/a_%281%29?b=1&c=2)"
    assert text.link("javascript:alert(1)", "x") == "x"
    assert text.link("https://x.example/" + "y" * 1000, "x") == "x"


def test_words_that_are_cut_say_how_much_more_there_is() -> None:
    assert text.cut("x" * 12_000, 2_000).endswith("x… (10,000 more characters, see the original)")
    assert text.cut("short", 2_000) == "short"


def test_commands_are_named_as_they_are_said_in_teams() -> None:
    said = "Say for example `/complaint away until Friday`, or `until 2026-12-31`."
    assert text.in_chat(said) == "Say for example “away until Friday”, or “until 2026-12-31”."


@pytest.mark.parametrize(
    ("html", "seen"),
    [
        ("<p>The card&nbsp;machine <b>charged</b><br>twice</p>", "The card machine charged\ntwice"),
        ('<div>Ask <at id="0">Dana Whitfield</at>!</div>', "Ask @Dana Whitfield!"),
        ('See <a href="https://x.example/a?b=1&amp;c=2">this</a>', "See this (https://x.example/a?b=1&c=2)"),
        ('<a href="https://x.example/">https://x.example</a>', "https://x.example"),
        ('<a href="javascript:x()">this</a>', "this"),
        (
            '<img alt="photo of the receipt" src="https://x.example/i"><emoji alt="😡"></emoji>',
            "photo of the receipt😡",
        ),
        ("5 &lt; 6 &amp;amp; a < b", "5 < 6 &amp; a < b"),
        ("<p>one</p>\n<p>&nbsp;</p>\n<p>two</p>", "one\n\ntwo"),
        ("<ul><li>one</li><li>two</li></ul>", "• one\n• two"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a · b\nc"),
        ("<pre>  a\n   b</pre>", "a\n   b"),
        ("<blockquote><strong>Sam</strong><p>twice</p></blockquote><p>Again</p>", "> Sam\n> twice\nAgain"),
        ('<attachment id="1"></attachment><!-- note --><script>x()</script>said', "said"),
        ("no tags at all", "no tags at all"),
    ],
)
def test_html_becomes_what_a_person_saw(html: str, seen: str) -> None:
    assert text.plain(html) == seen


@given(long_typed)
def test_no_message_stops_the_reader(html: str) -> None:
    assert isinstance(text.plain(html), str)
    assert isinstance(text.plain(f"<p {html}</p>"), str)


def test_the_mention_of_the_bot_is_not_part_of_the_words() -> None:
    for said in (
        "<at>Golddust</at> she called",
        '<p><at id="0">Golddust</at>, she called</p>',
        "she <at>Golddust</at> called",
    ):
        assert " ".join(text.plain(text.without_mention(said, "Golddust")).lstrip(", ").split()) == "she called"
    assert text.without_mention("<at>Dana</at> hi", "Golddust") == "<at>Dana</at> hi"
