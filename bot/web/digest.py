"""A digest as the page shows it."""

from __future__ import annotations

from html import escape

from bot import phrases_digest
from bot.captions import alt
from bot.phrases import Ink
from bot.phrases_digest import LINK, WORDS, Section
from bot.pictures import address
from complaints.charts import Chart
from complaints.notices import Digest

_HTML = Ink(escape, lambda at: at.isoformat(), lambda text: f"<b>{escape(text)}</b>")


def html(notice: Digest) -> str:
    """The digest as HTML, with the only tags that the page's sentences need."""
    told = phrases_digest.digest(notice, _HTML)
    there = [f'<a href="{escape(told.link)}">{LINK}</a>'] if told.link else []
    # The title is escaped by the ink already.
    title = f"<b>{told.title}</b>"
    if notice.summary.quiet:
        lines = [f"{title}: {' '.join((*told.sections[0].lines, *there))}"]
    else:
        lines = [title, *(line for section in told.sections for line in _written(section))]
        if told.quote:
            lines.append(f"<b>{WORDS}</b> ({told.quote_ref}): “{escape(told.quote)}”")
        lines += [line for section in told.after for line in _written(section)]
        lines += [picture(chart) for chart in (notice.summary.run_chart, notice.summary.pareto) if chart is not None]
    if told.note:
        lines.append(told.note)
    return "<br>".join([*lines, *(() if notice.summary.quiet else there)])


def picture(chart: Chart) -> str:
    """A chart as an image that needs no other address, with its alternative text."""
    return f'<img src="{address(chart)}" alt="{escape(alt(chart))}" class="chart">'


def _written(section: Section) -> list[str]:
    if not section.heading:
        return list(section.lines)
    return [f"<b>{section.heading}</b>", *(f"• {line}" for line in section.lines)]
