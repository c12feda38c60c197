"""A digest as a Teams activity."""

from __future__ import annotations

from bot import phrases_digest
from bot.phrases_digest import LINK, WORDS, Section
from bot.teams import charts, elements
from bot.teams.elements import Activity, Element
from bot.teams.text import INK, link
from complaints.notices import Digest


def digest(notice: Digest) -> Activity:
    """The digest with a group for each part; one with nothing unusual is one line."""
    told = phrases_digest.digest(notice, INK)
    body: list[Element] = []
    there = [link(told.link, LINK)] if told.link else []
    if notice.summary.quiet:
        body += elements.sentences(f"{INK.bold(told.title)}: {' '.join((*told.sections[0].lines, *there))}")
    else:
        body.append(elements.heading(told.title))
        for section in told.sections:
            body += _written(section)
        if told.quote:
            body += [*elements.sentences(f"{INK.bold(WORDS)} ({told.quote_ref})"), elements.words(f"“{told.quote}”")]
        for section in told.after:
            body += _written(section)
        body += [charts.run_chart(found) for found in (notice.summary.run_chart,) if found is not None]
        body += [charts.pareto(found) for found in (notice.summary.pareto,) if found is not None]
    if told.note:
        body.append(elements.small(told.note))
    if not notice.summary.quiet:
        body += [elements.small(one) for one in there]
    plain = phrases_digest.plain(notice)
    return elements.activity(elements.card(body, fallback=plain), plain)


def _written(section: Section) -> list[Element]:
    if not section.heading:
        return [one for line in section.lines for one in elements.sentences(line)]
    lines = [one for line in section.lines for one in elements.sentences(f"• {line}")]
    return [*elements.sentences(INK.bold(section.heading)), *lines]
