"""Whatever people do in ordinary weeks, the rules hold; most of all what they do with problems."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import strategies as st

from tests.model.histories import histories
from tests.model.proof import no_history_breaks_the_rules
from tests.world import MONDAY

STARTS = (MONDAY, MONDAY + timedelta(hours=7, minutes=30), MONDAY + timedelta(days=4, hours=6))

test_in_ordinary_weeks_no_history_breaks_the_rules = no_history_breaks_the_rules(
    st.one_of(histories(STARTS), histories(STARTS, joined=True))
)
