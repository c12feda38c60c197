"""What a digest says on every channel: short, the same everywhere, and harmless."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from html.parser import HTMLParser

from hypothesis import given

from bot import phrases_digest
from bot.slack import render as slack
from bot.slack.text import INK as SLACK_INK
from bot.teams import elements
from bot.teams import render as teams
from bot.web import digest as web
from complaints.notices import NOTICES, Digest
from tests.bot.digests import END, HOSTILE, calm, digest, digests
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
def test_on_the_page_it_has_no_tags_but_ours(notice: Digest) -> None:
    reading = _Tags()
    reading.feed(web.html(notice))
    assert reading.tags <= {"b", "br"}


def test_in_slack_hostile_names_and_words_call_nobody_and_link_nothing() -> None:
    message = slack.message(digest(), None)
    marked = [block["text"]["text"] for block in message.blocks if block["text"]["type"] == "mrkdwn"]
    assert re.findall(r"<[^>]*>", "".join([message.text, *marked])) == []
    assert "*bold*" not in "".join(marked)
    (words,) = [block["text"]["text"] for block in message.blocks if block["text"]["type"] == "plain_text"]
    assert words == f"“{HOSTILE}”"


def test_in_teams_hostile_words_are_neither_markup_nor_moments() -> None:
    body = teams.message(digest(), None, ORGANISATION)["attachments"][0]["content"]["body"]
    marked = "\n".join(block["text"] for block in body if block["type"] == "TextBlock")
    assert "[x](http" not in marked and "{{DATE" not in marked and "*bold*" not in marked
    (words,) = [block for block in body if block["type"] == "RichTextBlock"]
    assert "".join(run["text"] for run in words["inlines"]) == f"“{HOSTILE}”"
    assert not any("{{DATE" in run["text"] for run in words["inlines"])


def test_the_verdict_comes_first_then_decisions_clocks_signals_words_and_actions() -> None:
    said = phrases_digest.plain(digest())
    order = ["The backlog shrinks", "To decide", "Clocks that run out", "More than chance", "In a customer", "causes"]
    assert sorted(order, key=said.index) == order


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
    assert [phrases_digest._span(length) for length in lengths] == ["40 min", "6 h", "7.5 h", "3.5 days"]


def test_times_are_those_of_the_readers_zone() -> None:
    told = phrases_digest.digest(digest(scope=("Payments",), zone="America/New_York"), SLACK_INK)
    assert told.title.endswith("week to Mon 30 Nov 03:30")
    assert f"{END:%H:%M}" == "08:30"
