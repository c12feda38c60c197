"""The collector of garbage: seldom while Golddust runs, and as it was before afterwards."""

from __future__ import annotations

import gc

from bot.collector import MANY, seldom


def test_garbage_is_collected_seldom_for_a_while_and_then_as_before() -> None:
    before, frozen = gc.get_threshold(), gc.get_freeze_count()
    with seldom():
        assert gc.get_threshold() == MANY != before
        assert gc.get_freeze_count() > frozen
    assert (gc.get_threshold(), gc.get_freeze_count()) == (before, 0)
