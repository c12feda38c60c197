"""What a digest says on every channel: short, the same everywhere, and harmless."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser

from hypothesis import given, settings

from bot import phrases_digest, phrases_figures
from bot.previews import previews
from bot.slack import render as slack
from bot.slack.text import INK as SLACK_INK
from bot.teams import elements
from bot.teams import render as teams
from bot.web import digest as web
from complaints.charts import Bar
from complaints.notices import NOTICES, Digest
from tests.bot.digests import END, HOSTILE, PARETO, REGISTER, RUN, calm, digest, digests
from tests.complaints.builders import organisation
from tests.fakes.slack_limits import check_message

ORGANISATION = organisation()


@given(digests)
def test_it_never_has_more_than_two_hundred_words(notice: Digest) -> None:
    assert len(phrases_digest.plain(notice).split()) <= 200


@given(digests)
def test_it_keeps_to_the_sizes_of_every_platform(notice: Digest) -> None:
    message = slack.message(notice, None)
    check_message(message.text, message.blocks)
    assert elements.size(teams.message(notice, None, ORGANISATION)) <= elements.LARGEST


@given(digests)
def test_a_retry_reads_the_same_after_the_outbox(notice: Digest) -> None:
    again = NOTICES.validate_json(NOTICES.dump_json(notice))
    assert again == notice


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)


@given(digests)
@settings(max_examples=20, deadline=None)
def test_on_the_page_it_has_no_tags_but_ours(notice: Digest) -> None:
    reading = _Tags()
    reading.feed(web.html(notice))
    assert reading.tags <= {"a", "b", "br", "img"}


def test_in_slack_hostile_names_and_words_call_nobody_and_link_nothing() -> None:
    message = slack.message(digest(), None)
    sections = [block["text"] for block in message.blocks if block["type"] == "section"]
    marked = [text["text"] for text in sections if text["type"] == "mrkdwn"]
    drawn = json.dumps([block for block in message.blocks if block["type"] == "data_visualization"])
    assert re.findall(r"<[^>]*>", "".join([message.text, *marked, drawn])) == []
    assert "*bold*" not in "".join(marked)
    (words,) = [text["text"] for text in sections if text["type"] == "plain_text"]
    assert words == f"“{HOSTILE}”"


def test_in_teams_hostile_words_are_neither_markup_nor_moments() -> None:
    body = teams.message(digest(), None, ORGANISATION)["attachments"][0]["content"]["body"]
    marked = "\n".join(block["text"] for block in body if block["type"] == "TextBlock")
    assert "[x](http" not in marked and "{{DATE" not in marked and "*bold*" not in marked
    (words,) = [block for block in body if block["type"] == "RichTextBlock"]
    assert "{{DATE" not in json.dumps([block["fallback"] for block in body if "fallback" in block])
    assert "".join(run["text"] for run in words["inlines"]) == f"“{HOSTILE}”"
    assert not any("{{DATE" in run["text"] for run in words["inlines"])


def test_the_verdict_comes_first_then_decisions_clocks_signals_words_and_actions() -> None:
    said = phrases_digest.plain(digest())
    order = ["The backlog shrinks", "To decide", "Clocks that run out", "More than chance", "In a customer", "causes"]
    assert sorted(order, key=said.index) == order


def test_it_has_one_run_chart_and_one_pareto_each_with_its_words() -> None:
    drawn = [block["chart"] for block in slack.message(digest(), None).blocks if block["type"] == "data_visualization"]
    assert [chart["type"] for chart in drawn] == ["line", "bar"]
    assert [series["name"] for series in drawn[0]["series"]] == ["Complaints", "Upper limit", "Usual"]
    assert [point["value"] for point in drawn[0]["series"][0]["data"]] == list(RUN.counts)
    body = teams.message(digest(), None, ORGANISATION)["attachments"][0]["content"]["body"]
    charts = [block for block in body if block["type"].startswith("Chart.")]
    assert [chart["type"] for chart in charts] == ["Chart.Line", "Chart.HorizontalBar"]
    assert charts[0]["data"][0]["values"][-1] == {"x": "2026-11-23", "y": 20}
    told = ["".join(run["text"] for run in chart["fallback"]["inlines"]) for chart in charts]
    assert "20 in the last week" in told[0] and "fees 4" in told[1]
    page = web.html(digest())
    assert page.count("<img ") == 2 and page.count(' alt="') == 2 and "20 in the last week" in page


def test_the_numbers_of_its_charts_are_in_its_words_too() -> None:
    said = phrases_digest.plain(digest(run_chart=replace(RUN, about="", kind=None), signals=(), quote=None))
    assert "20 complaints in 7 days; 0 to 12 a week are usual." in said
    assert "Most frequent of 24: " in said and "fees 4." in said


def test_it_ends_with_a_link_to_the_page_where_there_is_one() -> None:
    for notice in (digest(), calm()):
        assert phrases_digest.plain(notice).endswith(REGISTER)
        sent = json.dumps(slack.message(notice, None).blocks[-1])
        assert f"<{REGISTER}|All of it>" in sent
        shown = teams.message(notice, None, ORGANISATION)["attachments"][0]["content"]["body"][-1]["text"]
        assert shown.endswith(f"[All of it]({REGISTER})")
        assert web.html(notice).endswith(f'<a href="{REGISTER}">All of it</a>')
    without = replace(digest(), register="")
    assert "All of it" not in phrases_digest.plain(without) + json.dumps(slack.message(without, None).blocks)


def test_one_that_waits_in_the_outbox_from_before_there_were_charts_is_still_told() -> None:
    written = NOTICES.dump_python(digest(), mode="json")
    del written["register"], written["summary"]["run_chart"], written["summary"]["pareto"]
    old = NOTICES.validate_json(json.dumps(written))
    assert isinstance(old, Digest) and old.summary.run_chart is None
    assert not slack.message(old, None).drawn


def test_slack_gets_labels_that_are_short_and_told_apart() -> None:
    bars = tuple(Bar("Complaints about the opening hours " + end, 9) for end in "abcdefghijkl")
    message = slack.message(digest(pareto=replace(PARETO, bars=bars)), None)
    check_message(message.text, message.blocks)


def test_in_the_playground_the_other_channels_show_the_same_pictures() -> None:
    for look in previews():
        shown = json.dumps(look.message(digest(), None, None, ORGANISATION))
        assert shown.count("data:image/svg+xml;base64,") == 2
        assert "data_visualization" not in shown and "Chart." not in shown


def test_nothing_unusual_is_one_line_on_every_channel() -> None:
    assert "\n" not in phrases_digest.plain(calm())
    assert len(slack.message(calm(), None).blocks) == 1
    assert len(teams.message(calm(), None, ORGANISATION)["attachments"][0]["content"]["body"]) == 1
    assert "<br>" not in web.html(calm())


def test_nothing_is_coloured_and_nobody_is_ranked() -> None:
    sent = json.dumps(teams.message(digest(), None, ORGANISATION)) + json.dumps(slack.message(digest(), None).blocks)
    assert not any(word in sent for word in ("Attention", "Good", "Warning", "danger", "🔴", "🟢"))


def test_lengths_are_said_in_the_unit_that_fits() -> None:
    lengths = [timedelta(minutes=40), timedelta(hours=6), timedelta(hours=7.5), timedelta(days=3.5)]
    assert [phrases_figures.span(length) for length in lengths] == ["40 min", "6 h", "7.5 h", "3.5 days"]


def test_times_are_those_of_the_readers_zone() -> None:
    told = phrases_digest.digest(digest(scope=("Payments",), zone="America/New_York"), SLACK_INK)
    assert told.title.endswith("week to Mon 30 Nov 03:30")
    assert f"{END:%H:%M}" == "08:30"
