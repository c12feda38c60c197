"""Charts as the addresses of images that carry the whole picture, so that a page asks nobody else for it."""

from __future__ import annotations

from base64 import b64encode
from functools import lru_cache

from bot import drawing
from complaints.charts import Chart


@lru_cache(maxsize=64)
def address(chart: Chart, *, dark: bool = False, ground: bool = False) -> str:
    """The `data:` address of a chart's SVG; on a `ground` of its own where nobody knows what is behind it."""
    drawn = drawing.svg(chart, dark, ground=ground)
    return f"data:image/svg+xml;base64,{b64encode(drawn.encode()).decode()}"
