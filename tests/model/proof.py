"""Random histories against the invariants; what fails is told as a story."""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import Callable

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.model.histories import History, play
from tests.model.invariants import violations

FILES = 4
"""In so many files the histories are told, so that they can run side by side."""

HISTORIES = int(os.environ.get("GOLDDUST_SOAK", "300")) // FILES
SEED = os.environ.get("GOLDDUST_SEED") or (random.randrange(10**9) if "GOLDDUST_SOAK" in os.environ else 4)  # noqa: S311


def check(history: History) -> None:
    """Play a history; an AssertionError tells it with what is wrong."""
    on = asyncio.run(play(history))
    found = list(violations(on.log))
    assert not found, "\n".join(["", f"GOLDDUST_SEED={SEED}", *on.story, "", *found])


def no_history_breaks_the_rules(histories: st.SearchStrategy[History]) -> Callable[[], None]:
    """A test that plays so many of these histories; a soak begins elsewhere each time, and says where."""

    @seed(SEED)
    @settings(
        max_examples=HISTORIES,
        phases=(Phase.generate, Phase.shrink),
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(history=histories)
    def test(history: History) -> None:
        check(history)

    return test
