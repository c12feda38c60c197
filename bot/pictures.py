"""Charts as the addresses of images that carry the whole picture, so that a page asks nobody else for it."""

from __future__ import annotations

from base64 import b64encode
from functools import lru_cache

from bot import drawing
from complaints.charts import Chart


@lru_cache(maxsize=64)
def address(chart: Chart) -> str:
    """The `data:` address of a chart's SVG, on a light ground of its own: what is behind it may be dark."""
    drawn = drawing.svg(chart, ground=True)
    return f"data:image/svg+xml;base64,{b64encode(drawn.encode()).decode()}"
