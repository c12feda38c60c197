"""A digest as a Slack message."""

from __future__ import annotations

from bot import phrases_digest
from bot.captions import alt
from bot.phrases_digest import LINK, WORDS, Section
from bot.slack import blocks, charts
from bot.slack.blocks import Block
from bot.slack.card import SlackMessage
from bot.slack.text import INK, escape, link, short_mrkdwn
from complaints.notices import Digest

TEXT = 3000


def digest(notice: Digest) -> SlackMessage:
    """The digest with a section for each part; one with nothing unusual is one line."""
    told = phrases_digest.digest(notice, INK)
    shown: list[Block] = []
    there = [link(told.link, LINK)] if told.link else []
    if notice.summary.quiet:
        shown.append(blocks.section_mrkdwn(f"{INK.bold(told.title)}: {' '.join((*told.sections[0].lines, *there))}"))
    else:
        shown.append(blocks.section_mrkdwn(INK.bold(told.title)))
        shown += [blocks.section_mrkdwn(_written(section)) for section in told.sections]
        shown += _quote(told.quote, told.quote_ref)
        shown += [blocks.section_mrkdwn(_written(section)) for section in told.after]
        shown += [charts.run_chart(found) for found in (notice.summary.run_chart,) if found is not None]
        shown += [charts.pareto(found) for found in (notice.summary.pareto,) if found is not None]
    if told.note:
        shown.append(blocks.context(told.note))
    if not notice.summary.quiet:
        shown += [blocks.context(one) for one in there]
    drawn = (notice.summary.run_chart, notice.summary.pareto)
    # Slack's charts have no alternative text of their own: screen readers have the message's.
    words = (phrases_digest.plain(notice), *(alt(chart) for chart in drawn if chart is not None))
    return SlackMessage(short_mrkdwn(escape("\n".join(words)), TEXT), blocks.fit(shown))


def _quote(words: str, ref: str) -> list[Block]:
    if not words:
        return []
    return [blocks.section_mrkdwn(f"{INK.bold(WORDS)} ({ref})"), blocks.section_plain(f"“{words}”")]


def _written(section: Section) -> str:
    if not section.heading:
        return "\n".join(section.lines)
    return "\n".join((INK.bold(section.heading), *(f"• {line}" for line in section.lines)))
