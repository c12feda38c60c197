"""Slack's mrkdwn, as the playground draws it."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack import text
from bot.web.mrkdwn import Reading, mrkdwn, plain
from tests.bot.web.samples import HOSTILE, NOW

READING = Reading(ZoneInfo("Europe/London"), NOW)


def drawn(written: str) -> str:
    return mrkdwn(written, READING)


@pytest.mark.parametrize(
    ("written", "html"),
    [
        ("*new* and _slow_ and ~gone~", "<b>new</b> and <i>slow</i> and <s>gone</s>"),
        ("snake_case_name and 2*3*4", "snake_case_name and 2*3*4"),
        ("type `/complaint *list*`", "type <code>/complaint *list*</code>"),
        ("```a\n*b*```", "<pre>a\n*b*</pre>"),
        ("&gt; said\nthen", "<blockquote>said</blockquote>then"),
        ("one\ntwo", "one<br>two"),
        (":ticket: :unheard_of:", "🎫 :unheard_of:"),
        ("a &amp; b &lt;c&gt; &quot;", "a &amp; b &lt;c&gt; &amp;quot;"),
    ],
)
def test_formatting_is_slacks(written: str, html: str) -> None:
    assert drawn(written) == html


def test_links_open_beside_the_page_and_mentions_are_marked() -> None:
    link = drawn("<https://example.com/a?b=1&amp;c=2|the *original*>")
    assert link == (
        '<a href="https://example.com/a?b=1&amp;c=2" target="_blank" rel="noopener noreferrer">the *original*</a>'
    )
    assert drawn("<!channel> <@U1|sam>") == ('<span class="mention">@channel</span> <span class="mention">@sam</span>')


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "vbscript:x", "JaVaScRiPt:x"])
def test_an_address_that_would_run_something_is_no_link(address: str) -> None:
    assert drawn(f"<{address}|press me>") == "press me"
    assert "<a" not in drawn(f"<{address}>")


@pytest.mark.parametrize(
    ("after", "shown"),
    [
        (timedelta(hours=2), "today at 11:00"), (timedelta(days=1), "tomorrow at 09:00"),
        (timedelta(days=-1), "yesterday at 09:00"), (timedelta(days=8), "Dec 1, 2026 at 09:00"),
    ],
)  # fmt: skip
def test_dates_are_those_of_the_readers_zone_and_day(after: timedelta, shown: str) -> None:
    assert f">{shown}</time>" in drawn(text.when(NOW + after))


def test_a_date_in_another_zone_is_another_hour() -> None:
    tokyo = Reading(ZoneInfo("Asia/Tokyo"), NOW)
    assert ">today at 18:00</time>" in mrkdwn(text.when(NOW), tokyo)


@pytest.mark.parametrize(
    "written", ["<!date^soon^{time}|later>", "<!date^99999999999999^{time}|later>", "<!date^|later>"]
)
def test_a_date_that_is_none_shows_its_fallback(written: str) -> None:
    assert drawn(written) == "later"


@given(st.text() | st.sampled_from([HOSTILE, "<script>alert(1)</script>", "\ue0000\ue001", "*<b>*", '<https://a"b|x>']))
def test_whatever_is_written_opens_no_element_but_slacks(written: str) -> None:
    for html in (drawn(written), drawn(text.escape(written)), plain(written)):
        names = {piece.split(">")[0].split(" ")[0].strip("/") for piece in html.split("<")[1:]}
        assert names <= {"b", "i", "s", "code", "pre", "blockquote", "br", "a", "span", "time"}


@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Co"])))
def test_words_that_were_escaped_for_slack_become_no_markup(words: str) -> None:
    html = drawn(text.escape(words))
    assert not {"<b>", "<i>", "<a ", "<span", "<code"} & {html[place : place + 3] for place in range(len(html))}
    assert "<a " not in html
    assert "<span" not in html
