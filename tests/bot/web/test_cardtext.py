"""The text of Adaptive Cards, as the playground draws it."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.teams import elements, text
from bot.web.cardtext import localised, markdown, texts
from tests.bot.web.samples import HOSTILE, NOW
from tests.bot.web.seen import seen

LONDON = ZoneInfo("Europe/London")


@pytest.mark.parametrize(
    ("written", "html"),
    [
        ("**C-1** is _slow_", "<b>C-1</b> is <i>slow</i>"),
        ("**a _b_**", "<b>a <i>b</i></b>"),
        ("2*3*4 and snake_case_name", "2*3*4 and snake_case_name"),
        (r"\*not bold\*", "*not bold*"),
        ("- one\n- two", "<ul><li>one</li><li>two</li></ul>"),
        ("<b>", "&lt;b&gt;"),
    ],
)
def test_formatting_is_teams(written: str, html: str) -> None:
    assert markdown(written) == html


def test_only_addresses_of_the_web_become_links() -> None:
    assert seen(markdown("[original](https://example.com/a)")).having("href") == ["https://example.com/a"]
    assert markdown("[press](javascript:alert)") == "press"


def test_moments_are_those_of_the_readers_zone_in_blocks_and_runs() -> None:
    card = {"type": "AdaptiveCard", "body": [*elements.sentences(text.when(NOW)), elements.words("{{DATE(x)}}")]}
    shown = localised(card, ZoneInfo("Asia/Tokyo"))
    assert shown["body"][0]["text"] == "Mon, Nov 23, 2026 at 18:00"
    assert "".join(run["text"] for run in shown["body"][1]["inlines"]) == "{{DATE(x)}}"


@pytest.mark.parametrize("moment", ["{{DATE(2026-13-45T00:00:00Z)}}", "{{TIME(2026-11-23T09:00:00)}}", "{{DATE()}}"])
def test_a_moment_that_is_none_stays_as_it_was_written(moment: str) -> None:
    assert localised({"type": "TextBlock", "text": moment}, LONDON)["text"] == moment


def test_people_who_write_a_moment_see_what_they_wrote() -> None:
    said = text.when(NOW)
    shown = localised(elements.words(said), LONDON)
    assert "".join(run["text"] for run in shown["inlines"]) == said


def test_the_texts_of_a_card_are_found_wherever_they_stand() -> None:
    inner = {"type": "FactSet", "facts": [{"title": "*t*", "value": "**v**"}]}
    card = {"body": [{"type": "Container", "items": [{"type": "TextBlock", "text": "**a**"}, inner]}]}
    assert texts(card) == {"**a**": "<b>a</b>", "*t*": "<i>t</i>", "**v**": "<b>v</b>"}


@given(st.text() | st.sampled_from([HOSTILE, '[a](https://b"onclick=x)', "**<script>**", "[x](javascript:1)"]))
def test_whatever_is_written_is_inert(written: str) -> None:
    assert seen(markdown(written)).inert
    assert seen(markdown(written)).names <= {"b", "i", "a", "br", "ul", "li"}


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_words_that_were_escaped_for_teams_become_no_markup(words: str) -> None:
    assert seen(markdown(text.escape(words))).names == set()
