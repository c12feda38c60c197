"""Slack's wire text, both ways."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.text import escape, link, one_line, plain, short_mrkdwn, when, without_mention
from tests.bot.slack.tickets import typed
from tests.fakes.slack_text import escaped


@pytest.mark.parametrize(
    ("wire", "seen"),
    [
        ("5 &lt; 6 &amp;&amp; 7 &gt; 6", "5 < 6 && 7 > 6"),
        ("&amp;lt;", "&lt;"),
        ("<@U1|dana> and <@U1>", "@dana and @U1"),
        ("<#C1|general> <#C1> <#C1|>", "#general #C1 #C1"),
        ("<!channel> <!here> <!here|@here>", "@channel @here @here"),
        ("<!subteam^S1|@ops> <!subteam^S1>", "@ops @S1"),
        ("<https://x.example/a?b=1&amp;c=2|the page>", "the page (https://x.example/a?b=1&c=2)"),
        ("<https://x.example> <https://x.example|https://x.example>", "https://x.example https://x.example"),
        ("<http://shop.example|shop.example>", "shop.example"),
        ("<mailto:a@b.example|a@b.example>", "a@b.example"),
        ("<mailto:a@b.example|Ann>", "Ann (a@b.example)"),
        ("<tel:+441234|+441234>", "+441234"),
        ("<!date^1700000000^{date} at {time}|today>", "today"),
        (":ticket: *not* _ours_ to change", ":ticket: *not* _ours_ to change"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
    ],
)
def test_what_a_person_saw_is_read_from_the_wire(wire: str, seen: str) -> None:
    assert plain(wire) == seen


@given(st.text())
def test_typed_words_come_back_to_the_letter(words: str) -> None:
    assert plain(escaped(words)) == words


@pytest.mark.parametrize(
    ("wire", "rest"),
    [
        ("<@U0BOT> the card machine", "the card machine"),
        ("<@U0BOT>: the card machine", "the card machine"),
        ("the card machine <@U0BOT|golddust> ", "the card machine"),
        ("the <@U0BOT> card\n  machine, <@U0DANA>", "the  card\n  machine, <@U0DANA>"),
        ("<@U0BOT>", ""),
    ],
)
def test_the_bots_own_mention_is_not_part_of_the_complaint(wire: str, rest: str) -> None:
    assert without_mention(wire, "U0BOT") == rest


@given(typed)
def test_escaped_words_hold_nothing_that_slack_would_interpret(words: str) -> None:
    shown = escape(words)
    assert not set("<>*~`") & set(shown)
    assert all(shown[place:].startswith(("&amp;", "&lt;", "&gt;")) for place, char in enumerate(shown) if char == "&")


def test_escaping_leaves_a_harmless_name_as_it_is() -> None:
    assert escape("Dana O’Neil (card_machines, 2nd line)") == "Dana O’Neil (card_machines, 2nd line)"
    assert escape("_sly_ *Sam* <!here> & `co`") == "＿sly＿ ∗Sam∗ &lt;!here&gt; &amp; 'co'"


def test_a_moment_is_shown_in_the_readers_own_time() -> None:
    moment = datetime(2026, 11, 23, 16, 0, tzinfo=timezone(timedelta(hours=1)))
    assert when(moment) == "<!date^1795446000^{date_short_pretty} at {time}|Mon 23 Nov 2026, 15:00 UTC>"
    assert datetime.fromtimestamp(1795446000, UTC) == moment


def test_a_link_leads_to_the_web_or_nowhere() -> None:
    assert link("https://x.example/a b|c", "a|b>") == "<https://x.example/a%20b%7Cc|a|b&gt;>"
    assert link("javascript:alert(1)", "a") == "a"
    assert link("https://x.example/>\n<!channel>", "a") == "a"


@given(
    st.lists(st.sampled_from(("<!date^1^{time}|x>", "&amp;", "&lt;", "word ", "a", "…"))).map("".join),
    st.integers(1, 60),
)
def test_a_sentence_is_never_cut_inside_a_token(text: str, limit: int) -> None:
    cut = short_mrkdwn(text, limit)
    assert len(cut) <= limit
    assert cut.count("<") == cut.count(">")
    assert cut.count("&") == cut.count(";")


@given(typed, st.integers(1, 50))
def test_one_line_is_one_line_whatever_was_typed(words: str, limit: int) -> None:
    line = one_line(words, limit)
    assert len(line) <= limit
    assert len(line.splitlines()) <= 1
    assert not set("\u202e\u2066\x00\t") & set(line)
