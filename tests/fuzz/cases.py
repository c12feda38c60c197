"""How many cases are tried: few in `make test`, always the same; `make fuzz CASES=10000` looks for new ones."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, Phase, settings

CASES = int(os.environ.get("GOLDDUST_CASES", "400"))
"""In all, of the addresses that platforms call."""
LONG = "GOLDDUST_CASES" in os.environ


def share(part: float) -> settings:
    """The settings of a test that tries this part of the cases.

    What a case does to one Golddust lasts, so that a failure is told as it was found: a smaller one would be another.
    """
    return settings(
        max_examples=max(10, round(CASES * part)), derandomize=not LONG, database=None, deadline=None,
        phases=(Phase.explicit, Phase.generate), suppress_health_check=list(HealthCheck), print_blob=False,
    )  # fmt: skip
