"""How often Python looks for what has become unreachable in circles."""

from __future__ import annotations

import gc

YOUNG = 50_000
"""So many new objects before it looks, a few megabytes; Python's own 700 are what a few judged tickets make."""


def collect_seldom() -> None:
    """Look seldom: a pass holds hundreds of tickets at once, none in a circle, and looking took a tenth of its time."""
    gc.set_threshold(YOUNG, 10, 10)
